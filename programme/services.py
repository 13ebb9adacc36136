"""Publishing: the draft becomes a release whole or not at all, and an earlier one comes back."""

from datetime import datetime

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Value
from django.db.models.expressions import CombinedExpression
from django.utils import timezone
from django.utils.translation import gettext as _

from conference.accounts.models import User
from conference.locks import wait_for_locks
from conference.models import Conference
from programme import announcements, contents, differences
from programme.models import Release, Slot
from programme.refusals import CannotPublish, reasons_against_name, reasons_in_draft
from programme.slots import all_slots_of, draft_slots, slots_of

__all__ = [
    "CannotPublish",
    "draft_slots",
    "pending_changes",
    "publish",
    "publish_again",
    "reasons_in_draft",
    "slots_of",
]


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
    announce: bool = True,
) -> Release:
    """Make the draft the current release, sealed for ever, or raise ``CannotPublish``.

    With ``expected`` (``differences.digest`` of the changes that somebody was shown) nothing else
    than those is published. Unless told otherwise, those concerned will be told once the
    conference's quiet period is over (``announcements.py``).

    Two publications of one conference wait for each other, so that the second sees what the first
    published: two clicks make one release.
    """
    current = hold(conference)
    draft = draft_slots(conference)
    changes = differences.compare(slots_of(current), draft)
    refuse_other(expected, changes)
    reasons = reasons_against_name(conference, version, changes)
    if reasons := reasons + [str(reason) for reason in reasons_in_draft(draft)]:
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
    return sealed(release, draft, current, announce=announce)


@transaction.atomic
def publish_again(
    earlier: Release,
    *,
    version: str,
    comment_fr: str = "",
    comment_en: str = "",
    user: User | None = None,
    expected: str | None = None,
    announce: bool = True,
) -> Release:
    """Make what an earlier release held current again, as a new release; the draft stays as it is.

    Raises ``CannotPublish`` as ``publish`` does.
    """
    conference = earlier.conference
    current = hold(conference)
    wanted = slots_of(earlier)
    changes = differences.compare(slots_of(current), wanted)
    refuse_other(expected, changes)
    if reasons := reasons_against_name(conference, version, changes):
        raise CannotPublish(reasons)
    release = Release(
        conference=conference,
        version=version,
        comment_fr=comment_fr,
        comment_en=comment_en,
        copy_of=earlier,
        changes=changes,
        published_by=user,
    )
    return sealed(release, wanted, current, announce=announce)


def hold(conference: Conference) -> Release | None:
    """The current release, with the conference locked against other publications."""
    wait_for_locks()
    Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)
    return conference.releases.filter(is_current=True).first()


def refuse_other(expected: str | None, changes: list[differences.Change]) -> None:
    if expected is not None and expected != differences.digest(changes):
        raise CannotPublish(_("The draft has changed in the meantime: please look at it again."))


def sealed(
    release: Release, wanted: list[Slot], current: Release | None, *, announce: bool
) -> Release:
    """``release`` saved with the slots ``wanted``, current, and closed for ever."""
    release.full_clean()
    release.save()
    before = {slot.session_id: slot for slot in all_slots_of(current)}
    Slot.objects.bulk_create(
        [released_slot(release, slot, before.pop(slot.session_id, None)) for slot in wanted]
        + [withdrawn_slot(release, slot) for slot in before.values()]
    )
    if current:
        Release.objects.filter(pk=current.pk).update(is_current=False)
    release.is_current = release.is_sealed = True
    release.save(update_fields=["is_current", "is_sealed"])
    if announce:
        announcements.prepare(release, since=current)
    return release


def released_slot(release: Release, slot: Slot, before: Slot | None) -> Slot:
    """``slot`` as ``release`` keeps it; ``before`` is what the release until now has of it."""
    is_moved = before is not None and (
        before.is_cancelled
        or (before.room_id, before.starts_at, before.ends_at)
        != (slot.room_id, slot.starts_at, slot.ends_at)
    )
    is_the_same = before is not None and not is_moved and before.content == slot.content
    return Slot(
        release=release,
        session_id=slot.session_id,
        room_id=slot.room_id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        content=slot.content,
        sequence=(before.sequence if before else 0) + is_moved,
        changed_at=before.changed_at if before and is_the_same else release.published_at,
        search_fr=search_vector(slot, "fr"),
        search_en=search_vector(slot, "en"),
    )


def withdrawn_slot(release: Release, before: Slot) -> Slot:
    """What was in the programme and is not any more, for the calendars that have it."""
    return Slot(
        release=release,
        session_id=before.session_id,
        room_id=before.room_id,
        starts_at=before.starts_at,
        ends_at=before.ends_at,
        content=before.content,
        sequence=before.sequence + (not before.is_cancelled),
        changed_at=before.changed_at if before.is_cancelled else release.published_at,
        is_cancelled=True,
    )


def search_vector(slot: Slot, language: str) -> CombinedExpression:
    """Titles before the rest, without accents (the configurations are made by a migration)."""
    config = {"fr": "colloque_french", "en": "colloque_english"}[language]
    titles, others = contents.searched_texts(slot.content, language)
    return SearchVector(Value(titles), weight="A", config=config) + SearchVector(
        Value(others), weight="B", config=config
    )


def pending_changes(conference: Conference) -> list[differences.Change]:
    """What publishing now would change."""
    current = conference.releases.filter(is_current=True).first()
    return differences.compare(slots_of(current), draft_slots(conference))
