"""What awaits those who make the programme, on the admin's index."""

from typing import Any

from django import template
from django.template import Context

from conference.models import Conference
from programme import refusals, services

register = template.Library()


@register.inclusion_tag("programme/fragments/programme_panel.html", takes_context=True)
def programme_panel(context: Context, conference: Conference) -> dict[str, Any]:
    """How far the draft is from the current release; nothing for staff who do not see slots."""
    if not context["request"].user.has_perm("programme.view_slot"):
        return {"is_shown": False}
    draft = services.draft_slots(conference)
    placed = {slot.session_id for slot in draft}
    return {
        "is_shown": True,
        "changes": len(services.pending_changes(conference)),
        "clashes": len(refusals.clashes(draft)),
        "unplaced": conference.sessions.exclude(pk__in=placed).count(),
        "release": conference.releases.filter(is_current=True).first(),
        "may_publish": context["request"].user.has_perm("programme.add_release"),
        "conference": conference,
    }
