"""Why a draft cannot be published, in words for staff, with what has to be put right."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from conference.i18n import text_of
from conference.models import Conference
from programme import differences
from programme.models import Session, Slot, Talk

# It stands in an address: words, numbers and a few signs, with single spaces between them.
VERSION = re.compile(r"[\w+–-][\w.+–-]*( [\w+–-][\w.+–-]*)*")


class CannotPublish(ValidationError):
    """The draft stays a draft; the messages tell staff why, one for each reason."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing to be put right, and the sessions in which to do it."""

    text: str
    sessions: tuple[Session, ...] = ()

    def __str__(self) -> str:
        return self.text


def reasons_against_name(
    conference: Conference, version: str, changes: list[differences.Change]
) -> list[str]:
    """Why nothing can be published under this name, whatever the sessions are."""
    reasons = []
    if not version.strip():
        reasons.append(_("Give the release a name."))
    elif not VERSION.fullmatch(version):
        reasons.append(
            _("A name is made of letters, numbers, points and hyphens: it stands in an address.")
        )
    elif conference.releases.filter(version=version).exists():
        reasons.append(_("There is a release called “%(version)s” already.") % {"version": version})
    if not changes:
        reasons.append(_("This is the same as what is published."))
    return reasons


def reasons_in_draft(draft: list[Slot]) -> list[Reason]:
    """What keeps a draft from being published, whatever the release is called."""
    if not draft:
        return [Reason(_("The draft is empty."))]
    return [
        *(Reason(in_one_place(*pair), sessions_of(pair)) for pair in clashes(draft)),
        *(reason for slot in draft for reason in reasons_in(slot)),
    ]


def reasons_in(slot: Slot) -> Iterator[Reason]:
    """What is wrong with one session by itself."""
    session = slot.session
    if not has_titles(session):
        yield Reason(in_one_language(session), (session,))
    for talk in session.talks.all():
        if not has_titles(talk):
            yield Reason(talk_in_one_language(session, talk), (session,))
    if slot.room.conference_id != session.conference_id:
        yield Reason(in_foreign_room(slot), (session,))


def clashes(slots: Iterable[Slot]) -> list[tuple[Slot, Slot]]:
    """Pairs of slots that hold one room at one time, the earlier first."""
    by_room: dict[int, list[Slot]] = {}
    for slot in sorted(slots, key=lambda slot: (slot.starts_at, slot.session_id)):
        by_room.setdefault(slot.room_id, []).append(slot)
    return [
        (one, other)
        for in_room in by_room.values()
        for number, one in enumerate(in_room, start=1)
        for other in begun_before(one, in_room[number:])
    ]


def begun_before(one: Slot, later: list[Slot]) -> Iterator[Slot]:
    return takewhile(lambda other: other.starts_at < one.ends_at, later)


def clashes_with(slot: Slot) -> list[Slot]:
    """Other draft slots that hold the room of ``slot`` at its time."""
    return list(
        Slot.objects.draft()
        .filter(room=slot.room_id, starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at)
        .exclude(pk=slot.pk)
        .select_related("session__conference", "room")
        .order_by("starts_at", "pk")
    )


def has_titles(row: Session | Talk) -> bool:
    return len(differences.in_each_language(row, "title")) == len(settings.LANGUAGES)


def sessions_of(slots: Iterable[Slot]) -> tuple[Session, ...]:
    return tuple(slot.session for slot in slots)


def zone_of(slot: Slot) -> ZoneInfo:
    return slot.session.conference.zone


def in_one_place(one: Slot, other: Slot) -> str:
    return _("“%(one)s” and “%(other)s” are both in %(room)s on %(time)s.") % {
        "one": text_of(one.session, "title"),
        "other": text_of(other.session, "title"),
        "room": text_of(one.room, "name"),
        "time": date_format(timezone.localtime(other.starts_at, zone_of(other)), "j F H:i"),
    }


def in_one_language(session: Session) -> str:
    return _("“%(title)s” needs its title in both languages.") % {
        "title": text_of(session, "title") or session.code
    }


def talk_in_one_language(session: Session, talk: Talk) -> str:
    return _("The talk “%(talk)s” in “%(title)s” needs its title in both languages.") % {
        "talk": text_of(talk, "title") or "–",
        "title": text_of(session, "title") or session.code,
    }


def in_foreign_room(slot: Slot) -> str:
    return _("“%(title)s” is in a room of another conference.") % {
        "title": text_of(slot.session, "title")
    }
