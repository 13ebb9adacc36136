"""Hostile and broken files: each is refused with its line and the reason, and nothing is written."""

import json
import re
import zipfile
from io import BytesIO
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from programme.models import DraftMove, Participation, Room, Session, Slot, Talk, Theme
from speakers.models import Speaker
from tests.factories import make_conference, make_session, make_speaker, make_user
from tests.programme.test_imports import GUID, as_json, csv_of, event, schedule, xlsx_of

pytestmark = pytest.mark.django_db
PAGE = "/en/admin/programme/session/import/"
WRITTEN = (Session, Slot, Room, Theme, Speaker, Participation, Talk, DraftMove)
OTHER = str(UUID(int=9))


def xml(event_inside="", before="", room="Main hall", **texts):
    values = {
        "date": "2027-02-04T09:00:00+01:00",
        "start": "09:00",
        "duration": "01:00",
        "room": "Main hall",
        "title": "Opening",
        "type": "lecture",
        "language": "en",
    } | texts
    inner = "".join(f"<{name}>{text}</{name}>\n" for name, text in values.items())
    return f"""<?xml version="1.0" encoding="utf-8"?>{before}
<schedule><conference><title>C</title><acronym>conf</acronym></conference>
<day index="1" date="2027-02-04"><room name="{room}">
<event guid="{GUID}" id="1">
{inner}{event_inside}</event></room></day></schedule>""".encode()


LAUGHS = """<!DOCTYPE schedule [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>"""
OUTSIDE = '<!DOCTYPE schedule [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
REMOTE = '<!DOCTYPE schedule SYSTEM "http://127.0.0.1:1/evil.dtd">'


def cells(**fields):
    row = {
        "code": "A1",
        "title_en": "One",
        "room": "R",
        "start": "2027-02-04 09:00",
        "minutes": "60",
    }
    return csv_of(row, row | {"code": "B2"} | fields)


def zip_bomb():
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (40 * 2**20))
    return content.getvalue()


def xlsx_with(part, text):
    """A workbook in which one file is replaced."""
    source, content = BytesIO(xlsx_of({"code": "A", "title_en": "One"})), BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            new.writestr(name, text if name == part else old.read(name))
    return content.getvalue()


def formula_xlsx():
    book = Workbook()
    book.active.append(["code", "title_en"])
    book.active.append(["A1", '=HYPERLINK("http://evil.example")'])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def sheet_with_entity():
    bomb = LAUGHS.replace("schedule", "worksheet")
    return xlsx_with(
        "xl/worksheets/sheet1.xml", f"<?xml version='1.0'?>{bomb}<worksheet>&d;</worksheet>"
    )


def wide_xlsx():
    row = "".join(f'<c t="inlineStr"><is><t>h{n}</t></is></c>' for n in range(2000))
    head = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    return xlsx_with(
        "xl/worksheets/sheet1.xml", f"{head}<row r='1'>{row}</row></sheetData></worksheet>"
    )


def deep(levels):
    return b'{"schedule":' * levels + b"1" + b"}" * levels


def raw(**fields):
    """A schedule with values that ``json`` itself would not write."""
    text = as_json(event(**dict.fromkeys(fields, "HERE"))).decode()
    for value in fields.values():
        text = text.replace('"HERE"', value, 1)
    return text.encode()


# The file, the line that is told (0 where it is the file as a whole), a word of the reason.
def many_keys():
    keys = ",".join(f'"{number}":1' for number in range(100_000))
    return f'{{{keys},"99999":2}}'.encode()


