"""Speakers from a spreadsheet, with their photographs from a ZIP."""

import re
import zipfile
import zlib
from io import BytesIO

import pytest
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image

from conference import imports
from conference.imports import CannotImport, CannotRead, Notes
from conference.models import ImportRun
from speakers import links
from speakers.imports import pictures, reader
from speakers.imports.importer import SpeakersImporter
from speakers.models import Speaker
from tests.access import member_of, signed_in
from tests.factories import make_conference, make_speaker, make_user

pytestmark = pytest.mark.django_db
PAGE = "/en/admin/speakers/speaker/import/"
OPTIONS = {"language": "", "format": ""}


@pytest.fixture
def conference():
    return make_conference()


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "private", "base_url": None},
        }
    }


def csv_of(*rows, separator=","):
    headings = list(dict.fromkeys(name for row in rows for name in row))
    lines = [headings, *([row.get(name, "") for name in headings] for row in rows)]
    return "\r\n".join(separator.join(f'"{cell}"' for cell in line) for line in lines).encode()


def xlsx_of(*rows):
    book = Workbook()
    headings = list(dict.fromkeys(name for row in rows for name in row))
    book.active.append(headings)
    for row in rows:
        book.active.append([row.get(name) for name in headings])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def jpeg(width=400, height=500, colour="navy"):
    file = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "CANARY"
    Image.new("RGB", (width, height), colour).save(file, "JPEG", exif=exif)
    return file.getvalue()


def zip_of(files, method=zipfile.ZIP_DEFLATED):
    content = BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def asked(content, conference, photos=None):
    user = make_user(is_staff=True, is_superuser=True)
    run = imports.ask(conference=conference, kind="speakers", user=user,
                      file=SimpleUploadedFile("f", content), options=OPTIONS)  # fmt: skip
    if photos is not None:
        SpeakersImporter().receive_pictures(run, BytesIO(photos))
    return run, user


def looked(content, conference, photos=None):
    run, user = asked(content, conference, photos)
    return SpeakersImporter().look(run, OPTIONS, user).plan


def imported(content, conference, photos=None):
    run, user = asked(content, conference, photos)
    plan = SpeakersImporter().look(run, OPTIONS, user).plan
    assert plan.notes.errors == []
    return SpeakersImporter().apply(run, OPTIONS, user, plan.digest)


ADA = {
    "code": "ADA1",
    "honorific": "Dr",
    "given_name": "Ada",
    "family_name": "Lovelace",
    "role_title_fr": "Directrice",
    "affiliation_en": "Learned society",
    "country": "Royaume-Uni",
    "biography_fr": "Née.",
    "website": "https://example.org/ada",
    "orcid": "https://orcid.org/0000-0002-1825-0097",
    "email": "ada@example.org",
    "language": "français",
    "photo_credit": "A. Photographer",
}


@pytest.mark.parametrize("made", [csv_of, xlsx_of])
def test_speakers_are_added_once_and_updated(conference, made):
    imported(made(ADA), conference)

    speaker = Speaker.objects.get()
    assert (speaker.full_name, speaker.code, speaker.country) == ("Ada Lovelace", "ADA1", "GB")
    assert (speaker.orcid, speaker.language) == ("0000-0002-1825-0097", "fr")
    assert (speaker.state, speaker.is_published) == ("proposed", False)
    assert looked(made(ADA), conference).is_empty

    plan = imported(made(ADA | {"honorific": "Prof."}), conference)

    assert [change.field for change in plan.changed[0].changes] == ["honorific"]
    assert Speaker.objects.get().honorific == "Prof."


def test_address_finds_whom_no_code_names(conference):
    speaker = make_speaker(conference=conference, email="Ada@example.org", biography_en="Kept.")

    imported(csv_of({"email": "ada@example.org", "biography_fr": "Née."}), conference)

    speaker.refresh_from_db()
    assert (speaker.biography_fr, speaker.biography_en) == ("Née.", "Kept.")
    assert Speaker.objects.count() == 1


def test_another_address_closes_the_link_that_the_first_one_had(conference):
    ada = make_speaker(conference=conference, code="ADA1", email="wrong@example.org")
    bob = make_speaker(conference=conference, code="BOB1", email="bob@example.org")
    for speaker in (ada, bob):
        links.make(speaker)

    imported(
        csv_of(
            {"code": "ADA1", "family_name": "Lovelace", "email": "ada@example.org"},
            {"code": "BOB1", "family_name": "Changed", "email": "bob@example.org"},
        ),
        conference,
    )

    assert ada.links.get().revoked_at
    assert bob.links.get().revoked_at is None


