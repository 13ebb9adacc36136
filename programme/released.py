"""The released programme as every page, feed, screen and booklet reads it.

What is public is made of a release's own content, never of the draft's rows: a
``ReleasedSession`` has no way back to the ``Session`` that staff may be rewriting.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from conference.models import Conference, Organisation
from programme.contents import Content, PersonContent, TalkContent, Texts
from programme.models import LANGUAGES, Participation, Release, Room, Session, Slot, Theme
from speakers.models import Speaker


@dataclass(slots=True)
class ReleasedPart:
    """A published speaker's part in a session, or in one talk of it."""

    speaker: Speaker
    role: str
    talk: str | None

    def get_role_display(self) -> str:
        return str(Participation.Role(self.role).label)


@dataclass(slots=True)
class ReleasedTalk:
    guid: str
    minutes: int | None
    title_fr: str
    title_en: str
    abstract_fr: str
    abstract_en: str
    parts: list[ReleasedPart] = field(default_factory=list)


@dataclass(slots=True)
class ReleasedSession:
    """A session as it was published; texts are read with ``text_of`` like a model's."""

    pk: int
    conference: Conference
    guid: str
    code: str
    kind: str
    language: str
    is_interpreted: bool
    access: str
    is_recorded: bool
    stream_url: str
    recording_url: str
    theme: Theme | None
    organisation: Organisation | None
    title_fr: str
    title_en: str
    subtitle_fr: str
    subtitle_en: str
    abstract_fr: str
    abstract_en: str
    talks: list[ReleasedTalk]
    parts: list[ReleasedPart]

    def get_absolute_url(self) -> str:
        return f"{session_base(self.conference.slug, get_language())}{self.code}/"

    def get_kind_display(self) -> str:
        return str(Session.Kind(self.kind).label)

    def get_language_display(self) -> str:
        return str(dict(LANGUAGES)[self.language])

    def get_access_display(self) -> str:
        return str(Session.Access(self.access).label)

    @property
    def is_break(self) -> bool:
        return self.kind == Session.Kind.BREAK

    @property
    def people(self) -> list[Speaker]:
        """Everyone who takes part, once each, in order."""
        return list({part.speaker.pk: part.speaker for part in self.parts}.values())

    @property
    def roles(self) -> list[tuple[str, list[ReleasedPart]]]:
        """Who has a part in the session as a whole, by role: chair, moderator, panellists."""
        found: dict[str, list[ReleasedPart]] = {}
        for part in self.parts:
            if part.talk is None:
                found.setdefault(part.get_role_display(), []).append(part)
        return list(found.items())


@dataclass(slots=True)
class ReleasedSlot:
    """A session in its room at its time, in one release."""

    pk: int
    session: ReleasedSession
    room: Room
    starts_at: datetime
    ends_at: datetime
    sequence: int
    changed_at: datetime
    is_cancelled: bool

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    def day(self) -> date:
        """The day it belongs to where the conference takes place."""
        return self.starts_at.astimezone(self.session.conference.zone).date()

    def overlaps(self, other: "ReleasedSlot") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def current_release(conference: Conference) -> Release | None:
    """What is public, without the long list of its differences."""
    return conference.releases.filter(is_current=True).defer("changes").first()


def slots(
    conference: Conference,
    narrowed: Callable[["QuerySet[Slot]"], "QuerySet[Slot]"] | None = None,
    *,
    release: Release | None = None,
    with_withdrawn: bool = False,
) -> list[ReleasedSlot]:
    """What ``release`` (the current one) holds of ``conference``, in reading order.

    ``narrowed`` takes and gives back a queryset of released slots (``with_speaker(…)`` below).
    Four queries whatever their number. Without a release there is nothing.
    """
    found = Slot.objects.filter(release__conference=conference)
    found = found.filter(release=release) if release else found.filter(release__is_current=True)
    if not with_withdrawn:
        found = found.filter(is_cancelled=False)
    if narrowed:
        found = cast("Any", narrowed(found))
    rows = list(
        found.select_related("room__venue")
        .annotate(
            # A stream or a recording is there when it is there: its address is not released.
            stream_url=F("session__stream_url"),
            recording_url=F("session__recording_url"),
        )
        .defer("search_fr", "search_en")
        .in_order()
    )
    return Reading(conference, rows).slots()


def with_speaker(speaker: Speaker) -> Callable[["QuerySet[Slot]"], "QuerySet[Slot]"]:
    """Slots in whose session ``speaker`` has a part."""
    return lambda found: found.filter(content__people__contains=[{"speaker": speaker.pk}])


def with_theme(theme: Theme) -> Callable[["QuerySet[Slot]"], "QuerySet[Slot]"]:
    return lambda found: found.filter(content__theme=theme.pk)


def with_room(room: Room) -> Callable[["QuerySet[Slot]"], "QuerySet[Slot]"]:
    return lambda found: found.filter(room=room)


def with_organisation(
    organisation: Organisation,
) -> Callable[["QuerySet[Slot]"], "QuerySet[Slot]"]:
    """Slots whose session ``organisation`` brings."""
    return lambda found: found.filter(content__organisation=organisation.pk)


