"""Sessions and talks from the rows of a spreadsheet, or of pretalx's list of sessions."""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from conference.import_words import language_code, truth
from conference.imports import CannotRead, Notes, Where, short
from conference.models import Conference
from conference.people import NAME_LENGTH, validate_name
from conference.spreadsheets import Row, Table
from programme.imports import times, words
from programme.imports.columns import COLUMNS, known_as
from programme.imports.form import PartIn, PersonIn, ProgrammeIn, SessionIn, SlotIn, TalkIn
from programme.imports.located import Tree
from programme.imports.schedule import joined, unknown_kind, unknown_language

ROLE = re.compile(r"(.*?)\s*\(([^()]*)\)\s*\Z", re.DOTALL)
LANGUAGES = ("fr", "en")


def is_table(headings: Iterable[str]) -> bool:
    """Whether at least two columns are known, one of them a title."""
    known = {known_as(heading) for heading in headings} - {""}
    return len(known) > 1 and bool(known & {"title", "title_fr", "title_en"})


def read(table: Table, conference: Conference, language: str, notes: Notes) -> ProgrammeIn:
    """Raises ``CannotRead`` when no column is known; notes what is wrong with single cells."""
    if not is_table(table.headings):
        names = ", ".join(column.name for column in COLUMNS)
        raise CannotRead(
            _("These headings are not known. A table of sessions has: %(names)s.")
            % {"names": names},
            Where(1),
        )
    return Reading(table, conference, language, notes).programme()


