"""What the programme still needs of each speaker: the texts of their talks, and their slides."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conference.i18n import text_of
from programme.models import Participation, Talk, TalkFile
from speakers.models import ProposedChange, Speaker
from speakers.todo import Answers, Question

# Who holds a talk; who chairs or opens has no text of their own.
HOLDING = (
    Participation.Role.KEYNOTE,
    Participation.Role.SPEAKER,
)


def talks_of(speakers: Sequence[Speaker]) -> dict[int, list[Participation]]:
    """The talks that each one holds, with whether they have slides, in one query."""
    slides = TalkFile.objects.filter(
        Q(talk=OuterRef("talk")) | Q(session=OuterRef("session"), speaker=OuterRef("speaker"))
    )
    rows = (
        Participation.objects.filter(speaker__in=speakers, talk__isnull=False, role__in=HOLDING)
        .select_related("talk")
        .annotate(has_slides=Exists(slides))
        .order_by("speaker_id", "talk_id", "pk")
        .distinct("speaker_id", "talk_id")
    )
    found: dict[int, list[Participation]] = {}
    for row in rows:
        found.setdefault(row.speaker_id, []).append(row)
    return found


def waiting_fields(speakers: Sequence[Speaker]) -> dict[UUID, set[str]]:
    """What speakers have handed in of their talks and staff have not looked at yet."""
    rows = ProposedChange.objects.filter(
        speaker__in=speakers, subject__startswith="talk:", state=ProposedChange.State.PENDING
    ).values_list("subject", "texts")
    return {
        UUID(subject.partition(":")[2]): {name for name, text in texts.items() if text["after"]}
        for subject, texts in rows
    }


def texts(speakers: Sequence[Speaker]) -> Answers:
    waiting = waiting_fields(speakers)
    return {
        pk: [
            line
            for row in rows
            if row.talk is not None
            for line in missing_texts(row.talk, waiting.get(row.talk.guid, set()))
        ]
        for pk, rows in talks_of(speakers).items()
    }


def missing_texts(talk: Talk, waiting: set[str]) -> Iterator[str]:
    lines = {
        "title_fr": _("The title in French of your talk “%(talk)s”"),
        "title_en": _("The title in English of your talk “%(talk)s”"),
        "abstract_fr": _("The abstract in French of your talk “%(talk)s”"),
        "abstract_en": _("The abstract in English of your talk “%(talk)s”"),
    }
    for name, line in lines.items():
        if not getattr(talk, name) and name not in waiting:
            yield line % {"talk": text_of(talk, "title")}


def slides(speakers: Sequence[Speaker]) -> Answers:
    line = _("The slides of your talk “%(talk)s”")
    return {
        pk: [
            line % {"talk": text_of(row.talk, "title")}
            for row in rows
            if not getattr(row, "has_slides", False)
        ]
        for pk, rows in talks_of(speakers).items()
    }


QUESTIONS = (
    Question("texts", gettext_lazy("Talk"), texts),
    Question("slides", gettext_lazy("Slides"), slides),
)
