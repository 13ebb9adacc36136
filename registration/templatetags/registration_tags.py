"""What registration brings to pages of others."""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from conference.models import Conference
from conference.public import keep_until
from registration import capacity, dashboard

register = template.Library()


@register.inclusion_tag("registration/fragments/registration_call.html", takes_context=True)
def registration_call(context: Context, conference: Conference) -> dict[str, Any]:
    """Whether one can register, and the way there; the page is true until that changes."""
    call = capacity.call(conference)
    if request := context.get("request"):
        keep_until(request, call.changes_at)
    return {"conference": conference, "call": call}


@register.inclusion_tag("registration/fragments/registration_panel.html", takes_context=True)
def registration_panel(context: Context, conference: Conference) -> dict[str, Any]:
    """Registrations of today, requests to answer and seats left, on the admin's index."""
    if not context["request"].user.has_perm("registration.view_registration"):
        return {"is_shown": False}
    return {
        "is_shown": True,
        "figures": dashboard.figures(conference),
        "quotas": dashboard.quota_figures(conference),
        "url": reverse("admin:registration_registration_changelist"),
    }
