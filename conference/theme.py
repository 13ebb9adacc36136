"""The colours of one conference, derived from its accent so that they can always be read.

Staff choose any accent; the site never shows it raw. Hue and chroma are kept and lightness is
moved in OKLCH, where equal steps look equal, until each use has the contrast that WCAG asks of it,
on light and on dark paper alike.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

DEFAULT_ACCENT = "#8a1c3b"

TEXT_CONTRAST = 4.5
UI_CONTRAST = 3.0
INK_CONTRAST = 7.0
_MARGIN = 0.03  # so that rounding to eight bits never falls below the threshold
_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


class Rgb(NamedTuple):
    """Linear-light or gamma-encoded sRGB, each channel from 0 to 1."""

    red: float
    green: float
    blue: float


class Oklch(NamedTuple):
    lightness: float
    chroma: float
    hue: float


@dataclass(frozen=True)
class Ground:
    """The surfaces on which one mode prints, and its ink; the same as in tokens.css."""

    paper: str
    raised: str
    sunken: str
    ink: str

    @property
    def surfaces(self) -> tuple[str, ...]:
        return (self.paper, self.raised, self.sunken)


LIGHT = Ground(paper="#fbfaf7", raised="#ffffff", sunken="#f3f0e9", ink="#1c1a17")
DARK = Ground(paper="#171613", raised="#201e1a", sunken="#100f0d", ink="#ece8df")


@dataclass(frozen=True)
class Palette:
    """What one mode needs of the accent; every pair named here has its contrast assured."""

    accent: str  # text and links: 4.5 on every surface and on the wash
    accent_strong: str  # the same under the pointer, further from the paper
    accent_fill: str  # background of the one important button
    on_accent: str  # words on that button: 4.5
    accent_ui: str  # marks, rules, focus: 3 on every surface
    accent_wash: str  # a tint of the paper on which ink keeps 7
    accent_line: str  # decoration only, no contrast promised


def parse_hex(colour: str) -> Rgb:
    """Read ``#rgb`` or ``#rrggbb``; anything else is a ``ValueError``."""
    match = _HEX.fullmatch(colour.strip())
    if match is None:
        message = f"not a hexadecimal colour: {colour!r}"
        raise ValueError(message)
    digits = match[1] if len(match[1]) == 6 else "".join(digit * 2 for digit in match[1])
    return Rgb(*(int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)))


def to_hex(colour: Rgb) -> str:
    return "#" + "".join(f"{round(min(1.0, max(0.0, channel)) * 255):02x}" for channel in colour)


def linear(colour: Rgb) -> Rgb:
    return Rgb(*(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour))


