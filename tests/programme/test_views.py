"""The public programme: everything that is released, and nothing else."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from programme.models import Participation, Slot
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

LANGUAGES = ["fr", "en"]
CANARY = "Zygomorphe"


@pytest.fixture
def conference():
    return make_conference()


def url(conference, path, language="en"):
    return f"/{language}/{conference.slug}/{path}"


def make_full_session(conference, **fields):
    """A session with a theme, two talks, four people and a draft slot."""
    fields.setdefault("theme", make_theme(conference=conference))
    session = make_session(conference=conference, **fields)
    make_participation(session=session, role=Participation.Role.CHAIR)
    for _ in range(2):
        talk = make_talk(session=session)
        make_participation(session=session, talk=talk)
    make_slot(session=session)
    return session


# --- What is not released does not exist -----------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_the_draft_is_reachable(client, conference, language):
    released = make_slot(session=make_session(conference=conference))
    make_release(conference)
    theme = make_theme(conference=conference)
    draft = make_session(
        conference=conference,
        code="DRAFT2",
        title_fr=CANARY,
        title_en=CANARY,
        abstract_fr=CANARY,
        abstract_en=CANARY,
        theme=theme,
        organisation=make_organisation(slug="draft-only"),
    )
    make_talk(session=draft, title_fr=CANARY, title_en=CANARY)
    make_slot(
        session=draft,
        room=make_room(conference=conference, slug="draft-only", name_fr=CANARY, name_en=CANARY),
    )
    make_session(conference=conference, code="NEVER2", title_fr=CANARY, title_en=CANARY)
    hidden = make_speaker(
        conference=conference,
        code="HIDDEN",
        family_name=CANARY,
        is_headliner=True,
        is_published=False,
    )
    make_participation(session=released.session, speaker=hidden)
    shown = make_participation(session=draft).speaker
    pages = [
        "",
        "schedule/",
        "schedule/?view=grid",
        f"schedule/?theme={theme.slug}",
        f"schedule/?q={CANARY}",
        "schedule/now/",
        "schedule.ics",
        f"session/{released.session.code}/",
        f"session/{released.session.code}.ics",
        "themes/",
        f"theme/{theme.slug}/",
        "speakers/",
        f"speaker/{shown.code}/",
    ]

    for path in pages:
        response = client.get(url(conference, path, language))
        assert response.status_code == 200, path
        # A question is echoed, in its field and in the addresses; nothing answers it.
        content = response.content.decode().replace(f"q={CANARY}", "")
        for echo in (f'value="{CANARY}"', f"“{CANARY}”", f"«\u202f{CANARY}\u202f»"):
            content = content.replace(echo, "")
        assert CANARY not in content, path
    for path in (
        "session/DRAFT2/",
        "session/DRAFT2.ics",
        "session/NEVER2/",
        "session/NEVER2.ics",
        "speaker/HIDDEN/",
        "room/draft-only/",
        "organisation/draft-only/",
    ):
        response = client.get(url(conference, path, language))
        assert response.status_code == 404, path
        assert CANARY not in response.content.decode(), path


def test_nothing_of_the_draft_is_in_the_sitemap(client, conference):
    released = make_slot(session=make_session(conference=conference))
    make_release(conference)
    make_slot(session=make_session(conference=conference, code="DRAFT2"))
    make_speaker(conference=conference, code="HIDDEN", is_published=False)
    other = make_slot(session=make_session(conference=make_conference(is_published=False)))
    make_release(other.session.conference)

    index = client.get("/sitemap.xml").content.decode()
    sections = re.findall(r"<loc>http://localhost:8000([^<]+)</loc>", index)
    content = "".join(client.get(section).content.decode() for section in sections)

    assert f"/session/{released.session.code}/" in content
    assert "DRAFT2" not in content
    assert "HIDDEN" not in content
    assert other.session.conference.slug not in content


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["schedule/", "schedule.ics", "themes/", "speakers/"])
def test_an_unpublished_conference_does_not_exist(client, language, path):
    hidden = make_conference(is_published=False)

    assert client.get(url(hidden, path, language)).status_code == 404


def test_a_withdrawn_session_says_so_under_its_last_title(client, conference):
    slot = make_slot(session=make_session(conference=conference, title_en="It was here"))
    make_slot(session=make_session(conference=conference))
    make_release(conference)
    slot.session.title_en = CANARY
    slot.session.save()
    slot.delete()
    make_release(conference)

    response = client.get(url(conference, f"session/{slot.session.code}/"))

    assert response.status_code == 410
    assert "It was here" in response.content.decode()
    data = structured_data(response.content.decode())
    assert data["name"] == "It was here"
    assert not {"performer", "subEvent", "recordedIn"} & data.keys()
    assert data["eventStatus"] == "https://schema.org/EventCancelled"
    assert CANARY not in response.content.decode()
    assert "It was here" not in client.get(url(conference, "schedule/")).content.decode()


def test_a_draft_move_is_not_seen_before_it_is_published(client, conference):
    slot = make_slot(session=make_session(conference=conference))
    make_release(conference)
    slot.starts_at += timedelta(hours=7)
    slot.ends_at += timedelta(hours=7)
    slot.save()

    content = client.get(url(conference, "schedule/")).content.decode()

    assert "09:00" in content
    assert "16:00" not in content


def test_before_the_first_release_the_programme_says_so(client, conference):
    make_slot(session=make_session(conference=conference, title_en=CANARY))

    response = client.get(url(conference, "schedule/"))

    assert response.status_code == 200
    assert 'class="empty"' in response.content.decode()
    assert CANARY not in response.content.decode()
    assert client.get(url(conference, "schedule.ics")).status_code == 404


# --- The programme ---------------------------------------------------------------------------


def test_schedule_is_a_list_under_day_and_time_headings(client, conference):
    day = datetime(2027, 2, 4, 8, tzinfo=UTC)
    for hours in (0, 0, 2, 24):
        make_slot(
            session=make_session(conference=conference), starts_at=day + timedelta(hours=hours)
        )
    make_release(conference)

    content = client.get(url(conference, "schedule/")).content.decode()

    assert re.findall(r"<h2[^>]* id=\"(day-[^\"]+)\"", content) == [
        "day-2027-02-04",
        "day-2027-02-05",
    ]
    times = re.findall(r"<h3 class=\"timetable__time\"><time datetime=\"([^\"]+)\"", content)
    assert times == [
        "2027-02-04T09:00:00+01:00",
        "2027-02-04T11:00:00+01:00",
        "2027-02-05T09:00:00+01:00",
    ]
    assert content.count('<li class="slot ') == 4
    assert "Europe/Paris" in content
    assert 'href="#day-2027-02-05"' in content


def test_schedule_shows_its_note_and_its_version(client):
    conference = make_conference(programme_note_fr="Horaires provisoires.")
    make_slot(session=make_session(conference=conference))
    make_release(conference, version="0.9")

    content = client.get(url(conference, "schedule/")).content.decode()

    assert '<span lang="fr">Horaires provisoires.</span>' in content
    assert "0.9" in content


def test_schedule_speaks_in_the_zone_of_the_conference(client):
    conference = make_conference(time_zone="Asia/Tokyo")
    make_slot(
        session=make_session(conference=conference),
        starts_at=datetime(2027, 2, 4, 16, tzinfo=UTC),
    )
    make_release(conference)

    content = client.get(url(conference, "schedule/")).content.decode()

    assert "day-2027-02-05" in content
    assert "2027-02-05T01:00:00+09:00" in content
    assert "Asia/Tokyo" in content


def test_schedule_filters_by_what_it_offers(client, conference):
    theme = make_theme(conference=conference)
    rooms = [make_room(conference=conference) for _ in range(2)]
    titles = {}
    for number, (of_theme, room, kind) in enumerate(
        [(theme, 0, "lecture"), (None, 1, "workshop"), (theme, 1, "workshop")]
    ):
        session = make_session(
            conference=conference, theme=of_theme, kind=kind, title_en=f"Title {number}!"
        )
        make_slot(
            session=session,
            room=rooms[room],
            starts_at=datetime(2027, 2, 4, 8 + number, tzinfo=UTC),
        )
        titles[number] = session.title_en
    make_release(conference)

    def found(query):
        content = client.get(url(conference, f"schedule/{query}")).content.decode()
        return {number for number, title in titles.items() if title in content}

    assert found("") == {0, 1, 2}
    assert found(f"?theme={theme.slug}") == {0, 2}
    assert found(f"?room={rooms[1].slug}") == {1, 2}
    assert found("?kind=workshop") == {1, 2}
    assert found(f"?theme={theme.slug}&kind=workshop&view=grid") == {2}
    assert found(f"?theme={theme.slug}&room={rooms[0].slug}&kind=workshop") == set()
    assert found("?day=2027-02-04&kind=lecture") == {0}
    assert found("?access=booking") == {0, 1, 2}  # not offered: nothing has to be booked
    assert found("?language=en") == {0, 1, 2}
    assert found("?conference__slug=x&order_by=-pk") == {0, 1, 2}


def test_schedule_explains_a_choice_that_is_not_offered(client, conference):
    make_slot(session=make_session(conference=conference))
    make_release(conference)

    response = client.get(url(conference, "schedule/?kind=<script>alert(1)"))

    assert response.status_code == 200
    assert "field--error" in response.content.decode()
    assert "<script>alert" not in response.content.decode()


def test_offers_count_what_they_would_leave(client, conference):
    theme = make_theme(conference=conference, name_en="Climate")
    for of_theme, kind in [(theme, "lecture"), (theme, "workshop"), (None, "workshop")]:
        make_slot(session=make_session(conference=conference, theme=of_theme, kind=kind))
    make_slot(session=make_session(conference=conference, kind="break"))
    make_release(conference)

    everything = client.get(url(conference, "schedule/")).content.decode()
    workshops = client.get(url(conference, "schedule/?kind=workshop")).content.decode()

    assert "Climate (2)" in everything and "Lecture (1)" in everything
    assert "3 sessions" in everything
    assert "Climate (1)" in workshops and "Lecture (1)" in workshops
    assert "2 sessions of 3" in workshops
    # A break is in no language.
    assert "English (3)" in everything


def test_what_is_chosen_is_named_and_can_be_let_go(client, conference):
    make_slot(session=make_session(conference=conference, kind="lecture"))
    make_release(conference)

    content = client.get(
        url(conference, "schedule/?kind=lecture&q=session&view=grid")
    ).content.decode()

    assert 'href="?q=session&amp;view=grid">Lecture' in content
    assert 'href="?kind=lecture&amp;view=grid">“session”' in content


def test_schedule_says_when_no_session_is_left(client, conference):
    theme = make_theme(conference=conference)
    make_slot(session=make_session(conference=conference, theme=theme, kind="lecture"))
    make_slot(session=make_session(conference=conference, kind="workshop"))
    make_release(conference)

    response = client.get(url(conference, f"schedule/?theme={theme.slug}&kind=workshop"))

    assert 'class="empty"' in response.content.decode()


def test_grid_places_sessions_by_class_names(client, conference):
    rooms = [make_room(conference=conference, position=number) for number in (1, 2)]
    make_slot(session=make_session(conference=conference), room=rooms[0])
    make_slot(
        session=make_session(conference=conference),
        room=rooms[1],
        starts_at=datetime(2027, 2, 4, 9, 30, tzinfo=UTC),
        ends_at=datetime(2027, 2, 4, 10, 15, tzinfo=UTC),
    )
    make_release(conference)

    content = client.get(url(conference, "schedule/?view=grid")).content.decode()

    assert "g-col-2 g-row-2 g-span-12" in content
    assert "g-col-3 g-row-20 g-span-9" in content
    assert "style=" not in content


@pytest.mark.parametrize("rooms", [15, 16])
def test_a_day_too_wide_for_the_grid_stays_a_list(client, conference, rooms):
    for _ in range(rooms):
        make_slot(session=make_session(conference=conference))
    make_release(conference)

    content = client.get(url(conference, "schedule/?view=grid")).content.decode()

    assert ("grid-day" in content) == (rooms == 15)
    assert content.count('<li class="slot ') == rooms


def test_what_is_for_everybody_stretches_over_all_rooms(client, conference):
    first = make_slot(session=make_session(conference=conference, kind="plenary"))
    make_slot(session=make_session(conference=conference, kind="break"), starts_at=first.ends_at)
    for _ in range(2):
        make_slot(
            session=make_session(conference=conference, kind="plenary"),
            starts_at=first.ends_at + timedelta(hours=1),
        )
    make_release(conference)

    content = client.get(url(conference, "schedule/?view=grid")).content.decode()

    assert content.count("g-col-all") == 2
    assert "g-cols-2" in content


# --- One session -----------------------------------------------------------------------------


def test_session_page_shows_what_one_needs(client, conference):
    room = make_room(conference=conference, directions_en="Up the stairs.")
    session = make_session(
        conference=conference,
        theme=make_theme(conference=conference),
        organisation=make_organisation(name_en="United Nations"),
        is_interpreted=True,
        access="booking",
        kind="round-table",
    )
    chair = make_participation(session=session, role="chair").speaker
    talks = [make_talk(session=session, position=2), make_talk(session=session, position=1)]
    speaker = make_participation(session=session, talk=talks[0]).speaker
    slot = make_slot(session=session, room=room)
    make_slot(
        session=make_session(conference=conference, title_en="Before it"),
        starts_at=slot.starts_at - timedelta(hours=1),
    )
    make_slot(session=make_session(conference=conference, title_en="Beside it"))
    make_slot(
        session=make_session(conference=conference, title_en="After it"), starts_at=slot.ends_at
    )
    make_release(conference)

    content = client.get(url(conference, f"session/{session.code}/")).content.decode()

    for text in (
        "An abstract.",
        "Up the stairs.",
        "United Nations",
        chair.full_name,
        speaker.full_name,
        "Chair",
        "Before it",
        "Beside it",
        "After it",
        "Europe/Paris",
        f"session/{session.code}.ics",
        session.theme.name_en,
    ):
        assert text in content, text
    assert content.index(talks[1].title_en) < content.index(talks[0].title_en)


def test_a_text_in_the_other_language_is_shown_as_such(client, conference):
    session = make_session(conference=conference, abstract_fr="Un résumé.", abstract_en="")
    make_slot(session=session)
    make_release(conference)

    english = client.get(url(conference, f"session/{session.code}/", "en")).content.decode()
    french = client.get(url(conference, f"session/{session.code}/", "fr")).content.decode()

    assert '<div class="prose" lang="fr"><p>Un résumé.</p>' in english
    assert 'class="note"' in english
    assert '<div class="prose"><p>Un résumé.</p>' in french


def test_a_session_is_found_under_its_exact_code_in_its_conference(client, conference):
    session = make_session(conference=conference, code="ABC234")
    make_slot(session=session)
    make_release(conference)
    other = make_conference()

    assert client.get(url(conference, "session/ABC234/")).status_code == 200
    assert client.get(url(conference, "session/abc234/")).status_code == 404
    assert client.get(url(other, "session/ABC234/")).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_public_pages_only_answer_reading(client, conference, method):
    assert getattr(client, method)(url(conference, "schedule/")).status_code == 405


# --- Machines --------------------------------------------------------------------------------


def structured_data(content):
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', content, re.DOTALL)
    return json.loads(found)


def test_home_tells_machines_of_the_conference_and_its_sessions(client, conference):
    session = make_session(conference=conference)
    make_slot(session=session)
    make_slot(session=make_session(conference=conference, kind="break"))
    make_release(conference)

    data = structured_data(client.get(url(conference, "")).content.decode())

    assert data["@type"] == "ConferenceEvent"
    assert data["location"]["address"]["addressCountry"] == "FR"
    (event,) = data["subEvent"]
    assert event["startDate"] == "2027-02-04T09:00:00+01:00"
    assert event["url"] == f"http://localhost:8000{url(conference, f'session/{session.code}/')}"


def test_session_tells_machines_of_itself(client, conference):
    session = make_session(conference=conference)
    speaker = make_participation(session=session).speaker
    make_slot(session=session)
    make_release(conference)

    page = client.get(url(conference, f"session/{session.code}/"))
    data = structured_data(page.content.decode())

    assert data["@type"] == "Event"
    assert data["performer"][0]["name"] == speaker.full_name
    assert data["superEvent"]["@type"] == "ConferenceEvent"


HOSTILE = "</script><script>alert(1)</script><!-- & \u2028"


def test_no_text_closes_the_structured_data(client, conference):
    session = make_session(
        conference=conference, title_en=HOSTILE, title_fr=HOSTILE, abstract_en=HOSTILE
    )
    make_participation(
        session=session, speaker=make_speaker(conference=conference, family_name=HOSTILE[:90])
    )
    make_slot(session=session, room=make_room(conference=conference, name_en=HOSTILE))
    make_release(conference)

    for path in ("", f"session/{session.code}/", "schedule/", "schedule/?view=grid"):
        content = client.get(url(conference, path)).content.decode()
        assert "<script>alert" not in content, path
        if path in ("", f"session/{session.code}/"):
            data = structured_data(content)
            events = data.get("subEvent", [data])
            assert events[0]["name"] == HOSTILE


def test_calendars_are_read_back_to_the_same_instants(client, conference):
    """Across the change of clocks, in both languages, with the same identities."""
    starts = [
        datetime(2027, 3, 27, 22, tzinfo=UTC),
        datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
        datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
        datetime(2027, 3, 29, 8, tzinfo=UTC),
        datetime(2027, 10, 31, 3, tzinfo=UTC),
    ]
    slots = [make_slot(session=make_session(conference=conference), starts_at=s) for s in starts]
    make_release(conference)

    read = {}
    for language in LANGUAGES:
        response = client.get(url(conference, "schedule.ics", language))
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert response["Access-Control-Allow-Origin"] == "*"
        events = Calendar.from_ical(response.content).events
        read[language] = {
            str(event["UID"]): (
                event.decoded("DTSTART").astimezone(UTC),
                event.decoded("DTEND").astimezone(UTC),
            )
            for event in events
        }

    assert read["fr"] == read["en"]
    assert sorted(read["fr"].values()) == [(slot.starts_at, slot.ends_at) for slot in slots]


def test_a_moved_session_keeps_its_identity_and_raises_its_sequence(client, conference):
    session = make_session(conference=conference)
    slot = make_slot(session=session)
    make_release(conference)
    path = url(conference, f"session/{session.code}.ics")
    (before,) = Calendar.from_ical(client.get(path).content).events

    slot.room = make_room(conference=conference)
    slot.save()
    make_release(conference)
    (after,) = Calendar.from_ical(client.get(path).content).events

    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after.decoded("LAST-MODIFIED") >= before.decoded("LAST-MODIFIED")
    assert slot.room.name_en in after["LOCATION"]
    assert "Palaiseau" in after["LOCATION"]


def test_calendar_event_names_speakers_theme_and_page(client, conference):
    session = make_full_session(conference)
    make_release(conference)

    (event,) = Calendar.from_ical(
        client.get(url(conference, f"session/{session.code}.ics")).content
    ).events

    assert event["SUMMARY"].startswith(f"{session.title_en} – Ada Lovelace")
    assert event.categories == [session.theme.name_en]
    assert event["URL"] == f"http://localhost:8000{url(conference, f'session/{session.code}/')}"
    assert "ORGANIZER" not in event


# --- Cost ------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3, 30])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("schedule/", 10),
        ("schedule/?view=grid", 10),
        ("schedule/?q=session&kind=lecture", 11),
        ("schedule/now/", 6),
        ("schedule.ics", 6),
        ("session/FIRST2/", 8),
        ("session/FIRST2.ics", 5),
        ("themes/", 3),
        ("theme/first/", 7),
        ("room/first/", 7),
        ("organisation/first/", 8),
        ("speaker/FIRST2/", 7),
    ],
)
def test_pages_cost_the_same_whatever_their_length(
    client, conference, django_assert_num_queries, count, path, queries
):
    theme = make_theme(conference=conference, slug="first")
    organisation = make_organisation(slug="first")
    room = make_room(conference=conference, slug="first")
    first = make_full_session(conference, code="FIRST2", theme=theme, organisation=organisation)
    first.slots.update(room=room)
    speaker = make_speaker(conference=conference, code="FIRST2", organisation=organisation)
    make_participation(session=first, speaker=speaker)
    for number in range(count):
        make_speaker(conference=conference, organisation=organisation)
        slot = make_slot(
            session=make_session(conference=conference, organisation=organisation, theme=theme),
            room=room,
            starts_at=datetime(2027, 2, 5, tzinfo=UTC) + timedelta(hours=number),
        )
        make_participation(session=slot.session, speaker=speaker)
        make_full_session(conference, organisation=make_organisation())
        make_full_session(conference, theme=theme)
    make_release(conference)

    with django_assert_num_queries(queries):
        response = client.get(url(conference, path))

    assert response.status_code == 200


def test_home_costs_the_same_whatever_the_programme(client, conference):
    costs = set()
    for _ in range(3):
        for _ in range(2):
            make_full_session(conference, organisation=make_organisation())
        make_release(conference)

        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(conference, "")).status_code == 200
        costs.add(len(queries))

    assert len(costs) == 1


def test_schedule_order_is_total(conference):
    for _ in range(5):
        make_slot(session=make_session(conference=conference))
    make_release(conference)

    assert Slot.objects.public().in_order().totally_ordered
