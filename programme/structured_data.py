"""The conference and its sessions as schema.org tells them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from conference.i18n import text_of
from conference.models import Conference, Organisation, Partner, Venue
from programme.released import ReleasedSlot
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
    """A session on its own page."""
    session, venue = slot.session, slot.room.venue or conference.venue
    return brief_event(slot, conference) | {
        "description": str(text_of(session, "abstract")),
        "inLanguage": session.language,
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": place(venue)
        | {"name": f"{text_of(slot.room, 'name')}, {text_of(venue, 'name')}"},
        "organizer": organisation(session.organisation or conference.host),
        "performer": [performer(speaker) for speaker in session.people],
        "superEvent": {
            "@type": "ConferenceEvent",
            "name": str(text_of(conference, "name")),
            "startDate": conference.starts_on.isoformat(),
            "endDate": conference.ends_on.isoformat(),
            "location": place(conference.venue),
            "url": settings.SITE_URL + conference.get_absolute_url(),
        },
    }


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
