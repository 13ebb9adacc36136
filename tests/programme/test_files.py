"""Slides: taken in privately, read by the public when everything allows it, and not a second before."""

import os
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.utils import timezone

from programme import files, released
from programme.models import TalkFile
from programme.tasks import tidy_files
from speakers.models import By, Consent
from tests import factories
from tests.conference.test_documents import HOSTILE, odp, pdf, pptx
from tests.speakers.space import address, make_coming, read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    storages = {name: dict(options) for name, options in settings.STORAGES.items()}
    storages["private"]["OPTIONS"] = {"location": str(tmp_path / "private"), "base_url": None}
    settings.STORAGES = storages


def upload(content=None, name="slides.pdf"):
    return SimpleUploadedFile(name, pdf() if content is None else content)


def agree(speaker, is_given=True):
    Consent.objects.create(
        speaker=speaker, purpose="slides", is_given=is_given, wording="…", by="speaker"
    )


@pytest.fixture
def talk():
    """A released talk whose speaker is published and agrees."""
    speaker = make_coming(is_published=True)
    session = factories.make_session(conference=speaker.conference)
    talk = factories.make_talk(session=session)
    factories.make_slot(session=session)
    factories.make_participation(session=session, talk=talk, speaker=speaker)
    factories.make_release(speaker.conference)
    agree(speaker)
    return talk


def speaker_of(talk):
    return talk.participations.get().speaker


def make_file(talk, **fields):
    """Public since an hour, unless told otherwise."""
    defaults = {"public_at": timezone.now() - timedelta(hours=1), "is_accepted": True}
    options = {"upload": upload(), "speaker": speaker_of(talk), "talk": talk} | defaults | fields
    return files.take_in(session=talk.session, **options)


def url(row, code=None, language="en"):
    session = row.session
    return f"/{language}/{session.conference.slug}/session/{code or session.code}/files/{row.guid}/"


def release(talk):
    (slot,) = released.slots(talk.session.conference, released.with_code(talk.session.code))
    return slot.session


# --- What the public reads ---------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
def test_file_is_handed_out_to_be_kept_and_never_to_be_run(client, talk, language):
    row = make_file(talk, upload=upload(name="Éloge.pdf"))

    answer = read(client, url(row, language=language))

    assert answer.read == pdf()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "loge.pdf" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "public" not in answer["Cache-Control"]


def before_its_time(talk, row):
    row.public_at = timezone.now() + timedelta(seconds=5)


def without_a_time(talk, row):
    row.public_at = None


def unchecked(talk, row):
    row.is_accepted = False


def without_consent(talk, row):
    Consent.objects.all().delete()


def consent_taken_back(talk, row):
    agree(speaker_of(talk), is_given=False)


def other_consent(talk, row):
    Consent.objects.update(purpose="photograph")


def of_nobody(talk, row):
    row.speaker = None


def of_somebody_else(talk, row):
    row.speaker = make_coming(conference=talk.session.conference, is_published=True)
    agree(row.speaker)


def unpublished_speaker(talk, row):
    type(row.speaker).objects.update(is_published=False)


def unreleased_talk(talk, row):
    row.talk = factories.make_talk(session=talk.session)


def withdrawn_session(talk, row):
    talk.session.slots.draft().delete()
    other = factories.make_session(conference=talk.session.conference)
    factories.make_slot(session=other)
    factories.make_release(talk.session.conference)


def hidden_conference(talk, row):
    conference = talk.session.conference
    conference.is_published = False
    conference.save()


def lost_file(talk, row):
    storages["private"].delete(row.file)


@pytest.mark.parametrize(
    "obstacle",
    [
        *(before_its_time, without_a_time, unchecked, without_consent, consent_taken_back),
        *(other_consent, of_nobody, of_somebody_else, unpublished_speaker, unreleased_talk),
        *(withdrawn_session, hidden_conference, lost_file),
    ],
)
def test_file_is_not_there_until_everything_allows_it(client, talk, obstacle):
    row = make_file(talk)
    assert read(client, url(row)).status_code == 200
    obstacle(talk, row)
    row.save()

    for method in (client.get, client.head, client.options, client.post):
        answer = method(url(row))
        assert answer.status_code in (404, 405), obstacle
        assert "%PDF" not in answer.text and row.name not in answer.text
    for headers in ({"Range": "bytes=0-9"}, {"If-None-Match": "*"}, {"If-Range": "x"}):
        assert client.get(url(row), headers=headers).status_code == 404


