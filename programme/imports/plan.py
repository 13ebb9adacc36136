"""What a file would change in the draft, and the rows that would be written for it.

A session is found by its GUID, else by its code, else it is new. What the file leaves empty says
nothing, and what it does not name stays: an import never deletes.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from conference.codes import new_code
from conference.i18n import text_of
from conference.import_words import as_read
from conference.imports import Item, Note, Notes, Plan, Where, short
from conference.models import Conference
from programme.imports.form import PartIn, ProgrammeIn, SessionIn, SlotIn, TalkIn
from programme.imports.matching import LANGUAGES, May, People, Places
from programme.imports.table import no_code
from programme.imports.words import label_of
from programme.models import Participation, Room, Session, Slot, Talk, Theme

MOST_CLASHES = 20
# In which a text in the other language may stand where none is written (programme/feeds).
LENT = ("subtitle", "abstract")
LINES = ("title", "subtitle")


@dataclass(slots=True)
class Rows:
    """What would be written, in the order in which it has to be."""

    sessions_new: list[Session] = field(default_factory=list)
    sessions_changed: list[Session] = field(default_factory=list)
    session_fields: set[str] = field(default_factory=set)
    talks_new: list[Talk] = field(default_factory=list)
    talks_changed: list[Talk] = field(default_factory=list)
    slots_new: list[Slot] = field(default_factory=list)
    # With the room and the times of before, for the record of moves.
    slots_moved: list[tuple[Slot, dict[str, Any]]] = field(default_factory=list)
    parts_new: list[Participation] = field(default_factory=list)


class ProgrammePlan:
    """The plan with its rows: compared when made, written by ``apply.py`` alone."""

    def __init__(
        self, conference: Conference, programme: ProgrammeIn, notes: Notes, may: May
    ) -> None:
        self.conference, self.programme, self.notes, self.may = conference, programme, notes, may
        self.plan = Plan(notes)
        self.rows = Rows()
        self.load()
        self.rooms = Places(Room, conference, notes, may, "room")
        self.themes = Places(Theme, conference, notes, may, "theme")
        self.people = People(conference, notes, may)
        matched = self.matched()
        self.rooms.match(programme.rooms, self.rooms_used(matched))
        self.themes.match(programme.themes, self.themes_used(matched))
        self.people.match(programme.people)
        for entry, session in matched:
            self.compare(entry, session)
        self.plan.besides = [*self.rooms.items, *self.themes.items, *self.people.items]
        self.note_clashes()

    def load(self) -> None:
        """The draft by what it is found by: five queries whatever its size."""
        sessions = list(Session.objects.filter(conference=self.conference))
        self.by_pk = {session.pk: session for session in sessions}
        self.by_guid = {session.guid: session for session in sessions}
        self.by_code = {session.code: session for session in sessions}
        # By keys rather than by a join: the planner cannot take a wrong turn.
        drafts = Slot.objects.draft().filter(session__in=list(self.by_pk))
        self.slots = {slot.session_id: slot for slot in drafts.select_related("room")}
        self.parts: dict[int, list[Participation]] = {}
        for part in Participation.objects.filter(session__in=list(self.by_pk)):
            self.parts.setdefault(part.session_id, []).append(part)
        talks = Talk.objects.filter(session__in=list(self.by_pk))
        self.talks = {talk.guid: talk for talk in talks}
        guids = {entry.guid for entry in self.programme.sessions if entry.guid}
        self.elsewhere = set(
            Session.objects.filter(guid__in=guids - set(self.by_guid)).values_list(
                "guid", flat=True
            )
        )

    # --- Which session is meant -------------------------------------------------------------------

    def matched(self) -> list[tuple[SessionIn, Session]]:
        """Each entry with its session, made where there is none; the same one twice is refused."""
        found: list[tuple[SessionIn, Session]] = []
        taken: dict[Any, Where] = {}
        for entry in self.programme.sessions:
            session = self.session_of(entry)
            if session is None:
                continue
            keys = {session.guid, session.code}
            if double := next((taken[key] for key in keys if key in taken), None):
                self.notes.refuse(
                    entry.where,
                    _("“%(title)s” is in the file twice: %(where)s as well.")
                    % {"title": short(entry.title), "where": double},
                )
                continue
            taken |= dict.fromkeys(keys, entry.where)
            found.append((entry, session))
        return found

    def session_of(self, entry: SessionIn) -> Session | None:
        if not (entry.guid or entry.code):
            if not self.notes.has_error_at(entry.where):
                self.notes.refuse(entry.where, no_code())
            return None
        if entry.guid in self.elsewhere:
            self.notes.refuse(
                entry.where, _("This GUID belongs to a session of another conference.")
            )
            return None
        by_guid = self.by_guid.get(entry.guid) if entry.guid else None
        return by_guid or self.by_code.get(entry.code) or self.made(entry)

    def made(self, entry: SessionIn) -> Session:
        return Session(
            conference=self.conference,
            guid=entry.guid or self.guid_from(entry.code),
            code=entry.code or new_code(),
            kind=Session.Kind.LECTURE,
        )

    def guid_from(self, code: str) -> uuid.UUID:
        """The same whenever this code is imported: talks have theirs from it."""
        address = f"{settings.SITE_URL}/{self.conference.slug}#{code}"
        guid = uuid.uuid5(uuid.NAMESPACE_URL, address)
        return uuid.uuid4() if guid in self.by_guid else guid

    def rooms_used(self, matched: Iterable[tuple[SessionIn, Session]]) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for entry, session in matched:
            if entry.slot:
                slot = self.slots.get(session.pk)
                found.setdefault(entry.slot.room, set()).update({slot.room_id} if slot else ())
        return found

    def themes_used(self, matched: Iterable[tuple[SessionIn, Session]]) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for entry, session in matched:
            if entry.theme:
                used = {session.theme_id} if session.theme_id else set()
                found.setdefault(entry.theme, set()).update(used)
        return found

    # --- What changes -----------------------------------------------------------------------------

    def compare(self, entry: SessionIn, session: Session) -> None:
        is_new = session.pk is None
        key = f"session:{session.pk or entry.guid or entry.code}"
        item = Item(key, entry.title, entry.where, is_new=is_new)
        if is_new and not has_title(entry.values) and not self.notes.has_error_at(entry.where):
            self.notes.refuse(entry.where, _("A new session needs a title."))
        self.compare_values(entry.values, session, item)
        self.compare_theme(entry, session, item)
        if is_new:
            self.rows.sessions_new.append(session)
        elif item.changes:
            self.rows.sessions_changed.append(session)
            self.rows.session_fields |= {change.field for change in item.changes}
        if entry.slot:
            self.compare_slot(entry.slot, session, item)
        present = self.parts.get(session.pk, [])
        self.compare_parts(entry.parts, session, None, present, item)
        for position, talk in enumerate(entry.talks, start=1):
            self.compare_talk(talk, position, session, item)
        named = {
            self.people.found[part.person].pk
            for part in entry.parts
            if part.person in self.people.found
        }
        if entry.parts and (left := {part.speaker_id for part in present} - named):
            item.stays.append(
                _("%(count)s people whom the file does not name") % {"count": len(left)}
            )
        item.summary = self.summary(entry.slot) if entry.slot else ""
        self.plan.items.append(item)

    def compare_values(self, values: dict[str, Any], row: Session | Talk, item: Item) -> None:
        for name, after in values.items():
            before = getattr(row, name)
            if isinstance(after, str):
                before = as_read(before)
                is_line = name.rpartition("_")[0] in LINES
                if is_line and before.split() == after.split():
                    continue  # spaces are no difference
                if self.is_lent(name, after, row, values):
                    continue
            if before != after:
                setattr(row, name, after)
                label = label_of(name)
                key = f"{before}\0{after}"
                item.change(f"{row_key(row)}{name}", label, shown(before), shown(after), key)

    def is_lent(self, name: str, after: str, row: Any, values: dict[str, Any]) -> bool:
        """Whether a text is the other language's, printed for want of one in this."""
        field_name, _underscore, language = name.rpartition("_")
        if field_name not in LENT or getattr(row, name):
            return False
        other = f"{field_name}_{'en' if language == 'fr' else 'fr'}"
        return other not in values and as_read(getattr(row, other)) == after

    def compare_theme(self, entry: SessionIn, session: Session, item: Item) -> None:
        theme = self.themes.found.get(entry.theme) if entry.theme else None
        if theme is None or (theme.pk and theme.pk == session.theme_id):
            return
        before = next((one for one in self.themes.known if one.pk == session.theme_id), None)
        key = f"{session.theme_id}\0{theme.pk or theme.slug}"
        item.change("theme", label_of("theme"), named(before), named(theme), key)
        session.theme = theme

    def compare_slot(self, wanted: SlotIn, session: Session, item: Item) -> None:
        room = self.rooms.found.get(wanted.room)
        if room is None:  # refused already
            return
        slot = self.slots.get(session.pk)
        wanted_now = self.place(room, wanted.starts_at, wanted.ends_at)
        key = f"{room.pk or room.slug} {wanted.starts_at.isoformat()} {wanted.ends_at.isoformat()}"
        if slot is None:
            self.rows.slots_new.append(
                Slot(session=session, room=room, starts_at=wanted.starts_at, ends_at=wanted.ends_at)
            )
            item.change("slot", _("time and room"), "", wanted_now, key)
            return
        times = wanted.starts_at, wanted.ends_at
        if (slot.room_id, slot.starts_at, slot.ends_at) == (room.pk, *times):
            return
        was = self.place(slot.room, slot.starts_at, slot.ends_at)
        before = place_row(slot)
        slot.room, slot.starts_at, slot.ends_at = room, *times
        slot.session = session
        self.rows.slots_moved.append((slot, before))
        item.change("slot", _("time and room"), was, wanted_now, f"{before} {key}")

    def compare_parts(
        self,
        wanted: list[PartIn],
        session: Session,
        talk: Talk | None,
        present: list[Participation],
        item: Item,
    ) -> None:
        """Add who is missing; without a role in the file any part of a person will do."""
        position = max((part.position for part in present), default=0)
        for part in wanted:
            speaker = self.people.found.get(part.person)
            if speaker is None:  # refused already
                continue
            role = part.role or Participation.Role.SPEAKER
            of_person = [one for one in present if speaker.pk and one.speaker_id == speaker.pk]
            if talk is not None:
                of_person = [one for one in of_person if talk.pk and one.talk_id == talk.pk]
            if of_person if not part.role else any(one.role == role for one in of_person):
                continue
            position += 1
            self.rows.parts_new.append(
                Participation(
                    session=session, talk=talk, speaker=speaker, role=role, position=position
                )
            )
            label = f"{speaker.full_name} ({Participation.Role(role).label})"
            name = f"part:{row_key(talk) if talk else ''}{role}:{part.person}"
            item.change(name, _("takes part"), "", label, "new")

    def compare_talk(self, entry: TalkIn, position: int, session: Session, item: Item) -> None:
        guid = entry.guid or uuid.uuid5(session.guid, entry.code)
        talk = self.talks.get(guid)
        if talk is not None and talk.session_id != session.pk:
            self.notes.refuse(entry.where, _("This talk is part of another session."))
            return
        if talk is None:
            if not has_title(entry.values) and not self.notes.has_error_at(entry.where):
                self.notes.refuse(entry.where, _("A new talk needs a title."))
            talk = Talk(session=session, guid=guid, position=position)
            self.rows.talks_new.append(talk)
        before = len(item.changes)
        self.compare_values(entry.values, talk, item)
        if talk.pk and len(item.changes) > before:
            self.rows.talks_changed.append(talk)
        self.compare_parts(entry.parts, session, talk, self.parts.get(session.pk, []), item)

    # --- In words ---------------------------------------------------------------------------------

    def place(self, room: Room, starts_at: datetime, ends_at: datetime) -> str:
        start, end = (one.astimezone(self.conference.zone) for one in (starts_at, ends_at))
        return f"{date_format(start, 'j F Y')}, {start:%H:%M}–{end:%H:%M}, {named(room)}"

    def summary(self, slot: SlotIn) -> str:
        room = self.rooms.found.get(slot.room)
        return self.place(room, slot.starts_at, slot.ends_at) if room else ""

    def note_clashes(self) -> None:
        """The draft may clash; it is said all the same, for a publication may not."""
        in_rooms: dict[str, list[tuple[SlotIn, SessionIn]]] = {}
        for entry in self.programme.sessions:
            if entry.slot:
                in_rooms.setdefault(entry.slot.room, []).append((entry.slot, entry))
        found = []
        for slots in in_rooms.values():
            slots.sort(key=lambda pair: (pair[0].starts_at, pair[0].ends_at))
            for (one, first), (other, second) in pairwise(slots):
                if other.starts_at < one.ends_at:
                    found.append(Note(second.where, in_one_room(first, second)))
        self.notes.remarks += found[:MOST_CLASHES]
        if len(found) > MOST_CLASHES:
            more = len(found) - MOST_CLASHES
            self.notes.remark(Where(), _("%(count)s more overlaps in rooms.") % {"count": more})


def in_one_room(first: SessionIn, second: SessionIn) -> str:
    return _("“%(one)s” and “%(other)s” overlap in one room.") % {
        "one": short(first.title),
        "other": short(second.title),
    }


def has_title(values: dict[str, Any]) -> bool:
    return any(values.get(f"title_{language}") for language in LANGUAGES)


def row_key(row: Session | Talk) -> str:
    return f"talk:{row.guid}:" if isinstance(row, Talk) else ""


def place_row(slot: Slot) -> dict[str, Any]:
    """As the record of moves keeps it (``DraftMove``)."""
    return {
        "room": slot.room_id,
        "starts_at": slot.starts_at.isoformat(),
        "ends_at": slot.ends_at.isoformat(),
    }


def shown(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)


def named(place: Room | Theme | None) -> str:
    return str(text_of(place, "name")) if place else ""