def encoded(colour: Rgb) -> Rgb:
    return Rgb(*(12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in colour))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    red, green, blue = linear(parse_hex(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def to_oklch(colour: str) -> Oklch:
    red, green, blue = linear(parse_hex(colour))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return Oklch(lightness, math.hypot(a, b), math.atan2(b, a))


def _to_linear_rgb(colour: Oklch) -> Rgb:
    a, b = colour.chroma * math.cos(colour.hue), colour.chroma * math.sin(colour.hue)
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return Rgb(
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def from_oklch(colour: Oklch) -> str:
    """The same lightness and hue in sRGB: chroma gives way where the screen cannot follow."""
    low, high = 0.0, colour.chroma
    rgb = _to_linear_rgb(colour)
    if not _in_gamut(rgb):
        for _ in range(16):
            middle = (low + high) / 2
            low, high = (
                (middle, high)
                if _in_gamut(_to_linear_rgb(colour._replace(chroma=middle)))
                else (low, middle)
            )
        rgb = _to_linear_rgb(colour._replace(chroma=low))
    return to_hex(encoded(Rgb(*(min(1.0, max(0.0, channel)) for channel in rgb))))


def _in_gamut(rgb: Rgb) -> bool:
    return all(-0.0005 <= channel <= 1.0005 for channel in rgb)


def readable(accent: Oklch, *, on: tuple[str, ...], at_least: float, darker: bool) -> str:
    """``accent`` moved towards black or white just until it stands out on all of ``on``."""

    def stands_out(colour: str) -> bool:
        return all(contrast(colour, surface) >= at_least + _MARGIN for surface in on)

    return _first(stands_out, _shades(accent, darker=darker))


def _shades(accent: Oklch, *, darker: bool) -> list[str]:
    end = 0.0 if darker else 1.0
    steps = 100
    lightnesses = (
        accent.lightness + (end - accent.lightness) * step / steps for step in range(steps + 1)
    )
    return [from_oklch(accent._replace(lightness=lightness)) for lightness in lightnesses]


def _first(wanted: Callable[[str], bool], colours: list[str]) -> str:
    return next((colour for colour in colours if wanted(colour)), colours[-1])


def palette(accent: str, ground: Ground) -> Palette:
    """Derive what ``ground`` needs from ``accent``."""
    hue = to_oklch(accent)
    on_dark = luminance(ground.paper) < 0.5
    wash = _wash(hue, ground)
    surfaces = (*ground.surfaces, wash)
    # On dark paper a saturated light text glares: soften it.
    voice = hue._replace(chroma=min(hue.chroma, 0.13)) if on_dark else hue
    text = readable(
        voice, on=surfaces, at_least=6.0 if on_dark else TEXT_CONTRAST, darker=not on_dark
    )
    strong = to_oklch(text)
    strong = strong._replace(lightness=strong.lightness + (0.08 if on_dark else -0.08))
    fill, on_fill = _fill(hue, ground)
    return Palette(
        accent=text,
        accent_strong=from_oklch(strong._replace(lightness=min(0.98, max(0.0, strong.lightness)))),
        accent_fill=fill,
        on_accent=on_fill,
        accent_ui=readable(voice, on=surfaces, at_least=UI_CONTRAST, darker=not on_dark),
        accent_wash=wash,
        accent_line=from_oklch(Oklch(0.42 if on_dark else 0.84, min(hue.chroma, 0.07), hue.hue)),
    )


def _wash(hue: Oklch, ground: Ground) -> str:
    """A breath of the accent in the paper, on which ink still reads at seven to one."""
    paper = to_oklch(ground.paper)
    shift = 0.045 if paper.lightness < 0.5 else -0.025
    return from_oklch(Oklch(paper.lightness + shift, min(hue.chroma, 0.014), hue.hue))


def _fill(hue: Oklch, ground: Ground) -> tuple[str, str]:
    """A button's background that stands out from the paper, and white or black words upon it."""
    on_dark = luminance(ground.paper) < 0.5
    fill = readable(hue, on=ground.surfaces, at_least=UI_CONTRAST, darker=not on_dark)
    words = max(("#ffffff", "#14120f"), key=lambda colour: contrast(colour, fill))
    if contrast(words, fill) < TEXT_CONTRAST + _MARGIN:
        fill = readable(
            to_oklch(fill), on=(words,), at_least=TEXT_CONTRAST, darker=words == "#ffffff"
        )
    return fill, words


@lru_cache(maxsize=64)
def stylesheet(accent: str) -> str:
    """The style sheet that paints a conference: its custom properties for light and for dark."""
    try:
        parse_hex(accent)
    except ValueError:
        accent = DEFAULT_ACCENT
    light, dark = _rules(palette(accent, LIGHT)), _rules(palette(accent, DARK))
    return (
        f":root{{{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
        # Whoever chose a mode in the admin keeps it whatever the system says.
        f"html[data-theme=light]{{{light}}}\n"
        f"html[data-theme=dark]{{{dark}}}\n"
        f"@media print{{:root{{{light}}}}}\n"
    )


@lru_cache(maxsize=64)
def paper_stylesheet(accent: str) -> str:
    """The same for a sheet of paper, which knows no dark mode."""
    return f":root{{{_rules(palette(accent, LIGHT))}}}"


def _rules(colours: Palette) -> str:
    return ";".join(f"--{name.replace('_', '-')}:{value}" for name, value in vars(colours).items())
