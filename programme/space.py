"""The programme's part of a speaker's own page: talks, files, and when they are on stage."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programme import works
from programme.models import TalkFile
from programme.works import Work, works_of
from speakers import links, review
from speakers.models import ProposedChange, Speaker
from speakers.space.access import Section, Visitor
from speakers.space.saving import Outcome
from speakers.space.tasks import State, Task


def waiting(speaker: Speaker) -> dict[str, ProposedChange]:
    """What waits for review, by its subject."""
    changes = speaker.proposed_changes.filter(state=ProposedChange.State.PENDING)
    return {change.subject: change for change in changes}


def wished(work: Work, change: ProposedChange | None) -> dict[str, str]:
    """The texts as the speaker wants them: those of the draft, with what waits for review."""
    texts = work.texts()
    if change:
        texts |= {field: text["after"] for field, text in change.texts.items()}
    return texts


@transaction.atomic
def submit(visitor: Visitor, work: Work, texts: Mapping[str, str]) -> Outcome:
    """Write into the draft, or hand in for review what the public reads already."""
    speaker = visitor.speaker
    links.hold(speaker)
    row = works.row_behind(speaker, work.subject)
    now = works.texts_of(row)
    before = review.pending(speaker, work.subject)
    if not works.is_released(row) and not before:
        if dict(texts) == now:
            return Outcome.UNCHANGED
        works.write(row, texts)
        return Outcome.SAVED
    compared = {field: {"before": now[field], "after": texts[field]} for field in texts}
    differing = {field: text for field, text in compared.items() if text["before"] != text["after"]}
    if before and before.texts == differing:
        return Outcome.UNCHANGED
    change = review.propose(speaker, work.subject, compared, visitor.by)
    return Outcome.PROPOSED if change or before else Outcome.UNCHANGED


# --- What there is to do -----------------------------------------------------------------------


def tasks(visitor: Visitor) -> Iterator[Task]:
    """Talks and files, of who has any."""
    speaker = visitor.speaker
    if own := works_of(speaker):
        yield talks_task(speaker, own)
    if works.sessions_of(speaker).exists():
        yield files_task(speaker, bool(own))


def talks_task(speaker: Speaker, own: list[Work]) -> Task:
    changes = waiting(speaker)
    incomplete = [work for work in own if not all(wished(work, changes.get(work.subject)).values())]
    state, detail = State.DONE, ""
    if incomplete:
        state = State.MISSING
        detail = ngettext(
            "The texts of %(count)s talk are not complete in both languages",
            "The texts of %(count)s talks are not complete in both languages",
            len(incomplete),
        ) % {"count": len(incomplete)}
    elif changes.keys() & {work.subject for work in own}:
        state = State.WAITING
    return Task(40, Section.TALKS, "programme:space_talks", _("Talks"), state, detail)


def files_task(speaker: Speaker, has_talks: bool) -> Task:
    count = TalkFile.objects.filter(speaker=speaker).count()
    state = State.DONE if count else (State.MISSING if has_talks else State.OPTIONAL)
    detail = _("No file yet")
    if count:
        detail = ngettext("%(count)s file", "%(count)s files", count) % {"count": count}
    return Task(50, Section.FILES, "programme:space_files", _("Slides and papers"), state, detail)


def parts_in(slots: Any, speaker: Speaker) -> dict[int, list[str]]:
    """The roles of ``speaker`` in released slots, by the slot's key: also before they are
    published, since it is their own page that tells them."""
    from programme.models import Participation, Slot

    contents = Slot.objects.filter(pk__in=[slot.pk for slot in slots]).values_list("pk", "content")
    return {
        pk: [
            str(Participation.Role(role).label)
            for role in dict.fromkeys(
                person["role"] for person in content["people"] if person["speaker"] == speaker.pk
            )
        ]
        for pk, content in contents
    }