def test_addresses_are_not_guessed(client, talk):
    row = make_file(talk)
    other = factories.make_session(conference=talk.session.conference)
    factories.make_slot(session=other)
    factories.make_release(talk.session.conference)
    base = url(row).replace(str(row.guid), "{}")

    assert read(client, url(row)).status_code == 200
    assert client.get(url(row, code=other.code)).status_code == 404
    for guess in (uuid.uuid4(), uuid.UUID(int=0), row.pk, row.file, "../../x"):
        assert client.get(base.format(guess)).status_code == 404
    for place in (f"/media/{row.file}", f"/static/{row.file}", f"/media/../private/{row.file}"):
        assert client.get(place).status_code in (400, 404)


def test_session_lists_its_public_files_by_talk_in_one_query(talk, django_assert_num_queries):
    make_file(talk, upload=upload(name="b.pdf"))
    make_file(talk, upload=upload(pptx(), "a.pptx"))
    make_file(talk, upload=upload(odp(), "later.odp"), public_at=timezone.now() + timedelta(days=1))
    session = release(talk)

    with django_assert_num_queries(1):
        found = files.public_files([session])

    assert [(one.name, one.format, one.talk) for one in found[session.pk]] == [
        ("a.pptx", "PPTX", str(talk.guid)),
        ("b.pdf", "PDF", str(talk.guid)),
    ]


def test_page_is_kept_until_the_next_file_is_public(talk):
    soon = timezone.now() + timedelta(minutes=5)
    make_file(talk, public_at=soon + timedelta(days=1))
    make_file(talk, public_at=soon)
    make_file(talk, public_at=soon - timedelta(minutes=1), is_accepted=False)
    request = RequestFactory().get("/")

    files.public_files([release(talk)], request)

    assert request.kept_until == soon


# --- Taking them in ----------------------------------------------------------------------------


def test_a_file_that_is_refused_leaves_nothing(talk, tmp_path):
    for content in HOSTILE.values():
        with pytest.raises(ValidationError):
            make_file(talk, upload=upload(content))

    assert not TalkFile.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_speaker_keeps_so_many_files_and_no_more(talk, monkeypatch, tmp_path):
    monkeypatch.setattr(files, "MOST_OF_A_SPEAKER", 2)
    make_file(talk)
    make_file(talk)

    with pytest.raises(ValidationError):
        make_file(talk)

    assert TalkFile.objects.count() == len(list(tmp_path.rglob("*.pdf"))) == 2


def test_a_speaker_keeps_so_many_bytes_and_no_more(talk, monkeypatch):
    monkeypatch.setattr(files, "MOST_BYTES_OF_A_SPEAKER", len(pdf()) + 1)
    make_file(talk)

    with pytest.raises(ValidationError):
        make_file(talk)


def test_removed_file_leaves_the_disk_after_the_commit(talk, django_capture_on_commit_callbacks):
    row = make_file(talk)

    with django_capture_on_commit_callbacks(execute=True):
        files.remove(row)

    assert not TalkFile.objects.exists()
    assert not storages["private"].exists(row.file)


# --- On the speaker's page ---------------------------------------------------------------------


def fields(talk, **changes):
    return {"place": f"talk:{talk.guid}", "document": upload(), "public_at": ""} | changes


@pytest.mark.parametrize("by", [By.SPEAKER, By.ASSISTANT])
def test_speaker_and_assistant_send_a_file(client, talk, by):
    speaker = speaker_of(talk)
    path = address(speaker, "programme:space_files", by=by)

    answer = client.post(path, fields(talk, public_at="2027-02-04T14:00"), follow=True)

    row = TalkFile.objects.get()
    assert (row.talk, row.speaker, row.is_accepted) == (talk, speaker, False)
    assert row.public_at == datetime(2027, 2, 4, 13, tzinfo=UTC)
    assert "Your file has arrived" in answer.text and row.name in answer.text
    own = read(client, address(speaker, "programme:space_file", row.guid, by=by))
    assert own.read == pdf()
    assert "sandbox" in own["Content-Security-Policy"]
    assert own["Cache-Control"] == "private, no-store"
    assert client.get(url(row)).status_code == 404


