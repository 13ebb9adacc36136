"""Each warning of the draft: when it comes, when it does not, and what all of them cost."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from conference.models import TravelTime
from programme import bookings
from programme.models import Participation, Session
from programme.warnings import Kind, warnings
from speakers.models import Speaker
from tests.factories import (
    make_conference,
    make_participation,
    make_quota,
    make_room,
    make_session,
    make_slot,
    make_speaker,
    make_talk,
    make_venue,
)

pytestmark = pytest.mark.django_db
NINE = datetime(2027, 2, 4, 8, tzinfo=UTC)  # on the clocks of Paris
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def conference():
    return make_conference()


@pytest.fixture
def room(conference):
    return make_room(conference=conference, name_fr="Amphithéâtre", name_en="Theatre")


def placed(conference, title, starts_at=NINE, ends_at=None, **fields):
    """A session with its slot, without anything that is warned of by itself."""
    where = {"room": fields.pop("room")} if "room" in fields else {}
    fields.setdefault("kind", Session.Kind.POSTER)
    session = make_session(conference=conference, title_en=title, **fields)
    return make_slot(
        session=session, starts_at=starts_at, ends_at=ends_at or starts_at + HOUR, **where
    )


def sentences(conference, kind):
    return [warning.sentence for warning in warnings(conference) if warning.kind == kind]


def speaks(slot, speaker, **fields):
    return make_participation(session=slot.session, speaker=speaker, **fields)


def accepted(conference, **fields):
    return make_speaker(conference=conference, state=Speaker.State.ACCEPTED, **fields)


def test_draft_without_faults_has_no_warning(conference, room):
    slot = placed(conference, "One", room=room, kind=Session.Kind.LECTURE)
    make_talk(session=slot.session, minutes=60)
    speaks(slot, accepted(conference), role=Participation.Role.CHAIR)
    placed(conference, "Next", NINE + HOUR, room=room)

    assert warnings(conference) == []


def test_room_overlap(conference, room):
    one = placed(conference, "One", room=room)
    other = placed(conference, "Other", NINE + HOUR / 2, room=room)
    placed(conference, "After", NINE + 3 * HOUR / 2, room=room)

    (warning,) = warnings(conference)

    assert warning.kind == Kind.ROOM_OVERLAP
    assert warning.sentence == "“One” and “Other” are both in Theatre on 4 February 09:30–10:30."
    assert warning.sessions == (other.session_id, one.session_id)
    assert warning.url == f"/en/admin/programme/slot/board/{other.session_id}/"


def test_a_long_session_is_found_behind_a_short_one(conference, room):
    placed(conference, "Long", NINE, NINE + 4 * HOUR, room=room)
    placed(conference, "Short", NINE + HOUR, room=room)
    placed(conference, "Late", NINE + 3 * HOUR, room=room)

    assert len(sentences(conference, Kind.ROOM_OVERLAP)) == 2


def test_everything_at_once_is_told_in_a_line_each(conference, room):
    for number in range(12):
        placed(conference, f"Session {number}", room=room)

    assert len(sentences(conference, Kind.ROOM_OVERLAP)) == 11


def test_sessions_of_another_conference_and_of_releases_do_not_count(conference, room):
    placed(conference, "One", room=room)
    placed(make_conference(), "Elsewhere", room=room)

    assert sentences(conference, Kind.ROOM_OVERLAP) == []


def test_speaker_in_two_places_at_once(conference):
    ada = accepted(conference, given_name="Ada", family_name="Lovelace")
    one, other = placed(conference, "One"), placed(conference, "Other", NINE + HOUR / 2)
    speaks(one, ada)
    speaks(other, ada)
    speaks(other, ada, role=Participation.Role.CHAIR)

    assert sentences(conference, Kind.SPEAKER_TWICE) == [
        "Ada Lovelace is in “One” and in “Other” at the same time (4 February 09:30–10:30)."
    ]


@pytest.mark.parametrize(
    ("minutes", "pause", "is_warned"),
    [(None, 29, True), (None, 30, False), (45, 40, True), (10, 15, False), (120, 119, True)],
)
def test_way_between_venues_counts(conference, minutes, pause, is_warned):
    here, there = make_venue(), make_venue()
    if minutes is not None:
        TravelTime.objects.create(one=there, other=here, minutes=minutes)
    ada = accepted(conference)
    for title, venue, starts_at in [
        ("Here", here, NINE),
        ("There", there, NINE + HOUR + timedelta(minutes=pause)),
    ]:
        room = make_room(conference=conference, venue=venue)
        speaks(placed(conference, title, starts_at, room=room), ada)

    assert len(sentences(conference, Kind.SPEAKER_TWICE)) == is_warned


def test_way_inside_one_venue_takes_nothing(conference):
    ada = accepted(conference)
    venue = conference.venue
    for room, starts_at in [
        (make_room(conference=conference, venue=venue), NINE),
        # A room without a venue is at the conference's own.
        (make_room(conference=conference, venue=None), NINE + HOUR),
    ]:
        speaks(placed(conference, "One", starts_at, room=room), ada)

    assert sentences(conference, Kind.SPEAKER_TWICE) == []


def test_way_says_how_long_it_takes(conference):
    ada = accepted(conference, given_name="Ada", family_name="Lovelace")
    for title, starts_at in [("One", NINE), ("Other", NINE + HOUR + timedelta(minutes=1))]:
        room = make_room(conference=conference, venue=make_venue())
        speaks(placed(conference, title, starts_at, room=room), ada)

    (sentence,) = sentences(conference, Kind.SPEAKER_TWICE)

    assert sentence == (
        "Ada Lovelace has 1 minute from “One” to “Other” (4 February 10:01–11:01): "
        "the way takes 30."
    )


@pytest.mark.parametrize(("capacity", "is_warned"), [(39, True), (40, False), (None, False)])
def test_room_too_small_for_its_bookings(conference, capacity, is_warned):
    room = make_room(conference=conference, name_en="Attic", capacity=capacity)
    slot = placed(conference, "One", room=room)
    make_quota(conference=conference, session=slot.session, size=40)

    found = sentences(conference, Kind.ROOM_TOO_SMALL)

    expected = "“One”: 0 of 40 seats are booked, and Attic holds 39."
    assert found == ([expected] if is_warned else [])


def test_seats_are_told_by_whoever_knows_them(conference):
    slot = placed(conference, "One")
    make_quota(conference=conference)
    make_quota(conference=conference, session=slot.session, size=40)

    (seats,) = bookings.seats(conference).values()

    assert (seats.taken, seats.size, seats.left, seats.is_full) == (0, 40, 40, False)


@pytest.mark.parametrize(
    ("talks", "kind"),
    [
        ([20, 30], Kind.TOO_LONG),
        ([30, 30], None),
        ([40, 30], Kind.TOO_SHORT),
        ([20, None], None),  # as long as the other one takes
        ([70, None], Kind.TOO_SHORT),
        ([], None),
    ],
)
def test_length_is_that_of_the_talks(conference, talks, kind):
    slot = placed(conference, "One")
    for minutes in talks:
        make_talk(session=slot.session, minutes=minutes)

    found = [warning.kind for warning in warnings(conference)]

    assert found == ([kind] if kind else [])


@pytest.mark.parametrize("kind", Session.Kind)
def test_chair_is_expected_where_there_is_a_discussion(conference, kind):
    placed(conference, "One", kind=kind)
    expected = kind in ("plenary", "lecture", "round-table", "workshop")

    assert len(sentences(conference, Kind.NO_CHAIR)) == expected


@pytest.mark.parametrize(("role", "is_warned"), [("chair", 0), ("moderator", 0), ("speaker", 1)])
def test_chair_or_moderator_leads(conference, role, is_warned):
    slot = placed(conference, "One", kind=Session.Kind.LECTURE)
    speaks(slot, accepted(conference), role=role)

    assert len(sentences(conference, Kind.NO_CHAIR)) == is_warned


def test_break_overlapped_before_and_after_it_begins(conference):
    placed(conference, "Early", NINE, NINE + 2 * HOUR)
    placed(conference, "Parallel", NINE, NINE + 2 * HOUR)
    placed(conference, "Coffee", NINE + HOUR, kind=Session.Kind.BREAK)
    placed(conference, "Second room of coffee", NINE + HOUR, kind=Session.Kind.BREAK)
    placed(conference, "Late", NINE + 3 * HOUR / 2, NINE + 3 * HOUR)
    placed(conference, "After", NINE + 2 * HOUR)

    found = {sentence.split("”")[0] for sentence in sentences(conference, Kind.BREAK_OVERLAP)}

    assert found == {"“Early", "“Parallel", "“Late"}


def test_speaker_not_available(conference):
    ada = accepted(conference, given_name="Ada", family_name="Lovelace")
    speaks(placed(conference, "One"), ada)
    ada.unavailabilities.create(starts_at=NINE + HOUR, ends_at=NINE + 2 * HOUR)
    assert sentences(conference, Kind.SPEAKER_AWAY) == []

    ada.unavailabilities.create(starts_at=NINE + HOUR / 2, ends_at=NINE + 2 * HOUR)

    assert sentences(conference, Kind.SPEAKER_AWAY) == [
        "Ada Lovelace is not available for “One” (4 February 09:00–10:00)."
    ]


@pytest.mark.parametrize("state", Speaker.State)
def test_speaker_not_confirmed(conference, state):
    ada = make_speaker(conference=conference, state=state)
    for title in ("One", "Other"):
        speaks(placed(conference, title, NINE + HOUR * len(title)), ada)

    found = [warning for warning in warnings(conference) if warning.kind == Kind.UNCONFIRMED]

    # Once a person, whatever the number of sessions.
    assert len(found) == (state != "accepted")
    for warning in found:
        assert warning.url == f"/en/admin/speakers/speaker/{ada.pk}/change/"
        assert len(warning.sessions) == 2


def test_text_in_one_language(conference):
    slot = placed(conference, "One", abstract_fr="", subtitle_fr="Sous-titre")
    make_talk(session=slot.session, title_en="", abstract_fr="Seul", title_fr="Exposé")

    assert sentences(conference, Kind.TEXT_MISSING) == [
        "“One” is in one language only: subtitle, abstract.",
        "The talk “Exposé” in “One” is in one language only: title, abstract.",
    ]


def test_what_is_in_the_drawer_is_not_warned_of(conference):
    make_session(conference=conference, title_fr="", abstract_fr="", kind="plenary")

    assert warnings(conference) == []


def test_times_are_those_of_the_conference(room):
    conference = make_conference(time_zone="America/Montreal")
    room = make_room(conference=conference)
    for title in ("One", "Other"):
        placed(conference, title, room=room)

    assert "4 February 03:00–04:00" in sentences(conference, Kind.ROOM_OVERLAP)[0]


def test_gravest_comes_first(conference, room):
    for title in ("One", "Other"):
        placed(conference, title, room=room, abstract_fr="", kind=Session.Kind.LECTURE)

    found = [warning.kind for warning in warnings(conference)]

    assert found == sorted(found, key=list(Kind).index)
    assert found[0] == Kind.ROOM_OVERLAP


def test_queries_do_not_grow_with_the_draft(conference, room):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert warnings(conference)
        return len(queries)

    def furnish(count):
        for number in range(count):
            slot = placed(conference, f"S{number}", room=room, kind=Session.Kind.LECTURE)
            make_talk(session=slot.session, minutes=5, abstract_fr="Seul")
            speaker = make_speaker(conference=conference)
            speaks(slot, speaker)
            speaker.unavailabilities.create(starts_at=NINE, ends_at=NINE + HOUR)
            make_quota(conference=conference, session=slot.session, size=40)

    furnish(1)
    one = cost()
    furnish(8)

    assert cost() == one
    assert one <= 8
