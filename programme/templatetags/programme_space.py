"""What the programme brings to a speaker's own page."""

from typing import Any

from django import template

from programme import released, space
from programme.models import Participation
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
