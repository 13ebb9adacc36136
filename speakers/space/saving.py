"""What is written on a speaker's page: at once before publication, afterwards when staff agree."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.core.files.base import File
from django.db import transaction

from conference.images import Crop
from speakers import links, portraits, profile, review
from speakers.models import By, ProposedChange, Speaker
from speakers.space.access import Visitor


class Outcome(StrEnum):
    """What became of it; the word stands in the address that the page leads on to."""

    SAVED = "saved"
    PROPOSED = "proposed"
    UNCHANGED = "unchanged"


def wished(speaker: Speaker) -> dict[str, str]:
    """The profile as the speaker wants it: as it is, with what waits for review."""
    texts = profile.texts_of(speaker)
    if change := review.pending(speaker, profile.SUBJECT):
        texts |= {field: text["after"] for field, text in change.texts.items()}
    return texts


@transaction.atomic
def submit(visitor: Visitor, texts: Mapping[str, str]) -> Outcome:
    """Write ``texts`` into the profile, or hand them in for review with what waits already."""
    speaker = visitor.speaker
    links.hold(speaker)
    speaker.refresh_from_db(fields=["is_published"])
    now = profile.current(speaker)
    if speaker.is_published:
        return proposed(visitor, now, wished(speaker) | dict(texts))
    changed = {field: text for field, text in texts.items() if text != now[field]}
    if not changed:
        return Outcome.UNCHANGED
    profile.apply(speaker, profile.SUBJECT, changed)
    return Outcome.SAVED


def proposed(visitor: Visitor, now: Mapping[str, str], after: Mapping[str, str]) -> Outcome:
    """Hand in what differs; the same as what waits already is left to wait."""
    speaker = visitor.speaker
    before = review.pending(speaker, profile.SUBJECT)
    texts = {field: {"before": now[field], "after": after[field]} for field in after}
    differing = {field: text for field, text in texts.items() if text["before"] != text["after"]}
    if before and before.texts == differing:
        return Outcome.UNCHANGED
    change = review.propose(speaker, profile.SUBJECT, texts, visitor.by)
    portraits.tidy(speaker)
    return Outcome.PROPOSED if change or before else Outcome.UNCHANGED


def withdraw(visitor: Visitor, change: ProposedChange) -> None:
    """The speaker thought better of it: nothing waits for review of that subject any more.

    An assistant takes back what an assistant handed in, and nothing else.
    """
    if visitor.by == By.ASSISTANT and change.by != By.ASSISTANT:
        return
    review.propose(visitor.speaker, change.subject, {}, visitor.by)
    portraits.tidy(visitor.speaker)


# --- The portrait ------------------------------------------------------------------------------


def send_portrait(visitor: Visitor, upload: "File[Any]", credit: str) -> Outcome:
    """Keep a new picture and cut the usual square from it. Raises ``ValidationError``."""
    original = portraits.keep(visitor.speaker, upload)
    return cut_portrait(visitor, original, Crop(), credit)


@transaction.atomic
def cut_portrait(visitor: Visitor, original: str, crop: Crop, credit: str) -> Outcome:
    """Show the square that ``crop`` cuts from ``original``, or propose it."""
    speaker = visitor.speaker
    links.hold(speaker)
    speaker.refresh_from_db(fields=["is_published", "portrait", "portrait_original"])
    if speaker.is_published:
        square = portraits.propose_square(speaker, original, crop)
        texts = {"portrait": square, "portrait_original": original, "portrait_credit": credit}
        return submit(visitor, texts)
    portraits.show(speaker, original, crop)
    speaker.portrait_original, speaker.portrait_credit = original, credit
    speaker.save(update_fields=["portrait", "portrait_original", "portrait_credit", "updated_at"])
    portraits.tidy(speaker)
    return Outcome.SAVED


def take_portrait_away(visitor: Visitor) -> Outcome:
    """Back to the initials, at once or when staff agree."""
    speaker = visitor.speaker
    old = speaker.portrait.name or ""
    nothing = {"portrait": "", "portrait_original": "", "portrait_credit": ""}
    with transaction.atomic():
        outcome = submit(visitor, nothing)
        if outcome == Outcome.SAVED:
            portraits.forget_files(old)
            portraits.tidy(speaker)
    return outcome