HOSTILE = {
    # --- JSON
    "empty file": (b"", 0, "empty"),
    "blank file": (b" \n\t ", 0, "empty"),
    "truncated JSON": (as_json(event())[:-30], 37, "breaks"),
    "not UTF-8": (as_json(event()).replace(b"Opening", b"Op\xe9ning"), 21, "UTF-8"),
    "deep JSON": (deep(100_000), 0, "nested"),
    "quite deep JSON": (deep(60), 0, "nested"),
    "deep lists": (b"[" * 50_000, 0, "nested"),
    "NaN": (raw(duration="NaN"), 0, "not a number"),
    "endless number": (raw(id="9" * 5000), 0, "too large"),
    "infinite number": (raw(id="1e999"), 0, "too large"),
    "key twice": (as_json(event()).replace(b'"subtitle"', b'"title"'), 0, "twice"),
    "key twice among very many": (many_keys(), 0, "twice"),
    "another JSON": (b'{"a": [1, 2]}', 0, "neither"),
    "a number": (b"[1, 2, 3]", 0, "neither"),
    "no days": (b'{"schedule": {"conference": {}, "base_url": "https://x.example/en/"}}', 0, "days"),
    "days as text": (as_json(days="all of them"), 0, "days"),
    "day as text": (as_json(event(), days=["Monday"]), 0, "day"),
    "rooms as a list": (as_json(days=[{"rooms": [1]}]), 0, "day"),
    "room as text": (as_json(days=[{"rooms": {"A": "x"}}]), 0, "list"),
    "event as text": (as_json(days=[{"rooms": {"A": ["x"]}}]), 0, "object"),
    "nothing in it": (as_json(), 0, "no session"),
    "guid twice": (as_json(event(), event()), 0, "twice"),
    "code twice": (as_json(event(code="AB2"), event(guid=OTHER, code="AB2")), 0, "twice"),
    "no guid and no code": (as_json(event(guid=None)), 14, "code"),
    "guid that is none": (as_json(event(guid="12")), 14, "GUID"),
    "guid as number": (as_json(event(guid=12)), 14, "GUID"),
    "code with a slash": (as_json(event(code="../A")), 14, "code"),
    "no title": (as_json(event(title="")), 14, "title"),
    "title as a list": (as_json(event(title=["a"])), 14, "text"),
    "endless title": (as_json(event(title="x" * 251)), 14, "251"),
    "endless abstract": (as_json(event(abstract="x" * 50_001)), 14, "50001"),
    "markup in a title": (as_json(event(title="<img src=x onerror=alert(1)>")), 14, "markup"),
    "script in a room": (as_json(event(room="<script>alert(1)</script>")), 14, "markup"),
    "null character": (as_json(event(title="a\0b")), 14, "printed"),
    "half of a pair": (as_json(event(title="\ud800")), 14, "printed"),
    "address in a name": (as_json(event(persons=[{"name": "See evil.example/x"}])), 30, "addresses"),
    "person without name": (as_json(event(persons=[{"guid": OTHER}])), 30, "name"),
    "person as text": (as_json(event(persons=["Ada"])), 0, "object"),
    "persons as text": (as_json(event(persons="Ada")), 14, "list"),
    "ends before it starts": (as_json(event(duration="0:00")), 14, "ends after"),
    "negative duration": (as_json(event(duration="-1:00")), 14, "duration"),
    "three days long": (as_json(event(duration="72:00")), 14, "longer than a day"),
    "no duration": (as_json(event(duration=None)), 14, "duration"),
    "no such day": (as_json(event(date="2027-02-30T09:00:00+01:00")), 14, "2027-02-30"),
    "another year": (as_json(event(date="2031-02-04T09:00:00+01:00")), 14, "far from"),
    "first year": (as_json(event(date="0001-01-01T00:00:00+14:00", start="00:00")), 14, "0001"),
    "last year": (as_json(event(date="9999-12-31T23:59:00-14:00", start="23:59")), 14, "9999"),
    "date and start differ": (as_json(event(start="07:30")), 14, "agree"),
    "duration and end differ": (as_json(event(end="2027-02-04T12:00:00+01:00")), 14, "agree"),
    "room of the list differs": (
        json.dumps(schedule(event())).replace('"room": "Main hall"', '"room": "Other"').encode(),
        1,
        "stands under",
    ),
    "no room": (as_json(event(room="")), 14, "room"),
    "two rooms with one guid": (
        as_json(event(), rooms=[{"name": "A", "guid": OTHER}, {"name": "B", "guid": OTHER}]),
        0,
        "twice",
    ),
    "impossible seats": (as_json(event(), rooms=[{"name": "A", "capacity": -1}]), 0, "seats"),
    "unknown language": (as_json(event(language="tlh")), 14, "tlh"),
    "recording as a list": (as_json(event(do_not_record=[1])), 14, "Yes or no"),
    # --- XML
    "truncated XML": (xml()[:-20], 12, "breaks"),
    "entity bomb": (xml(before=LAUGHS, title="&d;"), 1, "type declaration"),
    "external entity": (xml(before=OUTSIDE, title="&x;"), 1, "type declaration"),
    "remote definition": (xml(before=REMOTE), 1, "type declaration"),
    "unknown entity": (xml(title="&x;"), 0, "breaks"),
    "deep XML": (b"<schedule>" + b"<a>" * 100_000, 1, "nested"),
    "other encoding": (xml().replace(b"Opening", b"Op\xe9ning"), 0, "breaks"),
    "unknown encoding": (xml().replace(b"utf-8", b"klingon"), 0, "XML"),
    "another XML": (b"<html><body/></html>", 1, "no schedule"),
    "XML without a date": (xml(date=""), 4, "date and time"),
    "XML with markup in a name": (
        xml("<persons><person>&lt;b&gt;Ada&lt;/b&gt;</person></persons>"),
        12,
        "markup",
    ),
    # --- Spreadsheets
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0", 0, "formats"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\0\0", 0, "formats"),
    "an old spreadsheet": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, 0, "formats"),
    "other headings": (b"colour,taste\nred,sweet\n", 1, "headings"),
    "no headings": (b"\n\n", 0, "empty"),
    "heading twice": (b"code,title_en,code\nA,B,C\n", 1, "two columns"),
    "two names of one column": (b"code,title_en,room,salle\nA,B,C,D\n", 1, "same column"),
    "a million columns": (b"title_en,code" + b",x" * 1_000_000 + b"\n", 1, "columns"),
    "too many rows": (b"code,title_en\n" + b"A,B\n" * 5_001, 5002, "rows"),
    "more cells than headings": (b"code,title_en\nA,B,C\n", 2, "more cells"),
    "open quotes": (b'code,title_en\nA,"B\n', 2, "CSV"),
    "endless field": (b'code,title_en\nA,"' + b"x" * 70_000 + b'"\n', 2, "CSV"),
    "half UTF-8": ("code,title_en\nA,é\nB,".encode() + b"\xe9\n", 3, "UTF-8"),
    "formula": (cells(title_en="=1+1"), 3, "formula"),
    "command": (cells(title_en="@SUM(1+1)*cmd|' /C calc'!A0"), 3, "formula"),
    "row without code": (cells(code=""), 3, "code"),
    "code of another row": (cells(code="A1"), 3, "twice"),
    "day and month swapped": (cells(start="02/28/2027 09:00"), 3, "date and time"),
    "time alone": (cells(start="09:00"), 3, "date and time"),
    "end before start": (cells(end="08:00"), 3, "ends after"),
    "end without start": (cells(start="", end="10:00"), 3, "without a start"),
    "start without room": (cells(room=""), 3, "room"),
    "unknown role": (cells(speakers="Ada Lovelace (emperor)"), 3, "emperor"),
    "neither yes nor no": (cells(recorded="perhaps"), 3, "yes nor no"),
    "unknown access": (cells(access="secret"), 3, "secret"),
    "talk of nothing": (cells(part_of="ZZZ"), 3, "ZZZ"),
    "talk of several hours": (cells(part_of="A1", minutes="x"), 3, "duration"),
    "formula in XLSX": (formula_xlsx(), 2, "formula"),
    "zip bomb": (zip_bomb(), 0, "unpacks"),
    "truncated XLSX": (xlsx_of({"code": "A", "title_en": "B"})[:-100], 0, "archive"),
    "zip that is no workbook": (xlsx_with("xl/workbook.xml", "<x/>"), 0, "XLSX"),
    "broken sheet": (xlsx_with("xl/worksheets/sheet1.xml", "<worksheet><"), 0, "XLSX"),
    "entity bomb in XLSX": (sheet_with_entity(), 0, "XLSX"),
    "wide XLSX": (wide_xlsx(), 1, "columns"),
}  # fmt: skip


