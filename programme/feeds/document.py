"""The released programme in the terms of the c3voc schedule format, version 1.

One dictionary for both files: ``json_file.py`` prints it as it stands, ``xml_file.py`` turns it
into elements. The format has one language a file and no cancelled event, no nested talks and no
roles; what it does not carry is left out rather than hidden in a field made for something else.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from conference.i18n import text_of
from conference.models import Conference
from programme.files import PublicFile
from programme.models import Release, Room, Theme
from programme.released import ReleasedSession, ReleasedSlot
from speakers.models import Speaker

GENERATOR = {"name": "Colloque", "version": "1"}
TIMESLOT = "00:05"

# What the schema takes: a zone with an area, a slug of two characters or more.
ZONE = re.compile(r"[A-Z][a-z]+/[A-Z][a-z]+|UTC$")
SLUG = re.compile(r"[a-z0-9_-]+[a-z0-9]")
PDF = "application/pdf"
LARGEST_NUMBER = 2**31 - 1

type Json = dict[str, Any]


def document(
    conference: Conference,
    release: Release,
    slots: Iterable[ReleasedSlot],
    files: Mapping[int, Sequence[PublicFile]] | None = None,
) -> Json:
    """Everything that both files say, in the active language, ready for ``json.dumps``.

    ``files`` are those that anybody may read, by the session's key.
    """
    return Document(conference, release, list(slots), files or {}).build()


class Document:
    """One file in the making, with what its events share made once."""

    def __init__(
        self,
        conference: Conference,
        release: Release,
        slots: list[ReleasedSlot],
        files: Mapping[int, Sequence[PublicFile]],
    ) -> None:
        self.conference, self.release, self.slots = conference, release, slots
        self.files = files
        self.zone = conference.zone
        self.home = settings.SITE_URL + conference.get_absolute_url()
        self.acronym = acronym(conference.slug)
        self.rooms = rooms_by_key(slots)
        self.room_names = unique_names(self.rooms.values())
        self.speaker_base = settings.SITE_URL + base_of("speakers:detail", conference)
        self.numbers = numbers(slot.session.guid for slot in slots)
        self.people: dict[int, Json] = {}

    def build(self) -> Json:
        days = self.days()
        schedule_url = settings.SITE_URL + reverse(
            "programme:schedule", args=[self.conference.slug]
        )
        conference: Json = {
            "acronym": self.acronym,
            "title": str(text_of(self.conference, "name")),
            "description": str(text_of(self.conference, "summary")),
            "start": self.conference.starts_on.isoformat(),
            "end": self.conference.ends_on.isoformat(),
            "daysCount": len(days),
            "timeslot_duration": TIMESLOT,
            "url": schedule_url,
            "rooms": [self.room(room) for room in self.rooms.values()],
            "tracks": [track(theme) for theme in themes_of(self.conference)],
            "days": days,
        }
        if ZONE.match(self.conference.time_zone):
            conference["time_zone_name"] = self.conference.time_zone
        return {
            "url": schedule_url,
            "version": self.release.version,
            "base_url": self.home,
            "conference": conference,
        }

    def days(self) -> list[Json]:
        """Each day of the conference, and any other on which something happens."""
        of_day: dict[date, list[ReleasedSlot]] = {}
        for slot in self.slots:
            of_day.setdefault(slot.starts_at.astimezone(self.zone).date(), []).append(slot)
        first, last = self.conference.starts_on, self.conference.ends_on
        announced = {first + timedelta(days=n) for n in range((last - first).days + 1)}
        return [
            self.day(index, day, of_day.get(day, []))
            for index, day in enumerate(sorted(announced | of_day.keys()), start=1)
        ]

    def day(self, index: int, day: date, slots: list[ReleasedSlot]) -> Json:
        """A day from midnight to midnight where the conference takes place, by room."""
        rooms: dict[str, list[Json]] = {}
        for slot in sorted(slots, key=lambda slot: (slot.room.position, slot.room.pk)):
            rooms.setdefault(self.room_names[slot.room.pk], []).append(self.event(slot))
        return {
            "index": index,
            "date": day.isoformat(),
            "day_start": self.midnight(day),
            "day_end": self.midnight(day + timedelta(days=1)),
            "rooms": rooms,
        }

    def midnight(self, day: date) -> str:
        return datetime.combine(day, time(), self.zone).isoformat()

    def event(self, slot: ReleasedSlot) -> Json:
        session = slot.session
        starts_at = slot.starts_at.astimezone(self.zone)
        return {
            "guid": session.guid,
            "code": session.code,
            "id": self.numbers[session.guid],
            "date": starts_at.isoformat(),
            "start": f"{starts_at:%H:%M}",
            "end": slot.ends_at.astimezone(self.zone).isoformat(),
            "duration": f"{slot.minutes // 60:02}:{slot.minutes % 60:02}",
            "room": self.room_names[slot.room.pk],
            # The same in both languages, and over every change of title.
            "slug": f"{self.acronym}-{session.code.lower()}-{session.kind}",
            "url": settings.SITE_URL + session.get_absolute_url(),
            "title": str(text_of(session, "title")),
            "subtitle": str(text_of(session, "subtitle")),
            "track": str(text_of(session.theme, "name")) if session.theme else None,
            "type": session.kind,
            "language": session.language,
            "abstract": str(text_of(session, "abstract")),
            "description": None,
            "recording_license": "",
            "do_not_record": not session.is_recorded,
            "persons": [self.person(speaker) for speaker in session.people],
            "links": links(session),
            "attachments": [attachment(file) for file in self.files.get(session.pk, [])],
        }

    def person(self, speaker: Speaker) -> Json:
        """A published speaker; nothing here is derived from the address."""
        if speaker.pk not in self.people:
            self.people[speaker.pk] = {
                "guid": str(speaker.guid),
                "code": speaker.code,
                "name": speaker.full_name,
                "biography": str(text_of(speaker, "biography")),
                "avatar": settings.SITE_URL + speaker.portrait.url if speaker.portrait else None,
                "url": f"{self.speaker_base}{speaker.code}/",
            }
        return self.people[speaker.pk]

    def room(self, room: Room) -> Json:
        result: Json = {
            "guid": str(room.guid),
            "name": self.room_names[room.pk],
            "description": str(text_of(room, "directions")) or None,
            "capacity": room.capacity,
        }
        return result | slug_if_taken(room.slug)


def acronym(slug: str) -> str:
    """What names the conference: four characters or more, without the hyphen that ends it."""
    return slug.lower().replace("-", "_").ljust(4, "_")


def base_of(name: str, conference: Conference) -> str:
    """What stands before the code in addresses that differ by it alone."""
    return reverse(name, args=[conference.slug, "CODE"]).removesuffix("CODE/")


def rooms_by_key(slots: Iterable[ReleasedSlot]) -> dict[int, Room]:
    """The rooms in use, in their order."""
    found = {slot.room.pk: slot.room for slot in slots}
    return dict(sorted(found.items(), key=lambda item: (item[1].position, item[0])))


def unique_names(rooms: Iterable[Room]) -> dict[int, str]:
    """The name of each room; with its slug where another one has it, for names are keys here."""
    taken: dict[str, int] = {}
    for room in rooms:
        name = str(text_of(room, "name"))
        while name in taken:
            name = f"{name} ({room.slug})"
        taken[name] = room.pk
    return {key: name for name, key in taken.items()}


def numbers(guids: Iterable[str]) -> dict[str, int]:
    """The numbers that the format still asks for: from the guid, so that they count nothing."""
    found: dict[str, int] = {}
    taken = set[int]()
    for guid in sorted(guids):
        number = UUID(guid).int % LARGEST_NUMBER + 1
        while number in taken:
            number = number % LARGEST_NUMBER + 1
        taken.add(number)
        found[guid] = number
    return found


def themes_of(conference: Conference) -> "QuerySet[Theme]":
    return conference.themes.order_by("position", "pk")


def track(theme: Theme) -> Json:
    return {"name": str(text_of(theme, "name"))} | slug_if_taken(theme.slug)


def slug_if_taken(slug: str) -> Json:
    return {"slug": slug} if SLUG.fullmatch(slug) else {}


def links(session: ReleasedSession) -> list[Json]:
    """Where it can be seen, and who brings it."""
    found = []
    if session.stream_url:
        found.append({"type": "media", "url": session.stream_url, "title": _("Live stream")})
    if session.recording_url:
        found.append({"type": "media", "url": session.recording_url, "title": _("Recording")})
    organisation = session.organisation
    if organisation and organisation.website:
        name = str(text_of(organisation, "name"))
        found.append({"type": "related", "url": organisation.website, "title": name})
    return found


def attachment(file: PublicFile) -> Json:
    """A PDF may be slides or a paper; the other formats are slides."""
    kind = {} if file.content_type == PDF else {"type": "slides"}
    return {"url": settings.SITE_URL + file.url, "title": file.name} | kind
