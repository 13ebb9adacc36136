"""News of a changed programme: one mail to each person concerned, after some quiet."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from conference.mail.composing import compose, preview
from conference.mail.models import OutgoingMail
from programme import announcements, audience, emails, letters, services
from programme.audience import Follower, Link
from programme.models import Agenda, Announcement, Release
from programme.slots import draft_slots, slots_of
from tests.factories import (
    make_conference,
    make_participation,
    make_session,
    make_slot,
    make_speaker,
    make_talk,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def conference():
    return make_conference(slug="own", quiet_minutes=30)


def make_part(conference, **fields):
    """A draft slot with one invited speaker in its session."""
    defaults = {"state": "accepted", "email": "ada@example.org", "language": "en"}
    speaker = make_speaker(conference=conference, **defaults | fields)
    slot = make_slot(session=make_session(conference=conference, title_en="On engines"))
    make_participation(session=slot.session, speaker=speaker)
    return slot, speaker


def make_agenda(conference, *sessions, email="eve@example.org", **fields):
    defaults = {"language": "en", "confirmed_at": timezone.now(), "digest": f"{email}{sessions}"}
    agenda = Agenda.objects.create(conference=conference, email=email, **defaults | fields)
    for session in sessions:
        agenda.stars.create(session=session)
    return agenda


def publish(conference, *, announce=True):
    version = f"v{Release.objects.count() + 1}"
    return services.publish(conference, version=version, announce=announce)


def move(slot, **by):
    slot.starts_at += timedelta(**by)
    slot.ends_at += timedelta(**by)
    slot.save()


def let_it_be_quiet():
    Announcement.objects.filter(sent_at=None).update(due_at=timezone.now() - timedelta(seconds=1))


def tell():
    let_it_be_quiet()
    return announcements.send_due()


def mails():
    return {mail.to: mail for mail in OutgoingMail.objects.filter(kind__startswith="programme/")}


# --- Quiet -----------------------------------------------------------------------------------


def test_nothing_is_told_before_the_quiet_is_over(conference):
    make_part(conference)
    publish(conference)

    assert announcements.send_due() == 0
    assert tell() == 1
    assert announcements.send_due() == 0
    assert list(mails()) == ["ada@example.org"]


def test_the_quiet_begins_anew_with_each_publication_and_lasts_as_long_as_it_is_set(conference):
    slot, _speaker = make_part(conference)
    publish(conference)
    first = Announcement.objects.get().due_at
    conference.quiet_minutes = 90
    conference.save()
    move(slot, hours=1)
    publish(conference)

    waiting = Announcement.objects.get()
    assert waiting.since is None
    assert timedelta(minutes=59) < waiting.due_at - first < timedelta(minutes=61)


def test_ten_publications_in_an_hour_make_one_mail(conference):
    slot, _speaker = make_part(conference)
    publish(conference, announce=False)
    for _number in range(10):
        move(slot, hours=1)
        publish(conference)

    assert tell() == 1
    (mail,) = mails().values()
    assert "Thursday 4 February, 19:00–20:00" in mail.text
    assert "Until now: Thursday 4 February, 09:00–10:00" in mail.text
    assert mail.text.count("On engines") == 1


def test_what_is_moved_there_and_back_is_no_news(conference):
    slot, _speaker = make_part(conference)
    publish(conference, announce=False)
    move(slot, hours=1)
    publish(conference)
    move(slot, hours=-1)
    last = publish(conference)

    assert tell() == 0
    told = Announcement.objects.get()
    assert (told.sent_at is not None, told.until, told.mail_count) == (True, last, 0)
    assert not OutgoingMail.objects.exists()


def test_what_was_told_is_not_told_again(conference):
    slot, _speaker = make_part(conference)
    publish(conference)
    tell()
    other, _friend = make_part(conference, email="other@example.org")
    publish(conference)

    assert tell() == 1
    assert set(mails()) == {"ada@example.org", "other@example.org"}
    assert slot.session.code not in mails()["other@example.org"].text
    assert other.session.code in mails()["other@example.org"].text


def test_a_silent_publication_tells_nobody(conference):
    make_part(conference)
    publish(conference, announce=False)

    assert not Announcement.objects.exists()


def test_what_is_dropped_is_not_told_later(conference):
    slot, _speaker = make_part(conference)
    publish(conference)
    waiting = Announcement.objects.get()

    assert announcements.drop(waiting)
    assert not announcements.drop(waiting)
    assert tell() == 0
    move(slot, hours=2)
    publish(conference)
    tell()
    assert "Until now: Thursday 4 February, 09:00" in mails()["ada@example.org"].text


def test_what_is_sent_now_does_not_wait(conference):
    make_part(conference)
    publish(conference)

    assert announcements.send_now(Announcement.objects.get()) == 1
    assert announcements.send_now(Announcement.objects.get()) == 0


def test_an_edition_that_is_not_public_keeps_its_news(conference):
    make_part(conference)
    publish(conference)
    conference.is_published = False
    conference.save()

    assert tell() == 0
    assert announcements.send_now(Announcement.objects.get()) == 0
    conference.is_published = True
    conference.save()
    assert tell() == 1


# --- Whom ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "is_told"),
    [
        ("proposed", False),
        ("invited", True),
        ("accepted", True),
        ("declined", False),
        ("withdrawn", False),
    ],
)
def test_speakers_who_are_expected_are_told(conference, state, is_told):
    make_part(conference, state=state)
    publish(conference)

    assert tell() == is_told


def test_speakers_are_told_of_their_own_sessions_alone(conference):
    slot, _speaker = make_part(conference)
    other, _other = make_part(conference, email="other@example.org")
    publish(conference, announce=False)
    move(other, hours=1)
    publish(conference)

    tell()

    assert list(mails()) == ["other@example.org"]
    assert slot.session.code not in mails()["other@example.org"].text


def test_a_speaker_without_an_address_is_named_to_staff(conference):
    _slot, speaker = make_part(conference, email="")
    publish(conference)

    post = announcements.post_of(Announcement.objects.get())

    assert (post.letters, post.unreachable) == ([], [speaker])


def test_who_starred_a_session_is_told_of_it_alone_once_the_address_is_confirmed(conference):
    slots = [make_slot(session=make_session(conference=conference)) for _ in range(3)]
    make_agenda(conference, slots[0].session, slots[2].session)
    make_agenda(conference, slots[0].session, email="mute@example.org", confirmed_at=None)
    make_agenda(conference, slots[2].session, email="else@example.org")
    publish(conference, announce=False)
    move(slots[0], hours=1)
    move(slots[1], hours=1)
    publish(conference)

    tell()

    assert list(mails()) == ["eve@example.org"]
    text = mails()["eve@example.org"].text
    assert slots[0].session.title_en in text
    assert slots[1].session.title_en not in text


def test_a_corrected_abstract_is_news_for_speakers_and_not_for_followers(conference):
    slot, _speaker = make_part(conference)
    make_agenda(conference, slot.session)
    publish(conference, announce=False)
    slot.session.abstract_en = "Rewritten."
    slot.session.save()
    publish(conference)

    tell()

    assert list(mails()) == ["ada@example.org"]
    assert "abstract (English)" in mails()["ada@example.org"].text
    assert "Rewritten" not in mails()["ada@example.org"].text


def test_one_person_gets_one_mail_however_many_reasons_there_are(conference):
    slot, _speaker = make_part(conference)
    other, _friend = make_part(conference, email="friend@example.org")
    make_agenda(conference, slot.session, other.session, email="Ada@example.org")
    make_agenda(conference, other.session, email="ada@example.org", digest="second")
    publish(conference, announce=False)
    move(slot, hours=1)
    move(other, hours=2)
    publish(conference)

    tell()

    assert set(mails()) == {"ada@example.org", "friend@example.org"}
    mail = mails()["ada@example.org"]
    assert mail.kind == "programme/speaker_changes"
    assert (mail.text.count(slot.session.code), mail.text.count(other.session.code)) == (1, 1)
    # Each of the two agendas, and where its mails are stopped.
    assert len(mail.late_values) == 4


def test_an_app_above_may_know_other_followers(conference, monkeypatch):
    slot = make_slot(session=make_session(conference=conference))
    publish(conference, announce=False)
    asked = []

    def who_booked(conference, sessions):
        asked.append(list(sessions))
        link = Link("programme.agenda_link", "1", "My seats")
        yield Follower("booked@example.org", "fr", frozenset(sessions), (link,), name="Ève")

    monkeypatch.setattr(audience, "_providers", [])
    audience.provider(who_booked)
    audience.provider(who_booked)
    move(slot, hours=1)
    publish(conference)
    tell()

    assert asked == [[slot.session_id]]
    assert mails()["booked@example.org"].language == "fr"
    assert "Ève" in mails()["booked@example.org"].text


# --- What ------------------------------------------------------------------------------------


def test_nobody_is_told_a_name_that_is_not_public(conference):
    slot, _speaker = make_part(conference)
    publish(conference, announce=False)
    secret = make_speaker(
        conference=conference,
        given_name="Secret",
        family_name="Guest",
        is_published=False,
        state="accepted",
        email="secret@example.org",
    )
    make_participation(session=slot.session, speaker=secret)
    make_agenda(conference, slot.session)
    publish(conference)

    tell()

    # Who is to come anyway knows it; for everybody else nothing has happened.
    assert list(mails()) == ["secret@example.org"]
    secret.is_published = True
    secret.save()
    make_talk(session=slot.session)
    publish(conference)
    tell()
    assert "Secret" not in mails()["ada@example.org"].text


def test_nothing_of_the_draft_is_told(conference):
    slot, _speaker = make_part(conference)
    publish(conference)
    slot.session.title_en = slot.session.title_fr = "CANARY"
    slot.session.save()
    slot.room.name_en = slot.room.name_fr = "Room of today"
    slot.room.save()
    make_part(conference, email="later@example.org")

    tell()

    assert list(mails()) == ["ada@example.org"]
    assert "CANARY" not in mails()["ada@example.org"].text + mails()["ada@example.org"].html


def test_who_has_no_part_any_more_is_told_just_that(conference):
    slot, speaker = make_part(conference)
    publish(conference, announce=False)
    slot.session.participations.all().delete()
    move(slot, hours=1)
    publish(conference)

    tell()

    mail = mails()[speaker.email]
    assert "You have no part in “On engines” any more." in mail.text
    assert "10:00" not in mail.text
    assert mail.attachments == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_is_told_in_their_own_language(conference, language):
    slot, _speaker = make_part(conference, language=language)
    slot.session.title_fr = "Des machines"
    slot.session.save()
    make_agenda(conference, slot.session, language=language)
    publish(conference, announce=False)
    move(slot, hours=1)
    publish(conference)

    tell()

    title = {"fr": "Des machines", "en": "On engines"}[language]
    for mail in mails().values():
        assert title in mail.text
        assert title in mail.html
        assert f'lang="{language}"' in mail.html
        assert f"/{language}/own/session/{slot.session.code}/" in mail.text


def test_hostile_titles_are_only_text(conference):
    slot, _speaker = make_part(conference)
    publish(conference, announce=False)
    slot.session.title_en = "<b>Q&A</b> {{ 7|add:7 }}"
    slot.session.save()
    publish(conference)

    tell()

    mail = mails()["ada@example.org"]
    assert "<b>Q&A</b> {{ 7|add:7 }}" in mail.text
    assert "&lt;b&gt;Q&amp;A" in mail.html


# --- Calendar entries ------------------------------------------------------------------------


def files_of(mail):
    return {
        part.get_filename(): part
        for part in compose(mail).message().walk()
        if part.get_content_maintype() == "text" and part.get_content_subtype() == "calendar"
    }


def test_a_speaker_gets_the_entry_of_the_feeds(conference, client):
    slot, _speaker = make_part(conference)
    publish(conference, announce=False)
    move(slot, hours=1)
    publish(conference)
    tell()

    ((name, file),) = files_of(mails()["ada@example.org"]).items()

    assert name == "own.ics"
    assert file.get_param("method") == "PUBLISH"
    calendar = Calendar.from_ical(file.get_payload(decode=True))
    assert calendar["METHOD"] == "PUBLISH"
    (event,) = calendar.walk("VEVENT")
    assert event["SEQUENCE"] == 1
    assert event.decoded("dtstart").astimezone(UTC) == datetime(2027, 2, 4, 9, tzinfo=UTC)
    feed = Calendar.from_ical(client.get("/en/own/schedule.ics").content)
    assert [found.to_ical() for found in feed.walk("VEVENT")] == [event.to_ical()]


def test_a_withdrawn_session_is_taken_back_and_comes_again(conference):
    slot, _speaker = make_part(conference)
    kept, _same = make_part(conference, email="")
    publish(conference, announce=False)
    room, session = slot.room, slot.session
    slot.delete()
    move(kept, hours=3)
    publish(conference)
    tell()
    (file,) = files_of(mails()["ada@example.org"]).values()
    OutgoingMail.objects.all().delete()
    make_slot(session=session, room=room)
    publish(conference)
    tell()
    (again,) = files_of(mails()["ada@example.org"]).values()

    assert (file.get_param("method"), again.get_param("method")) == ("CANCEL", "PUBLISH")
    events = [
        Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT") for part in (file, again)
    ]
    ((cancelled,), (back,)) = events
    assert cancelled["UID"] == back["UID"]
    assert [cancelled["STATUS"], back["STATUS"]] == ["CANCELLED", "CONFIRMED"]
    assert [cancelled["SEQUENCE"], back["SEQUENCE"]] == [1, 2]


# --- Nothing twice ---------------------------------------------------------------------------


def test_the_preview_is_what_is_sent(conference):
    slot, _speaker = make_part(conference)
    make_agenda(conference, slot.session, language="fr")
    publish(conference)
    tell()
    OutgoingMail.objects.all().delete()
    move(slot, hours=1)
    current = conference.releases.get(is_current=True)
    post = letters.post(conference, slots_of(current), draft_slots(conference))
    shown = {
        letter.to: preview(emails.drafted(letter, conference)) | {"to": letter.to}
        for letter in post.letters
    }

    publish(conference)
    tell()

    sent = {to: preview(mail) | {"to": to} for to, mail in mails().items()}
    assert len(sent) == 2
    assert sent == shown


def test_a_worker_that_dies_between_leaves_nothing_and_the_next_tells_all(conference, monkeypatch):
    make_part(conference)
    make_part(conference, email="other@example.org")
    publish(conference)

    def die(*args, **kwargs):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(announcements, "end", die)
        with pytest.raises(RuntimeError):
            tell()
        assert not mails()

    assert tell() == 2


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_write_each_mail_once():
    conference = make_conference(quiet_minutes=0)
    for number in range(5):
        make_part(conference, email=f"speaker-{number}@example.org")
    publish(conference)
    let_it_be_quiet()
    start = threading.Barrier(4)
    written = []

    def run():
        try:
            start.wait()
            written.append(announcements.send_due())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(written) == [0, 0, 0, 5]
    assert OutgoingMail.objects.count() == 5


def test_a_publication_meanwhile_stops_the_worker(conference, monkeypatch):
    slot, _speaker = make_part(conference)
    publish(conference)
    drafted = emails.drafted

    def publish_meanwhile(*args, **kwargs):
        monkeypatch.setattr(emails, "drafted", drafted)
        move(slot, hours=1)
        publish(conference)
        return drafted(*args, **kwargs)

    monkeypatch.setattr(emails, "drafted", publish_meanwhile)
    assert tell() == 0
    assert not mails()

    assert tell() == 1
    assert "10:00–11:00" in mails()["ada@example.org"].text


def test_telling_costs_the_same_whatever_its_length(conference):
    make_part(conference, email="")
    publish(conference, announce=False)
    costs = []
    for count in (1, 8):
        for number in range(count):
            slot, _speaker = make_part(conference, email=f"s{count}-{number}@example.org")
            make_agenda(conference, slot.session, email=f"f{count}-{number}@example.org")
        publish(conference)
        let_it_be_quiet()
        with CaptureQueriesContext(connection) as queries:
            assert announcements.send_due() == 2 * count
        costs.append(len(queries))

    assert costs[0] == costs[1]
