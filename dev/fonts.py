"""Make the fonts of static/fonts/pdf from the npm packages' web fonts, once, when a font changes.

WeasyPrint would decode each woff2 anew for every document (five seconds with Chinese), so that
paper gets plain TrueType: one file per weight, Latin, Greek, Cyrillic and Vietnamese merged. The
licence reserves the name “Source”: what is modified here is called Colloque.

    npm pack @fontsource-variable/source-serif-4 @fontsource-variable/inter \\
        @fontsource-variable/noto-sans-arabic @fontsource/noto-sans-sc   # and unpack each
    python -m dev.fonts <folder with the four unpacked packages>
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

TARGET = Path(__file__).parents[1] / "static/fonts/pdf"
SCRIPTS = ("latin", "latin-ext", "greek", "greek-ext", "cyrillic", "vietnamese")
NARROW_NO_BREAK_SPACE = 0x202F

# Family, style, file pattern, and where on the axes the instance stands.
MERGED = [
    ("sans", "Regular", "*inter-{script}-wght-normal.woff2", {"wght": 400}),
    ("sans", "SemiBold", "*inter-{script}-wght-normal.woff2", {"wght": 600}),
    ("sans", "Bold", "*inter-{script}-wght-normal.woff2", {"wght": 700}),
    ("serif", "Regular", "*source-serif-4-{script}-opsz-normal.woff2", {"wght": 400, "opsz": 20}),
    ("serif", "Display", "*source-serif-4-{script}-opsz-normal.woff2", {"wght": 400, "opsz": 48}),
    ("serif", "SemiBold", "*source-serif-4-{script}-opsz-normal.woff2", {"wght": 600, "opsz": 32}),
    ("serif", "Italic", "*source-serif-4-{script}-wght-italic.woff2", {"wght": 400}),
]
SINGLE = [
    ("arabic", "Regular", "*noto-sans-arabic-arabic-wght-normal.woff2", {"wght": 400}),
    ("arabic", "Bold", "*noto-sans-arabic-arabic-wght-normal.woff2", {"wght": 700}),
    ("han", "Medium", "*noto-sans-sc-chinese-simplified-500-normal.woff2", {}),
]


def main(source: Path) -> None:
    TARGET.mkdir(exist_ok=True)
    for family, style, pattern, axes in MERGED:
        found = [next(source.rglob(pattern.format(script=script)), None) for script in SCRIPTS]
        save(merged([path for path in found if path], axes), family, style)
    for family, style, pattern, axes in SINGLE:
        save(instance(next(source.rglob(pattern)), axes), family, style)


def instance(path: Path, axes: Mapping[str, float]) -> TTFont:
    """One static font out of a variable one, without what only browsers read."""
    font = TTFont(path)
    if axes:
        font = instantiateVariableFont(font, axes)
    font.flavor = None
    for table in ("STAT", "avar", "HVAR", "MVAR", "DSIG", "gasp"):
        if table in font:
            del font[table]
    return font


def merged(paths: list[Path], axes: Mapping[str, float]) -> TTFont:
    with TemporaryDirectory() as folder:
        files = []
        for number, path in enumerate(paths):
            files.append(f"{folder}/{number}.ttf")
            instance(path, axes).save(files[-1])
        font = Merger().merge(files)
    add_narrow_space(font)
    return font


def add_narrow_space(font: TTFont) -> None:
    """French sets it before its punctuation, and neither family has it: a fifth of an em."""
    name = "uni202F"
    if NARROW_NO_BREAK_SPACE in font.getBestCmap():
        return
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"][name] = font["glyf"][font.getBestCmap()[0x20]]
    font["hmtx"][name] = (font["head"].unitsPerEm // 5, 0)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[NARROW_NO_BREAK_SPACE] = name


def save(font: TTFont, family: str, style: str) -> None:
    names = {1: f"Colloque {family}", 2: style, 4: f"Colloque {family} {style}"}
    names |= {6: f"Colloque-{family}-{style}", 16: f"Colloque {family}", 17: style}
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    font.save(TARGET / f"{family}-{style.lower()}.ttf")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
