"""The released programme as pages and feeds show it: slots by day, by time, on a grid."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from programme.models import Room
from programme.released import ReleasedSlot

# What static/css/grid.css has classes for.
STEP = timedelta(minutes=5)
FIRST_ROW, LAST_ROW, LONGEST_SPAN, LAST_COLUMN = 2, 219, 144, 16


@dataclass(frozen=True, slots=True)
class Time:
    """What starts together."""

    starts_at: datetime
    slots: list[ReleasedSlot]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the programme where the conference takes place."""

    date: date
    times: list[Time]

    @property
    def anchor(self) -> str:
        return f"day-{self.date:%Y-%m-%d}"

    @property
    def slots(self) -> list[ReleasedSlot]:
        return [slot for time in self.times for slot in time.slots]


def days(slots: Iterable[ReleasedSlot], zone: ZoneInfo) -> list[Day]:
    """``slots`` in reading order under day and time headings."""
    return [
        Day(
            day,
            [
                Time(starts_at, list(together))
                for starts_at, together in groupby(of_day, key=lambda slot: slot.starts_at)
            ],
        )
        for day, of_day in groupby(slots, key=lambda slot: local_date(slot, zone))
    ]


def local_date(slot: ReleasedSlot, zone: ZoneInfo) -> date:
    return slot.starts_at.astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class Cell:
    """A slot at its place on the grid, in class names: a strict policy allows no inline style."""

    slot: ReleasedSlot
    column: int
    row: int
    span: int


@dataclass(frozen=True, slots=True)
class Hour:
    starts_at: datetime
    row: int


@dataclass(frozen=True, slots=True)
class Grid:
    """One day with its rooms as columns and five minutes a row."""

    day: Day
    rooms: list[tuple[int, Room]]
    hours: list[Hour]
    cells: list[Cell]


def grid(day: Day, zone: ZoneInfo) -> Grid | None:
    """The day as a grid; ``None`` when it has more rooms or hours than one can be drawn with."""
    rooms = sorted({slot.room for slot in day.slots}, key=lambda room: (room.position, room.pk))
    columns = {room.pk: number for number, room in enumerate(rooms, start=2)}
    first = min(slot.starts_at for slot in day.slots).astimezone(zone).replace(minute=0, second=0)
    last = max(slot.ends_at for slot in day.slots)
    if len(rooms) > LAST_COLUMN - 1 or FIRST_ROW + steps(first, last) > LAST_ROW:
        return None
    cells = [
        Cell(
            slot,
            columns[slot.room.pk],
            FIRST_ROW + steps(first, slot.starts_at),
            min(LONGEST_SPAN, max(1, steps(slot.starts_at, slot.ends_at))),
        )
        for slot in day.slots
    ]
    count = -(-steps(first, last) // 12)
    hours = [Hour(first + timedelta(hours=n), FIRST_ROW + 12 * n) for n in range(count)]
    return Grid(day, [(columns[room.pk], room) for room in rooms], hours, cells)


def steps(start: datetime, end: datetime) -> int:
    return int((end - start) // STEP)
