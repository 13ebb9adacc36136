"""What the ground brings to the dashboard of the admin; each app above brings its own panel."""

from datetime import timedelta
from typing import Any

from django import template
from django.db.models import Count, Min, Q
from django.template import Context
from django.urls import reverse
from django.utils import timezone

from conference import completeness
from conference.admin_texts import by_language
from conference.mail import heartbeat
from conference.mail.models import OutgoingMail

register = template.Library()

LATE = timedelta(minutes=5)


@register.inclusion_tag("admin/panels/mail.html", takes_context=True)
def mail_panel(context: Context) -> dict[str, Any]:
    """Mails that wait, with the age of the oldest, and those that need somebody."""
    if not context["request"].user.has_perm("mail.view_outgoingmail"):
        return {"is_shown": False}
    state = OutgoingMail.State
    unsent = Q(state__in=[*state.waiting(), state.SENDING])
    figures = OutgoingMail.objects.aggregate(
        waiting=Count("pk", filter=unsent),
        oldest=Min("created_at", filter=unsent),
        dead=Count("pk", filter=Q(state=state.DEAD)),
        quarantined=Count("pk", filter=Q(state=state.QUARANTINED)),
    )
    oldest = figures["oldest"]
    return {
        "is_shown": True,
        "url": reverse("admin:mail_outgoingmail_changelist"),
        "is_late": oldest is not None and timezone.now() - oldest > LATE,
        "is_silent": heartbeat.is_silent(),
        **figures,
    }


@register.inclusion_tag("admin/panels/texts.html", takes_context=True)
def texts_panel(context: Context) -> dict[str, Any]:
    """How many texts are missing in each language, and how many stayed behind."""
    request = context["request"]
    if not completeness.models_of(request):
        return {"is_shown": False}
    found = completeness.gaps(request, context.get("conference"))
    return {"is_shown": True, "languages": by_language(found), "count": len(found)}
