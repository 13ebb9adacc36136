"""Whatever accent staff choose, what is printed in it can be read."""

import colorsys
import re
from pathlib import Path

import pytest

from conference import theme

HUES = [
    "#"
    + "".join(f"{round(c * 255):02x}" for c in colorsys.hls_to_rgb(hue / 12, lightness, saturation))
    for hue in range(12)
    for lightness in (0.1, 0.3, 0.5, 0.7, 0.9)
    for saturation in (0.2, 1.0)
]
ACCENTS = [*HUES, "#000", "#ffffff", "#808080", "#777777", "#ffff00", "#00f", theme.DEFAULT_ACCENT]
GROUNDS = [theme.LIGHT, theme.DARK]
TOKENS = Path(__file__).parents[2] / "static/css/tokens.css"


@pytest.mark.parametrize("ground", GROUNDS, ids=["light", "dark"])
@pytest.mark.parametrize("accent", ACCENTS)
def test_palette_assures_contrast(accent: str, ground: theme.Ground) -> None:
    colours = theme.palette(accent, ground)
    surfaces = (*ground.surfaces, colours.accent_wash)

    assert (
        min(theme.contrast(colours.accent, surface) for surface in surfaces) >= theme.TEXT_CONTRAST
    )
    assert (
        min(theme.contrast(colours.accent_strong, surface) for surface in surfaces)
        >= theme.TEXT_CONTRAST
    )
    assert (
        min(theme.contrast(colours.accent_ui, surface) for surface in surfaces) >= theme.UI_CONTRAST
    )
    assert (
        min(theme.contrast(colours.accent_fill, surface) for surface in ground.surfaces)
        >= theme.UI_CONTRAST
    )
    assert theme.contrast(colours.on_accent, colours.accent_fill) >= theme.TEXT_CONTRAST
    assert theme.contrast(ground.ink, colours.accent_wash) >= theme.INK_CONTRAST


@pytest.mark.parametrize("accent", ACCENTS)
def test_oklch_gives_the_colour_back(accent: str) -> None:
    full = theme.to_hex(theme.parse_hex(accent))

    back = theme.from_oklch(theme.to_oklch(accent))

    assert all(
        abs(a - b) <= 1.5 / 255
        for a, b in zip(theme.parse_hex(full), theme.parse_hex(back), strict=True)
    )


def test_known_values() -> None:
    assert theme.contrast("#000", "#fff") == pytest.approx(21)
    assert theme.contrast("#767676", "#fff") == pytest.approx(4.54, abs=0.01)
    assert theme.to_oklch("#ff0000") == pytest.approx((0.628, 0.2577, 0.5103), abs=0.001)


def test_hue_is_kept() -> None:
    colours = theme.palette("#00b38a", theme.LIGHT)

    assert theme.to_oklch(colours.accent).hue == pytest.approx(
        theme.to_oklch("#00b38a").hue, abs=0.06
    )


@pytest.mark.parametrize(
    "nonsense", ["", "red", "#12", "#12345", "#1234567", "#ggg", "}body{display:none", "#fff;"]
)
def test_nonsense_is_refused_and_never_reaches_the_style_sheet(nonsense: str) -> None:
    with pytest.raises(ValueError, match="not a hexadecimal colour"):
        theme.parse_hex(nonsense)

    assert theme.stylesheet(nonsense) == theme.stylesheet(theme.DEFAULT_ACCENT)


def test_stylesheet_holds_only_custom_properties() -> None:
    text = theme.stylesheet("#0b5fff")

    assert set(re.findall(r"--[\w-]+(?=:)", text)) == {
        "--accent",
        "--accent-strong",
        "--accent-fill",
        "--on-accent",
        "--accent-ui",
        "--accent-wash",
        "--accent-line",
    }
    assert text.count("{") == text.count("}")


def test_paper_has_the_colours_of_light_alone() -> None:
    text = theme.paper_stylesheet("#0b5fff")

    assert theme.palette("#0b5fff", theme.LIGHT).accent in text
    assert "media" not in text


def test_grounds_are_those_of_the_tokens() -> None:
    light, dark = (_properties(block) for block in _root_blocks()[:2])

    for ground, tokens in ((theme.LIGHT, light), (theme.DARK, dark)):
        assert {name: tokens[f"--{name}"] for name in vars(ground)} == vars(ground)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_fixed_colours_have_their_contrast(mode: int) -> None:
    tokens = _properties(_root_blocks()[mode])
    surfaces = [tokens[name] for name in ("--paper", "--raised", "--sunken")]

    for name in ("--ink-soft", "--info", "--success", "--warning", "--error"):
        assert (
            min(theme.contrast(tokens[name], surface) for surface in surfaces)
            >= theme.TEXT_CONTRAST
        ), name
    assert (
        min(theme.contrast(tokens["--line-strong"], surface) for surface in surfaces)
        >= theme.UI_CONTRAST
    )


def test_default_accent_is_that_of_the_tokens() -> None:
    for block, ground in zip(_root_blocks(), GROUNDS, strict=False):
        tokens = _properties(block)
        for name, value in vars(theme.palette(theme.DEFAULT_ACCENT, ground)).items():
            assert tokens[f"--{name.replace('_', '-')}"] == value, name


def _root_blocks() -> list[str]:
    """The colours of tokens.css: first those of light, then those of dark."""
    return [
        block
        for block in re.findall(r":root\s*{([^}]*)}", TOKENS.read_text())
        if "--paper:" in block
    ]


def _properties(block: str) -> dict[str, str]:
    return {name: value.strip() for name, value in re.findall(r"(--[\w-]+):([^;]+);", block)}
