"""Door sheets: what happens in a room on a day, on A3, to be read by people who walk past."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from conference import pdf
from conference.metrics import fitting
from conference.models import Conference
from programme.models import Room
from programme.paper import words
from programme.paper.days import days_of
from programme.paper.sheets import context_of, languages_of
from programme.released import ReleasedSlot

STYLES = ("css/pdf/tokens.css", "css/pdf/doors.css")
DISPLAY = (
    "fonts/pdf/serif-display.ttf",
    "fonts/pdf/arabic-regular.ttf",
    "fonts/pdf/han-medium.ttf",
)
TEXT_WIDTH = 251.0 * pdf.POINTS
NAME_SIZES = (120, 108, 96, 84, 72, 64, 56, 48, 40)
# So many sessions at most at each size of type; more go on in the smallest, on a second sheet.
SCALES = ((4, "large"), (7, "medium"), (11, "small"))


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    language: str
    size: int


@dataclass(frozen=True, slots=True)
class DoorSheet:
    day: date
    room: Room
    slots: list[ReleasedSlot]
    languages: Sequence[str]

    @property
    def names(self) -> list[Line]:
        """The room's name in each language, as large as it fits; on a full day on one line."""
        found = words.texts(self.languages, self.room, "name")
        sizes = [self.size_of(name) for _code, name in found]
        return [
            # The second language is never larger than two thirds of the first.
            Line(name, code, size if number == 0 else min(size, sizes[0] * 2 // 3))
            for number, ((code, name), size) in enumerate(zip(found, sizes, strict=True))
        ]

    def size_of(self, name: str) -> int:
        lines = 2 if self.scale == "large" else 1
        size, _lines = fitting(name, DISPLAY, width=TEXT_WIDTH, sizes=NAME_SIZES, lines=lines)
        return size

    @property
    def scale(self) -> str:
        return next((name for most, name in SCALES if len(self.slots) <= most), "smallest")


def sheets_of(
    slots: Iterable[ReleasedSlot], conference: Conference, languages: Sequence[str]
) -> list[DoorSheet]:
    """One for each day and each room in use on it, in order."""
    found = []
    for day in days_of(slots, conference.zone):
        by_room: dict[int, list[ReleasedSlot]] = {}
        for slot in day.slots:
            by_room.setdefault(slot.room.pk, []).append(slot)
        rooms = sorted(
            (together[0].room for together in by_room.values()),
            key=lambda room: (room.position, room.pk),
        )
        found += [DoorSheet(day.date, room, by_room[room.pk], languages) for room in rooms]
    return found


def render(conference: Conference, slots: Iterable[ReleasedSlot], *, language: str) -> bytes:
    """A PDF with a sheet for each room and day of ``slots``."""
    languages = languages_of(language)
    sheets = sheets_of(slots, conference, languages)
    return pdf.render_pdf(
        "programme/pdf/doors.html",
        context_of(conference, languages) | {"sheets": sheets},
        language=languages[0],
        stylesheets=STYLES,
    )
