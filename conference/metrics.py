"""How wide a text is on paper, so that what is too long is set smaller before it is printed."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont

# A family as the style sheets list it: the first font that has the character draws it.
SANS_BOLD = ("fonts/pdf/sans-bold.ttf", "fonts/pdf/arabic-bold.ttf", "fonts/pdf/han-medium.ttf")
SANS = ("fonts/pdf/sans-regular.ttf", "fonts/pdf/arabic-regular.ttf", "fonts/pdf/han-medium.ttf")
# What no font of ours has is drawn by one of the system's, never wider than this.
UNKNOWN = 1.35


@lru_cache(maxsize=16)
def advances(font: str) -> dict[int, float]:
    """The width of each character of a static font file, in units of its size."""
    path = finders.find(font)
    assert isinstance(path, str), font
    with TTFont(path, lazy=True) as file:
        unit = file["head"].unitsPerEm
        widths = file["hmtx"].metrics
        return {code: widths[glyph][0] / unit for code, glyph in file.getBestCmap().items()}


@lru_cache(maxsize=16)
def widths_in(family: tuple[str, ...]) -> dict[str, float]:
    merged: dict[int, float] = {}
    for font in reversed(family):
        merged |= advances(font)
    return {chr(code): width for code, width in merged.items()}


def width_of(text: str, family: tuple[str, ...]) -> float:
    """The width of ``text`` in units of its size, without kerning and joining, which narrow it."""
    widths = widths_in(family)
    return sum([widths[letter] if letter in widths else unknown(letter) for letter in text])


def unknown(letter: str) -> float:
    """A mark that sits on another letter takes no room."""
    return 0.0 if unicodedata.category(letter) in {"Mn", "Me", "Cf"} else UNKNOWN


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, or a part of one up to its hyphen: what stays on one line."""

    text: str
    width: float
    gap: float  # before it, unless it starts a line


def pieces_of(text: str, family: tuple[str, ...]) -> list[Piece]:
    space = width_of(" ", family)
    return [
        Piece(part, width_of(part, family), space if number == 0 else 0.0)
        for word in text.split()
        for number, part in enumerate(filter(None, re.split(r"(?<=-)(?=.)", word)))
    ]


def lines_of(pieces: Iterable[Piece], width: float) -> list[str]:
    """The pieces put on as few lines as they need, in order."""
    lines: list[str] = []
    room = 0.0
    for piece in pieces:
        if lines and piece.gap + piece.width <= room:
            lines[-1] += f"{' ' if piece.gap else ''}{piece.text}"
            room -= piece.gap + piece.width
        else:
            lines.append(piece.text)
            room = width - piece.width
    return lines


def broken(piece: Piece, family: tuple[str, ...], width: float) -> Iterator[Piece]:
    """The letters of a piece that is wider than a line, each free to start one."""
    if piece.width <= width:
        yield piece
        return
    for number, letter in enumerate(piece.text):
        yield Piece(letter, width_of(letter, family), 0.0 if number else piece.gap)


def fitting(
    text: str, family: tuple[str, ...], *, width: float, sizes: Sequence[int], lines: int
) -> tuple[int, list[str]]:
    """The largest of ``sizes`` (in the unit of ``width``) at which ``text`` takes no more than
    ``lines``, and these; words are broken at the last size alone, and the rest is cut there."""
    pieces = pieces_of(text, family)
    widest = max((piece.width for piece in pieces), default=0.0)
    for size in sizes:
        if widest * size <= width and len(found := lines_of(pieces, width / size)) <= lines:
            return size, found
    room = width / sizes[-1]
    letters = [letter for piece in pieces for letter in broken(piece, family, room)]
    return sizes[-1], lines_of(letters, room)[:lines]
