"""A programme taken over into the draft: all of it in one transaction, or nothing."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from conference.accounts.models import User
from conference.imports import Notes, Plan, finish, hold, refuse_other
from conference.models import Conference, ImportRun
from programme.imports.form import ProgrammeIn
from programme.imports.matching import May
from programme.imports.plan import ProgrammePlan, Rows, place_row
from programme.models import DraftMove, Participation, Room, Session, Slot, Talk, Theme
from speakers.models import Speaker

AT_ONCE = 500
TALK_FIELDS = ["title_fr", "title_en", "abstract_fr", "abstract_en", "minutes"]


def plan(conference: Conference, programme: ProgrammeIn, notes: Notes, may: May) -> Plan:
    """What importing ``programme`` would do; nothing is written."""
    return ProgrammePlan(conference, programme, notes, may).plan


@transaction.atomic
def apply(
    run: ImportRun,
    read: Callable[[Notes], ProgrammeIn],
    *,
    user: User,
    expected: str,
) -> Plan:
    """Write what ``expected`` stands for, or raise ``CannotImport`` and write nothing.

    ``read`` gives the file's data anew; two imports of one conference follow one another, and the
    second sees what the first has written.
    """
    hold(run.conference)
    notes = Notes()
    made = ProgrammePlan(run.conference, read(notes), notes, user.has_perm)
    refuse_other(made.plan, expected)
    save(made)
    save_moves(made.rows, run.conference, user)
    finish(run, made.plan)
    return made.plan


def save(made: ProgrammePlan) -> None:
    rows = made.rows
    Room.objects.bulk_create(made.rooms.new)
    Room.objects.bulk_update(made.rooms.renamed, ["name_fr", "name_en", "capacity"])
    Theme.objects.bulk_create(made.themes.new)
    Theme.objects.bulk_update(made.themes.renamed, ["name_fr", "name_en"])
    Speaker.objects.bulk_create(made.people.new, AT_ONCE)
    Session.objects.bulk_create(rows.sessions_new, AT_ONCE)
    update_sessions(rows)
    Talk.objects.bulk_create(rows.talks_new, AT_ONCE)
    Talk.objects.bulk_update(rows.talks_changed, TALK_FIELDS, AT_ONCE)
    Slot.objects.bulk_create(rows.slots_new, AT_ONCE)
    # Their versions are PostgreSQL's own to raise: an open planning board notices.
    moved = [slot for slot, _before in rows.slots_moved]
    Slot.objects.bulk_update(moved, ["room", "starts_at", "ends_at"], AT_ONCE)
    Participation.objects.bulk_create(rows.parts_new, AT_ONCE)


def update_sessions(rows: Rows) -> None:
    for session in rows.sessions_changed:
        session.updated_at = timezone.now()
    # Only the columns that change anywhere: an English file leaves the French ones alone.
    fields = sorted({*rows.session_fields, "updated_at"})
    Session.objects.bulk_update(rows.sessions_changed, fields, AT_ONCE)


def save_moves(rows: Rows, conference: Conference, user: User) -> None:
    """For those who have the planning board open."""
    moves = [(slot, None) for slot in rows.slots_new] + rows.slots_moved
    DraftMove.objects.bulk_create(
        [
            DraftMove(
                conference=conference,
                session_id=slot.session_id,
                made_by=user,
                before=before,
                after=place_row(slot),
            )
            for slot, before in moves
        ],
        AT_ONCE,
    )
