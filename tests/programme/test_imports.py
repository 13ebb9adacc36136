"""A programme from elsewhere: what the file would do is shown, then done whole or not at all."""

import json
import re
import threading
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import Group
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from openpyxl import Workbook, load_workbook

from conference import imports
from conference.imports import CannotImport, Notes
from conference.models import ImportRun
from conference.tasks import tidy_imports
from programme.imports import apply, reader
from programme.models import DraftMove, Participation, Room, Session, Slot, Talk, Theme
from speakers.models import Speaker
from tests.access import member_of, signed_in
from tests.factories import (
    make_conference,
    make_participation,
    make_room,
    make_session,
    make_slot,
    make_speaker,
    make_theme,
    make_user,
)

pytestmark = pytest.mark.django_db
PAGE = "/en/admin/programme/session/import/"
GUID = "11111111-2222-4333-8444-555555555555"


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def conference():
    return make_conference()


@pytest.fixture
def staff(client, settings):
    """Signed in as on the demonstration: what is tested here is behind the door."""
    settings.DEMO = True
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


def event(**fields):
    return {
        "guid": GUID,
        "id": 1,
        "date": "2027-02-04T09:00:00+01:00",
        "start": "09:00",
        "duration": "01:00",
        "room": "Main hall",
        "title": "Opening",
        "subtitle": "",
        "track": "Ethics",
        "type": "plenary",
        "language": "en",
        "abstract": "Why we are here.",
        "description": "",
        "do_not_record": False,
        "persons": [{"name": "Ada Lovelace", "guid": str(UUID(int=7))}],
        "links": [],
    } | fields


def schedule(*events, **conference):
    by_room: dict[str, list] = {}
    for one in events:
        by_room.setdefault(one["room"], []).append(one)
    return {
        "schedule": {
            "version": "1",
            "base_url": "https://example.org/en/conf/",
            "conference": {
                "acronym": "conf",
                "title": "Conf",
                "days": [{"index": 1, "date": "2027-02-04", "rooms": by_room}],
            }
            | conference,
        }
    }


def as_json(*events, **conference):
    return json.dumps(schedule(*events, **conference), indent=1).encode()


def csv_of(*rows, separator=",", encoding="utf-8"):
    headings = list(dict.fromkeys(name for row in rows for name in row))
    lines = [headings, *([row.get(name, "") for name in headings] for row in rows)]
    text = "\r\n".join(separator.join(f'"{cell}"' for cell in line) for line in lines)
    return text.encode(encoding)


def xlsx_of(*rows):
    book = Workbook()
    headings = list(dict.fromkeys(name for row in rows for name in row))
    book.active.append(headings)
    for row in rows:
        book.active.append([row.get(name) for name in headings])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def looked(content, conference, may=lambda right: True, **options):
    notes = Notes()
    found = reader.read(content, conference, notes, **options)
    return apply.plan(conference, found.programme, notes, may)


def imported(content, conference, user=None, **options):
    user = user or make_user(is_staff=True, is_superuser=True)
    plan = looked(content, conference, user.has_perm, **options)
    run = imports.ask(
        conference=conference,
        kind="programme",
        user=user,
        file=SimpleUploadedFile("file", content),
        options={},
    )

    def read(notes):
        return reader.read(content, conference, notes, **options).programme

    return apply.apply(run, read, user=user, expected=plan.digest)


# --- What is written ---------------------------------------------------------------------------


def test_schedule_json_fills_an_empty_draft(conference):
    imported(as_json(event()), conference)

    session = Session.objects.get()
    slot = Slot.objects.draft().get()
    assert str(session.guid) == GUID
    assert (session.title_en, session.title_fr, session.kind) == ("Opening", None, "plenary")
    assert session.theme.name_en == "Ethics"
    assert slot.starts_at == datetime(2027, 2, 4, 8, tzinfo=UTC)
    assert slot.ends_at - slot.starts_at == timedelta(hours=1)
    assert slot.room.name_en == "Main hall"
    speaker = Speaker.objects.get()
    assert (speaker.given_name, speaker.family_name, speaker.guid) == (
        "Ada",
        "Lovelace",
        UUID(int=7),
    )
    assert not speaker.is_published
    assert Participation.objects.get().speaker == speaker
    assert DraftMove.objects.get().after["room"] == slot.room_id


