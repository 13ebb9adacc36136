"""Name tents: A4 folded along its middle, the name on both faces, each the right way up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from conference import pdf
from conference.metrics import fitting
from conference.models import Conference
from programme.paper.doors import DISPLAY
from programme.paper.sheets import context_of, languages_of
from speakers.models import Speaker

STYLES = ("css/pdf/tokens.css", "css/pdf/tents.css")
TEXT_WIDTH = 257.0 * pdf.POINTS
NAME_SIZES = (96, 88, 80, 72, 64, 56, 48, 42, 36, 30, 24)
TWO_LINES_AT_MOST = 56  # so that a face keeps room for the affiliation


@dataclass(frozen=True, slots=True)
class Tent:
    speaker: Speaker
    lines: list[str]
    size: int


def tent_of(speaker: Speaker) -> Tent:
    """The name on one line while it is large there, else on two."""
    name = speaker.full_name
    size, lines = fitting(name, DISPLAY, width=TEXT_WIDTH, sizes=NAME_SIZES, lines=1)
    if size < TWO_LINES_AT_MOST:
        sizes = [size for size in NAME_SIZES if size <= TWO_LINES_AT_MOST]
        size, lines = fitting(name, DISPLAY, width=TEXT_WIDTH, sizes=sizes, lines=2)
    return Tent(speaker, lines, size)


def render(conference: Conference, speakers: Iterable[Speaker], *, language: str) -> bytes:
    languages: Sequence[str] = languages_of(language)
    tents = [tent_of(speaker) for speaker in speakers]
    return pdf.render_pdf(
        "programme/pdf/tents.html",
        context_of(conference, languages) | {"tents": tents},
        language=languages[0],
        stylesheets=STYLES,
    )
