"""The released programme as a book reads it: day after day, what starts together together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from programme.released import ReleasedSlot


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


def days_of(slots: Iterable[ReleasedSlot], zone: ZoneInfo) -> list[Day]:
    """``slots``, which are in reading order, under their days and times."""
    return [
        Day(
            day,
            [
                Time(starts_at, list(together))
                for starts_at, together in groupby(of_day, key=lambda slot: slot.starts_at)
            ],
        )
        for day, of_day in groupby(slots, key=lambda slot: slot.starts_at.astimezone(zone).date())
    ]
