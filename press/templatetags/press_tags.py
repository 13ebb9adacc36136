"""What the home page and the dashboard print of the press office."""

from typing import Any

from django import template
from django.template import Context
from django.utils import timezone

from conference.models import Conference
from press.contacts import contacts_of
from press.languages import language_names
from press.models import Journalist, PressRelease

register = template.Library()


@register.filter(name="language_names")
def language_names_filter(codes: list[str]) -> str:
    """``["fr", "en"]`` in words of the active language."""
    return language_names(codes)


@register.inclusion_tag("press/fragments/press_contacts.html")
def press_contacts(conference: Conference) -> dict[str, Any]:
    """Whom a journalist may ask, with a link to the press room."""
    return {"contacts": contacts_of(conference), "conference": conference}


@register.inclusion_tag("press/fragments/press_panel.html", takes_context=True)
def press_panel(context: Context, conference: Conference) -> dict[str, Any]:
    """What awaits the press office; nothing for staff who have no part in it."""
    user = context["request"].user
    panel: dict[str, Any] = {"conference": conference}
    if user.has_perm("press.view_journalist"):
        panel |= {
            "journalists": Journalist.objects.reachable().count(),
            "to_inform": Journalist.objects.to_inform().count(),
            "overdue": Journalist.objects.overdue().count(),
        }
    if user.has_perm("press.view_pressrelease"):
        now = timezone.now()
        releases = PressRelease.objects.filter(conference=conference)
        panel |= {
            "coming": list(releases.opening_after(now)[:3]),
            "drafts": releases.filter(published_at__isnull=True).count(),
        }
    return panel
