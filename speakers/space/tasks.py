"""What there is to do on a speaker's page, said by each app for its part."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from speakers import consents
from speakers.models import Consent, Logistics, ProposedChange, Speaker, SpeakerLink
from speakers.space.access import Section, Visitor
from speakers.space.saving import wished


class Look(NamedTuple):
    word: str | Promise
    icon: str


class State(StrEnum):
    """How far a thing is: told by a word and a mark, never by colour alone."""

    MISSING = "missing"
    WAITING = "waiting"
    DONE = "done"
    OPTIONAL = "optional"


LOOKS = {
    State.MISSING: Look(gettext_lazy("To do"), "arrow"),
    State.WAITING: Look(gettext_lazy("Waiting for review"), "clock"),
    State.DONE: Look(gettext_lazy("Done"), "success"),
    State.OPTIONAL: Look(gettext_lazy("If you wish"), "info"),
}


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to look after; ``position`` orders them over all apps."""

    position: int
    section: Section
    url_name: str
    title: str
    state: State
    detail: str = ""

    @property
    def look(self) -> Look:
        return LOOKS[self.state]


Provider = Callable[[Visitor], Iterable[Task]]
_providers: list[Provider] = []


def provider(tasks: Provider) -> Provider:
    """Declare more things to do; called from ``AppConfig.ready`` of an app above."""
    _providers.append(tasks)
    return tasks


def tasks(visitor: Visitor) -> list[Task]:
    """Everything in reading order."""
    found = [task for give in (own_tasks, *_providers) for task in give(visitor)]
    return sorted(found, key=lambda task: task.position)


def own_tasks(visitor: Visitor) -> list[Task]:
    """What the speakers' own app asks for."""
    speaker, texts = visitor.speaker, wished(visitor.speaker)
    waiting = waiting_fields(speaker)
    found = [
        answer_task(speaker),
        profile_task(texts, waiting),
        portrait_task(texts, waiting),
        consents_task(speaker),
        availability_task(speaker),
        logistics_task(speaker),
    ]
    return [*found, assistant_task(speaker)] if visitor.may(Section.ASSISTANT) else found


def waiting_fields(speaker: Speaker) -> set[str]:
    """Fields of the profile that wait for review."""
    changes = speaker.proposed_changes.filter(subject="profile", state=ProposedChange.State.PENDING)
    return {field for change in changes for field in change.texts}


def answer_task(speaker: Speaker) -> Task:
    state, detail = State.DONE, speaker.get_state_display()
    if speaker.state == Speaker.State.INVITED:
        state, detail = State.MISSING, _("We look forward to your answer.")
    elif speaker.state == Speaker.State.PROPOSED:
        state, detail = State.OPTIONAL, _("Your invitation has not left yet.")
    elif speaker.answered_at:
        day = date_format(speaker.answered_at, "DATE_FORMAT")
        detail = _("%(state)s, %(day)s") % {"state": speaker.get_state_display(), "day": day}
    return Task(10, Section.ANSWER, "speakers:space_answer", _("Invitation"), state, detail)


def profile_task(texts: dict[str, str], waiting: set[str]) -> Task:
    wanted = {
        "affiliation": _("affiliation"),
        "biography_fr": _("biography in French"),
        "biography_en": _("biography in English"),
    }
    written = {field for field, text in texts.items() if text}
    if {"affiliation_fr", "affiliation_en"} & written:
        written.add("affiliation")
    missing = [name for field, name in wanted.items() if field not in written]
    state, detail = State.DONE, ""
    if missing:
        state = State.MISSING
        detail = _("Still missing: %(what)s") % {"what": ", ".join(missing)}
    elif waiting - {"portrait", "portrait_original", "portrait_credit"}:
        state = State.WAITING
    return Task(20, Section.PROFILE, "speakers:space_profile", _("Public profile"), state, detail)


def portrait_task(texts: dict[str, str], waiting: set[str]) -> Task:
    state = State.DONE if texts["portrait"] else State.MISSING
    if texts["portrait"] and "portrait" in waiting:
        state = State.WAITING
    return Task(30, Section.PORTRAIT, "speakers:space_portrait", _("Portrait"), state)


def consents_task(speaker: Speaker) -> Task:
    answered, all_of_them = len(consents.latest(speaker)), len(Consent.Purpose)
    detail = ngettext(
        "%(count)s question of %(total)s answered",
        "%(count)s questions of %(total)s answered",
        answered,
    ) % {"count": answered, "total": all_of_them}
    state = State.DONE if answered == all_of_them else State.MISSING
    return Task(60, Section.CONSENTS, "speakers:space_consents", _("Consents"), state, detail)


def availability_task(speaker: Speaker) -> Task:
    count = speaker.unavailabilities.count()
    detail = _("No time told at which you cannot be on stage")
    if count:
        detail = ngettext("%(count)s time told", "%(count)s times told", count) % {"count": count}
    state = State.DONE if count else State.OPTIONAL
    return Task(
        70, Section.AVAILABILITY, "speakers:space_availability", _("Availability"), state, detail
    )


def logistics_task(speaker: Speaker) -> Task:
    row = Logistics.objects.filter(speaker=speaker).first()
    told = bool(row and (row.arrives_at or row.arrival_by) and (row.departs_at or row.departure_by))
    detail = "" if told else _("Still missing: %(what)s") % {"what": _("arrival and departure")}
    state = State.DONE if told else State.MISSING
    title = _("Travel and stay")
    return Task(80, Section.LOGISTICS, "speakers:space_logistics", title, state, detail)


def assistant_task(speaker: Speaker) -> Task:
    link = SpeakerLink.objects.filter(
        speaker=speaker, holder="assistant", revoked_at__isnull=True
    ).exists()
    detail = _("Your assistant has a link") if link else ""
    state = State.DONE if link else State.OPTIONAL
    return Task(90, Section.ASSISTANT, "speakers:space_assistant", _("Assistant"), state, detail)