@pytest.fixture
def staff(client, settings):
    """Signed in as on the demonstration: what is tested here is behind the door."""
    settings.DEMO = True
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


def upload(staff, content, conference, language="en", format=""):
    file = SimpleUploadedFile("file", content)
    data = {"conference": conference.pk, "file": file, "language": language, "format": format}
    return staff.post(PAGE, data, follow=True)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_with_line_and_reason(staff, name):
    content, line, word = HOSTILE[name]
    conference = make_conference()
    before = [model.objects.count() for model in WRITTEN]

    page = upload(staff, content, conference)

    text = page.content.decode()
    assert page.status_code == 200
    assert 'name="expected"' not in text
    if content:  # an empty upload is refused by the form itself
        errors = [(str(note.where), note.text) for note in page.context["errors"]]
        assert any(word in reason for _where, reason in errors), errors
        if line:
            assert any(re.match(rf"line {line}\b", where) for where, _reason in errors), errors
        # Not even by somebody who makes up the button.
        expected = page.context["plan"].digest
        staff.post(
            page.request["PATH_INFO"], {"expected": expected, "format": "", "language": "en"}
        )
    assert [model.objects.count() for model in WRITTEN] == before


def test_there_are_enough_of_them():
    assert len(HOSTILE) >= 90


def test_local_time_that_does_not_exist_or_comes_twice_is_refused(staff):
    spring = make_conference(starts_on="2027-03-27", ends_on="2027-03-29")
    autumn = make_conference(starts_on="2027-10-30", ends_on="2027-11-01")

    for conference, start, word in [
        (spring, "2027-03-28 02:30", "clocks go forward"),
        (autumn, "2027-10-31 02:30", "add the offset"),
    ]:
        text = upload(staff, cells(start=start), conference).content.decode()
        assert word in text and "line 3, start" in text
    accepted = upload(staff, cells(start="2027-10-31 02:30+01:00", room="S"), autumn)
    assert "far from" in accepted.content.decode()  # of the other row alone
    assert [note.where.line for note in accepted.context["errors"]] == [2]


