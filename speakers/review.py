"""What speakers propose after publication, and what staff make of it.

A *subject* is what a proposal is about: ``profile`` (speakers/profile.py), and whatever an app
above registers under a word of its own, as ``talk:<guid>``. ``texts`` maps each field to
``{"before": …, "after": …}``; only fields that differ are kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone, translation
from django.utils.functional import Promise

from conference.accounts.models import User
from speakers import emails, links, portraits
from speakers.models import By, ProposedChange, Speaker
from speakers.refusals import AlreadyReviewed, ChangedSince, SubjectGone

State = ProposedChange.State
Texts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Subject:
    """How one kind of subject is read, named and changed; all but ``labels`` get the whole subject.

    ``current`` gives every field's present text, its rows locked, and raises ``SubjectGone`` when
    there is nothing left to change; it is called inside a transaction, as is ``apply``,
    which writes the new texts. ``labels`` names the fields: ``title`` for ``title_fr`` and
    ``title_en``.
    """

    name: Callable[[Speaker, str], str | Promise]
    current: Callable[[Speaker, str], Mapping[str, str]]
    apply: Callable[[Speaker, str, Mapping[str, str]], None]
    labels: Mapping[str, str | Promise]


_subjects: dict[str, Subject] = {}


def register(word: str, subject: Subject) -> None:
    """Declare what ``word`` and ``word:<anything>`` stand for; called from ``AppConfig.ready``."""
    _subjects[word] = subject


def behind(subject: str) -> Subject:
    """Raises ``SubjectGone`` where no installed app knows the word."""
    try:
        return _subjects[subject.partition(":")[0]]
    except KeyError:
        raise SubjectGone from None


@transaction.atomic
def propose(speaker: Speaker, subject: str, texts: Texts, by: By) -> ProposedChange | None:
    """Hand in for review; what the speaker had waiting for the same subject is replaced.

    ``None`` when nothing differs: then nothing waits any more either.
    """
    links.hold(speaker)
    changed = {
        field: {"before": text["before"], "after": text["after"]}
        for field, text in texts.items()
        if text["before"] != text["after"]
    }
    speaker.proposed_changes.filter(subject=subject, state=State.PENDING).update(
        state=State.REPLACED
    )
    if not changed:
        return None
    return ProposedChange.objects.create(speaker=speaker, subject=subject, texts=changed, by=by)


def pending(speaker: Speaker, subject: str) -> ProposedChange | None:
    """What waits for review of this subject, if anything does."""
    return speaker.proposed_changes.filter(subject=subject, state=State.PENDING).first()


@transaction.atomic
def accept(change: ProposedChange, user: User | None, *, over_later: bool = False) -> None:
    """Make the change, and tell the speaker.

    Raises ``AlreadyReviewed``, ``SubjectGone``, or ``ChangedSince`` where the present text is not
    the one that was to be changed (``over_later``: staff have seen it and write over it).
    """
    hold(change)
    subject = behind(change.subject)
    if not over_later and stale_fields(change):
        raise ChangedSince
    after = {field: text["after"] for field, text in change.texts.items()}
    subject.apply(change.speaker, change.subject, after)
    close(change, State.ACCEPTED, user)


@transaction.atomic
def refuse(change: ProposedChange, user: User | None, reason: str) -> None:
    """Leave everything as it is, and tell the speaker why. Raises ``AlreadyReviewed``."""
    hold(change)
    close(change, State.REFUSED, user, reason)


@transaction.atomic
def present(change: ProposedChange) -> Mapping[str, str]:
    """Every text of the subject as it is now. Raises ``SubjectGone``."""
    return behind(change.subject).current(change.speaker, change.subject)


def stale_fields(change: ProposedChange) -> list[str]:
    """Fields whose present text is neither what was to be changed nor what was wished."""
    now = present(change)
    return [
        field
        for field, text in change.texts.items()
        if now.get(field, "") not in (text["before"], text["after"])
    ]


def subject_name(change: ProposedChange) -> str:
    """What it is about, in the active language; the bare word where it is gone."""
    try:
        return str(behind(change.subject).name(change.speaker, change.subject))
    except SubjectGone:
        return change.subject


def hold(change: ProposedChange) -> None:
    """The newest version of its row, ours until the transaction ends."""
    # As whoever proposes does: the speaker first, or the two could wait for each other for ever.
    links.hold(change.speaker)
    change.refresh_from_db(from_queryset=ProposedChange.objects.select_for_update())
    if change.state != State.PENDING:
        raise AlreadyReviewed


def close(
    change: ProposedChange, state: ProposedChange.State, user: User | None, reason: str = ""
) -> None:
    change.state, change.reason = state, reason.strip()[:1000]
    change.reviewed_by, change.reviewed_at = user, timezone.now()
    change.save(update_fields=["state", "reason", "reviewed_by", "reviewed_at"])
    portraits.tidy(change.speaker)
    if change.speaker.email:
        links.ensure(change.speaker)
        with translation.override(change.speaker.language):
            name = subject_name(change)
        emails.review_outcome(change, name)


def waiting(conference_pk: int) -> int:
    """How many proposals of a conference wait for staff."""
    return ProposedChange.objects.filter(
        speaker__conference=conference_pk, state=State.PENDING
    ).count()
