"""schedule.json and schedule.xml: valid against their published schemas, whatever staff write."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from jsonschema import Draft6Validator, FormatChecker
from lxml import etree

from programme.feeds.document import LARGEST_NUMBER, numbers
from tests.factories import (
    make_conference,
    make_organisation,
    make_participation,
    make_release,
    make_room,
    make_session,
    make_slot,
    make_speaker,
    make_talk,
    make_theme,
)

pytestmark = pytest.mark.django_db

SCHEMAS = Path(__file__).parent / "schemas"
LANGUAGES = ["fr", "en"]
HOSTILE = "]]> & <b>“é” \x01\x0b\ufffe\U0001f600 \t\n' \" {{ x }}"


@pytest.fixture
def conference():
    return make_conference()


def url(conference, path, language="en"):
    return f"/{language}/{conference.slug}/{path}"


def read_json(client, conference, language="en"):
    """schedule.json, once it was found valid."""
    answer = client.get(url(conference, "schedule.json", language))
    content = json.loads(answer.content)
    schema = json.loads((SCHEMAS / "schedule.json").read_text())
    Draft6Validator(schema, format_checker=FormatChecker()).validate(content)
    return content["schedule"]


def read_xml(client, conference, language="en"):
    answer = client.get(url(conference, "schedule.xml", language))
    root = etree.fromstring(answer.content)
    etree.XMLSchema(etree.parse(SCHEMAS / "schedule.xsd")).assertValid(root)
    return root


def events(schedule):
    return [
        event
        for day in schedule["conference"]["days"]
        for held in day["rooms"].values()
        for event in held
    ]


def make_full_slot(conference, **fields):
    session = make_session(
        conference=conference,
        theme=make_theme(conference=conference),
        organisation=make_organisation(website="https://example.org/"),
        **fields,
    )
    make_participation(session=session, talk=make_talk(session=session))
    make_participation(session=session, role="chair")
    return make_slot(session=session)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_full_programme_is_valid_in_both_formats(client, conference, language):
    for _ in range(3):
        make_full_slot(conference)
    make_release(conference)

    assert len(events(read_json(client, conference, language))) == 3
    assert len(read_xml(client, conference, language).findall("day/room/event")) == 3


def test_an_event_says_what_was_released(client, conference):
    slot = make_full_slot(
        conference,
        subtitle_en="A subtitle",
        subtitle_fr="Un sous-titre",
        kind="round-table",
        language="fr",
        is_recorded=False,
        recording_url="https://example.org/film",
    )
    release = make_release(conference)
    session, [one, two] = slot.session, slot.session.participations.order_by("pk")

    schedule = read_json(client, conference, "fr")
    [event] = events(schedule)
    element = read_xml(client, conference, "fr").find("day/room/event")

    assert schedule["version"] == release.version
    assert event["guid"] == element.get("guid") == str(session.guid)
    assert event["code"] == session.code
    assert event["title"] == element.findtext("title") == session.title_fr
    assert event["subtitle"] == element.findtext("subtitle") == "Un sous-titre"
    assert event["abstract"] == element.findtext("abstract") == "Un résumé."
    assert event["track"] == element.findtext("track") == session.theme.name_fr
    assert event["type"] == element.findtext("type") == "round-table"
    assert event["language"] == element.findtext("language") == "fr"
    assert event["do_not_record"] is True and element.findtext("recording/optout") == "true"
    assert event["date"] == element.findtext("date") == "2027-02-04T09:00:00+01:00"
    assert event["start"] == "09:00" and event["duration"] == "01:00"
    assert event["end"] == "2027-02-04T10:00:00+01:00"
    assert [person["name"] for person in event["persons"]] == [
        one.speaker.full_name,
        two.speaker.full_name,
    ]
    assert [person.get("guid") for person in element.findall("persons/person")] == [
        str(one.speaker.guid),
        str(two.speaker.guid),
    ]
    assert event["persons"][0]["biography"] == "Une biographie."
    assert [link["url"] for link in event["links"]] == [
        "https://example.org/film",
        "https://example.org/",
    ]
    [room] = schedule["conference"]["rooms"]
    assert room["guid"] == str(slot.room.guid) and room["name"] == slot.room.name_fr


def test_files_are_attached_once_they_are_public(client, conference):
    slot = make_full_slot(conference)
    [part, _chair] = slot.session.participations.order_by("pk")
    part.speaker.consents.create(purpose="slides", is_given=True, by="speaker")
    shown = {"file": "a", "content_type": "application/pdf", "size": 1, "is_accepted": True}
    now = timezone.now()
    for name, public_at in [("past & ]]>", now - timedelta(1)), ("future", now + timedelta(1))]:
        slot.session.files.create(name=name, speaker=part.speaker, public_at=public_at, **shown)
    make_release(conference)

    [event] = events(read_json(client, conference))
    [element] = read_xml(client, conference).findall("day/room/event/attachments/attachment")

    [attached] = event["attachments"]
    assert attached["title"] == element.text == "past & ]]>"
    assert attached["url"] == element.get("href")
    answer = client.get(url(conference, "schedule.json"))
    assert answer.wsgi_request.kept_until == now + timedelta(1)


def test_the_other_language_is_in_the_other_file(client, conference):
    slot = make_full_slot(conference)
    make_release(conference)

    [french] = events(read_json(client, conference, "fr"))
    [english] = events(read_json(client, conference, "en"))

    assert french["title"] == slot.session.title_fr
    assert english["title"] == slot.session.title_en
    assert "/fr/" in french["url"] and "/en/" in english["url"]
    assert {key for key in french if french[key] == english[key]} >= {"guid", "id", "slug", "code"}


def test_hostile_texts_are_written_whole_but_for_what_xml_cannot_hold(client, conference):
    make_full_slot(conference, title_fr=HOSTILE, title_en=HOSTILE, abstract_en=HOSTILE)
    make_release(conference)

    [event] = events(read_json(client, conference))
    element = read_xml(client, conference).find("day/room/event")

    assert event["title"] == HOSTILE
    left = HOSTILE.replace("\x01", "").replace("\x0b", "").replace("\ufffe", "")
    assert element.findtext("title") == element.findtext("abstract") == left


@pytest.mark.parametrize("path", ["schedule.json", "schedule.xml"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_the_draft_nor_of_hidden_speakers_is_told(client, conference, path, language):
    canary = "Zygomorphe"
    slot = make_full_slot(conference)
    hidden = make_speaker(conference=conference, family_name=canary, is_published=False)
    make_participation(session=slot.session, speaker=hidden)
    make_release(conference)
    session = slot.session
    session.title_fr = session.title_en = canary
    session.save()
    draft = make_session(conference=conference, title_fr=canary, title_en=canary)
    make_slot(session=draft, room=make_room(conference=conference, name_fr=canary, name_en=canary))

    answer = client.get(url(conference, path, language))

    assert answer.status_code == 200
    assert canary not in answer.content.decode()
    assert str(hidden.guid) not in answer.content.decode()
    assert str(draft.guid) not in answer.content.decode()


@pytest.mark.parametrize("path", ["schedule.json", "schedule.xml"])
def test_before_the_first_release_there_is_nothing(client, conference, path):
    make_full_slot(conference)

    assert client.get(url(conference, path)).status_code == 404


def test_a_withdrawn_session_is_in_neither_file(client, conference):
    slot = make_full_slot(conference)
    make_full_slot(conference)
    make_release(conference)
    slot.delete()
    make_release(conference)

    assert len(events(read_json(client, conference))) == 1
    assert len(read_xml(client, conference).findall("day/room/event")) == 1


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Asia/Kolkata", "UTC"])
def test_days_and_hours_are_those_of_the_place(client, zone):
    conference = make_conference(time_zone=zone, starts_on="2027-03-27", ends_on="2027-03-29")
    late = datetime(2027, 3, 27, 23, 30, tzinfo=UTC)
    slot = make_slot(
        session=make_session(conference=conference),
        starts_at=late,
        ends_at=late + timedelta(hours=3),
    )
    make_release(conference)

    schedule = read_json(client, conference)
    read_xml(client, conference)

    [event] = events(schedule)
    there = slot.starts_at.astimezone(conference.zone)
    assert datetime.fromisoformat(event["date"]) == slot.starts_at
    assert datetime.fromisoformat(event["end"]) == slot.ends_at
    [day] = [day for day in schedule["conference"]["days"] if day["rooms"]]
    assert day["date"] == there.date().isoformat()
    assert day["day_start"] <= event["date"] < day["day_end"]


def test_an_event_outside_the_announced_days_has_its_day(client, conference):
    eve = datetime(2027, 2, 1, 18, tzinfo=UTC)
    make_slot(session=make_session(conference=conference), starts_at=eve)
    make_release(conference)

    days = read_json(client, conference)["conference"]["days"]

    assert [(day["index"], day["date"]) for day in days] == [
        (1, "2027-02-01"),
        (2, "2027-02-04"),
        (3, "2027-02-05"),
    ]


def test_rooms_of_one_name_stay_two(client, conference):
    for number in range(2):
        room = make_room(conference=conference, slug=f"r{number}", name_fr="Salle", name_en="Room")
        make_slot(session=make_session(conference=conference), room=room)
    make_release(conference)

    schedule = read_json(client, conference)

    assert [room["name"] for room in schedule["conference"]["rooms"]] == ["Room", "Room (r1)"]
    assert sorted(schedule["conference"]["days"][0]["rooms"]) == ["Room", "Room (r1)"]


@pytest.mark.parametrize("slug", ["x", "a-b", "colloque-2027-x", "UPPER"])
def test_short_and_long_slugs_make_valid_acronyms(client, slug):
    conference = make_conference(slug=slug)
    make_slot(
        session=make_session(conference=conference, code="A"),
        room=make_room(conference=conference, slug="a"),
    )
    make_release(conference)

    read_json(client, conference)
    read_xml(client, conference)


def test_numbers_differ_and_count_nothing():
    twins = [
        "00000000-0000-0000-0000-000000000005",
        f"00000000-0000-0000-0000-{LARGEST_NUMBER + 5:012x}",
    ]

    found = numbers(twins)

    assert len(set(found.values())) == 2
    assert numbers(reversed(twins)) == found


@pytest.mark.parametrize("path", ["schedule.json", "schedule.xml"])
def test_the_files_cost_as_many_queries_for_many_sessions(client, conference, path):
    def cost():
        make_release(conference)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url(conference, path)).status_code == 200
        return len(queries)

    make_full_slot(conference)
    few = cost()
    for _ in range(4):
        make_full_slot(conference)

    assert cost() == few


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("schedule.json", "application/json"),
        ("schedule.xml", "application/xml; charset=utf-8"),
    ],
)
@pytest.mark.parametrize("kept", [True, False])
def test_any_site_may_read_and_ask_whether_it_has_changed(
    client, conference, settings, path, media_type, kept
):
    settings.KEEP_RENDERED_PAGES = kept
    make_full_slot(conference)
    make_release(conference)

    first = client.get(url(conference, path))
    again = client.get(url(conference, path), headers={"If-None-Match": first["ETag"]})
    asked = client.options(url(conference, path))

    assert first["Content-Type"] == media_type
    assert first["Access-Control-Allow-Origin"] == "*"
    assert again.status_code == 304 and again.content == b""
    assert again["Access-Control-Allow-Origin"] == "*"
    assert asked.status_code == 204
    assert "If-None-Match" in asked["Access-Control-Allow-Headers"]
    assert client.post(url(conference, path)).status_code == 405
