"""What the home page prints of the speakers."""

from typing import Any

from django import template

from conference.models import Conference
from speakers.models import CommitteeMember, Speaker

register = template.Library()


@register.inclusion_tag("speakers/fragments/headliners.html")
def headliners(conference: Conference) -> dict[str, Any]:
    found = list(Speaker.objects.filter(conference=conference).headliners().in_order())
    for speaker in found:
        speaker.conference = conference
    return {"speakers": found, "conference": conference}


@register.inclusion_tag("speakers/fragments/committee.html")
def committee(conference: Conference, name: str) -> dict[str, Any]:
    """Those who carry one part of the conference, as far as they are public."""
    members = (
        CommitteeMember.objects.filter(
            committee=name, speaker__conference=conference, speaker__is_published=True
        )
        .select_related("speaker")
        .order_by("position", "pk")
    )
    found = [member.speaker for member in members]
    for speaker in found:
        speaker.conference = conference
    label = CommitteeMember.Committee(name).label
    return {"speakers": found, "name": name, "label": label}
