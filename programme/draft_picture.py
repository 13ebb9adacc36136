"""The whole draft as those see it who look for what is wrong: read at once, in seven queries."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import formats, timezone
from django.utils.functional import cached_property

from conference.models import Conference, TravelTime
from programme import bookings
from programme.models import Participation, Room, Slot, Talk
from speakers.models import Speaker, Unavailability

TALK = ("session_id", "minutes", "title_fr", "title_en", "abstract_fr", "abstract_en")
PART = ("session_id", "speaker_id", "role")
SPEAKER = ("given_name", "family_name", "state")


class DraftPicture:
    """The slots by time, and what belongs to them."""

    def __init__(self, conference: Conference) -> None:
        self.conference = conference
        self.zone = conference.zone
        self.slots = list(
            Slot.objects.draft()
            .filter(session__conference=conference)
            .select_related("session")
            .order_by("starts_at", "pk")
        )
        rooms = Room.objects.in_bulk({slot.room_id for slot in self.slots})
        for slot in self.slots:
            slot.room = rooms[slot.room_id]
        # Plain rows of what is looked at: there are thousands of them.
        talks = Talk.objects.filter(session__conference=conference).order_by("position", "pk")
        self.talks = grouped(talks.values_list(*TALK, named=True))
        parts = Participation.objects.filter(session__conference=conference)
        self.parts = grouped(parts.values_list(*PART, named=True).order_by("position", "pk"))
        taking_part = Speaker.objects.filter(participations__session__conference=conference)
        self.speakers = {speaker.pk: speaker for speaker in taking_part.only(*SPEAKER).distinct()}
        self.away = grouped(
            Unavailability.objects.filter(speaker__conference=conference).order_by("starts_at"),
            by="speaker_id",
        )
        self.seats = bookings.seats(conference)
        self.travel = {
            frozenset((one, other)): minutes
            for one, other, minutes in TravelTime.objects.values_list("one", "other", "minutes")
        }
        self.longest_way = timedelta(minutes=max([TravelTime.DEFAULT, *self.travel.values()]))

    def way(self, one: Slot, other: Slot) -> timedelta:
        """How long people need between the two rooms: nothing inside one venue."""
        venues = {slot.room.venue_id or self.conference.venue_id for slot in (one, other)}
        if len(venues) == 1:
            return timedelta()
        return timedelta(minutes=self.travel.get(frozenset(venues), TravelTime.DEFAULT))

    @cached_property
    def by_speaker(self) -> list[tuple[Speaker, list[Slot]]]:
        """The slots of each speaker in their order, a session with several parts once."""
        found: dict[int, list[Slot]] = defaultdict(list)
        for slot in self.slots:
            for speaker in sorted({part.speaker_id for part in self.parts[slot.session_id]}):
                found[speaker].append(slot)
        # Somebody may have been taken out of the programme between two of the queries.
        known = self.speakers
        return [(known[speaker], slots) for speaker, slots in found.items() if speaker in known]

    def when(self, slot: Slot) -> str:
        """“6 February 09:00–10:30”, where the conference takes place."""
        starts_at, ends_at = (self.local(instant) for instant in (slot.starts_at, slot.ends_at))
        day = formats.date_format(starts_at, "j F")
        return f"{day} {starts_at:%H:%M}–{ends_at:%H:%M}"

    def local(self, instant: datetime) -> datetime:
        return timezone.localtime(instant, self.zone)


def grouped(
    rows: "models.QuerySet[Any, Any]", by: str = "session_id"
) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, by)].append(row)
    return found
