"""The released programme under day and time headings, and where each session stands on a grid.

One markup serves both: the grid is the same list, laid out by class names at wide widths (a strict
policy allows no inline style).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.safestring import SafeString

from conference.models import Conference
from programme.models import Session
from programme.released import ReleasedSlot
from programme.rows import Row, RowMaker, clock

# What static/css/grid.css has classes for.
STEP = timedelta(minutes=5)
FIRST_ROW, LAST_ROW, LONGEST_SPAN, LAST_COLUMN = 2, 219, 144, 16
# What is for everybody stretches over all rooms when nothing else happens meanwhile.
COMMON = {
    Session.Kind.BREAK,
    Session.Kind.CEREMONY,
    Session.Kind.CLOSING,
    Session.Kind.OPENING,
    Session.Kind.PLENARY,
}


@dataclass(slots=True)
class Time:
    """What starts together."""

    starts_at: str
    clock: str
    rows: list[Row]
    place: str = ""


@dataclass(slots=True)
class Day:
    """One day of the programme where the conference takes place."""

    date: date
    heading: str
    times: list[Time]
    # Names of the rooms above their columns, when it is drawn as a grid.
    columns: list[tuple[int, SafeString]] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"day-{self.date:%Y-%m-%d}"


def days(
    slots: Iterable[ReleasedSlot],
    conference: Conference,
    maker: RowMaker | None = None,
    *,
    as_grid: bool = False,
) -> list[Day]:
    """``slots`` in reading order under day and time headings, each day as a grid where it can be."""
    maker = maker or RowMaker(conference)
    zone = conference.zone
    found = []
    for day, of_day in groupby(slots, key=lambda slot: local_date(slot, zone)):
        together = list(of_day)
        grid = Grid.of(together, zone) if as_grid else None
        found.append(
            Day(
                day,
                date_format(day, "l j F Y"),
                [
                    time_of(starts_at.astimezone(zone), list(group), maker, grid)
                    for starts_at, group in groupby(together, key=lambda slot: slot.starts_at)
                ],
                grid.columns(maker) if grid else [],
            )
        )
    return found


def time_of(
    starts_at: datetime, slots: list[ReleasedSlot], maker: RowMaker, grid: "Grid | None"
) -> Time:
    rows = [maker.row(slot) for slot in slots]
    if grid:
        for slot, row in zip(slots, rows, strict=True):
            row.place = grid.place(slot)
    place = f"g-row-{grid.row(starts_at)}" if grid else ""
    return Time(starts_at.isoformat(), clock(starts_at), rows, place)


def local_date(slot: ReleasedSlot, zone: ZoneInfo) -> date:
    return slot.starts_at.astimezone(zone).date()


class Grid:
    """One day with its rooms as columns and five minutes a row."""

    def __init__(self, slots: list[ReleasedSlot], zone: ZoneInfo) -> None:
        self.slots = slots
        self.common = {slot.pk for slot in slots if self.is_common(slot)}
        # A hall in which one only takes coffee needs no column.
        apart = {slot.room for slot in slots if slot.pk not in self.common}
        rooms = apart or {slot.room for slot in slots}
        self.rooms = sorted(rooms, key=lambda room: (room.position, room.pk))
        self.numbers = {room.pk: number for number, room in enumerate(self.rooms, start=2)}
        first = min(slot.starts_at for slot in slots).astimezone(zone)
        self.first = first - timedelta(minutes=first.minute % 30)
        self.last = max(slot.ends_at for slot in slots)

    @classmethod
    def of(cls, slots: list[ReleasedSlot], zone: ZoneInfo) -> "Grid | None":
        """``None`` when the day has more rooms or hours than one can be drawn with."""
        grid = cls(slots, zone)
        is_too_wide = len(grid.rooms) > LAST_COLUMN - 1
        is_too_long = FIRST_ROW + steps(grid.first, grid.last) > LAST_ROW
        return None if is_too_wide or is_too_long else grid

    def is_common(self, slot: ReleasedSlot) -> bool:
        return slot.session.kind in COMMON and not any(
            other is not slot and other.overlaps(slot) for other in self.slots
        )

    def row(self, instant: datetime) -> int:
        return FIRST_ROW + steps(self.first, instant)

    def place(self, slot: ReleasedSlot) -> str:
        """Class names of its column, its row and how far it reaches."""
        span = min(LONGEST_SPAN, max(1, steps(slot.starts_at, slot.ends_at)))
        column = "all" if slot.pk in self.common else self.numbers[slot.room.pk]
        return f"g-col-{column} g-row-{self.row(slot.starts_at)} g-span-{span}"

    def columns(self, maker: RowMaker) -> list[tuple[int, SafeString]]:
        return [(self.numbers[room.pk], maker.room(room)) for room in self.rooms]


def steps(start: datetime, end: datetime) -> int:
    return int((end - start) // STEP)
