"""What search engines are told of a session, on its page."""

from datetime import timedelta

import pytest
from django.utils import translation

from programme import released, structured_data
from tests.factories import (
    make_conference,
    make_organisation,
    make_participation,
    make_release,
    make_session,
    make_slot,
    make_speaker,
    make_talk,
)

pytestmark = pytest.mark.django_db


def event_of(**fields):
    """The structured data of a released session with one talk."""
    conference = make_conference()
    session = make_session(conference=conference, **fields)
    hidden = make_speaker(conference=conference, is_published=False)
    talk = make_talk(session=session)
    make_participation(session=session, talk=talk)
    make_participation(session=session, talk=talk, speaker=hidden)
    make_slot(session=session)
    make_release(conference)
    [slot] = released.slots(conference)
    with translation.override("en"):
        return session, structured_data.session_event(slot, conference)


def test_a_session_tells_its_talks_and_who_speaks_in_them():
    session, event = event_of()
    talk = session.talks.get()
    [speaker] = [part.speaker for part in session.participations.all() if part.speaker.is_published]

    [told] = event["subEvent"]

    assert told["name"] == talk.title_en
    assert [person["name"] for person in told["performer"]] == [speaker.full_name]
    assert [person["name"] for person in event["performer"]] == [speaker.full_name]
    # Tickets may have a price: what this page does not know it does not say.
    assert "isAccessibleForFree" not in event
    assert event["eventStatus"].endswith("/EventScheduled")
    assert event["location"]["address"]["addressCountry"] == "FR"


def test_an_organisation_that_brings_a_session_organises_it():
    organisation = make_organisation(name_en="OECD")

    _session, event = event_of(organisation=organisation)

    assert event["organizer"]["name"] == "OECD"


@pytest.mark.parametrize(("interpreted", "heard"), [(False, "fr"), (True, ["fr", "en"])])
def test_the_languages_are_those_that_can_be_heard(interpreted, heard):
    _session, event = event_of(language="fr", is_interpreted=interpreted)

    assert event["inLanguage"] == heard


def test_a_stream_and_a_recording_are_told_where_there_are_any():
    _session, event = event_of(
        stream_url="https://example.org/live", recording_url="https://example.org/film"
    )

    assert event["eventAttendanceMode"].endswith("/MixedEventAttendanceMode")
    assert event["location"][1] == {
        "@type": "VirtualLocation",
        "url": "https://example.org/live",
    }
    assert event["recordedIn"]["url"] == "https://example.org/film"

    _session, event = event_of()
    assert event["recordedIn"] is None
    assert event["eventAttendanceMode"].endswith("/OfflineEventAttendanceMode")


def test_a_withdrawn_session_is_told_as_cancelled():
    conference = make_conference()
    slot = make_slot(session=make_session(conference=conference))
    other = make_slot(
        session=make_session(conference=conference), starts_at=slot.starts_at + timedelta(hours=3)
    )
    make_release(conference)
    slot.delete()
    make_release(conference)

    one, gone = (
        next(
            found
            for found in released.slots(conference, with_withdrawn=True)
            if found.session.pk == wanted.session.pk
        )
        for wanted in (other, slot)
    )
    scheduled = structured_data.session_event(one, conference)
    withdrawn = structured_data.withdrawn_event(gone, conference)

    assert scheduled["eventStatus"] == "https://schema.org/EventScheduled"
    assert withdrawn["eventStatus"] == "https://schema.org/EventCancelled"
