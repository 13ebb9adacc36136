"""Programmes that are out of the ordinary: past midnight, over days, far away, beside another."""

import json
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from programme import now, released, screens
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
from tests.programme.test_feeds import read_json, read_xml

pytestmark = pytest.mark.django_db

ZONES = ["Europe/Paris", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]
PATHS = [
    "",
    "schedule/",
    "schedule/?view=grid",
    "schedule/?view=list&day=2027-02-04",
    "schedule/now/",
    "schedule.ics",
    "schedule.json",
    "schedule.xml",
    "changelog/",
    "changelog/feed.xml",
    "screens/",
    "screen/hall/",
    "themes/",
    "theme/first/",
    "theme/first.ics",
    "room/hall/",
    "room/hall.ics",
    "organisation/first/",
    "speaker/FIRST2/",
    "speaker/FIRST2.ics",
    "session/FIRST2/",
    "session/FIRST2.ics",
    "schedule/v/1/",
]


def url(conference, path, language="en"):
    return f"/{language}/{conference.slug}/{path}"


def add(conference, starts_at, ends_at, **fields):
    """A session from one hour of the conference's own zone to another."""
    room = fields.pop("room", None) or make_room(conference=conference)
    session = make_session(conference=conference, **fields)
    starts, ends = (
        datetime.fromisoformat(text).replace(tzinfo=conference.zone)
        for text in (starts_at, ends_at)
    )
    return make_slot(session=session, room=room, starts_at=starts, ends_at=ends)


@pytest.mark.parametrize("zone", ZONES)
def test_a_session_past_midnight_belongs_to_the_evening(client, zone):
    conference = make_conference(time_zone=zone)
    hall = make_room(conference=conference, slug="hall", name_en="Hall")
    add(conference, "2027-02-04T23:30", "2027-02-05T00:30", room=hall, code="NIGHT")
    add(conference, "2027-02-05T00:30", "2027-02-05T01:00", room=hall, code="LATER")
    make_release(conference)

    html = client.get(url(conference, "schedule/?view=grid")).content.decode()
    days = re.split(r'id="day-', html)[1:]
    assert [day[:10] for day in days] == ["2027-02-04", "2027-02-05"]
    assert "session/NIGHT/" in days[0] and "session/NIGHT/" not in days[1]

    midnight = datetime(2027, 2, 5, tzinfo=ZoneInfo(zone))
    for minutes, code in ((-15, "NIGHT"), (0, "NIGHT"), (29, "NIGHT"), (30, "LATER")):
        at = midnight + timedelta(minutes=minutes)
        moment = now.moment(conference, released.slots(conference), at)
        assert [row.code for row in moment.current] == [code]
        [door] = screens.doors(conference, at, hall)
        assert door.now.slot.session.code == code

    for read in (read_json, read_xml):
        read(client, conference)
    events = Calendar.from_ical(client.get(url(conference, "schedule.ics")).content).events
    assert {event.decoded("DTSTART").astimezone(UTC) for event in events} == {
        slot.starts_at for slot in released.slots(conference)
    }


def test_a_session_over_several_days_says_when_it_ends(client):
    conference = make_conference()
    hall = make_room(conference=conference, slug="hall")
    slot = add(conference, "2027-02-04T09:00", "2027-02-06T18:00", room=hall, code="LONG")
    add(conference, "2027-02-05T09:00", "2027-02-05T10:00", code="SHORT")
    first = make_release(conference)

    for read in (read_json, read_xml):
        read(client, conference)
    for path in ("schedule/", "session/LONG/", "room/hall/", f"schedule/v/{first.version}/"):
        html = client.get(url(conference, path)).content.decode()
        assert re.search(r"6 February[^<]*18:00|18:00[^<]*6 February", html), path
    assert slot.session.code in client.get(url(conference, "schedule/?view=grid")).content.decode()


