"""What the home page and the speakers' pages print of the programme."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from conference import jsonld
from conference.models import Conference
from programme import released, structured_data
from speakers.models import Speaker

register = template.Library()


@register.inclusion_tag("programme/fragments/themes.html")
def themes(conference: Conference) -> dict[str, Any]:
    """Lines of thought, in their order."""
    found = list(conference.themes.order_by("position", "pk"))
    for theme in found:
        theme.conference = conference
    return {"themes": found, "conference": conference}


@register.inclusion_tag("programme/fragments/parallel_sessions.html")
def parallel_sessions(conference: Conference) -> dict[str, Any]:
    """Released sessions that an organisation brings, by organisation."""
    slots = released.slots(conference, lambda found: found.exclude(content__organisation=None))
    return {"slots": slots, "zone": conference.zone}


@register.inclusion_tag("programme/fragments/speaker_sessions.html")
def speaker_sessions(speaker: Speaker) -> dict[str, Any]:
    """Released sessions in which ``speaker`` has a part."""
    slots = released.slots(speaker.conference, released.with_speaker(speaker))
    return {"slots": slots, "zone": speaker.conference.zone}


@register.simple_tag
def conference_jsonld(conference: Conference) -> SafeString:
    """The edition and its released sessions for search engines."""
    performers = list(Speaker.objects.filter(conference=conference).headliners().in_order())
    for speaker in performers:
        speaker.conference = conference
    partners = conference.partners.filter(level__in=structured_data.SPONSORS)
    return jsonld.script(
        structured_data.conference_event(
            conference,
            slots=released.slots(conference),
            performers=performers,
            sponsors=[
                partner.organisation
                for partner in partners.select_related("organisation").order_by("position", "pk")
            ],
        )
    )