def test_a_refused_file_is_explained_and_the_rest_is_kept(client, talk):
    path = address(speaker_of(talk), "programme:space_files")

    answer = client.post(
        path, fields(talk, document=upload(b"<html>"), public_at="2027-02-04T14:00")
    )

    assert answer.status_code == 422
    assert "not a PDF, PowerPoint" in answer.text and "error-summary" in answer.text
    assert 'value="2027-02-04T14:00"' in answer.text
    assert not TalkFile.objects.exists()


def test_nobody_sends_a_file_for_the_talk_of_another(client, talk):
    stranger = make_coming(conference=talk.session.conference, email="eve@example.org")
    other = factories.make_session(conference=talk.session.conference)
    factories.make_participation(session=other, speaker=stranger)
    path = address(stranger, "programme:space_files")

    for place in (f"talk:{talk.guid}", f"session:{talk.session.guid}", "", "talk:"):
        answer = client.post(path, fields(talk, place=place))
        assert answer.status_code == 422
    assert client.post(path, fields(talk, place=f"session:{other.guid}")).status_code == 302


def test_nobody_reads_or_removes_the_file_of_another(client, talk):
    row = make_file(talk)
    stranger = make_coming(conference=talk.session.conference, email="eve@example.org")

    for name in ("programme:space_file", "programme:space_remove_file"):
        for method in (client.get, client.post):
            assert method(address(stranger, name, row.guid)).status_code in (404, 405)

    assert TalkFile.objects.filter(pk=row.pk).exists()
    remove = address(speaker_of(talk), "programme:space_remove_file", row.guid)
    assert client.get(remove).status_code == 405
    client.post(remove)
    assert not TalkFile.objects.exists()


# --- For staff ---------------------------------------------------------------------------------


def staff(client):
    user = factories.make_user(is_staff=True, is_superuser=True)
    return factories.sign_in(client, user)


def test_staff_check_a_file_and_read_it(client, talk):
    row = make_file(talk, is_accepted=False)
    staff(client)

    listed = client.get("/en/admin/programme/talkfile/")
    assert "to be checked" in listed.text
    content = read(client, f"/en/admin/programme/talkfile/{row.pk}/file/")
    assert content.read == pdf()
    assert "sandbox" in content["Content-Security-Policy"]
    client.post(
        "/en/admin/programme/talkfile/",
        {"action": "accept_selected", "_selected_action": [row.pk]},
    )

    row.refresh_from_db()
    assert row.is_accepted
    assert read(client, url(row)).status_code == 200
    change = client.get(f"/en/admin/programme/talkfile/{row.pk}/change/")
    assert "Everybody" in change.text and str(talk) in change.text


def test_staff_send_a_file_for_a_speaker(client, talk):
    staff(client)
    speaker = speaker_of(talk)
    data = {
        "session": talk.session.pk,
        "speaker": speaker.pk,
        "document": upload(pptx(), "x.pptx"),
        "public_at_0": "",
        "public_at_1": "",
        "is_accepted": "on",
    }

    answer = client.post("/en/admin/programme/talkfile/add/", data)

    assert answer.status_code == 302, answer.text
    row = TalkFile.objects.get()
    assert (row.name, row.speaker, row.is_accepted) == ("x.pptx", speaker, True)
    refused = client.post(
        "/en/admin/programme/talkfile/add/", data | {"document": upload(b"<html>")}
    )
    assert "not a PDF, PowerPoint" in refused.text
    assert TalkFile.objects.count() == 1


def test_staff_delete_a_file_with_its_content(client, talk, django_capture_on_commit_callbacks):
    row = make_file(talk)
    staff(client)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/en/admin/programme/talkfile/{row.pk}/delete/", {"post": "yes"})

    assert not TalkFile.objects.exists() and not storages["private"].exists(row.file)


def test_files_of_a_session_that_is_gone_are_deleted_after_a_day(talk):
    kept, lost = make_file(talk), make_file(talk)
    TalkFile.objects.filter(pk=lost.pk).delete()
    fresh = make_file(talk)
    TalkFile.objects.filter(pk=fresh.pk).delete()
    private = storages["private"]
    for row in (kept, lost):
        os.utime(private.path(row.file), (0, 0))

    assert tidy_files() == 1
    assert [private.exists(row.file) for row in (kept, lost, fresh)] == [True, False, True]
