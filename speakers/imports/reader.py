"""Speakers from the rows of a spreadsheet."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from conference.import_words import folded, language_code, split_name
from conference.imports import MOST_BYTES, CannotRead, Notes, Where, short
from conference.people import NAME_LENGTH, validate_name, validate_plain_line
from conference.spreadsheets import Row, Table, read_csv, read_xlsx
from speakers import orcid
from speakers.imports.columns import COLUMNS, known_as

LINES = {
    "honorific": 40,
    "role_title_fr": 200,
    "role_title_en": 200,
    "affiliation_fr": 200,
    "affiliation_en": 200,
}


class Format(models.TextChoices):
    CSV = "csv", gettext_lazy("spreadsheet as CSV")
    XLSX = "xlsx", gettext_lazy("spreadsheet as XLSX")


@dataclass(slots=True, kw_only=True)
class SpeakerIn:
    """``values`` by the model's own fields; what the file leaves empty is not in it."""

    where: Where
    guid: UUID | None = None
    code: str = ""
    values: dict[str, str] = field(default_factory=dict)
    photo: str = ""
    photo_where: Where = field(default_factory=Where)

    @property
    def title(self) -> str:
        name = f"{self.values.get('given_name', '')} {self.values.get('family_name', '')}".strip()
        return name or self.code or self.values.get("email", "") or str(self.guid or "")


def read(
    content: bytes, notes: Notes, *, format: str = "", language: str = ""
) -> tuple[list[SpeakerIn], Format]:
    """Raises ``CannotRead`` for a file as a whole; what is wrong in it is in ``notes``."""
    if len(content) > MOST_BYTES:
        raise CannotRead(_("This file is larger than 10 MB."))
    if not content.strip():
        raise CannotRead(_("This file is empty."))
    chosen = Format(format) if format else recognised(content)
    table = (read_xlsx if chosen is Format.XLSX else read_csv)(content, notes)
    for remark in table.remarks:
        notes.remark(Where(), remark)
    found = Reading(table, language, notes).speakers()
    if not (found or notes.errors):
        raise CannotRead(_("There is no speaker in this file."))
    return found, chosen


def recognised(content: bytes) -> Format:
    if content.startswith(b"PK\x03\x04"):
        return Format.XLSX
    is_wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    if content.lstrip()[:1] in (b"<", b"{", b"[") or (b"\0" in content[:256] and not is_wide):
        raise CannotRead(_("This file is in none of the formats that can be read here."))
    return Format.CSV


class Reading:
    def __init__(self, table: Table, language: str, notes: Notes) -> None:
        self.table, self.language, self.notes = table, language, notes
        self.columns: dict[str, str] = {}
        for heading in filter(None, table.headings):
            name = known_as(heading)
            if name and name in self.columns:
                raise CannotRead(
                    _("“%(one)s” and “%(other)s” are the same column.")
                    % {"one": short(self.columns[name]), "other": short(heading)},
                    Where(1),
                )
            if name:
                self.columns[name] = heading
        if not {"family_name", "name", "code", "guid", "email"} & self.columns.keys():
            names = ", ".join(column.name for column in COLUMNS)
            raise CannotRead(
                _("These headings are not known. A table of speakers has: %(names)s.")
                % {"names": names},
                Where(1),
            )
        if "biography" in self.columns and not language:
            raise CannotRead(
                _("A column of texts does not say its language: please choose the file’s.")
            )

    def speakers(self) -> list[SpeakerIn]:
        return [self.speaker(row) for row in self.table.rows]

    def cell(self, row: Row, name: str) -> str:
        return row.cells.get(self.columns.get(name, ""), "").strip()

    def where(self, row: Row, name: str) -> Where:
        return row.where(self.columns.get(name, name))

    def speaker(self, row: Row) -> SpeakerIn:
        notes = self.notes
        for heading, text in row.cells.items():
            if text.strip() and not (heading and known_as(heading)):
                name = short(heading) or _("a column without heading")
                notes.pass_over(name, row.where(short(heading)))
        found = SpeakerIn(where=Where(row.number))
        found.guid = notes.guid_of(self.cell(row, "guid"), self.where(row, "guid"))
        found.code = notes.code_of(self.cell(row, "code"), self.where(row, "code"))
        values = {
            name: notes.line_of(self.cell(row, name), self.where(row, name), longest=longest)
            for name, longest in LINES.items()
        }
        values |= self.names(row) | self.texts(row)
        values["portrait_credit"] = self.line(row, "photo_credit", 200, validate_plain_line)
        values["email"] = self.line(row, "email", 254, validate_email)
        values["website"] = self.line(row, "website", 200, URLValidator(["http", "https"]))
        values["orcid"] = self.orcid(row)
        values["country"] = self.country(row)
        values["language"] = self.spoken(row)
        found.values = {name: value for name, value in values.items() if value}
        found.photo = notes.line_of(self.cell(row, "photo"), self.where(row, "photo"))
        found.photo_where = self.where(row, "photo")
        return found

    def line(self, row: Row, column: str, longest: int, validate: Callable[[str], None]) -> str:
        where = self.where(row, column)
        text = self.notes.line_of(self.cell(row, column), where, longest=longest)
        return self.notes.checked(validate, text, where)

    def names(self, row: Row) -> dict[str, str]:
        given = self.line(row, "given_name", NAME_LENGTH, validate_name)
        family = self.line(row, "family_name", NAME_LENGTH, validate_name)
        if not family and (name := self.line(row, "name", NAME_LENGTH, validate_name)):
            given, family = split_name(name)
        return {"given_name": given, "family_name": family}

    def texts(self, row: Row) -> dict[str, str]:
        found = {}
        for column in ("biography_fr", "biography_en", "biography"):
            text = self.notes.text_of(self.cell(row, column), self.where(row, column))
            if text:
                name = f"biography_{self.language}" if column == "biography" else column
                found[name] = text
        return found

    def orcid(self, row: Row) -> str:
        text = self.line(row, "orcid", 60, lambda value: None)
        try:
            return orcid.normal(text) if text else ""
        except ValidationError as refusal:
            self.notes.refuse(self.where(row, "orcid"), " ".join(refusal.messages))
            return ""

    def country(self, row: Row) -> str:
        text = self.line(row, "country", 100, lambda value: None)
        code = countries_by_name().get(folded(text), "") if text else ""
        if text and not code:
            self.notes.refuse(
                self.where(row, "country"),
                _("“%(value)s” is not a country.") % {"value": short(text)},
            )
        return code

    def spoken(self, row: Row) -> str:
        text = self.cell(row, "language")
        code = language_code(text) if text else ""
        if text and not code:
            self.notes.refuse(
                self.where(row, "language"),
                _("The language “%(language)s” is not known here: French or English.")
                % {"language": short(text)},
            )
        return code


def countries_by_name() -> dict[str, str]:
    """Codes by themselves and by the names in both languages; made once."""
    if not COUNTRIES:
        for language in ("fr", "en"):
            with translation.override(language):
                COUNTRIES.update({folded(str(name)): code for code, name in countries})
        COUNTRIES.update({folded(code): code for code, _name in countries})
    return COUNTRIES


COUNTRIES: dict[str, str] = {}
