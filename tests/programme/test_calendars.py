"""Every calendar of the programme, read back by icalendar: whole, and at the same instants."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar
from icalendar.parser import Contentline

from conference import ical
from programme import calendars, released
from tests.factories import (
    make_conference,
    make_participation,
    make_release,
    make_room,
    make_session,
    make_slot,
    make_speaker,
    make_theme,
)

pytestmark = pytest.mark.django_db

LANGUAGES = ["fr", "en"]
# The hours around each change of clocks of 2027 in Paris and in New York, and a night between days.
AROUND_CHANGES = [
    datetime(2027, 3, 27, 22, tzinfo=UTC),
    datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
    datetime(2027, 3, 28, 1, tzinfo=UTC),
    datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
    datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
    datetime(2027, 3, 14, 6, 30, tzinfo=UTC),
    datetime(2027, 3, 14, 7, 30, tzinfo=UTC),
    datetime(2027, 11, 7, 5, 30, tzinfo=UTC),
    datetime(2027, 11, 7, 6, 30, tzinfo=UTC),
    datetime(2027, 12, 31, 23, 30, tzinfo=UTC),
]


@pytest.fixture
def conference():
    return make_conference()


def make_full_slot(conference, **fields):
    session = make_session(conference=conference, theme=make_theme(conference=conference))
    make_participation(session=session)
    return make_slot(session=session, **fields)


def addresses(slot):
    """Each calendar in which ``slot`` stands."""
    session = slot.session
    [part] = session.participations.all()
    return {
        "programme": "schedule.ics",
        "session": f"session/{session.code}.ics",
        "speaker": f"speaker/{part.speaker.code}.ics",
        "theme": f"theme/{session.theme.slug}.ics",
        "room": f"room/{slot.room.slug}.ics",
    }


def get(client, conference, path, language="en"):
    return client.get(f"/{language}/{conference.slug}/{path}")


def read(client, conference, path, language="en"):
    answer = get(client, conference, path, language)
    assert answer.status_code == 200, path
    return Calendar.from_ical(answer.content)


@pytest.mark.parametrize(
    "zone", ["Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]
)
def test_every_feed_reads_back_to_the_same_instants(client, zone):
    conference = make_conference(time_zone=zone)
    theme, room = make_theme(conference=conference), make_room(conference=conference)
    speaker = make_speaker(conference=conference)
    meant = {}
    for starts_at in AROUND_CHANGES:
        session = make_session(conference=conference, theme=theme)
        make_participation(session=session, speaker=speaker)
        ends_at = starts_at + timedelta(minutes=30)
        slot = make_slot(session=session, room=room, starts_at=starts_at, ends_at=ends_at)
        meant[f"colloque-{session.guid}@localhost"] = (starts_at, ends_at)
    make_release(conference)

    for path in addresses(slot).values():
        calendar = read(client, conference, path)
        found = {
            # In UTC, for an hour that comes twice is unequal to every hour of another zone.
            str(event["UID"]): tuple(
                event.decoded(name).astimezone(UTC) for name in ("DTSTART", "DTEND")
            )
            for event in calendar.events
        }
        assert found == {uid: meant[uid] for uid in found}, path
        assert len(found) == (1 if path.startswith("session/") else len(meant)), path


def test_each_feed_says_what_it_is_and_how_often_to_ask(client, conference):
    slot = make_full_slot(conference)
    make_release(conference)

    for export, path in addresses(slot).items():
        calendar = read(client, conference, path)
        assert calendar["PRODID"] == f"-//Colloque//{export}//EN"
        assert calendar["METHOD"] == "PUBLISH"
        assert calendar["REFRESH-INTERVAL"].to_ical() == b"PT1H"
        assert calendar["X-PUBLISHED-TTL"] == "PT1H"
        assert calendar["SOURCE"] == f"http://localhost:8000/en/{conference.slug}/{path}"
        assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Paris"]


def test_a_part_of_the_programme_is_named_after_what_it_is(client, conference):
    slot = make_full_slot(conference)
    make_release(conference)
    theme, room = slot.session.theme, slot.room

    name = read(client, conference, f"theme/{theme.slug}.ics", "fr")["X-WR-CALNAME"]
    assert name == f"Conférence – {theme.name_fr}"
    name = read(client, conference, f"room/{room.slug}.ics")["NAME"]
    assert name == f"Conference – {room.name_en}"


def test_a_moved_session_keeps_its_uid_and_raises_its_sequence_in_every_feed(client, conference):
    slot = make_full_slot(conference)
    make_release(conference)
    before = {path: read(client, conference, path).events[0] for path in addresses(slot).values()}
    slot.starts_at += timedelta(hours=2)
    slot.ends_at += timedelta(hours=2)
    slot.save()
    make_release(conference)

    for path, old in before.items():
        [new] = read(client, conference, path).events
        assert new["UID"] == old["UID"]
        assert new["SEQUENCE"] == old["SEQUENCE"] + 1
        assert new.decoded("LAST-MODIFIED") >= old.decoded("LAST-MODIFIED")
        assert new.decoded("DTSTART") == slot.starts_at


def test_a_withdrawn_session_is_cancelled_in_every_feed(client, conference):
    slot = make_full_slot(conference)
    make_full_slot(conference)
    make_release(conference)
    paths = addresses(slot).values()
    before = {path: read(client, conference, path).events for path in paths}
    slot.delete()
    make_release(conference)

    for path in paths:
        uid = f"colloque-{slot.session.guid}@localhost"
        [old] = [event for event in before[path] if event["UID"] == uid]
        [new] = [event for event in read(client, conference, path).events if event["UID"] == uid]
        assert (old["STATUS"], new["STATUS"]) == ("CONFIRMED", "CANCELLED")
        assert new["SEQUENCE"] > old["SEQUENCE"]


def test_a_session_that_comes_back_is_confirmed_again(client, conference):
    slot = make_full_slot(conference)
    make_full_slot(conference)
    make_release(conference)
    session, room, starts_at = slot.session, slot.room, slot.starts_at
    slot.delete()
    make_release(conference)
    make_slot(session=session, room=room, starts_at=starts_at)
    make_release(conference)

    [event] = read(client, conference, f"session/{session.code}.ics").events

    assert event["STATUS"] == "CONFIRMED"
    assert event["SEQUENCE"] == 2


def test_the_uid_is_the_same_in_both_languages_and_the_words_are_not(client, conference):
    slot = make_full_slot(conference)
    make_release(conference)

    french, english = (
        read(client, conference, "schedule.ics", language).events[0] for language in LANGUAGES
    )

    assert french["UID"] == english["UID"]
    assert french["SUMMARY"].startswith(slot.session.title_fr)
    assert english["SUMMARY"].startswith(slot.session.title_en)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_the_draft_is_in_a_calendar(client, conference, language):
    canary = "Zygomorphe"
    slot = make_full_slot(conference)
    hidden = make_speaker(conference=conference, family_name=canary, is_published=False)
    make_participation(session=slot.session, speaker=hidden)
    make_release(conference)
    slot.session.title_fr = slot.session.title_en = canary
    slot.session.save()
    room = make_room(conference=conference, name_fr=canary, name_en=canary)
    draft = make_session(
        conference=conference, theme=slot.session.theme, title_fr=canary, title_en=canary
    )
    part = make_participation(session=draft)
    make_slot(session=draft, room=room)

    answers = [
        get(client, conference, path, language)
        for path in [
            "schedule.ics",
            f"theme/{slot.session.theme.slug}.ics",
            f"room/{slot.room.slug}.ics",
            f"session/{slot.session.code}.ics",
            f"speaker/{part.speaker.code}.ics",
            f"room/{room.slug}.ics",
            f"session/{draft.code}.ics",
            f"speaker/{hidden.code}.ics",
        ]
    ]

    assert [answer.status_code for answer in answers] == [200] * 5 + [404] * 3
    for answer in answers:
        assert canary not in answer.content.decode()
        assert str(draft.guid) not in answer.content.decode()


def test_another_edition_lends_nothing(client, conference):
    slot = make_full_slot(conference)
    make_release(conference)
    other = make_conference()
    make_full_slot(other)
    make_release(other)

    for export, path in addresses(slot).items():
        if export != "programme":
            assert get(client, other, path).status_code == 404


def test_a_calendar_without_events_is_still_one(client, conference):
    speaker = make_speaker(conference=conference)

    calendar = read(client, conference, f"speaker/{speaker.code}.ics")

    assert calendar.events == []
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Paris"]


def test_nobody_is_asked_to_answer_and_lines_are_folded(client, conference):
    make_full_slot(conference)
    make_release(conference)

    content = get(client, conference, "schedule.ics").content

    assert b"ORGANIZER" not in content and b"ATTENDEE" not in content
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


@pytest.mark.parametrize("kept", [True, False])
def test_a_calendar_that_has_not_changed_is_not_sent_again(client, conference, settings, kept):
    settings.KEEP_RENDERED_PAGES = kept
    slot = make_full_slot(conference)
    make_release(conference)

    for path in addresses(slot).values():
        first = get(client, conference, path)
        again = client.get(first.request["PATH_INFO"], headers={"If-None-Match": first["ETag"]})
        assert first["Content-Type"] == "text/calendar; charset=utf-8"
        assert first["Access-Control-Allow-Origin"] == "*"
        assert again.status_code == 304


def test_a_calendar_costs_as_many_queries_for_many_sessions(client, conference):
    def cost(path):
        with CaptureQueriesContext(connection) as queries:
            read(client, conference, path)
        return len(queries)

    slot = make_full_slot(conference)
    make_release(conference)
    few = {path: cost(path) for path in addresses(slot).values()}
    for hours in range(1, 5):
        more = make_session(conference=conference, theme=slot.session.theme)
        make_participation(session=more, speaker=slot.session.participations.get().speaker)
        starts_at = slot.starts_at + timedelta(hours=hours)
        make_slot(session=more, room=slot.room, starts_at=starts_at)
    make_release(conference)

    assert {path: cost(path) for path in few} == few


def test_a_mail_takes_back_by_cancel_and_brings_no_address_to_subscribe_to(conference):
    slot = make_full_slot(conference)
    make_full_slot(conference)
    make_release(conference)
    slot.delete()
    make_release(conference)
    slots = released.slots(conference, with_withdrawn=True)
    withdrawn = [one for one in slots if one.is_cancelled]

    content = calendars.programme_calendar(conference, withdrawn, method="CANCEL")

    calendar = Calendar.from_ical(content)
    assert calendar["METHOD"] == "CANCEL"
    assert [event["STATUS"] for event in calendar.events] == ["CANCELLED"]
    assert "SOURCE" not in calendar and "REFRESH-INTERVAL" not in calendar


@pytest.mark.parametrize(
    "text", ["é" * 200, "a" * 75, "深度学习" * 40, "x" * 73 + "\\\\,;" * 50, "^" * 200]
)
def test_lines_are_cut_where_icalendar_cuts_them(text):
    assert ical.folded(text) == Contentline(text).to_ical() + b"\r\n"
