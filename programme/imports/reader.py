"""Which format a file is in, by what stands in it, and the plain data of it."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conference.imports import MOST_BYTES, MOST_ROWS, CannotRead, Notes, Where
from conference.models import Conference
from conference.spreadsheets import Table, read_csv, read_xlsx
from programme.imports import schedule, schedule_xml, table
from programme.imports.columns import known_as
from programme.imports.form import ProgrammeIn
from programme.imports.located import read_json, read_xml


class Format(models.TextChoices):
    SCHEDULE_JSON = "schedule.json", gettext_lazy("schedule.json (c3voc, pretalx)")
    SCHEDULE_XML = "schedule.xml", gettext_lazy("schedule.xml (c3voc, frab, pretalx)")
    LIST_JSON = "list.json", gettext_lazy("list of sessions as JSON (pretalx)")
    CSV = "csv", gettext_lazy("spreadsheet as CSV")
    XLSX = "xlsx", gettext_lazy("spreadsheet as XLSX")


@dataclass(slots=True)
class Read:
    """``language`` is what the file was read in; “” where the file has no say and no need."""

    programme: ProgrammeIn
    format: Format
    language: str


def read(
    content: bytes,
    conference: Conference,
    notes: Notes,
    *,
    format: str = "",
    language: str = "",
) -> Read:
    """Raises ``CannotRead`` for a file as a whole; what is wrong in it is in ``notes``."""
    if len(content) > MOST_BYTES:
        raise CannotRead(_("This file is larger than 10 MB."))
    if not content.strip():
        raise CannotRead(_("This file is empty."))
    chosen = Format(format) if format else recognised(content)
    match chosen:
        case Format.SCHEDULE_JSON | Format.LIST_JSON:
            found = from_json(read_json(content), conference, notes, language)
        case Format.SCHEDULE_XML:
            tree = schedule_xml.from_xml(read_xml(content))
            found = from_schedule(tree, chosen, conference, notes, language)
        case Format.CSV:
            found = from_table(read_csv(content, notes), chosen, conference, notes, language)
        case Format.XLSX:
            found = from_table(read_xlsx(content, notes), chosen, conference, notes, language)
    refuse_crowd(found.programme, notes)
    return found


def recognised(content: bytes) -> Format:
    """By the first bytes; raises ``CannotRead`` for pictures, PDF and other things."""
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if content.startswith(b"PK\x03\x04"):
        return Format.XLSX
    if start == b"<" or content[:4] in (b"\xff\xfe<\0", b"\xfe\xff\0<"):
        return Format.SCHEDULE_XML
    if start == b"{":
        return Format.SCHEDULE_JSON
    if start == b"[":
        return Format.LIST_JSON
    if b"\0" in content[:256] and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise CannotRead(unknown_format())
    return Format.CSV


def unknown_format() -> str:
    return _("This file is in none of the formats that can be read here.")


def from_json(tree: Any, conference: Conference, notes: Notes, language: str) -> Read:
    if schedule.is_schedule(tree):
        return from_schedule(tree, Format.SCHEDULE_JSON, conference, notes, language)
    found = table.from_json(tree)
    if found is None:
        raise CannotRead(_("This JSON is neither a schedule nor a list of sessions."))
    return from_table(found, Format.LIST_JSON, conference, notes, language)


def from_schedule(
    tree: Any, format: Format, conference: Conference, notes: Notes, language: str
) -> Read:
    language = language or schedule.language_of(tree)
    if not language:
        raise CannotRead(_("This file does not say its language: please choose it."))
    return Read(schedule.read(tree, conference, language, notes), format, language)


def from_table(
    found: Table, format: Format, conference: Conference, notes: Notes, language: str
) -> Read:
    for remark in found.remarks:
        notes.remark(Where(), remark)
    needs = {"title", "subtitle", "abstract", "description"}
    if not language and needs & {known_as(name) for name in found.headings}:
        raise CannotRead(
            _("A column of texts does not say its language: please choose the file’s.")
        )
    return Read(table.read(found, conference, language or "fr", notes), format, language)


def refuse_crowd(programme: ProgrammeIn, notes: Notes) -> None:
    if len(programme.sessions) > MOST_ROWS:
        raise CannotRead(_("There are more than %(most)s sessions.") % {"most": MOST_ROWS})
    if not (programme.sessions or notes.errors):
        raise CannotRead(_("There is no session in this file."))