def test_second_language_fills_what_the_first_left(conference):
    imported(as_json(event()), conference)
    french = event(title="Ouverture", abstract="Pourquoi.", track="Éthique", room="Grande salle")

    imported(as_json(french), conference, language="fr")

    session = Session.objects.get()
    assert (session.title_fr, session.title_en) == ("Ouverture", "Opening")
    assert (session.abstract_fr, session.abstract_en) == ("Pourquoi.", "Why we are here.")
    assert Theme.objects.get().name_fr == "Éthique"
    assert Room.objects.get().name_fr == "Grande salle"


def test_running_again_changes_nothing(conference):
    for content in (as_json(event()), csv_of({"code": "A1", "title_en": "One", "title_fr": "Un"})):
        imported(content, conference)
        again = looked(content, conference)

        assert again.is_empty
        assert again.counts["unchanged"] == 1
    assert Session.objects.count() == 2


def test_known_session_is_updated_and_nothing_is_deleted(conference):
    session = make_session(conference=conference, guid=GUID, title_en="Old", title_fr="Vieux")
    room = make_room(conference=conference, name_en="Main hall")
    make_slot(session=session, room=room)
    kept = make_participation(session=session, role="chair")
    other = make_session(conference=conference)

    plan = imported(as_json(event(date="2027-02-04T10:00:00+01:00", start="10:00")), conference)

    session.refresh_from_db()
    assert (session.title_en, session.title_fr) == ("Opening", "Vieux")
    assert session.slots.get().starts_at == datetime(2027, 2, 4, 9, tzinfo=UTC)
    assert kept in session.participations.all()
    assert Session.objects.filter(pk=other.pk).exists()
    [item] = plan.changed
    assert item.stays
    assert {change.field for change in item.changes} >= {"title_en", "slot", "theme"}
    [move] = DraftMove.objects.all()
    assert move.before["starts_at"] == "2027-02-04T08:00:00+00:00"


def test_code_finds_what_the_guid_does_not(conference):
    session = make_session(conference=conference, code="ABC234")

    imported(as_json(event(code="ABC234")), conference)

    assert Session.objects.get() == session


def test_empty_values_say_nothing(conference):
    session = make_session(conference=conference, guid=GUID, subtitle_en="Kept", abstract_en="Kept")

    imported(as_json(event(subtitle="", abstract=None, description="")), conference)

    session.refresh_from_db()
    assert (session.subtitle_en, session.abstract_en) == ("Kept", "Kept")


def test_abstract_lent_by_the_other_language_is_no_translation(conference):
    make_session(conference=conference, guid=GUID, abstract_en="", abstract_fr="Pourquoi.")

    plan = looked(as_json(event(abstract="Pourquoi.")), conference)

    assert "abstract_en" not in {change.field for item in plan.items for change in item.changes}


def test_line_ends_of_forms_are_no_change(conference):
    make_session(conference=conference, guid=GUID, abstract_en="One.\r\n\r\nTwo.\r\n")

    plan = looked(as_json(event(abstract="One.\n\nTwo.")), conference)

    assert "abstract_en" not in {change.field for item in plan.items for change in item.changes}


def test_speakers_are_found_by_guid_code_and_name(conference):
    by_guid = make_speaker(conference=conference)
    by_code = make_speaker(conference=conference)
    by_name = make_speaker(conference=conference, given_name="Zoé", family_name="de l’Été")
    persons = [
        {"name": "Somebody", "guid": str(by_guid.guid)},
        {"name": "Somebody Else", "code": by_code.code},
        {"name": "zoe DE L’ETE"},
    ]

    imported(as_json(event(persons=persons)), conference)

    found = {part.speaker for part in Participation.objects.all()}
    assert found == {by_guid, by_code, by_name}


