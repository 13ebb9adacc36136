"""The programme for people's calendars."""

from collections.abc import Iterable

from django.conf import settings

from conference import ical
from conference.i18n import text_of
from conference.models import Conference
from programme.released import ReleasedSession, ReleasedSlot


def programme_calendar(
    conference: Conference,
    slots: Iterable[ReleasedSlot],
    *,
    method: ical.Method = "PUBLISH",
    export: str = "programme",
    subject: str = "",
    path: str = "",
) -> bytes:
    """Each of ``slots`` as an event, in the active language; what was withdrawn as cancelled.

    ``CANCEL`` is for a mail in which every one is. ``export`` and ``subject`` tell a part of the
    programme from the whole; ``path`` is where people subscribe to it.
    """
    name = str(text_of(conference, "name"))
    return ical.calendar(
        [event(slot, conference) for slot in slots],
        name=f"{name} – {subject}" if subject else name,
        prodid=export,
        method=method,
        zone=conference.zone,
        source=settings.SITE_URL + path if path else "",
    )


def event(slot: ReleasedSlot, conference: Conference) -> ical.Entry:
    return ical.event(
        uid=uid(slot.session),
        summary=summary(slot.session),
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        zone=conference.zone,
        changed_at=slot.changed_at,
        sequence=slot.sequence,
        is_cancelled=slot.is_cancelled,
        location=location(slot, conference),
        url=settings.SITE_URL + slot.session.get_absolute_url(),
        description=str(text_of(slot.session, "abstract")),
        categories=categories(slot.session),
    )


def uid(session: ReleasedSession) -> str:
    """The same over every reschedule and in both languages."""
    return f"colloque-{session.guid}@{ical.host_name()}"


def summary(session: ReleasedSession) -> str:
    """“Title – Speakers”."""
    people = ", ".join(speaker.full_name for speaker in session.people)
    return " – ".join(part for part in (str(text_of(session, "title")), people) if part)


def location(slot: ReleasedSlot, conference: Conference) -> str:
    """“Room, building, address”."""
    venue = slot.room.venue or conference.venue
    parts = (str(text_of(slot.room, "name")), str(text_of(venue, "name")), venue.postal_address)
    return ", ".join(part for part in parts if part)


def categories(session: ReleasedSession) -> list[str]:
    return [str(text_of(session.theme, "name"))] if session.theme else []