def with_sessions(sessions: Iterable[int]) -> Callable[["QuerySet[Slot]"], "QuerySet[Slot]"]:
    """Slots of the sessions with these keys."""
    return lambda found: found.filter(session__in=list(sessions))


def with_code(code: str) -> Callable[["QuerySet[Slot]"], "QuerySet[Slot]"]:
    return lambda found: found.filter(session__code=code)


class Reading:
    """Rows of one conference put together with the themes, organisations and speakers in them."""

    def __init__(self, conference: Conference, rows: list[Slot]) -> None:
        self.conference, self.rows = conference, rows
        contents: list[Content] = [row.content for row in rows]
        themes = {content["theme"] for content in contents} - {None}
        organisations = {content["organisation"] for content in contents} - {None}
        people = {person["speaker"] for content in contents for person in content["people"]}
        self.themes = Theme.objects.in_bulk(themes) if themes else {}
        self.organisations = Organisation.objects.in_bulk(organisations) if organisations else {}
        self.speakers = {
            speaker.pk: speaker for speaker in Speaker.objects.published().filter(pk__in=people)
        }
        for theme in self.themes.values():
            theme.conference = conference
        for speaker in self.speakers.values():
            speaker.conference = conference
        for row in rows:
            row.room.conference = conference

    def slots(self) -> list[ReleasedSlot]:
        return [
            ReleasedSlot(
                pk=row.pk,
                session=self.session(row),
                room=row.room,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                sequence=row.sequence,
                changed_at=row.changed_at or timezone.now(),
                is_cancelled=row.is_cancelled,
            )
            for row in self.rows
        ]

    def session(self, row: Any) -> ReleasedSession:
        content: Content = row.content
        parts = self.parts(content["people"])
        return ReleasedSession(
            pk=row.session_id,
            conference=self.conference,
            guid=content["guid"],
            code=content["code"],
            **content["facts"],
            stream_url=row.stream_url,
            recording_url=row.recording_url,
            theme=self.themes.get(content["theme"] or 0),
            organisation=self.organisations.get(content["organisation"] or 0),
            **columns(content["texts"]),
            talks=[released_talk(talk, parts) for talk in content["talks"]],
            parts=parts,
        )

    def parts(self, people: Iterable[PersonContent]) -> list[ReleasedPart]:
        return [
            ReleasedPart(self.speakers[person["speaker"]], person["role"], person["talk"])
            for person in people
            if person["speaker"] in self.speakers
        ]


def released_talk(talk: TalkContent, parts: Iterable[ReleasedPart]) -> ReleasedTalk:
    return ReleasedTalk(
        guid=talk["guid"],
        minutes=talk["minutes"],
        **columns(talk["texts"]),
        parts=[part for part in parts if part.talk == talk["guid"]],
    )


def columns(texts: Texts) -> dict[str, Any]:
    """``{"title": {"fr": …}}`` becomes ``{"title_fr": …}``, as a model has it."""
    return {
        f"{name}_{code}": text for name, written in texts.items() for code, text in written.items()
    }


@lru_cache(maxsize=64)
def session_base(slug: str, language: str | None) -> str:
    """What stands before the code in a session's address; asked a thousand times a page."""
    return reverse("programme:session", args=[slug, "CODE"]).removesuffix("CODE/")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another session as far as a link to it tells."""

    title_fr: str
    title_en: str
    url: str
    room: Room
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Neighbours:
    previous: Neighbour | None
    following: Neighbour | None
    parallel: list[Neighbour]


def neighbours_of(slot: ReleasedSlot) -> Neighbours:
    """What comes before, after and at the same time; breaks are passed over. One query."""
    conference = slot.session.conference
    others = (
        Slot.objects.public()
        .filter(release__conference=conference)
        .exclude(pk=slot.pk)
        .exclude(content__facts__kind=Session.Kind.BREAK)
    )
    before = others.filter(ends_at__lte=slot.starts_at).order_by("-starts_at", "-pk")
    after = others.filter(starts_at__gte=slot.ends_at).in_order()
    parallel = Q(starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at)
    rows = others.filter(
        parallel | Q(pk__in=before.values("pk")[:1]) | Q(pk__in=after.values("pk")[:1])
    )
    found = [
        (row, neighbour(row, conference))
        for row in rows.select_related("room").defer("search_fr", "search_en").in_order()
    ]
    return Neighbours(
        previous=next((one for row, one in found if row.ends_at <= slot.starts_at), None),
        following=next((one for row, one in found if row.starts_at >= slot.ends_at), None),
        parallel=[
            one
            for row, one in found
            if slot.starts_at < row.ends_at and row.starts_at < slot.ends_at
        ],
    )


def neighbour(row: Slot, conference: Conference) -> Neighbour:
    titles = row.content["texts"]["title"]
    url = f"{session_base(conference.slug, get_language())}{row.content['code']}/"
    return Neighbour(titles["fr"], titles["en"], url, row.room, row.starts_at, row.ends_at)
