"""The whole draft as those see it who look for what is wrong: read at once, in eight queries."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import formats, timezone

from conference.models import Conference, TravelTime
from programme import bookings
from programme.models import Participation, Slot, Talk
from speakers.models import Speaker, Unavailability


class DraftPicture:
    """The slots by time, and what belongs to them."""

    def __init__(self, conference: Conference) -> None:
        self.conference = conference
        self.zone = conference.zone
        self.slots = list(
            Slot.objects.draft()
            .filter(session__conference=conference)
            .select_related("session", "room__venue")
            .order_by("starts_at", "pk")
        )
        self.talks = grouped(
            Talk.objects.filter(session__conference=conference).order_by("position", "pk")
        )
        self.parts = grouped(
            Participation.objects.filter(session__conference=conference)
            .select_related("speaker")
            .order_by("position", "pk")
        )
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

    def by_speaker(self) -> dict[Speaker, list[Slot]]:
        """The slots of each speaker in their order, a session with several parts once."""
        found: dict[Speaker, list[Slot]] = defaultdict(list)
        for slot in self.slots:
            speakers = {part.speaker for part in self.parts[slot.session_id]}
            for speaker in sorted(speakers, key=lambda speaker: speaker.pk):
                found[speaker].append(slot)
        return found

    def when(self, slot: Slot) -> str:
        """“6 February 09:00–10:30”, where the conference takes place."""
        starts_at, ends_at = (self.local(instant) for instant in (slot.starts_at, slot.ends_at))
        day = formats.date_format(starts_at, "j F")
        return f"{day} {starts_at:%H:%M}–{ends_at:%H:%M}"

    def local(self, instant: datetime) -> datetime:
        return timezone.localtime(instant, self.zone)


def grouped(rows: "models.QuerySet[Any]", by: str = "session_id") -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, by)].append(row)
    return found
