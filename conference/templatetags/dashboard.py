"""What the ground brings to the dashboard of the admin; each app above brings its own panel."""

from datetime import timedelta
from typing import Any

from django import template
from django.contrib import admin
from django.db.models import Count, Min, Q
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from modeltranslation.translator import translator

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
    """How many rows of each model say something in one language only; one query for each model."""
    request = context["request"]
    missing = []
    is_shown = False
    for model in translator.get_registered_models():
        options = model._meta
        if not admin.site.is_registered(model):
            continue
        if not request.user.has_perm(f"{options.app_label}.change_{options.model_name}"):
            continue
        is_shown = True
        if count := model._default_manager.filter(one_language_only(model)).count():
            url = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
            missing.append({"name": options.verbose_name_plural, "count": count, "url": url})
    return {"is_shown": is_shown, "missing": missing}


def one_language_only(model: Any) -> Q:
    """Some translated text is there in French or in English, but not in both."""
    found = Q()
    for field in translator.get_options_for_model(model).all_fields:
        french, english = is_empty(f"{field}_fr"), is_empty(f"{field}_en")
        found |= (french & ~english) | (~french & english)
    return found


def is_empty(column: str) -> Q:
    return Q(**{column: ""}) | Q(**{f"{column}__isnull": True})
