"""What is still missing of each speaker: one register of questions, filled by each app it concerns.

A question looks at many speakers at once and in a constant number of queries. It answers in the
active language, in words that a reminder puts to the speaker as they are.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from speakers import consents
from speakers.models import Consent, Logistics, ProposedChange, Speaker
from speakers.profile import SUBJECT

# For each speaker whom it concerns, by key: what is missing, or nothing when all is there.
Answers = Mapping[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Question:
    """``label`` heads a column of the staff's page; ``right`` is who else may not even see it."""

    name: str
    label: str | Promise
    ask: Callable[[Sequence[Speaker]], Answers]
    right: str = ""


_questions: dict[str, Question] = {}


def register(question: Question) -> None:
    """Called from ``AppConfig.ready``; the same name twice is the later one."""
    _questions[question.name] = question


def questions(may: Callable[[str], bool] | None = None) -> list[Question]:
    """In the order in which they were registered; with ``may``, those that somebody may see."""
    return [one for one in _questions.values() if not one.right or may is None or may(one.right)]


@dataclass(slots=True)
class Standing:
    """How far one speaker is: what was asked, and for each question what is missing."""

    speaker: Speaker
    missing: dict[str, Sequence[str]] = field(default_factory=dict)
    asked: int = 0

    @property
    def done(self) -> int:
        return self.asked - len(self.missing)

    @property
    def lines(self) -> list[str]:
        """Everything that is missing, as a reminder lists it."""
        return [line for lines in self.missing.values() for line in lines]


def standings(
    speakers: Iterable[Speaker], asked: Sequence[Question] | None = None
) -> list[Standing]:
    """How far each one is, in the order given and in the active language.

    Who has not answered is asked for the answer alone; who does not come is asked for nothing.
    """
    found = {speaker.pk: Standing(speaker) for speaker in speakers}
    coming = [one.speaker for one in found.values() if one.speaker.state == State.ACCEPTED]
    invited = [one.speaker for one in found.values() if one.speaker.state == State.INVITED]
    for question in questions() if asked is None else asked:
        about = [*invited, *coming] if question.name == ANSWER.name else coming
        for pk, lines in (question.ask(about) if about else {}).items():
            found[pk].asked += 1
            if lines:
                found[pk].missing[question.name] = lines
    return list(found.values())


# --- What this app asks ---------------------------------------------------------------------------

State = Speaker.State


def answer(speakers: Sequence[Speaker]) -> Answers:
    line = _("Your answer to our invitation")
    return {one.pk: [line] if one.state == State.INVITED else [] for one in speakers}


def waiting_fields(speakers: Sequence[Speaker]) -> dict[int, set[str]]:
    """What speakers have handed in of their profile and staff have not looked at yet."""
    rows = ProposedChange.objects.filter(
        speaker__in=speakers, subject=SUBJECT, state=ProposedChange.State.PENDING
    ).values_list("speaker_id", "texts")
    return {pk: {name for name, text in texts.items() if text["after"]} for pk, texts in rows}


def biography(speakers: Sequence[Speaker]) -> Answers:
    lines = {"fr": _("Your biography in French"), "en": _("Your biography in English")}
    waiting = waiting_fields(speakers)
    return {
        one.pk: [
            line
            for code, line in lines.items()
            if not getattr(one, f"biography_{code}")
            and f"biography_{code}" not in waiting.get(one.pk, ())
        ]
        for one in speakers
    }


def portrait(speakers: Sequence[Speaker]) -> Answers:
    waiting = waiting_fields(speakers)
    line = _("A portrait of you")
    return {
        one.pk: [] if one.portrait or "portrait" in waiting.get(one.pk, ()) else [line]
        for one in speakers
    }


def agreement(speakers: Sequence[Speaker]) -> Answers:
    """Answered is answered: “no” is as good as “yes”."""
    lines = {
        Consent.Purpose.PHOTOGRAPH: _("Whether photographs of you may be used"),
        Consent.Purpose.RECORDING: _("Whether your talk may be recorded"),
        Consent.Purpose.SLIDES: _("Whether your slides may be put on line"),
    }
    given = consents.latest_of(speakers)
    return {
        one.pk: [line for purpose, line in lines.items() if purpose not in given.get(one.pk, ())]
        for one in speakers
    }


def journey(speakers: Sequence[Speaker]) -> Answers:
    """A date, or in words how they come (“lives in Paris”)."""
    known = {one.speaker_id: one for one in Logistics.objects.filter(speaker__in=speakers)}
    empty = Logistics()
    arrival, departure = _("When and how you arrive"), _("When and how you leave")
    return {
        pk: [
            *([] if plan.arrives_at or plan.arrival_by else [arrival]),
            *([] if plan.departs_at or plan.departure_by else [departure]),
        ]
        for pk, plan in ((one.pk, known.get(one.pk, empty)) for one in speakers)
    }


ANSWER = Question("answer", gettext_lazy("Answer"), answer)
OURS = (
    ANSWER,
    Question("biography", gettext_lazy("Biography"), biography),
    Question("portrait", gettext_lazy("Portrait"), portrait),
    Question("consents", gettext_lazy("Consents"), agreement),
    Question("logistics", gettext_lazy("Journey"), journey, right="speakers.view_logistics"),
)