class Reading:
    def __init__(self, table: Table, conference: Conference, language: str, notes: Notes) -> None:
        self.table, self.conference, self.language, self.notes = table, conference, language, notes
        self.zone = conference.zone
        self.found = ProgrammeIn()
        self.columns = self.known_columns()
        self.by_code: dict[str, SessionIn] = {}

    def known_columns(self) -> dict[str, str]:
        """The heading of each column by its name here; two for one are refused."""
        found: dict[str, str] = {}
        for heading in filter(None, self.table.headings):
            name = known_as(heading)
            if name and name in found:
                raise CannotRead(
                    _("“%(one)s” and “%(other)s” are the same column.")
                    % {"one": short(found[name]), "other": short(heading)},
                    Where(1),
                )
            if name:
                found[name] = heading
        return found

    def programme(self) -> ProgrammeIn:
        talks = []
        for row in self.table.rows:
            self.pass_over_unknown(row)
            if self.cell(row, "part_of"):
                talks.append(row)
            else:
                self.read_session(row)
        for row in talks:
            self.read_talk(row)
        return self.found

    def pass_over_unknown(self, row: Row) -> None:
        for heading, text in row.cells.items():
            if text.strip() and not (heading and known_as(heading)):
                name = short(heading) or _("a column without heading")
                self.notes.pass_over(name, row.where(short(heading)))

    def cell(self, row: Row, name: str) -> str:
        return row.cells.get(self.columns.get(name, ""), "").strip()

    def where(self, row: Row, name: str) -> Where:
        return row.where(self.columns.get(name, name))

    # --- Sessions -------------------------------------------------------------------------------

    def read_session(self, row: Row) -> None:
        notes = self.notes
        session = SessionIn(where=Where(row.number))
        session.guid = notes.guid_of(self.cell(row, "guid"), self.where(row, "guid"))
        session.code = notes.code_of(self.cell(row, "code"), self.where(row, "code"))
        session.values |= self.texts(row, ("title", "subtitle", "abstract"))
        self.read_facts(row, session)
        if theme := notes.line_of(self.cell(row, "theme"), self.where(row, "theme"), longest=120):
            where = self.where(row, "theme")
            session.theme = self.found.theme(theme, where, [self.language])
        session.slot = self.slot(row)
        session.parts = self.parts(row)
        self.found.sessions.append(session)
        if session.code:
            self.by_code.setdefault(session.code, session)

    def texts(self, row: Row, names: tuple[str, ...]) -> dict[str, Any]:
        """Columns with their language, and those without it in that of the file."""
        found = {}
        for name in names:
            read = self.notes.text_of if name == "abstract" else self.notes.line_of
            for column, target in [
                *((f"{name}_{language}", f"{name}_{language}") for language in LANGUAGES),
                (name, f"{name}_{self.language}"),
            ]:
                if text := read(self.cell(row, column), self.where(row, column)):
                    found[target] = text
        if more := self.notes.text_of(
            self.cell(row, "description"), self.where(row, "description")
        ):
            target = f"abstract_{self.language}"
            found[target] = joined(found.get(target, ""), more)
        return found

    def read_facts(self, row: Row, session: SessionIn) -> None:
        if kind := self.cell(row, "kind"):
            if known := words.kinds().get(kind.casefold()):
                session.values["kind"] = known
            else:
                unknown_kind(self.notes, self.where(row, "kind"), kind)
        if language := self.cell(row, "language"):
            if known := language_code(language):
                session.values["language"] = known
            else:
                unknown_language(self.notes, self.where(row, "language"), language)
        if access := self.cell(row, "access"):
            if known := words.accesses().get(access.casefold()):
                session.values["access"] = known
            else:
                self.refuse(row, "access", _("“%(value)s” is not one of: %(known)s."), access,
                            known="open, booking, invitation")  # fmt: skip
        for column, name in [("interpreted", "is_interpreted"), ("recorded", "is_recorded")]:
            if (answer := self.truth(row, column)) is not None:
                session.values[name] = answer
        if (answer := self.truth(row, "do_not_record")) is not None:
            session.values["is_recorded"] = not answer

    def truth(self, row: Row, column: str) -> bool | None:
        text = self.cell(row, column)
        answer = truth(text) if text else None
        if text and answer is None:
            self.refuse(row, column, _("“%(value)s” is neither yes nor no."), text)
        return answer

    def refuse(self, row: Row, column: str, text: str, value: str, **more: str) -> None:
        self.notes.refuse(self.where(row, column), text % {"value": short(value), **more})

    # --- Time and place ---------------------------------------------------------------------------

    def slot(self, row: Row) -> SlotIn | None:
        """Where and when; ``None`` for what is not scheduled yet, or with a note."""
        start = self.moment(row, "start")
        name = self.notes.line_of(self.cell(row, "room"), self.where(row, "room"), longest=120)
        if not start:
            if self.moment(row, "end"):
                self.notes.refuse(self.where(row, "end"), _("There is an end without a start."))
            return None
        if not name:
            self.notes.refuse(self.where(row, "room"), _("A session that has a time needs a room."))
            return None
        key = self.found.room(name, self.where(row, "room"), [self.language])
        column = "start"
        try:
            starts_at = times.instant(start, self.zone)
            column = "end" if self.moment(row, "end") else "minutes"
            if end := self.moment(row, "end"):
                ends_at = times.end_of(end, starts_at, self.zone)
            else:
                ends_at = starts_at + times.duration(self.cell(row, "minutes"))
            column = "start"
            return times.slot_of(self.conference, key, starts_at, ends_at, Where(row.number))
        except times.BadTime as error:
            self.notes.refuse(self.where(row, column), str(error))
            return None

    def moment(self, row: Row, name: str) -> str:
        """A cell, or two: date and time apart."""
        if text := self.cell(row, name):
            return text
        day, at = self.cell(row, f"{name}_date"), self.cell(row, f"{name}_time")
        return f"{day.partition('T')[0]} {at}".strip()

    # --- People -----------------------------------------------------------------------------------

    def parts(self, row: Row) -> list[PartIn]:
        """“Ada Lovelace; Grace Hopper (chair)”, by name or by code."""
        where = self.where(row, "speakers")
        names = split(self.cell(row, "speakers"))
        codes = split(self.cell(row, "speaker_codes"))
        if codes and len(codes) == len(names):
            named = zip(codes, names, strict=True)
            found = [self.part(name, where, code) for code, name in named]
        else:
            found = [self.part(name, where, "") for name in names or codes]
        return list({(part.person, part.role): part for part in found if part}.values())

    def part(self, text: str, where: Where, code: str) -> PartIn | None:
        role = ""
        if match := ROLE.match(text):
            known = words.roles().get(match[2].strip().casefold())
            if known is None:
                self.notes.refuse(
                    where, _("The role “%(role)s” is not known.") % {"role": short(match[2])}
                )
                return None
            text, role = match[1], known
        name = self.notes.line_of(text, where, longest=2 * NAME_LENGTH)
        name = self.notes.checked(validate_name, name, where)
        code = self.notes.code_of(code, where) if code else ""
        if not name:
            return None
        return PartIn(
            where=where,
            person=self.found.person(PersonIn(where=where, name=name, code=code)),
            role=role,
        )

    # --- Talks ------------------------------------------------------------------------------------

    def read_talk(self, row: Row) -> None:
        notes = self.notes
        owner = notes.code_of(self.cell(row, "part_of"), self.where(row, "part_of"))
        session = self.by_code.get(owner)
        if session is None:
            if owner:
                self.refuse(
                    row, "part_of", _("There is no session “%(value)s” in this file."), owner
                )
            return
        talk = TalkIn(where=Where(row.number))
        talk.guid = notes.guid_of(self.cell(row, "guid"), self.where(row, "guid"))
        talk.code = notes.code_of(self.cell(row, "code"), self.where(row, "code"))
        if not (talk.guid or talk.code):
            notes.refuse(self.where(row, "code"), no_code())
        talk.values |= self.texts(row, ("title", "abstract"))
        if minutes := self.cell(row, "minutes"):
            try:
                talk.values["minutes"] = int(times.duration(minutes).total_seconds() // 60)
            except times.BadTime as error:
                notes.refuse(self.where(row, "minutes"), str(error))
        talk.parts = self.parts(row)
        session.talks.append(talk)


def no_code() -> str:
    return _("Give it a code of your own, so that a later import finds it again.")


def split(text: str) -> list[str]:
    return [one.strip() for one in re.split(r"[;\n]", text) if one.strip()]


# --- pretalx's lists as JSON --------------------------------------------------------------------


def from_json(found: Any) -> Table | None:
    """A list of sessions, or a page of pretalx's API, as a table; ``None`` for anything else."""
    entries = found.get("results") if isinstance(found, Tree) else found
    if not isinstance(entries, list) or not all(isinstance(one, Tree) for one in entries):
        return None
    table = Table([])
    for number, entry in enumerate(entries, start=1):
        cells = {str(name): cell for name, value in flat(entry) if (cell := cell_of(value))}
        table.headings += [name for name in cells if name not in table.headings]
        table.rows.append(Row(entry.line or number, cells))
    return table


def flat(entry: Tree) -> Iterable[tuple[str, Any]]:
    """With what pretalx's API has in its first slot."""
    slots = entry.get("slots")
    slot = slots[0] if isinstance(slots, list) and slots else entry.get("slot")
    for name, value in entry.items():
        if name not in ("slot", "slots"):
            yield name, value
    if isinstance(slot, Tree):
        for name in ("start", "end", "room"):
            if name in slot and name not in entry:
                yield name, slot[name]


def cell_of(value: Any) -> str:
    """Text of a value: of a list its parts, of a text in many languages the first."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        texts = [value.get("name"), value.get("fr"), value.get("en"), *value.values()]
        return next((cell_of(one) for one in texts if one), "")
    if isinstance(value, list):
        return "; ".join(filter(None, (cell_of(one) for one in value)))
    return "" if value is None else str(value)