def test_spreadsheet_carries_everything(conference):
    make_speaker(conference=conference, given_name="Grace", family_name="Hopper")
    row = {
        "code": "PL1",
        "kind": "Table ronde",
        "title_fr": "Une table",
        "title_en": "A table",
        "subtitle_fr": "Sous",
        "abstract_en": "Why.",
        "theme": "Ethics",
        "language": "fr",
        "interpreted": "oui",
        "recorded": "no",
        "access": "booking",
        "room": "Main hall",
        "start": "04/02/2027 09:00",
        "end": "10:30",
        "speakers": "Grace Hopper (chair); Ada Lovelace",
    }
    talk = {"code": "PL1A", "part_of": "PL1", "title_en": "A talk", "title_fr": "Un exposé",
            "minutes": "20", "speakers": "Ada Lovelace"}  # fmt: skip

    for content in (csv_of(row, talk), xlsx_of(row, talk), csv_of(row, talk, separator=";")):
        imported(content, conference)

    session = Session.objects.get()
    assert (session.kind, session.access) == ("round-table", "booking")
    assert (session.is_interpreted, session.is_recorded) == (True, False)
    slot = session.slots.get()
    assert (slot.starts_at.hour, slot.ends_at.hour, slot.ends_at.minute) == (8, 9, 30)
    found = Talk.objects.get()
    assert (found.title_fr, found.minutes) == ("Un exposé", 20)
    roles = {
        (part.speaker.family_name, part.role, part.talk) for part in Participation.objects.all()
    }
    assert roles == {
        ("Hopper", "chair", None),
        ("Lovelace", "speaker", None),
        ("Lovelace", "speaker", found),
    }


def test_dates_of_a_spreadsheet_are_dates(conference):
    row = {
        "code": "A",
        "title": "One",
        "room": "Main",
        "start": datetime(2027, 2, 4, 9),
        "minutes": 45,
    }

    imported(xlsx_of(row), conference, language="en")

    slot = Slot.objects.get()
    assert (slot.starts_at, slot.minutes) == (datetime(2027, 2, 4, 8, tzinfo=UTC), 45)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_is_read_as_programs_write_it(conference, encoding, separator):
    row = {"code": "A", "title_fr": "L’été à Orléans", "title_en": "Summer"}

    imported(csv_of(row, separator=separator, encoding=encoding), conference)

    assert Session.objects.get().title_fr == "L’été à Orléans"


def test_pretalx_list_of_sessions_is_read(conference):
    sessions = [
        {"ID": "ABC234", "Proposal title": "One", "Session type": {"en": "Workshop"},
         "Track": "Ethics", "Abstract": "Short.", "Description": "Long.", "Language": "en",
         "Duration": 45, "Speaker IDs": ["XYZ789"], "Speaker names": ["Ada Lovelace"],
         "Room": {"en": "Main hall"}, "Start (date)": "2027-02-04", "Start (time)": "09:00:00",
         "Tags": ["a"], "Median score": 3.5},
    ]  # fmt: skip
    content = json.dumps(sessions).encode()

    plan = imported(content, conference, language="en")

    session = Session.objects.get()
    assert (session.code, session.kind, session.abstract_en) == (
        "ABC234",
        "workshop",
        "Short.\n\nLong.",
    )
    assert session.slots.get().minutes == 45
    assert Speaker.objects.get().code == "XYZ789"
    assert set(plan.notes.unknown) == {"Tags", "Median score"}


def test_pretalx_schedule_is_read(conference):
    talk = event(
        code="G9JGWY", type="Talk", description="Long.", feedback_url="https://example.org/",
        attachments=[{"title": "Slides", "url": "https://example.org/a.pdf"}],
        persons=[{"code": "NQTF8Y", "public_name": "Brian Robinson", "biography": "Born.", "answers": []}],
    )  # fmt: skip
    rooms = [{"name": "Main hall", "guid": str(uuid4()), "capacity": 90, "description": None}]

    plan = imported(as_json(talk, rooms=rooms, time_zone_name="Europe/Berlin"), conference)

    assert Session.objects.get().abstract_en == "Why we are here.\n\nLong."
    assert Room.objects.get().capacity == 90
    assert Speaker.objects.get().biography_en == "Born."
    assert set(plan.notes.unknown) == {"feedback_url", "attachments"}
    assert "Europe/Berlin" in str(plan.notes.remarks)


