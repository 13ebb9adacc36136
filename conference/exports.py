"""The only door for lists of people to leave by: CSV, XLSX and vCard 4.0.

A file is written row by row into a temporary file that has no name, then its log row is committed,
then it is sent. So memory does not grow with the list, the log tells the exact number of rows, a
failure half-way is an error page rather than half a file, and nothing leaves unlogged.
"""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import IO, Any

from django.db import models
from django.http import FileResponse, HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from icalendar.parser import Contentline, Parameters
from icalendar.prop import vAdr, vCategory, vN, vOrg, vText, vUri
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from conference.models import Conference
from conference.privacy import services as privacy

Value = str | int | date | datetime | Iterable[str] | None

ROWS_AT_ONCE = 500
LONGEST_CELL = 32_767  # characters, Excel's own limit


class Format(models.TextChoices):
    CSV = "csv", _("CSV, for any program")
    XLSX = "xlsx", _("XLSX, for a spreadsheet")
    VCARD = "vcard", _("vCard, for an address book")

    @property
    def extension(self) -> str:
        return "vcf" if self is Format.VCARD else self.value

    @property
    def content_type(self) -> str:
        return {
            Format.CSV: "text/csv; charset=utf-8",
            Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format.VCARD: "text/vcard; charset=utf-8",
        }[self]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``name`` is for the log and never changes, ``header`` is for people."""

    name: str
    header: str | Promise
    value: Callable[[Any], Value]
    width: int = 20  # in characters, as spreadsheets count


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What one contact card holds; what is empty is left out."""

    uid: str
    family_name: str
    given_name: str = ""
    organisation: str = ""
    title: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    categories: Sequence[str] = ()
    languages: Sequence[str] = ()
    city: str = ""
    country: str = ""
    url: str = ""
    revised_at: datetime | None = None


# In the order of the file, and as the log names them.
CARD_FIELDS = [
    "FN", "N", "ORG", "TITLE", "EMAIL", "TEL", "CATEGORIES", "LANG", "ADR", "URL", "UID", "REV",
]  # fmt: skip


def export_response[Row](
    request: HttpRequest,
    *,
    dataset: str,
    format: Format,
    columns: Sequence[Column],
    rows: models.QuerySet[Any] | Iterable[Row],
    purpose: str,
    question: dict[str, Any],
    card: Callable[[Row], Card] | None = None,
) -> FileResponse:
    """The file to send, its log row committed; raises, and sends nothing, when that fails.

    ``columns`` make CSV and XLSX, ``card`` makes vCard. Headers, countries and the separator are
    in the active language.
    """
    # Without a name: nobody finds it, and it goes when the response is closed.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        count = write(file, format, columns, in_pieces(rows), card)
        file.seek(0)
        privacy.log_export(
            user=request.user,
            dataset=dataset,
            format=format,
            question=question,
            columns=CARD_FIELDS if card and format is Format.VCARD else [c.name for c in columns],
            rows=count,
            purpose=purpose,
        )
    except BaseException:
        file.close()
        raise
    name = file_name(dataset, format)
    return FileResponse(file, as_attachment=True, filename=name, content_type=format.content_type)


def file_name(dataset: str, format: Format) -> str:
    """``<conference>-<dataset>-<day>.<extension>``, with the current conference."""
    slugs = Conference.objects.filter(is_current=True).values_list("slug", flat=True)
    return f"{slugs.first() or 'colloque'}-{dataset}-{timezone.localdate()}.{format.extension}"


def in_pieces(rows: models.QuerySet[Any] | Iterable[Any]) -> Iterable[Any]:
    """A queryset read in pieces, with what it prefetches; anything else as it is."""
    if isinstance(rows, models.QuerySet):
        return rows.iterator(chunk_size=ROWS_AT_ONCE)
    return rows


def write(
    file: IO[bytes],
    format: Format,
    columns: Sequence[Column],
    rows: Iterable[Any],
    card: Callable[[Any], Card] | None = None,
) -> int:
    """Write every row and return how many there were."""
    counted = Counted(rows)
    if format is Format.CSV:
        write_csv(file, columns, counted)
    elif format is Format.XLSX:
        write_xlsx(file, columns, counted)
    elif card is None:
        raise ValueError("A vCard needs a function that makes the card of a row.")
    else:
        write_vcards(file, (card(row) for row in counted))
    return counted.count


