"""c3voc's schedule format, version 1, and what pretalx adds to it; one file speaks one language."""

import re
from typing import Any

from django.utils.translation import gettext as _

from conference.import_words import language_code, truth
from conference.imports import CannotRead, Notes, Where, short
from conference.models import Conference
from conference.people import NAME_LENGTH, validate_name
from programme.imports import times, words
from programme.imports.form import NamedIn, PartIn, PersonIn, ProgrammeIn, SessionIn, SlotIn
from programme.imports.located import Tree
from programme.models import Session

# Read, or made anew by whoever writes such a file.
KNOWN = {
    "guid", "code", "id", "date", "start", "end", "duration", "room", "slug", "url", "title",
    "subtitle", "track", "type", "language", "abstract", "description", "do_not_record", "persons",
    "recording",
}  # fmt: skip
KNOWN_PERSON = {"guid", "code", "id", "name", "public_name", "biography", "url", "avatar"}
KNOWN_CONFERENCE = {
    "acronym", "title", "description", "start", "end", "daysCount", "days", "timeslot_duration",
    "time_zone_name", "rooms", "tracks", "url", "base_url", "colors", "day_change",
}  # fmt: skip
CODE_IN_ADDRESS = re.compile(r"/(?:talk|session)/([A-Z0-9]{4,12})/?\Z")
LANGUAGE_IN_ADDRESS = re.compile(r"/(fr|en)(?:/|\Z)")


def is_schedule(tree: Any) -> bool:
    return isinstance(tree, Tree) and isinstance(tree.get("schedule"), Tree)


def language_of(tree: Any) -> str:
    """What a file says of its language by the addresses in it; “” where it says nothing."""
    schedule = tree["schedule"]
    conference = schedule.get("conference")
    inner = conference if isinstance(conference, dict) else {}
    for address in (schedule.get("base_url"), schedule.get("url"), inner.get("url")):
        if isinstance(address, str) and (match := LANGUAGE_IN_ADDRESS.search(address)):
            return match[1]
    return ""


def read(tree: Any, conference: Conference, language: str, notes: Notes) -> ProgrammeIn:
    """Raises ``CannotRead`` for what is no schedule; notes what is wrong with its parts."""
    return Reading(tree, conference, language, notes).programme()