def test_frab_xml_without_guids_of_persons_is_read(conference):
    content = f"""<?xml version='1.0' encoding='utf-8'?>
    <schedule><conference><title>Conf</title><acronym>conf</acronym></conference>
    <day index="1" date="2027-02-04"><room name="Main hall"><event guid="{GUID}" id="1">
    <date>2027-02-04T09:00:00+01:00</date><start>09:00</start><duration>00:45</duration>
    <room>Main hall</room><title>Zoé &amp; co.</title><track>Ethics</track><type>talk</type>
    <recording><license/><optout>true</optout></recording><language>en</language>
    <persons><person id="3">Ada Lovelace</person></persons>
    <logo>/logo.png</logo></event></room></day></schedule>""".encode()

    plan = imported(content, conference, language="en")

    session = Session.objects.get()
    assert (session.title_en, session.is_recorded) == ("Zoé & co.", False)
    assert list(plan.notes.unknown) == ["logo"]


def test_theme_and_room_of_the_draft_are_used(conference):
    theme = make_theme(conference=conference, name_en="ETHICS")
    room = make_room(conference=conference, name_fr="Main hall")

    imported(as_json(event()), conference)

    assert Session.objects.get().theme == theme
    assert Slot.objects.get().room == room


def test_overlap_is_pointed_out_and_accepted(conference):
    plan = imported(as_json(event(), event(guid=str(uuid4()), title="Also")), conference)

    assert "overlap" in str(plan.notes.remarks)
    assert Slot.objects.count() == 2


# --- All or nothing ----------------------------------------------------------------------------


def counts():
    models = (Session, Slot, Room, Theme, Speaker, Participation, Talk, DraftMove)
    return [model.objects.count() for model in models]


def test_changed_draft_is_not_overwritten(conference):
    session = make_session(conference=conference, guid=GUID, title_en="Old")
    user = make_user(is_staff=True, is_superuser=True)
    content = as_json(event())
    plan = looked(content, conference)
    run = imports.ask(conference=conference, kind="programme", user=user,
                      file=SimpleUploadedFile("f", content), options={})  # fmt: skip
    Session.objects.filter(pk=session.pk).update(title_en="Changed meanwhile")
    before = counts()

    with pytest.raises(CannotImport):
        apply.apply(
            run,
            lambda notes: reader.read(content, conference, notes).programme,
            user=user,
            expected=plan.digest,
        )

    assert counts() == before
    run.refresh_from_db()
    assert run.applied_at is None


def test_digest_is_the_same_in_every_language(conference):
    theme = make_theme(conference=conference)
    session = make_session(conference=conference, guid=GUID, theme=theme, is_recorded=False)
    make_slot(session=session)
    digests = set()
    for language in ("fr", "en"):
        with translation.override(language):
            digests.add(looked(as_json(event()), conference, language="en").digest)

    assert len(digests) == 1


def test_error_in_one_line_stops_all(conference):
    before = counts()

    with pytest.raises(CannotImport):
        imported(as_json(event(), event(guid=str(uuid4()), duration="0:00")), conference)

    assert counts() == before


def test_what_one_may_not_add_is_refused(conference):
    plan = looked(as_json(event()), conference, may=lambda right: False)

    texts = " ".join(note.text for note in plan.notes.errors)
    assert "Main hall" in texts and "Ethics" in texts and "Ada Lovelace" in texts


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_make_each_session_once():
    conference = make_conference()
    content = as_json(event())
    user = make_user(is_staff=True, is_superuser=True)
    digest = looked(content, conference).digest
    runs = [
        imports.ask(conference=conference, kind="programme", user=user,
                    file=SimpleUploadedFile("f", content), options={})
        for _ in range(2)
    ]  # fmt: skip
    results = []

    def run_one(run):
        try:
            apply.apply(
                run,
                lambda notes: reader.read(content, conference, notes).programme,
                user=user,
                expected=digest,
            )
            results.append("done")
        except CannotImport:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run_one, args=[run]) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["done", "refused"]
    assert Session.objects.count() == Speaker.objects.count() == Room.objects.count() == 1


def test_queries_do_not_grow_with_the_file(conference):
    def count(size):
        events = [
            event(guid=str(UUID(int=n + 1)), title=f"T{n}", room=f"Room {n}") for n in range(size)
        ]
        content = as_json(*events)
        with CaptureQueriesContext(connection) as queries:
            looked(content, conference)
        return len(queries)

    assert count(3) == count(30) <= 9


