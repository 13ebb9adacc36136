"""What the screens at the doors and in the foyer show: what is on, what comes next.

A screen is sent more than it shows: all that is still to come that day, so that it moves on by its
own clock while the network is away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from conference.models import Conference
from programme import bookings, released
from programme.bookings import Seats
from programme.models import Room, Slot
from programme.released import ReleasedSlot
from speakers.models import Speaker

# Places left change without a release: no screen shows older ones.
PLACES_KNOWN = timedelta(minutes=1)
PEOPLE_NAMED = 5
# From so many characters on, a title is set in smaller type, so that the screen holds it.
LONG_TITLE, VERY_LONG_TITLE = 60, 120


@dataclass(frozen=True, slots=True)
class Entry:
    """One session as a screen shows it."""

    slot: ReleasedSlot
    seats: Seats | None
    is_another_day: bool

    @property
    def starts(self) -> int:
        """For the screen's own clock: milliseconds, as its browser counts."""
        return milliseconds(self.slot.starts_at)

    @property
    def ends(self) -> int:
        return milliseconds(self.slot.ends_at)

    @property
    def people(self) -> list[Speaker]:
        return self.slot.session.people[:PEOPLE_NAMED]

    @property
    def others(self) -> int:
        """How many more take part than are named."""
        return max(len(self.slot.session.people) - PEOPLE_NAMED, 0)

    @property
    def length(self) -> str:
        session = self.slot.session
        longest = max(len(session.title_fr), len(session.title_en))
        if longest >= VERY_LONG_TITLE:
            return "very-long"
        return "long" if longest >= LONG_TITLE else "short"


@dataclass(frozen=True, slots=True)
class Door:
    """One room: what is on in it, what comes next, and what its screen keeps for later."""

    room: Room
    entries: list[Entry]
    at: datetime

    @property
    def now(self) -> Entry | None:
        return next((entry for entry in self.entries if entry.slot.starts_at <= self.at), None)

    @property
    def following(self) -> Entry | None:
        return next((entry for entry in self.entries if entry.slot.starts_at > self.at), None)

    @property
    def later(self) -> list[Entry]:
        return [entry for entry in self.entries if entry not in (self.now, self.following)]


def doors(conference: Conference, at: datetime, room: Room | None = None) -> list[Door]:
    """Each room (``room`` alone) with what is on at ``at`` and what comes until the day is over.

    When nothing is left of today, it is the next day on which there is something.
    """
    slots = upcoming(conference, at, room)
    seats = bookings.seats(conference) if any(map(is_booked, slots)) else {}
    today = at.astimezone(conference.zone).date()
    found: dict[int, Door] = {room.pk: Door(room, [], at)} if room else {}
    for slot in sorted(slots, key=lambda slot: (slot.room.position, slot.room.pk, slot.starts_at)):
        door = found.setdefault(slot.room.pk, Door(slot.room, [], at))
        entry = Entry(slot, seats.get(slot.session.pk), is_another_day=slot.day() != today)
        door.entries.append(entry)
    return list(found.values())


def upcoming(conference: Conference, at: datetime, room: Room | None) -> list[ReleasedSlot]:
    """What is not over at ``at``, to the end of the first day that has any of it."""

    def left(found: "QuerySet[Slot]") -> "QuerySet[Slot]":
        found = found.filter(ends_at__gt=at)
        return found.filter(room=room) if room else found

    public = Slot.objects.public().filter(release__conference=conference)
    first = left(public).order_by("starts_at").values_list("starts_at", flat=True).first()
    if first is None:
        return []
    day = max(first, at).astimezone(conference.zone).date() + timedelta(days=1)
    midnight = datetime.combine(day, time(), conference.zone)
    return released.slots(conference, lambda found: left(found).filter(starts_at__lt=midnight))


def is_booked(slot: ReleasedSlot) -> bool:
    return slot.session.access == "booking"


def true_until(found: Iterable[Door], at: datetime) -> datetime | None:
    """When the first of ``found`` has to change, by the clock or because seats are taken."""
    instants = [
        instant
        for door in found
        for entry in door.entries
        for instant in (entry.slot.starts_at, entry.slot.ends_at)
        if instant > at
    ]
    if any(entry.seats for door in found for entry in door.entries):
        instants.append(timezone.now() + PLACES_KNOWN)
    return min(instants, default=None)


def milliseconds(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)
