"""What staff do with the programme."""

from collections.abc import Iterable
from datetime import datetime
from itertools import combinations
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from conference.accounts.models import User
from conference.i18n import text_of
from conference.locks import wait_for_locks
from conference.models import Conference
from programme import differences
from programme.models import Release, Session, Slot


class CannotPublish(ValidationError):
    """The draft stays a draft; the messages tell staff why, one for each reason."""


@transaction.atomic
def publish(
    conference: Conference,
    *,
    version: str,
    comment_fr: str = "",
    comment_en: str = "",
    user: User | None = None,
    published_at: datetime | None = None,
    expected: str | None = None,
) -> Release:
    """Make the draft the current release, sealed for ever, or raise ``CannotPublish``.

    With ``expected`` (``differences.digest`` of the changes that somebody was shown) nothing else
    than those is published.

    Two publications of one conference wait for each other, so that the second sees what the first
    published: two clicks make one release. Each session that moves, leaves or comes back raises
    its calendar sequence.
    """
    wait_for_locks()
    Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)
    current = conference.releases.filter(is_current=True).first()
    draft = draft_slots(conference)
    changes = differences.compare(slots_of(current), draft)
    if expected is not None and expected != differences.digest(changes):
        raise CannotPublish(_("The draft has changed in the meantime: please look at it again."))
    if reasons := reasons_against(conference, version=version, draft=draft, changes=changes):
        raise CannotPublish(reasons)

    release = Release(
        conference=conference,
        version=version,
        comment_fr=comment_fr,
        comment_en=comment_en,
        changes=changes,
        published_at=published_at or timezone.now(),
        published_by=user,
    )
    release.full_clean()
    raise_sequences(conference, changes)
    release.save()
    Slot.objects.bulk_create(
        Slot(
            release=release,
            session_id=slot.session_id,
            room_id=slot.room_id,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
        )
        for slot in draft
    )
    if current:
        Release.objects.filter(pk=current.pk).update(is_current=False)
    release.is_current = release.is_sealed = True
    release.save(update_fields=["is_current", "is_sealed"])
    return release


def draft_slots(conference: Conference) -> list[Slot]:
    """The draft in reading order, with what is compared and shown of it."""
    return list(
        Slot.objects.draft()
        .filter(session__conference=conference)
        .select_related("session__conference", "room")
        .order_by("starts_at", "room__position", "pk")
    )


def slots_of(release: Release | None) -> list[Slot]:
    return list(release.slots.select_related("session", "room")) if release else []


def pending_changes(conference: Conference) -> list[differences.Change]:
    """What publishing now would change."""
    current = conference.releases.filter(is_current=True).first()
    return differences.compare(slots_of(current), draft_slots(conference))


def reasons_against(
    conference: Conference,
    *,
    version: str,
    draft: list[Slot],
    changes: list[differences.Change],
) -> list[str]:
    """Why this draft cannot be published under this name, in words for staff."""
    reasons = []
    if not version.strip():
        reasons.append(_("Give the release a name."))
    elif conference.releases.filter(version=version).exists():
        reasons.append(_("There is a release called “%(version)s” already.") % {"version": version})
    if not changes:
        reasons.append(_("The draft is the same as what is published."))
    return reasons + reasons_in_draft(draft)


def reasons_in_draft(draft: list[Slot]) -> list[str]:
    """What keeps a draft from being published, whatever the release is called."""
    if not draft:
        return [_("The draft is empty.")]
    return (
        [in_one_place(one, other) for one, other in clashes(draft)]
        + [in_one_language(slot.session) for slot in draft if not has_titles(slot.session)]
        + [in_foreign_room(slot) for slot in draft if is_in_foreign_room(slot)]
    )


def clashes(slots: Iterable[Slot]) -> list[tuple[Slot, Slot]]:
    """Pairs of slots that hold one room at one time, the earlier first."""
    by_room: dict[int, list[Slot]] = {}
    for slot in sorted(slots, key=lambda slot: (slot.starts_at, slot.session_id)):
        by_room.setdefault(slot.room_id, []).append(slot)
    return [
        (one, other)
        for in_room in by_room.values()
        for one, other in combinations(in_room, 2)
        if other.starts_at < one.ends_at
    ]


def clashes_with(slot: Slot) -> list[Slot]:
    """Other draft slots that hold the room of ``slot`` at its time."""
    return list(
        Slot.objects.draft()
        .filter(room=slot.room_id, starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at)
        .exclude(pk=slot.pk)
        .select_related("session__conference", "room")
        .order_by("starts_at", "pk")
    )


def has_titles(session: Session) -> bool:
    return len(differences.in_each_language(session, "title")) == len(settings.LANGUAGES)


def is_in_foreign_room(slot: Slot) -> bool:
    return slot.room.conference_id != slot.session.conference_id


def in_one_place(one: Slot, other: Slot) -> str:
    return _("“%(one)s” and “%(other)s” are both in %(room)s at %(time)s.") % {
        "one": text_of(one.session, "title"),
        "other": text_of(other.session, "title"),
        "room": text_of(one.room, "name"),
        "time": timezone.localtime(other.starts_at, zone_of(other)).strftime("%d/%m %H:%M"),
    }


def zone_of(slot: Slot) -> ZoneInfo:
    return slot.session.conference.zone


def in_one_language(session: Session) -> str:
    return _("“%(title)s” needs its title in both languages.") % {
        "title": text_of(session, "title") or session.code
    }


def in_foreign_room(slot: Slot) -> str:
    return _("“%(title)s” is in a room of another conference.") % {
        "title": text_of(slot.session, "title")
    }


def raise_sequences(conference: Conference, changes: list[differences.Change]) -> None:
    """Tell calendars that these sessions are not where they were (RFC 5545 §3.8.7.4)."""
    changed = {change["session"] for change in changes if change["kind"] != "new"}
    new = {change["session"] for change in changes if change["kind"] == "new"}
    back = Slot.objects.filter(session__guid__in=new, release__conference=conference)
    changed |= {str(guid) for guid in back.values_list("session__guid", flat=True)}
    conference.sessions.filter(guid__in=changed).update(
        sequence=F("sequence") + 1, updated_at=timezone.now()
    )
