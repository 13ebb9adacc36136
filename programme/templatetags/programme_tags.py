"""What the home page and the speakers' pages print of the programme."""

from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from conference import jsonld
from conference.models import Conference
from conference.templatetags.bilingual import plain
from programme import now, released, structured_data
from programme.released import ReleasedSlot
from programme.rows import RowMaker, end_clock
from speakers.models import Speaker

register = template.Library()


@register.filter
def end_hour(slot: Any, zone: ZoneInfo) -> str:
    """When ``slot`` ends, with the day where that is another one than people think."""
    return end_clock(slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone))


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
    maker = RowMaker(conference)
    rows = [
        maker.row(slot, dated=True, note=plain(slot.session.organisation, "name"))
        for slot in slots
        if slot.session.organisation
    ]
    return {"rows": rows}


@register.inclusion_tag("programme/fragments/speaker_sessions.html")
def speaker_sessions(speaker: Speaker) -> dict[str, Any]:
    """Released sessions in which ``speaker`` has a part."""
    conference = speaker.conference
    slots = released.slots(conference, released.with_speaker(speaker))
    maker = RowMaker(conference)
    rows = [maker.row(slot, dated=True, note=roles_of(speaker, slot)) for slot in slots]
    return {"rows": rows, "speaker": speaker, "conference": conference}


def roles_of(speaker: Speaker, slot: ReleasedSlot) -> str:
    """“Chair, Discussant”: each role once, in order."""
    parts = [part for part in slot.session.parts if part.speaker.pk == speaker.pk]
    return ", ".join(dict.fromkeys(part.get_role_display() for part in parts))


@register.inclusion_tag("programme/fragments/now.html", takes_context=True)
def now_and_next(context: Context, conference: Conference) -> dict[str, Any]:
    """What is on, while the conference lasts; the page is kept no longer than that is true."""
    moment = now.moment_on(context["request"], conference, released.slots(conference))
    is_shown = moment is not None and moment.state in ("now", "between")
    return {"moment": moment if is_shown else None, "conference": conference}


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