# --- The staff's pages -------------------------------------------------------------------------


def upload(staff, content, conference, name="schedule.json", **fields):
    data = {"conference": conference.pk, "file": SimpleUploadedFile(name, content), **fields}
    return staff.post(PAGE, data, follow=True)


def hidden(page):
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode()))


def test_pages_show_then_import(staff, conference):
    before = counts()

    page = upload(staff, as_json(event(logo="/a.png")), conference)
    text = page.content.decode()
    assert "Opening" in text and "Main hall" in text and "Ada Lovelace" in text
    assert "schedule.json (c3voc, pretalx)" in text and "logo" in text
    assert counts() == before

    done = staff.post(page.request["PATH_INFO"], hidden(page), follow=True)

    assert "The file is imported." in done.content.decode()
    assert Session.objects.count() == 1
    assert ImportRun.objects.get().applied_at
    # The same button again is answered by what was done.
    staff.post(page.request["PATH_INFO"], hidden(page))
    assert Session.objects.count() == 1


def test_page_shows_differences(staff, conference):
    make_session(conference=conference, guid=GUID, title_en="Old title")

    text = upload(staff, as_json(event()), conference).content.decode()

    assert "Old title" in text and "<ins>" in text


def test_page_shows_errors_by_line_and_has_no_button(staff, conference):
    page = upload(staff, csv_of({"code": "A", "title_en": "One", "room": "R", "start": "never"}),
                  conference, "a.csv")  # fmt: skip
    text = page.content.decode()

    assert "line 2, start" in text and "never" in text
    assert 'name="expected"' not in text


def test_broken_file_is_explained_on_the_page(staff, conference):
    page = upload(staff, b"\x89PNG\r\n\x1a\n\x00\x00", conference, "a.png")

    assert page.status_code == 200
    assert "none of the formats" in page.content.decode()


def test_format_and_language_can_be_chosen_afterwards(staff, conference):
    page = upload(staff, csv_of({"code": "A", "title": "Un titre"}), conference, "a.csv")
    assert "choose the file" in page.content.decode()
    address = page.request["PATH_INFO"]

    page = staff.get(address, {"language": "fr", "format": "csv"})
    staff.post(address, hidden(page))

    assert Session.objects.get().title_fr == "Un titre"


def test_large_file_is_refused(staff, conference, monkeypatch):
    monkeypatch.setattr("conference.import_pages.MOST_BYTES", 10)

    page = upload(staff, as_json(event()), conference)

    assert "larger than 10 MB" in page.content.decode()
    assert not ImportRun.objects.exists()


def test_preview_is_for_who_uploaded_it(staff, conference, client):
    page = upload(staff, as_json(event()), conference)
    client.force_login(make_user(is_staff=True, is_superuser=True))

    assert client.get(page.request["PATH_INFO"]).status_code == 404


def test_templates_have_the_columns(staff):
    for extension in ("csv", "xlsx"):
        answer = staff.get(f"{PAGE}template.{extension}")
        content = b"".join(answer.streaming_content)
        if extension == "csv":
            headings = content.decode("utf-8-sig").strip().split(",")
        else:
            headings = [cell.value for cell in load_workbook(BytesIO(content)).active[1]]
        assert headings[:3] == ["code", "guid", "part_of"]
    assert staff.get(f"{PAGE}template.vcard").status_code == 404
    assert staff.get(f"{PAGE}template.exe").status_code == 404


def test_group_of_the_programme_may_import_and_others_may_not(conference):
    Group.objects.get(name="Programme")
    for group, status in [("Programme", 200), ("Speakers", 403), ("Press", 403)]:
        browser = signed_in(member_of(group))
        assert browser.get(PAGE).status_code == status, group
        assert ("/import/" in browser.get("/en/admin/programme/session/").read) == (status == 200)


def test_files_are_deleted_after_a_day(staff, conference):
    upload(staff, as_json(event()), conference)
    run = ImportRun.objects.get()
    assert storages["private"].exists(run.file)
    tidy_imports()
    assert storages["private"].exists(run.file)

    ImportRun.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    tidy_imports()

    assert not storages["private"].exists(run.file)
    assert not ImportRun.objects.exists()
