"""The released programme as pages and feeds show it: slots by day, by time, on a grid."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from conference.models import Conference
from programme.models import Participation, Release, Room, Slot, SlotQuerySet, Talk

# What static/css/grid.css has classes for.
STEP = timedelta(minutes=5)
FIRST_ROW, LAST_ROW, LONGEST_SPAN, LAST_COLUMN = 2, 219, 144, 16


def current_release(conference: Conference) -> Release | None:
    """What is public, without the long list of its differences."""
    return conference.releases.filter(is_current=True).defer("changes").first()


def public_slots(conference: Conference, slots: SlotQuerySet | None = None) -> list[Slot]:
    """Everything that is public of ``conference``, or those of ``slots``, in reading order.

    Two queries whatever their number; each knows its conference without asking.
    """
    chosen = Slot.objects.all() if slots is None else slots
    found = chosen.public().filter(release__conference=conference).for_schedule()
    return [belonging(slot, conference) for slot in found]


def belonging(slot: Slot, conference: Conference) -> Slot:
    """``slot`` whose session, theme and speakers know ``conference`` for their addresses."""
    slot.session.conference = conference
    if slot.session.theme:
        slot.session.theme.conference = conference
    for part in slot.session.participations.all():
        part.speaker.conference = conference
    return slot


@dataclass(frozen=True, slots=True)
class Time:
    """What starts together."""

    starts_at: datetime
    slots: list[Slot]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the programme where the conference takes place."""

    date: date
    times: list[Time]

    @property
    def anchor(self) -> str:
        return f"day-{self.date:%Y-%m-%d}"

    @property
    def slots(self) -> list[Slot]:
        return [slot for time in self.times for slot in time.slots]


def days(slots: Iterable[Slot], zone: ZoneInfo) -> list[Day]:
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


def local_date(slot: Slot, zone: ZoneInfo) -> date:
    return slot.starts_at.astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class Cell:
    """A slot at its place on the grid, in class names: a strict policy allows no inline style."""

    slot: Slot
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
            columns[slot.room_id],
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


# --- One session -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TalkEntry:
    """A talk with those who give it."""

    talk: Talk
    parts: list[Participation]


def talks(slot: Slot) -> list[TalkEntry]:
    """The talks of a session in order; one query, the speakers are known already."""
    parts = slot.session.participations.all()
    return [
        TalkEntry(talk, [part for part in parts if part.talk_id == talk.pk])
        for talk in slot.session.talks.order_by("position", "pk")
    ]


def roles(slot: Slot) -> list[tuple[str, list[Participation]]]:
    """Who has a part in the session as a whole, by role: chair, moderator, panellists."""
    found: dict[str, list[Participation]] = {}
    for part in slot.session.participations.all():
        if part.talk_id is None:
            found.setdefault(part.get_role_display(), []).append(part)
    return list(found.items())


@dataclass(frozen=True, slots=True)
class Neighbours:
    previous: Slot | None
    following: Slot | None
    parallel: Sequence[Slot]


def neighbours(slot: Slot, conference: Conference) -> Neighbours:
    """What comes before, after and at the same time; breaks are passed over."""
    others = (
        Slot.objects.public()
        .filter(release=slot.release_id)
        .exclude(pk=slot.pk)
        .exclude(session__kind="break")
        .select_related("session", "room")
    )
    parallel = others.filter(starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at)
    result = Neighbours(
        others.filter(ends_at__lte=slot.starts_at).order_by("-starts_at", "-pk").first(),
        others.filter(starts_at__gte=slot.ends_at).order_by("starts_at", "pk").first(),
        list(parallel.order_by("starts_at", "room__position", "pk")),
    )
    for other in (result.previous, result.following, *result.parallel):
        if other:
            other.session.conference = conference
    return result
