"""Slides and papers: kept privately, and read by the public once five things are true.

The session is in the current release; the file's time has come; staff have looked at it; the
speaker takes part, and has agreed that slides are put on line. Pages and the file's own address
ask the same question here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import storages
from django.db import models, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conference import strays
from conference.documents import SUFFIXES, recognised
from conference.public import keep_until
from programme.models import Session, Talk, TalkFile
from programme.released import ReleasedSession
from speakers.models import Consent, Speaker

MOST_OF_A_SPEAKER = 20
MOST_BYTES_OF_A_SPEAKER = 400 * 2**20


# --- What the public may read ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A file that anybody may read now; ``talk`` is the guid of the talk it belongs to."""

    guid: UUID
    name: str
    format: str
    size: int
    content_type: str
    talk: str | None
    stored: str
    url: str


def public_files(
    sessions: Iterable[ReleasedSession], request: HttpRequest | None = None
) -> dict[int, list[PublicFile]]:
    """The files of released sessions, by the session's key, in one query.

    The page that lists them is true until the next one becomes public: ``request`` is told.
    """
    by_key = {session.pk: session for session in sessions}
    found: dict[int, list[PublicFile]] = {}
    now = timezone.now()
    for row in agreed_files().filter(session__in=by_key):
        session = by_key[row.session_id]
        if not belongs_to(row, session):
            continue
        if request is not None:
            keep_until(request, row.public_at, since=now)
        if row.public_at and row.public_at <= now:
            found.setdefault(session.pk, []).append(as_public(row, session))
    return found


def agreed_files() -> "models.QuerySet[TalkFile]":
    """Looked at by staff, agreed to by the speaker, with a time; today's or a later one."""
    latest = Consent.objects.filter(
        speaker=models.OuterRef("speaker"), purpose=Consent.Purpose.SLIDES
    ).order_by("-pk")
    return (
        TalkFile.objects.filter(is_accepted=True, public_at__isnull=False)
        .annotate(is_agreed=models.Subquery(latest.values("is_given")[:1]))
        .filter(is_agreed=True)
        .select_related("talk")
        .order_by("name", "pk")
    )


def has_agreed(speaker: Speaker) -> bool:
    """Whether the speaker's latest word is that slides may be put on line."""
    answer = Consent.objects.filter(speaker=speaker, purpose=Consent.Purpose.SLIDES).last()
    return bool(answer and answer.is_given)


def belongs_to(row: TalkFile, session: ReleasedSession) -> bool:
    """Whether the release has its talk, and its speaker in it."""
    if row.talk and str(row.talk.guid) not in {talk.guid for talk in session.talks}:
        return False
    return any(part.speaker.pk == row.speaker_id for part in session.parts)


def as_public(row: TalkFile, session: ReleasedSession) -> PublicFile:
    return PublicFile(
        guid=row.guid,
        name=row.name,
        format=SUFFIXES.get(row.content_type, "").upper(),
        size=row.size,
        content_type=row.content_type,
        talk=str(row.talk.guid) if row.talk else None,
        stored=row.file,
        url=reverse("programme:file", args=[session.conference.slug, session.code, row.guid]),
    )


# --- Taking them in ----------------------------------------------------------------------------


def take_in(
    *,
    session: Session,
    talk: Talk | None,
    speaker: Speaker | None,
    upload: "File[bytes]",
    public_at: datetime | None,
    is_accepted: bool = False,
) -> TalkFile:
    """Keep an upload privately. Raises ``ValidationError`` for what is no plain presentation or
    PDF, or one too many."""
    document = recognised(upload)
    private = storages["private"]
    stored = private.save(f"files/{session.guid}/{document.stored_name}", upload)
    try:
        with transaction.atomic():
            if speaker:
                refuse_too_many(speaker, document.size)
            return TalkFile.objects.create(
                session=session,
                talk=talk,
                speaker=speaker,
                name=document.name,
                file=stored,
                content_type=document.content_type,
                size=document.size,
                public_at=public_at,
                is_accepted=is_accepted,
            )
    except BaseException:
        private.delete(stored)
        raise


def refuse_too_many(speaker: Speaker, size: int) -> None:
    """Counted with the speaker's row held, so that two at once are not both the last one."""
    Speaker.objects.select_for_update(no_key=True).get(pk=speaker.pk)
    held = TalkFile.objects.filter(speaker=speaker).aggregate(
        count=models.Count("pk"), size=models.Sum("size", default=0)
    )
    if held["count"] >= MOST_OF_A_SPEAKER or held["size"] + size > MOST_BYTES_OF_A_SPEAKER:
        raise ValidationError(
            _("You have sent many files already: remove one that is not needed any more."),
            code="many",
        )


@transaction.atomic
def remove(row: TalkFile) -> None:
    """The row now, what it stands for after the commit."""
    stored = row.file
    row.delete()
    transaction.on_commit(lambda: storages["private"].delete(stored), robust=True)


def delete_strays() -> int:
    """Delete what no row stands for any more, as when a whole session is deleted; how many went."""
    needed = set(TalkFile.objects.values_list("file", flat=True))
    return strays.delete_strays(storages["private"], "files", needed)
