"""The conference and its sessions as schema.org tells them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from conference.i18n import text_of
from conference.models import Conference, Organisation, Partner, Venue
from programme.released import ReleasedSession, ReleasedSlot, ReleasedTalk
from speakers.models import Speaker

SPONSORS = (Partner.Level.SUPPORT, Partner.Level.INSTITUTION, Partner.Level.DONOR)


def conference_event(
    conference: Conference,
    *,
    slots: Iterable[ReleasedSlot],
    performers: Iterable[Speaker],
    sponsors: Iterable[Organisation],
) -> dict[str, Any]:
    """The edition with its released sessions."""
    return {
        "@type": "ConferenceEvent",
        "name": str(text_of(conference, "name")),
        "alternateName": conference.acronym,
        "description": str(text_of(conference, "summary")),
        "url": settings.SITE_URL + conference.get_absolute_url(),
        "inLanguage": get_language(),
        "startDate": conference.starts_on.isoformat(),
        "endDate": conference.ends_on.isoformat(),
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": place(conference.venue),
        "organizer": organisation(conference.host),
        "sponsor": [organisation(sponsor) for sponsor in sponsors],
        "performer": [performer(speaker) for speaker in performers],
        "subEvent": [
            brief_event(slot, conference) for slot in slots if slot.session.kind != "break"
        ],
    }


def brief_event(slot: ReleasedSlot, conference: Conference) -> dict[str, Any]:
    """A session as part of a longer list."""
    return {
        "@type": "Event",
        "name": str(text_of(slot.session, "title")),
        "startDate": local(slot.starts_at, conference),
        "endDate": local(slot.ends_at, conference),
        "location": {"@type": "Place", "name": str(text_of(slot.room, "name"))},
        "url": settings.SITE_URL + slot.session.get_absolute_url(),
    }


def session_event(slot: ReleasedSlot, conference: Conference) -> dict[str, Any]:
    """A session on its own page, with its talks."""
    session = slot.session
    mode = "MixedEventAttendanceMode" if session.stream_url else "OfflineEventAttendanceMode"
    return brief_event(slot, conference) | {
        "description": str(text_of(session, "abstract")),
        "inLanguage": languages(session),
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": f"https://schema.org/{mode}",
        "location": locations(slot, conference),
        "organizer": organisation(session.organisation or conference.host),
        "performer": [performer(speaker) for speaker in session.people],
        "subEvent": [talk_event(talk, slot, conference) for talk in session.talks],
        "recordedIn": recording(session),
        "superEvent": {
            "@type": "ConferenceEvent",
            "name": str(text_of(conference, "name")),
            "startDate": conference.starts_on.isoformat(),
            "endDate": conference.ends_on.isoformat(),
            "location": place(conference.venue),
            "url": settings.SITE_URL + conference.get_absolute_url(),
        },
    }


def withdrawn_event(slot: ReleasedSlot, conference: Conference) -> dict[str, Any]:
    """A session that is no longer in the programme: what, when, and that it is cancelled."""
    return brief_event(slot, conference) | {"eventStatus": "https://schema.org/EventCancelled"}


def talk_event(talk: ReleasedTalk, slot: ReleasedSlot, conference: Conference) -> dict[str, Any]:
    """A talk in a session; when in its hour it begins is not announced."""
    return {
        "@type": "Event",
        "name": str(text_of(talk, "title")),
        "description": str(text_of(talk, "abstract")),
        "startDate": local(slot.starts_at, conference),
        "endDate": local(slot.ends_at, conference),
        "location": {"@type": "Place", "name": str(text_of(slot.room, "name"))},
        "performer": [performer(part.speaker) for part in talk.parts],
    }


def languages(session: ReleasedSession) -> str | list[str]:
    """What is spoken; when interpreters are there, what can be heard."""
    if not session.is_interpreted:
        return session.language
    others = [code for code, _name in settings.LANGUAGES if code != session.language]
    return [session.language, *others]


def locations(slot: ReleasedSlot, conference: Conference) -> dict[str, Any] | list[dict[str, Any]]:
    """The room in its building; the stream too, where there is one."""
    venue = slot.room.venue or conference.venue
    room = place(venue) | {"name": f"{text_of(slot.room, 'name')}, {text_of(venue, 'name')}"}
    if not slot.session.stream_url:
        return room
    return [room, {"@type": "VirtualLocation", "url": slot.session.stream_url}]


def recording(session: ReleasedSession) -> dict[str, Any] | None:
    if not session.recording_url:
        return None
    name = str(text_of(session, "title"))
    return {"@type": "VideoObject", "name": name, "url": session.recording_url}


def place(venue: Venue) -> dict[str, Any]:
    return {
        "@type": "Place",
        "name": str(text_of(venue, "name")),
        "address": {
            "@type": "PostalAddress",
            "streetAddress": venue.address,
            "postalCode": venue.postal_code,
            "addressLocality": str(text_of(venue, "city")),
            "addressCountry": venue.country.code,
        },
    }


def organisation(row: Organisation) -> dict[str, Any]:
    return {"@type": "Organization", "name": str(text_of(row, "name")), "url": row.website}


def performer(speaker: Speaker) -> dict[str, Any]:
    return {
        "@type": "Person",
        "name": speaker.full_name,
        "url": settings.SITE_URL + speaker.get_absolute_url(),
    }


def local(instant: datetime, conference: Conference) -> str:
    return instant.astimezone(conference.zone).isoformat()
