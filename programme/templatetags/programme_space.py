"""What the programme brings to a speaker's own page, and files to the page of a session."""

from typing import Any

from django import template
from django.template import Context

from programme import released, space
from programme.files import public_files
from programme.models import Participation
from programme.released import ReleasedSession
from speakers.space.access import Visitor

register = template.Library()
CHAIRS = (Participation.Role.CHAIR, Participation.Role.MODERATOR)


@register.inclusion_tag("programme/fragments/speaker_times.html")
def speaker_times(visitor: Visitor) -> dict[str, Any]:
    """When, where and with whom the speaker is on stage: as published, never as drafted."""
    conference = visitor.speaker.conference
    slots = released.slots(conference, released.with_speaker(visitor.speaker))
    roles = space.parts_in(slots, visitor.speaker)
    return {
        "rows": [
            {
                "slot": slot,
                "roles": roles.get(slot.pk, []),
                "chairs": [part.speaker for part in slot.session.parts if part.role in CHAIRS],
            }
            for slot in slots
        ],
        "conference": conference,
        "calendar_url": visitor.url("programme:space_calendar"),
    }


@register.inclusion_tag("programme/fragments/session_files.html", takes_context=True)
def session_files(context: Context, session: ReleasedSession, talk: str = "") -> dict[str, Any]:
    """The files of ``session``, or of one talk of it by guid; the page is true until one more."""
    found = public_files([session], context.get("request")).get(session.pk, [])
    return {"files": [one for one in found if (one.talk or "") == talk]}