def test_photographs_are_drawn_anew_and_found_by_name_and_code(conference):
    rows = [ADA | {"photo": "Portraits/ADA.JPG".rpartition("/")[2]},
            {"code": "BOB2", "family_name": "Bob"}]  # fmt: skip
    photos = zip_of({"Portraits/ADA.JPG": jpeg(), "bob2.png": jpeg(colour="red"),
                     "__MACOSX/x": b"x", ".DS_Store": b"x"})  # fmt: skip

    imported(csv_of(*rows), conference, photos)

    for speaker in Speaker.objects.all():
        with default_storage.open(speaker.portrait.name) as file:
            content = file.read()
        with Image.open(BytesIO(content)) as image:
            assert image.width == image.height
        assert b"CANARY" not in content
        assert storages["private"].exists(speaker.portrait_original)
    assert looked(csv_of(*rows), conference, photos).is_empty


def test_picture_that_no_line_names_is_pointed_out(conference):
    plan = looked(csv_of(ADA), conference, zip_of({"other.jpg": jpeg()}))

    assert "other.jpg" in str(plan.notes.remarks[0].where)


def test_failure_after_the_files_leaves_none(conference, monkeypatch):
    from speakers import portraits

    def fail(speaker):
        raise RuntimeError

    monkeypatch.setattr(portraits, "tidy", fail)
    run, user = asked(csv_of(ADA), conference, zip_of({"ada1.jpg": jpeg()}))
    expected = SpeakersImporter().look(run, OPTIONS, user).plan.digest

    with pytest.raises(RuntimeError):
        SpeakersImporter().apply(run, OPTIONS, user, expected)

    assert not Speaker.objects.exists()
    assert default_storage.listdir("portraits")[1] == []


def png_bomb():
    """A picture of 60,000 by 60,000 pixels in a few hundred bytes."""

    def chunk(kind, data):
        crc = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + crc

    size = (60_000).to_bytes(4, "big")
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size + size + b"\x08\x02\0\0\0")
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def encrypted_zip():
    content = bytearray(zip_of({"ada1.jpg": jpeg()}))
    for mark, offset in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)]:
        content[content.find(mark) + offset] |= 1
    return bytes(content)


def link_zip():
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        entry = zipfile.ZipInfo("ada1.jpg")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return content.getvalue()


HOSTILE_ARCHIVES = {
    "no archive": b"not a zip",
    "truncated": zip_of({"ada1.jpg": jpeg()})[:-40],
    "path traversal": zip_of({"../../etc/ada1.jpg": jpeg()}),
    "absolute path": zip_of({"/etc/ada1.jpg": jpeg()}),
    "backslashes": zip_of({"..\\..\\ada1.jpg": jpeg()}),
    "drive": zip_of({"C:/ada1.jpg": jpeg()}),
    "link": link_zip(),
    "encrypted": encrypted_zip(),
    "no picture": zip_of({"ada1.jpg": b"<svg onload=alert(1)>"}),
    "script named as a picture": zip_of({"ada1.png": b"MZ\x90\0" * 100}),
    "gif": zip_of({"ada1.gif": b"GIF89a" + b"\0" * 50}),
    "picture bomb": zip_of({"ada1.png": png_bomb()}),
    "truncated picture": zip_of({"ada1.jpg": jpeg()[:200]}),
    "tiny picture": zip_of({"ada1.jpg": jpeg(10, 10)}),
    "zip bomb": zip_of({f"{n}.jpg": bytes(9 * 2**20) for n in range(15)}),
    "one large file": zip_of({"ada1.jpg": bytes(11 * 2**20)}),
    "many entries": zip_of({f"{n}.jpg": b"" for n in range(300)}),
    "many pictures": zip_of({f"{n}.jpg": b"x" for n in range(61)}),
    "the same name twice": zip_of({"a/ada1.jpg": jpeg(), "b/ADA1.JPG": jpeg()}),
    "zip in a zip": zip_of({"ada1.jpg": zip_of({"x.jpg": jpeg()})}),
}