def test_two_editions_at_once_lend_each_other_nothing(client):
    """Rooms, themes and slugs of one name, one organisation that brings sessions to both."""
    organisation = make_organisation(slug="first")
    found = {}
    for name in ("One", "Two"):
        conference = make_conference(slug=name.lower(), name_en=name, name_fr=name)
        room = make_room(conference=conference, slug="hall")
        theme = make_theme(conference=conference, slug="first")
        speaker = make_speaker(
            conference=conference,
            code="FIRST2",
            given_name=f"Person{name}",
            organisation=organisation,
        )
        session = make_session(
            conference=conference,
            code="FIRST2",
            title_en=f"Title{name}",
            title_fr=f"Titre{name}",
            theme=theme,
            organisation=organisation,
        )
        make_participation(session=session, speaker=speaker)
        make_slot(session=session, room=room)
        make_release(conference, version="1")
        found[name] = conference

    for name, other in (("One", "Two"), ("Two", "One")):
        for language in ("fr", "en"):
            for path in [*PATHS, "schedule/?q=Person", "schedule/?q=OECD"]:
                answer = client.get(url(found[name], path, language))
                assert answer.status_code == 200, path
                html = answer.content.decode()
                for word in (f"Title{other}", f"Titre{other}", f"Person{other}"):
                    assert word not in html, (path, word)
                assert f"/{other.lower()}/" not in html, path


def test_no_page_costs_more_queries_for_sixty_sessions_than_for_five(client):
    conference = make_conference()
    theme = make_theme(conference=conference, slug="first")
    organisation = make_organisation(slug="first")
    hall = make_room(conference=conference, slug="hall")
    speaker = make_speaker(conference=conference, code="FIRST2", organisation=organisation)
    starts_at = datetime(2027, 2, 4, 7, tzinfo=UTC)

    def fill(numbers):
        for number in numbers:
            session = make_session(
                conference=conference,
                code="FIRST2" if number == 0 else f"S{number}",
                theme=theme if number % 2 == 0 else make_theme(conference=conference),
                organisation=organisation if number % 2 == 0 else make_organisation(),
            )
            talk = make_talk(session=session)
            make_participation(session=session, talk=talk, speaker=speaker)
            make_participation(session=session, role="chair")
            at = starts_at + timedelta(minutes=15 * number)
            make_slot(
                session=session,
                room=hall if number % 2 == 0 else make_room(conference=conference),
                starts_at=at,
                ends_at=at + timedelta(minutes=15),
            )
        version = str(conference.releases.count() + 1)
        make_release(conference, version=version)

    def costs():
        found = {}
        for path in [*PATHS, "schedule/?q=session"]:
            address = url(conference, path.replace("v/1/", f"v/{conference.releases.count()}/"))
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200, path
            found[path] = len(queries)
        return found

    fill(range(5))
    fill(range(5, 6))  # two releases, for the history
    few = costs()
    fill(range(6, 60))

    assert costs() == few


def test_twenty_rooms_and_titles_in_one_hour_are_all_there(client):
    conference = make_conference()
    codes = [f"R{number}" for number in range(24)]
    for code in codes:
        add(conference, "2027-02-04T09:00", "2027-02-04T10:00", code=code)
    make_release(conference)

    for path in ("schedule/", "schedule/?view=grid", "schedule.json"):
        html = client.get(url(conference, path)).content.decode()
        assert all(f"session/{code}/" in html for code in codes), path
    assert len(json.loads(client.get(url(conference, "schedule.json")).content)["schedule"]) >= 4


def test_the_switch_of_language_keeps_page_and_query(client):
    conference = make_conference()
    add(conference, "2027-02-04T09:00", "2027-02-04T10:00", kind="lecture")
    make_release(conference)

    html = client.get(url(conference, "schedule/?kind=lecture&view=grid")).content.decode()

    assert f'href="/fr/{conference.slug}/schedule/?kind=lecture&amp;view=grid"' in html