class Counted:
    """An iterable that knows how many rows went through it."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self.rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Any]:
        for row in self.rows:
            self.count += 1
            yield row


# --- Text that no program takes for a command -----------------------------------------------------

# What no file format carries: control characters but tab and ends of line, halves of pairs.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# A formula starts with = + - @, or with a wide, small or raised form that a program may fold to it.
FORMULA_STARTS = "=+\\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−"
# What is skipped before: spaces of all widths, and marks that nobody sees.
UNSEEN = "\\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
# Also after a separator or a quote: the file may be opened with another separator than ours.
FORMULA = re.compile(f'(^|[;,"|\t\r\n])(?=[{UNSEEN}]*[{FORMULA_STARTS}])|^(?=[\t\r\n])')


def printable(text: str) -> str:
    return UNPRINTABLE.sub("", text)


def inert(text: str) -> str:
    """``text`` with an apostrophe before all that a spreadsheet would take for a formula."""
    return FORMULA.sub(r"\1'", text)


def plain(value: Value) -> Value:
    """A value that a cell may hold: several texts as one, instants in local time without a zone."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    if value is None or isinstance(value, int | date):
        return value
    return printable(", ".join(value))


# --- CSV (RFC 4180) -------------------------------------------------------------------------------


def write_csv(file: IO[bytes], columns: Sequence[Column], rows: Iterable[Any]) -> None:
    """UTF-8 with its mark, which Excel needs; semicolons in French, where commas are decimal."""
    separator = ";" if get_language() == "fr" else ","
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    try:
        writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
        writer.writerow([str(column.header) for column in columns])
        for row in rows:
            writer.writerow([csv_cell(column.value(row)) for column in columns])
    finally:
        text.flush()
        text.detach()


def csv_cell(value: Value) -> str | int:
    """Dates as ISO 8601, text that is inert."""
    value = plain(value)
    if isinstance(value, str):
        return inert(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int) else ""


# --- XLSX (ECMA-376) ------------------------------------------------------------------------------


def write_xlsx(file: IO[bytes], columns: Sequence[Column], rows: Iterable[Any]) -> None:
    """One sheet of typed cells under a header that stays in sight; text is never a formula."""
    book = Workbook(write_only=True)
    book.properties.creator = "Colloque"
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append([header_cell(sheet, str(column.header)) for column in columns])
    for row in rows:
        sheet.append([xlsx_cell(sheet, column.value(row)) for column in columns])
    book.save(file)


def header_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.font = Font(bold=True)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def xlsx_cell(sheet: Any, value: Value) -> Any:
    """The value itself, or a cell forced to be text where a program would see more in it."""
    value = plain(value)
    if not isinstance(value, str):
        return value
    value = value[:LONGEST_CELL]
    if not (value.startswith("#") or FORMULA.search(value)):
        return value
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    # Remains text when somebody edits it.
    cell.quotePrefix = True
    return cell


# --- vCard 4.0 (RFC 6350) -------------------------------------------------------------------------
# The lines, their escapes and their folding are icalendar's, which has the types of vCard as well.

LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")


def write_vcards(file: IO[bytes], cards: Iterable[Card]) -> None:
    for card in cards:
        file.write(b"".join(card_lines(card)))


def card_lines(card: Card) -> Iterator[bytes]:
    """The card, line by line, in the order that ``CARD_FIELDS`` tells."""
    full_name = line_of(f"{card.given_name} {card.family_name}")
    yield b"BEGIN:VCARD\r\nVERSION:4.0\r\n"
    yield content_line("FN", vText(full_name))
    yield content_line("N", vN((line_of(card.family_name), line_of(card.given_name), "", "", "")))
    if card.organisation:
        yield content_line("ORG", vOrg((line_of(card.organisation),)))
    if card.title:
        yield content_line("TITLE", vText(line_of(card.title)))
    if card.email:
        yield content_line("EMAIL", vText(line_of(card.email)), "work")
    if card.phone:
        yield content_line("TEL", vText(line_of(card.phone)), "work,voice")
    if card.mobile:
        yield content_line("TEL", vText(line_of(card.mobile)), "work,cell")
    if card.categories:
        yield content_line("CATEGORIES", vCategory([line_of(name) for name in card.categories]))
    for language in card.languages:
        if LANGUAGE_TAG.match(language):
            yield content_line("LANG", vUri(language))
    if card.city or card.country:
        place = ("", "", "", line_of(card.city), "", "", line_of(card.country))
        yield content_line("ADR", vAdr(place), "work")
    if card.url:
        yield content_line("URL", vUri(line_of(card.url).replace(" ", "%20")))
    yield content_line("UID", vUri(card.uid))
    if card.revised_at:
        yield content_line("REV", vUri(f"{card.revised_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"))
    yield b"END:VCARD\r\n"


def content_line(name: str, value: Any, kind: str = "") -> bytes:
    """One line, folded at 75 octets between characters."""
    line: bytes = Contentline.from_parts(name, type_parameter(kind), value).to_ical()
    return line + b"\r\n"


@cache
def type_parameter(kind: str) -> Parameters:
    return Parameters({"TYPE": kind.split(",")} if kind else {})


def line_of(text: str) -> str:
    """On one line: what a card shows has none to break."""
    return " ".join(printable(text).split())
