"""What registration brings to pages of others."""

from typing import Any

from django import template
from django.template import Context

from conference.models import Conference
from conference.public import keep_until
from registration import capacity

register = template.Library()


@register.inclusion_tag("registration/fragments/registration_call.html", takes_context=True)
def registration_call(context: Context, conference: Conference) -> dict[str, Any]:
    """Whether one can register, and the way there; the page is true until that changes."""
    call = capacity.call(conference)
    if request := context.get("request"):
        keep_until(request, call.changes_at)
    return {"conference": conference, "call": call}