class Reading:
    """One file on its way into plain data."""

    def __init__(self, tree: Any, conference: Conference, language: str, notes: Notes) -> None:
        self.conference, self.language, self.notes = conference, language, notes
        self.zone = conference.zone
        self.found = ProgrammeIn()
        schedule = tree["schedule"]
        self.source = schedule.get("conference")
        if not isinstance(self.source, Tree) or not isinstance(self.source.get("days"), list):
            raise CannotRead(_("This schedule has no conference with days."), Where(schedule.line))

    def programme(self) -> ProgrammeIn:
        self.check_zone()
        for name in self.source.keys() - KNOWN_CONFERENCE:
            self.notes.pass_over(f"conference.{short(name)}", Where(self.source.line, "conference"))
        self.read_named("rooms", self.found.rooms)
        self.read_named("tracks", self.found.themes)
        for number, day in enumerate(self.source["days"]):
            self.read_day(day, f"days[{number}]")
        return self.found

    def check_zone(self) -> None:
        where = Where(self.source.line, "conference.time_zone_name")
        name = self.notes.line_of(self.source.get("time_zone_name"), where)
        if name and name != self.conference.time_zone:
            self.notes.remark(
                where,
                _("The file is written in %(zone)s; its instants are kept, shown in %(own)s.")
                % {"zone": short(name), "own": self.conference.time_zone},
            )

    def read_named(self, group: str, known: dict[str, NamedIn]) -> None:
        """Rooms and tracks with what else is told of them."""
        entries = self.source.get(group) or []
        guids = set()
        if not isinstance(entries, list):
            self.notes.refuse(Where(self.source.line, group), _("A list is expected here."))
            return
        for number, entry in enumerate(entries):
            where = Where(getattr(entry, "line", 0), f"{group}[{number}]")
            if not isinstance(entry, Tree):
                self.notes.refuse(where, _("An object is expected here."))
                continue
            name = self.notes.line_of(entry.get("name"), where.at("name"), longest=120)
            guid = self.notes.guid_of(entry.get("guid"), where.at("guid"))
            if name.casefold() in known or (guid and guid in guids):
                self.notes.refuse(where, _("“%(name)s” is there twice.") % {"name": short(name)})
            elif name:
                guids.add(guid)
                known[name.casefold()] = NamedIn(
                    where=where,
                    names={self.language: name},
                    guid=guid,
                    slug=slug_of(entry.get("slug")),
                    capacity=self.capacity(entry.get("capacity"), where.at("capacity")),
                )

    def capacity(self, value: object, where: Where) -> int | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1_000_000:
            self.notes.refuse(
                where, _("“%(value)s” is no number of seats.") % {"value": short(value)}
            )
            return None
        return value

    def read_day(self, day: Any, path: str) -> None:
        rooms = day.get("rooms") if isinstance(day, Tree) else None
        if not isinstance(rooms, Tree):
            if not isinstance(day, Tree) or rooms:
                self.notes.refuse(
                    Where(getattr(day, "line", 0), path),
                    _("A day with its rooms is expected here."),
                )
            return
        for name, events in rooms.items():
            where = Where(rooms.line, f"{path}.rooms.{short(name)}")
            if not isinstance(events, list):
                self.notes.refuse(where, _("A list is expected here."))
                continue
            for number, event in enumerate(events):
                self.read_event(
                    event, name, Where(getattr(event, "line", 0), f"{where.path}[{number}]")
                )

    def read_event(self, event: Any, room: str, where: Where) -> None:
        if not isinstance(event, Tree):
            self.notes.refuse(where, _("An object is expected here."))
            return
        for name in event.keys() - KNOWN:
            if event[name] not in (None, "", [], {}, False):
                self.notes.pass_over(short(name), where)
        session = SessionIn(where=where)
        session.guid = self.notes.guid_of(event.get("guid"), where.at("guid"))
        session.code = self.code(event, where)
        self.read_texts(event, session)
        self.read_facts(event, session)
        if track := self.notes.line_of(event.get("track"), where.at("track"), longest=120):
            session.theme = self.found.theme(track, where.at("track"), [self.language])
        session.slot = self.slot(event, room, where)
        session.parts = self.parts(event.get("persons"), where)
        self.found.sessions.append(session)

    def code(self, event: Tree, where: Where) -> str:
        if event.get("code"):
            return self.notes.code_of(event["code"], where.at("code"))
        address = event.get("url")
        match = CODE_IN_ADDRESS.search(address) if isinstance(address, str) else None
        return match[1] if match else ""

    def read_texts(self, event: Tree, session: SessionIn) -> None:
        notes, where = self.notes, session.where
        values = {
            "title": notes.line_of(event.get("title"), where.at("title")),
            "subtitle": notes.line_of(event.get("subtitle"), where.at("subtitle")),
            "abstract": joined(
                notes.text_of(event.get("abstract"), where.at("abstract")),
                notes.text_of(event.get("description"), where.at("description")),
            ),
        }
        if not values["title"] and not str(event.get("title") or "").strip():
            notes.refuse(where.at("title"), _("A session needs a title."))
        session.values |= {f"{name}_{self.language}": text for name, text in values.items() if text}

    def read_facts(self, event: Tree, session: SessionIn) -> None:
        notes, where = self.notes, session.where
        if kind := notes.line_of(event.get("type"), where.at("type")):
            if known := words.kinds().get(kind.casefold()):
                session.values["kind"] = known
            else:
                unknown_kind(notes, where.at("type"), kind)
        if language := notes.line_of(event.get("language"), where.at("language")):
            if known := language_code(language):
                session.values["language"] = known
            else:
                unknown_language(notes, where.at("language"), language)
        is_private = event.get("do_not_record")
        if isinstance(is_private, str):
            is_private = truth(is_private) if is_private.strip() else None
        if isinstance(is_private, bool):
            session.values["is_recorded"] = not is_private
        elif event.get("do_not_record") not in (None, ""):
            notes.refuse(where.at("do_not_record"), _("Yes or no is expected here."))

    def slot(self, event: Tree, room: str, where: Where) -> SlotIn | None:
        """Where and when; ``None`` with a note for what cannot be."""
        name = self.notes.line_of(room, where.at("room"), longest=120)
        inside = self.notes.line_of(event.get("room"), where.at("room"), longest=120)
        if inside and name and inside != name:
            self.notes.refuse(
                where.at("room"),
                _("The session says “%(one)s” and stands under “%(other)s”.")
                % {"one": short(inside), "other": short(name)},
            )
            return None
        if not name:
            self.notes.refuse(where.at("room"), _("A session that has a time needs a room."))
            return None
        key = self.found.room(name, where.at("room"), [self.language])
        try:
            return self.timed(event, key, where)
        except times.BadTime as error:
            self.notes.refuse(where.at("date"), str(error))
            return None

    def timed(self, event: Tree, room: str, where: Where) -> SlotIn:
        starts_at = times.instant(str(event.get("date") or ""), self.zone)
        said = times.clock(str(event.get("start") or ""))
        written = times.iso_form(str(event.get("date") or ""))
        if said and said not in (written.time(), starts_at.astimezone(self.zone).time()):
            raise times.BadTime(_("“date” and “start” do not agree."))
        length = times.duration(str(event.get("duration") or ""))
        slot = times.slot_of(self.conference, room, starts_at, starts_at + length, where)
        if event.get("end") and times.instant(str(event["end"]), self.zone) != slot.ends_at:
            raise times.BadTime(_("“end” and “duration” do not agree."))
        return slot

    def parts(self, persons: object, where: Where) -> list[PartIn]:
        if persons in (None, ""):
            return []
        if not isinstance(persons, list):
            self.notes.refuse(where.at("persons"), _("A list is expected here."))
            return []
        found = []
        for number, person in enumerate(persons):
            line = getattr(person, "line", where.line)
            found.append(self.part(person, Where(line, f"{where.path}.persons[{number}]")))
        return list({part.person: part for part in found if part}.values())

    def part(self, entry: Any, where: Where) -> PartIn | None:
        if not isinstance(entry, Tree):
            self.notes.refuse(where, _("An object is expected here."))
            return None
        for name in entry.keys() - KNOWN_PERSON:
            if entry[name] not in (None, "", [], {}):
                self.notes.pass_over(f"persons.{short(name)}", where)
        told = entry.get("name") or entry.get("public_name")
        name = self.notes.line_of(told, where, longest=2 * NAME_LENGTH)
        name = self.notes.checked(validate_name, name, where)
        if not name:
            if not told:
                self.notes.refuse(where, _("A person needs a name."))
            return None
        person = PersonIn(where=where, name=name)
        person.guid = self.notes.guid_of(entry.get("guid"), where.at("guid"))
        person.code = self.notes.code_of(entry.get("code"), where.at("code"))
        if biography := self.notes.text_of(entry.get("biography"), where.at("biography")):
            person.biography[self.language] = biography
        return PartIn(where=where, person=self.found.person(person))


def joined(abstract: str, description: str) -> str:
    """pretalx has a short and a long text; here they are one."""
    if description and description not in abstract:
        return f"{abstract}\n\n{description}".strip()
    return abstract


def slug_of(value: object) -> str:
    is_slug = isinstance(value, str) and re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,79}", value)
    return str(value) if is_slug else ""


def unknown_kind(notes: Notes, where: Where, kind: str) -> None:
    notes.remark(
        where,
        _("The kind “%(kind)s” is not known here; a new session becomes a %(known)s.")
        % {"kind": short(kind), "known": str(Session.Kind.LECTURE.label).lower()},
    )


def unknown_language(notes: Notes, where: Where, language: str) -> None:
    notes.refuse(
        where,
        _("The language “%(language)s” is not known here: French or English.")
        % {"language": short(language)},
    )