def test_names_that_several_bear_need_a_code(staff):
    conference = make_conference()
    for _ in range(2):
        make_speaker(conference=conference, given_name="Ada", family_name="Lovelace")

    page = upload(staff, as_json(event(persons=[{"name": "Ada Lovelace"}])), conference)

    assert "2 speakers are called" in page.content.decode()


def test_session_of_another_conference_is_not_touched(staff):
    foreign = make_session(guid=GUID, title_en="Foreign")
    conference = make_conference()

    page = upload(staff, as_json(event()), conference)

    assert "another conference" in page.content.decode()
    foreign.refresh_from_db()
    assert foreign.title_en == "Foreign"


def test_forced_format_is_refused_as_well(staff):
    conference = make_conference()
    for content in (as_json(event()), xml(), cells(), xlsx_of({"code": "A", "title_en": "B"})):
        for format in ("schedule.json", "schedule.xml", "list.json", "csv", "xlsx"):
            page = upload(staff, content, conference, format=format)
            assert page.status_code == 200
    assert not Session.objects.exists()


def test_texts_are_shown_as_text(staff):
    conference = make_conference()
    text = as_json(event(abstract="<script>alert(1)</script>", logo="<b>x</b>"))
    make_session(conference=conference, guid=GUID, abstract_en="Old")

    page = upload(staff, text, conference).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
