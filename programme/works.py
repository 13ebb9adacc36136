"""What a speaker says on stage, as it stands in the draft: talks, and lectures that are one.

Their texts are a subject of review (speakers/review.py) once they are in the current release:
``talk:<guid>`` and ``session:<guid>``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from conference.i18n import text_of
from programme.models import Participation, Session, Slot, Talk
from speakers.models import Speaker
from speakers.refusals import SubjectGone
from speakers.review import Subject

FIELDS = ("title_fr", "title_en", "abstract_fr", "abstract_en")
LABELS: dict[str, str | Promise] = {"title": _("Title"), "abstract": _("Abstract")}
# Who speaks of something of their own; who chairs or discusses does not.
Role = Participation.Role
SPEAKING = (Role.SPEAKER, Role.KEYNOTE, Role.OPENING)


@dataclass(frozen=True, slots=True)
class Work:
    """A talk, or a session whose only matter is its speaker's."""

    row: Talk | Session

    @property
    def session(self) -> Session:
        return self.row if isinstance(self.row, Session) else self.row.session

    @property
    def talk(self) -> Talk | None:
        return self.row if isinstance(self.row, Talk) else None

    @property
    def guid(self) -> UUID:
        return self.row.guid

    @property
    def subject(self) -> str:
        return f"{'session' if isinstance(self.row, Session) else 'talk'}:{self.row.guid}"

    @property
    def title(self) -> str:
        return text_of(self.row, "title").value

    def texts(self) -> dict[str, str]:
        return texts_of(self.row)

    def is_released(self) -> bool:
        return is_released(self.row)


def works_of(speaker: Speaker) -> list[Work]:
    """In the order of their sessions' titles; the talks first told by the programme."""
    parts = Participation.objects.filter(speaker=speaker, role__in=SPEAKING)
    talks = (
        Talk.objects.filter(participations__in=parts)
        .select_related("session__conference")
        .order_by("session__title_fr", "position", "pk")
        .distinct()
    )
    alone = (
        Session.objects.filter(participations__in=parts.filter(talk=None), talks=None)
        .exclude(
            # Somebody else speaks in it as well: then it is nobody's alone.
            participations__in=Participation.objects.filter(role__in=SPEAKING).exclude(
                speaker=speaker
            )
        )
        .select_related("conference")
        .order_by("title_fr", "pk")
        .distinct()
    )
    return [*(Work(talk) for talk in talks), *(Work(session) for session in alone)]


def work_of(speaker: Speaker, guid: UUID) -> Work | None:
    """The one called ``guid``, if it is the speaker's."""
    return next((work for work in works_of(speaker) if work.guid == guid), None)


def sessions_of(speaker: Speaker) -> "models.QuerySet[Session]":
    """Every session in which the speaker has a part, whatever the part, in the draft."""
    return (
        Session.objects.filter(participations__speaker=speaker)
        .order_by("title_fr", "pk")
        .distinct()
    )


def is_released(row: Talk | Session) -> bool:
    """Whether the public reads its title now."""
    slots = Slot.objects.public()
    if isinstance(row, Session):
        return slots.filter(session=row).exists()
    return slots.filter(
        session=row.session_id, content__talks__contains=[{"guid": str(row.guid)}]
    ).exists()


def texts_of(row: Talk | Session) -> dict[str, str]:
    return {name: getattr(row, name) or "" for name in FIELDS}


def write(row: Talk | Session, texts: Mapping[str, str]) -> None:
    """Write into the draft; the public reads it after the next publication."""
    names = [name for name in FIELDS if name in texts]
    for name in names:
        setattr(row, name, texts[name])
    row.clean_fields(exclude={f.name for f in row._meta.fields if f.name not in names})
    row.save(update_fields=[*names, *(["updated_at"] if isinstance(row, Session) else [])])


# --- As subjects of review ---------------------------------------------------------------------


def row_behind(speaker: Speaker, subject: str) -> Talk | Session:
    """The row itself, locked. Raises ``SubjectGone``, also where it is not the speaker's."""
    word, _, guid = subject.partition(":")
    rows: models.QuerySet[Talk] | models.QuerySet[Session] = (
        Session.objects.all() if word == "session" else Talk.objects.all()
    )
    try:
        key = UUID(guid)
    except ValueError:
        raise SubjectGone from None
    found = rows.select_for_update(no_key=True).filter(guid=key).first()
    is_own = work_of(speaker, key)
    if found is None or is_own is None:
        raise SubjectGone
    return found


def current(speaker: Speaker, subject: str) -> Mapping[str, str]:
    return texts_of(row_behind(speaker, subject))


def apply(speaker: Speaker, subject: str, texts: Mapping[str, str]) -> None:
    write(row_behind(speaker, subject), texts)


def name(speaker: Speaker, subject: str) -> str:
    """The title of today, also after the speaker has left it."""
    word, _, guid = subject.partition(":")
    model = Session if word == "session" else Talk
    row = model.objects.filter(guid=guid).first()
    if row is None:
        raise SubjectGone
    return text_of(row, "title").value


SUBJECT = Subject(name=name, current=current, apply=apply, labels=LABELS)
WORDS = ("talk", "session")