@pytest.mark.parametrize("name", HOSTILE_ARCHIVES)
def test_hostile_archives_are_refused(conference, name):
    run, user = asked(csv_of(ADA), conference, HOSTILE_ARCHIVES[name])
    plan = SpeakersImporter().look(run, OPTIONS, user).plan

    assert plan.notes.errors and all(note.text for note in plan.notes.errors)
    with pytest.raises(CannotImport):
        SpeakersImporter().apply(run, OPTIONS, user, plan.digest)
    assert not Speaker.objects.exists()
    assert not default_storage.exists("portraits") or default_storage.listdir("portraits")[1] == []


HOSTILE_ROWS = {
    "address in a name": ({"family_name": "Win at casino.example.com/free"}, "family_name"),
    "markup in a name": ({"family_name": "<script>alert(1)</script>"}, "family_name"),
    "long name": ({"family_name": "x" * 101}, "family_name"),
    "no name": ({"family_name": ""}, ""),
    "bad address": ({"email": "not an address"}, "email"),
    "javascript page": ({"website": "javascript:alert(1)"}, "website"),
    "bad orcid": ({"orcid": "0000-0002-1825-0098"}, "orcid"),
    "no country": ({"country": "Atlantis"}, "country"),
    "other language": ({"language": "de"}, "language"),
    "formula": ({"affiliation_en": "=cmd|' /C calc'!A0"}, "affiliation_en"),
    "bad code": ({"code": "ÀÉ-1"}, "code"),
    "bad guid": ({"guid": "123"}, "guid"),
    "missing picture": ({"photo": "nobody.jpg"}, "photo"),
    "null": ({"biography_fr": "a\0b"}, "biography_fr"),
    "endless text": ({"biography_fr": "x" * 50_001}, "biography_fr"),
}


@pytest.mark.parametrize("name", HOSTILE_ROWS)
def test_hostile_rows_are_refused_with_line_and_column(conference, name):
    fields, column = HOSTILE_ROWS[name]
    run, user = asked(csv_of(ADA | {"code": "X1"}, ADA | fields), conference)
    plan = SpeakersImporter().look(run, OPTIONS, user).plan

    assert {note.where.line for note in plan.notes.errors} == {3}
    assert plan.notes.errors[0].where.path == column
    with pytest.raises(CannotImport):
        SpeakersImporter().apply(run, OPTIONS, user, plan.digest)
    assert not Speaker.objects.exists()


def test_lines_about_one_person_are_refused(conference):
    plan = looked(csv_of(ADA, ADA), conference)
    assert [note.where.line for note in plan.notes.errors] == [3]


def test_line_without_anything_to_find_it_by_is_refused(conference):
    plan = looked(csv_of({"family_name": "Lovelace"}), conference)
    assert [note.where.line for note in plan.notes.errors] == [2]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"%PDF-1.7\0", b"<x/>", b'{"a": 1}'])
def test_other_files_are_refused(content):
    with pytest.raises(CannotRead):
        reader.read(content, Notes())


def test_pages_import_speakers_with_photographs(client, settings, conference):
    settings.DEMO = True
    client.force_login(make_user(is_staff=True, is_superuser=True))
    page = client.post(
        PAGE,
        {
            "conference": conference.pk,
            "file": SimpleUploadedFile("speakers.csv", csv_of(ADA)),
            "pictures": SimpleUploadedFile("photos.zip", zip_of({"ada1.jpg": jpeg()})),
        },
        follow=True,
    )
    text = page.content.decode()
    assert "Ada Lovelace" in text and not Speaker.objects.exists()
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text))

    done = client.post(page.request["PATH_INFO"], fields, follow=True)

    assert "The file is imported." in done.content.decode()
    assert Speaker.objects.get().portrait
    run = ImportRun.objects.get()
    imports.forget([run])
    assert not storages["private"].exists(run.pictures)


def test_group_of_the_speakers_may_import_and_others_may_not():
    for group, status in [("Speakers", 200), ("Programme", 403), ("Registration desk", 403)]:
        assert signed_in(member_of(group)).get(PAGE).status_code == status, group


def test_pictures_keep_their_names_out_of_paths():
    content, problems = pictures.received(BytesIO(zip_of({"x/Ada.JPG": jpeg()})))

    assert problems == {}
    assert list(pictures.kept(content)) == ["ada.jpg"]
