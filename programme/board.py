"""The planning board: sessions are placed, moved and taken off, and no move is lost.

Who moves names the version that was on the screen. PostgreSQL gives each state of a draft slot a
version of its own, whoever wrote it (migration 0005), so that whatever happened in between is
noticed: by another screen, by a form of the admin, by an import.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from conference.accounts.models import User
from conference.i18n import text_of
from conference.locks import wait_for_locks
from conference.models import Conference
from programme.models import DraftMove, Session, Slot

# The version of a session that lies in the drawer.
NOWHERE = 0


class Stale(ValidationError):
    """Somebody else moved the session since the screen was drawn; nothing was changed."""


class CannotUndo(ValidationError):
    """There is nothing of one's own to undo, or somebody else has moved it since."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a session stands: a room, from one instant to another."""

    room: int
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, slot: Slot | None) -> Self | None:
        return cls(slot.room_id, slot.starts_at, slot.ends_at) if slot else None

    @classmethod
    def read(cls, data: dict[str, Any] | None) -> Self | None:
        """What ``written`` wrote."""
        if data is None:
            return None
        starts_at, ends_at = (datetime.fromisoformat(data[name]) for name in INSTANTS)
        return cls(data["room"], starts_at, ends_at)

    def written(self) -> dict[str, Any]:
        return {"room": self.room, **{name: getattr(self, name).isoformat() for name in INSTANTS}}


INSTANTS = ("starts_at", "ends_at")


@transaction.atomic
def place(session: Session, where: Place, *, user: User | None) -> DraftMove | None:
    """Take ``session`` out of the drawer, or raise ``Stale`` when it stands somewhere already."""
    return change(session, where, NOWHERE, user)


@transaction.atomic
def move(session: Session, where: Place, *, version: int, user: User | None) -> DraftMove | None:
    """Bring ``session`` to another room or time, or make it longer or shorter.

    Raises ``Stale`` when it is not any more as ``version`` was; nothing is written when it stands
    there already.
    """
    return change(session, where, version, user)


@transaction.atomic
def take_off(session: Session, *, version: int, user: User | None) -> DraftMove | None:
    """Put ``session`` back into the drawer, or raise ``Stale``."""
    return change(session, None, version, user)


@transaction.atomic
def undo(conference: Conference, *, user: User) -> DraftMove:
    """Take back the last move of ``user`` that is not undone yet, or raise ``CannotUndo``."""
    last = last_move(conference, user)
    if last is None:
        raise CannotUndo(_("You have made no move that could be undone."))
    slot = hold(last.session)
    if Place.of(slot) != Place.read(last.after):
        raise CannotUndo(
            _("“%(title)s” has been moved by somebody else since: your move cannot be undone.")
            % {"title": text_of(last.session, "title")}
        )
    return write(last.session, slot, Place.read(last.before), user, undoes=last)


def last_move(conference: Conference, user: User) -> DraftMove | None:
    """What ``undo`` would take back."""
    own = conference.draft_moves.filter(made_by=user, undoes=None, undone_by=None)
    return own.select_related("session").order_by("-pk").first()


def moves_since(conference: Conference, number: int) -> list[DraftMove]:
    """What has been moved after the move of that number, the oldest first."""
    moves = conference.draft_moves.filter(pk__gt=number).select_related("session", "made_by")
    return list(moves.order_by("pk"))


def stamp(conference: Conference) -> str:
    """Another one for every other state of the draft's slots, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP, [conference.pk])
        (found,) = cursor.fetchone() or ("",)
    return str(found)


STAMP = """
SELECT md5(COALESCE(string_agg(slot.session_id || ':' || slot.version, ',' ORDER BY slot.id), ''))
FROM programme_slot AS slot JOIN programme_session AS session ON session.id = slot.session_id
WHERE slot.release_id IS NULL AND session.conference_id = %s
"""


def change(
    session: Session, where: Place | None, version: int, user: User | None
) -> DraftMove | None:
    slot = hold(session)
    if (slot.version if slot else NOWHERE) != version:
        raise stale(session)
    return None if Place.of(slot) == where else write(session, slot, where, user)


def hold(session: Session) -> Slot | None:
    """The draft slot of ``session``; those who move the same session wait for each other."""
    wait_for_locks()
    Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    # Of the slot alone: its ordinary order would lock the room as well, and two would stand still.
    slots = Slot.objects.draft().select_for_update(no_key=True, of=["self"])
    return slots.filter(session=session.pk).order_by("pk").first()


def write(
    session: Session,
    slot: Slot | None,
    where: Place | None,
    user: User | None,
    undoes: DraftMove | None = None,
) -> DraftMove:
    """Bring the held ``slot`` of ``session`` to ``where``, and keep what was done."""
    before = Place.of(slot)
    if where is None:
        assert slot is not None
        slot.delete()
    else:
        put(slot or Slot(session=session), where)
    return DraftMove.objects.create(
        conference_id=session.conference_id,
        session=session,
        made_by=user,
        before=before and before.written(),
        after=where and where.written(),
        undoes=undoes,
    )


def put(slot: Slot, where: Place) -> None:
    slot.room_id, slot.starts_at, slot.ends_at = where.room, where.starts_at, where.ends_at
    # That there is one draft slot a session is the database's word: who comes second is late.
    slot.full_clean(exclude=["content"], validate_unique=False, validate_constraints=False)
    if slot.ends_at <= slot.starts_at:
        raise ValidationError(_("A session ends after it starts."))
    try:
        with transaction.atomic():
            slot.save()
    except IntegrityError as error:
        raise stale(slot.session) from error


def stale(session: Session) -> Stale:
    return Stale(
        _("“%(title)s” has been moved by somebody else: it is shown where it is now.")
        % {"title": text_of(session, "title")}
    )
