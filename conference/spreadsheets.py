"""The door by which spreadsheets come in: CSV (RFC 4180 and what Excel makes of it) and XLSX.

Nothing in them is believed: sizes are bounded before anything is unpacked, a formula is refused,
and every cell arrives as text with the number of its row.
"""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from conference.imports import MOST_ROWS, CannotRead, Notes, Where, short

MOST_COLUMNS = 100
MOST_UNPACKED = 30 * 2**20
MOST_ENTRIES = 500
LONGEST_FIELD = 60_000
# What a spreadsheet would work out or send somewhere rather than show.
FORMULA = re.compile(r"\s*(=|[+@-][^\s]*[(|!])")
# Our own CSV protects what looks like a formula by an apostrophe (conference/exports.py).
PROTECTED = re.compile(r"'(?=\s*[=+\-@])")


@dataclass(slots=True)
class Row:
    number: int
    cells: dict[str, str]

    def where(self, column: str) -> Where:
        return Where(self.number, column)


@dataclass(slots=True)
class Table:
    """Rows by the headings as they are written in the first line."""

    headings: list[str]
    rows: list[Row] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_csv(content: bytes, notes: Notes) -> Table:
    """Raises ``CannotRead`` for what is no table; refuses single cells in ``notes``."""
    text, encoding = decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text), strict=True)
    table = tabulated(numbered(reader), notes)
    if encoding != "utf-8":
        table.remarks.append(_("Read as %(encoding)s.") % {"encoding": encoding})
    return table


def decoded(content: bytes) -> tuple[str, str]:
    """The text and its encoding: UTF-8, UTF-16 with its mark, else Windows-1252."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return content.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError as error:
            raise CannotRead(_("This is not UTF-16, as its first bytes say.")) from error
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError as error:
        where = Where(content[: error.start].count(b"\n") + 1)
        is_broken = bool(re.search("[\x80-\ufffc]", content.decode("utf-8", "ignore")))
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            is_broken = True
        if is_broken:
            raise CannotRead(_("This line is not in UTF-8."), where) from error
        return text, "Windows-1252"


def separator_of(text: str) -> str:
    """What separates the headings: the comma, the semicolon or the tab."""
    first = text.lstrip("\ufeff").partition("\n")[0]
    return max(",;\t", key=first.count)


def numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line that it begins on."""
    csv.field_size_limit(LONGEST_FIELD)
    begins = 1
    try:
        for row in reader:
            yield begins, row
            begins = reader.line_num + 1
    except csv.Error as error:
        raise CannotRead(_("This line cannot be read as CSV."), Where(begins)) from error


def tabulated(rows: Iterator[tuple[int, list[str]]], notes: Notes) -> Table:
    """Rows under their headings; empty ones are passed over."""
    _number, first = next(rows, (1, []))
    table = Table(headings_of(first))
    for number, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if len(table.rows) >= MOST_ROWS:
            raise CannotRead(too_many_rows(), Where(number))
        if len(row) > len(table.headings) and any(cell.strip() for cell in row[len(first) :]):
            notes.refuse(Where(number), _("This line has more cells than there are headings."))
            continue
        cells = dict(zip(table.headings, row, strict=False))
        table.rows.append(
            Row(number, {name: plain(name, cells[name], number, notes) for name in cells})
        )
    return table


def headings_of(row: list[str]) -> list[str]:
    headings = [cell.strip().lstrip("\ufeff") for cell in row]
    while headings and not headings[-1]:
        headings.pop()
    if not headings:
        raise CannotRead(_("The first line holds no headings."), Where(1))
    if len(headings) > MOST_COLUMNS:
        raise CannotRead(
            _("There are more than %(most)s columns.") % {"most": MOST_COLUMNS}, Where(1)
        )
    seen: set[str] = set()
    for name in filter(None, headings):
        if name.casefold() in seen:
            raise CannotRead(
                _("There are two columns “%(name)s”.") % {"name": short(name)}, Where(1)
            )
        seen.add(name.casefold())
    return headings


def plain(name: str, cell: str, number: int, notes: Notes) -> str:
    """The text of a cell; a formula is refused and leaves it empty."""
    if FORMULA.match(cell):
        notes.refuse(Where(number, name), formula_refused())
        return ""
    return PROTECTED.sub("", cell, count=1) if cell.startswith("'") else cell


def formula_refused() -> str:
    return _("This cell holds a formula: paste its value instead.")


def too_many_rows() -> str:
    return _("There are more than %(most)s rows.") % {"most": MOST_ROWS}


# --- XLSX (ECMA-376) --------------------------------------------------------------------------


def read_xlsx(content: bytes, notes: Notes) -> Table:
    """The first sheet; others are pointed out. Raises ``CannotRead`` for what is no workbook."""
    refuse_bomb(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            try:
                table = tabulated(sheet_rows(book.worksheets[0]), notes)
                others = [
                    sheet.title for sheet in book.worksheets[1:] if sheet.sheet_state == "visible"
                ]
            finally:
                book.close()
    except CannotRead:
        raise
    except Exception as error:  # whatever a broken file makes of a parser of ZIP and XML
        raise CannotRead(_("This is not an XLSX file that can be read.")) from error
    if others:
        names = ", ".join(short(name) for name in others)
        table.remarks.append(_("Only the first sheet is read, not: %(names)s.") % {"names": names})
    return table


def refuse_bomb(content: bytes) -> None:
    """Raise ``CannotRead`` for a ZIP that would unpack to more than is reasonable."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise CannotRead(_("This archive cannot be read.")) from error
    # ``zipfile`` never unpacks more than an entry says, so what they say can be added up.
    if len(entries) > MOST_ENTRIES or sum(one.file_size for one in entries) > MOST_UNPACKED:
        raise CannotRead(_("This archive unpacks to more than is allowed."))


def sheet_rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    # What a file says of its own size may be wrong in both directions.
    sheet.reset_dimensions()
    found = sheet.iter_rows(max_col=MOST_COLUMNS + 1, max_row=4 * MOST_ROWS)
    for number, row in enumerate(found, start=1):
        yield number, [cell_text(cell) for cell in row]


def cell_text(cell: Any) -> str:
    """The value as text: dates by ISO 8601, numbers without a needless point."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return "=" if not str(value).startswith("=") else str(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        # A spreadsheet counts in fractions of a day, which are never exact.
        return (value + timedelta(milliseconds=500)).replace(microsecond=0).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
