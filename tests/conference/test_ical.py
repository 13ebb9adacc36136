"""Calendars as RFC 5545 wants them, read back by icalendar and its zones by dateutil."""

import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from icalendar import Calendar

from conference import ical

PARIS = ZoneInfo("Europe/Paris")


def make_event(**fields):
    defaults = {
        "uid": "colloque-1@example.org",
        "summary": "Opening",
        "starts_at": datetime(2027, 2, 4, 9, tzinfo=PARIS),
        "ends_at": datetime(2027, 2, 4, 10, tzinfo=PARIS),
        "zone": PARIS,
        "changed_at": datetime(2026, 11, 22, 16, tzinfo=UTC),
    }
    return ical.event(**defaults | fields)


def make_calendar(*events):
    return ical.calendar(events, name="Conférence", prodid="programme")


def test_calendar_holds_what_a_calendar_must():
    event = make_event(
        location="Room", url="https://example.org/", categories=["Ethics"], sequence=3
    )

    read = Calendar.from_ical(make_calendar(event))

    assert read["PRODID"] == "-//Colloque//programme//EN"
    assert (read["VERSION"], read["METHOD"]) == ("2.0", "PUBLISH")
    (found,) = read.events
    assert found["SEQUENCE"] == 3
    assert found["STATUS"] == "CONFIRMED"
    assert found["UID"] == "colloque-1@example.org"
    assert found.decoded("DTSTAMP") == datetime(2026, 11, 22, 16, tzinfo=UTC)
    assert found.decoded("LAST-MODIFIED") == datetime(2026, 11, 22, 16, tzinfo=UTC)
    assert not {"ORGANIZER", "ATTENDEE"} & set(found)


def test_the_same_words_are_the_same_bytes():
    assert make_calendar(make_event()) == make_calendar(make_event())


def test_a_withdrawn_event_says_so():
    content = ical.calendar([make_event(is_cancelled=True)], name="", prodid="x", method="CANCEL")

    assert b"STATUS:CANCELLED\r\n" in content
    assert b"METHOD:CANCEL\r\n" in content


@pytest.mark.parametrize("text", ["é" * 200, "a" * 200, "مؤتمر " * 40, "深度学习" * 40])
def test_lines_are_folded_at_75_octets_and_end_in_crlf(text):
    content = make_calendar(make_event(summary=text, description=text))

    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert Calendar.from_ical(content).events[0]["SUMMARY"] == text


@pytest.mark.parametrize(
    "hostile",
    [
        "x\r\nATTENDEE:mailto:evil@example.org",
        "x\nBEGIN:VALARM",
        "x\rEND:VEVENT",
        "x\u2028END:VEVENT",
        "x\x85END:VEVENT",
        'semi; comma, back\\slash "quote"',
        "nul\0bell\x07",
    ],
)
def test_no_text_breaks_out_of_its_line(hostile):
    event = make_event(summary=hostile, location=hostile, description=hostile, categories=[hostile])

    content = make_calendar(event)

    assert not [line for line in content.split(b"\r\n") if line.startswith((b"ATT", b"BEGIN:VA"))]
    assert content.count(b"\r\nEND:VEVENT") == 1
    (found,) = Calendar.from_ical(content).events
    assert found["SUMMARY"].replace("\n", "") == "".join(
        character for character in hostile if character not in "\r\n\0\x07\x85"
    )


@pytest.mark.parametrize("hour", range(6))
@pytest.mark.parametrize(
    "day", [datetime(2027, 3, 28, tzinfo=UTC), datetime(2027, 10, 31, tzinfo=UTC)]
)
def test_instants_survive_the_clock_change(day, hour):
    starts_at = day + timedelta(hours=hour, minutes=30)

    content = make_calendar(make_event(starts_at=starts_at, ends_at=starts_at + timedelta(hours=3)))

    (found,) = Calendar.from_ical(content).events
    assert found.decoded("DTSTART").astimezone(UTC) == starts_at
    assert found.decoded("DTEND").astimezone(UTC) == starts_at + timedelta(hours=3)


def test_an_event_that_begins_in_the_hour_that_comes_twice_has_the_zone_of_its_end():
    """Its start is told in UTC, its end in local time: that zone has to be defined as well."""
    starts_at = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)

    content = make_calendar(make_event(starts_at=starts_at, ends_at=starts_at + timedelta(hours=3)))

    assert b"DTEND;TZID=Europe/Paris:20271031T053000" in content
    assert b"BEGIN:VTIMEZONE" in content


@pytest.mark.parametrize(
    "name",
    [
        "Europe/Paris",
        "America/New_York",
        "America/Sao_Paulo",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "Europe/Dublin",
    ],
)
def test_zones_are_defined_as_they_are(name):
    """The hour of a change itself is left out: dateutil reads it by its own lights."""
    zone = ZoneInfo(name)
    start = datetime(2027, 2, 4, 9, tzinfo=zone)
    content = make_calendar(
        make_event(zone=zone, starts_at=start, ends_at=start + timedelta(hours=1))
    )

    defined = tzical(io.StringIO(content.decode().replace("\r\n ", ""))).get(name)

    for days in range(700):
        for hour in (0, 4, 12, 23):
            local = datetime(2027, 1, 1, hour, tzinfo=zone) + timedelta(days=days)
            assert local.replace(tzinfo=defined).utcoffset() == local.utcoffset(), local


@pytest.mark.parametrize(
    ("name", "local_changes"),
    [
        ("Europe/Paris", [b"DTSTART:20260329T020000", b"DTSTART:20261025T030000"]),
        ("America/New_York", [b"DTSTART:20260308T020000", b"DTSTART:20261101T020000"]),
    ],
)
def test_clock_changes_are_told_in_the_time_that_ends(name, local_changes):
    zone = ZoneInfo(name)
    start = datetime(2027, 2, 4, 9, tzinfo=zone)

    content = make_calendar(make_event(zone=zone, starts_at=start, ends_at=start))

    assert all(change in content for change in local_changes)


def test_utc_needs_no_definition():
    zone = ZoneInfo("UTC")
    start = datetime(2027, 2, 4, 9, tzinfo=UTC)

    content = make_calendar(make_event(zone=zone, starts_at=start, ends_at=start))

    assert b"DTSTART:20270204T090000Z" in content
    assert b"VTIMEZONE" not in content


def test_a_calendar_without_events_is_one_all_the_same():
    assert Calendar.from_ical(make_calendar()).events == []
