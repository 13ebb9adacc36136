"""Reminders: exactly what is missing, to one or to many, and not again within a day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation

from conference.mail.models import OutgoingMail
from speakers import emails, links, todo
from speakers.models import Speaker

AT_MOST_EVERY = timedelta(days=1)


@dataclass(slots=True)
class Reminded:
    """What came of it, speaker by speaker."""

    done: list[Speaker] = field(default_factory=list)
    # Reminded less than a day ago; nothing is missing; no address to write to.
    lately: list[Speaker] = field(default_factory=list)
    complete: list[Speaker] = field(default_factory=list)
    unreachable: list[Speaker] = field(default_factory=list)


def remind(speakers: Iterable[Speaker], *, forced: bool = False) -> Reminded:
    """Write to each one to whom something is missing; ``forced`` forgets the last reminder."""
    result = Reminded()
    for standing in in_own_language(list(speakers)):
        speaker = standing.speaker
        if not standing.lines:
            result.complete.append(speaker)
        elif not speaker.email:
            result.unreachable.append(speaker)
        elif remind_one(standing, forced=forced):
            result.done.append(speaker)
        else:
            result.lately.append(speaker)
    return result


def in_own_language(speakers: list[Speaker]) -> list[todo.Standing]:
    """What is missing, said to each in their own language."""
    found: list[todo.Standing] = []
    for language in sorted({speaker.language for speaker in speakers}):
        with translation.override(language):
            found += todo.standings(one for one in speakers if one.language == language)
    return found


@transaction.atomic
def remind_one(standing: todo.Standing, *, forced: bool) -> bool:
    """The speaker's row is held, so that two members of staff remind once."""
    speaker = standing.speaker
    links.hold(speaker)
    if not forced and is_recent(last_reminders([speaker]).get(speaker.pk)):
        return False
    links.ensure(speaker)
    emails.reminder(speaker, standing.lines, uuid4().hex)
    return True


def is_recent(last: datetime | None) -> bool:
    return last is not None and timezone.now() - last < AT_MOST_EVERY


def last_reminders(speakers: Iterable[Speaker]) -> dict[int, datetime]:
    """When each one was reminded last, in one query."""
    people = list(speakers)
    prefixes = {f"speaker:{one.pk}:reminder": one.pk for one in people}
    rows = (
        OutgoingMail.objects.filter(kind=emails.REMINDER, to__in={one.email for one in people})
        .values("dedupe_key")
        .annotate(at=Max("created_at"))
    )
    found: dict[int, datetime] = {}
    for row in rows:
        pk = prefixes.get(str(row["dedupe_key"]).rpartition(":")[0])
        if pk is not None:
            found[pk] = max(row["at"], found.get(pk, row["at"]))
    return found
