"""The page between the admin's “export” and the file: what it will hold, and what it is for."""

from typing import Any

from django.contrib.admin.helpers import AdminForm
from django.db.models import Count, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from conference.admin_base import HouseAdmin
from press.exports import export_journalists
from press.forms import ExportForm
from press.models import JournalistQuerySet

PREVIEWED = 10


def export_page(
    model_admin: HouseAdmin,
    request: HttpRequest,
    journalists: JournalistQuerySet,
    *,
    subject: str,
    question: dict[str, Any],
    back_url: str,
    hidden: list[tuple[str, str]] | None = None,
) -> HttpResponseBase:
    """Ask format, columns and purpose; once they are given, answer with the file.

    ``journalists`` may hold people who objected: they are counted and left out. ``hidden`` are the
    form's own fields, which lead back to the same selection.
    """
    form = ExportForm(request.POST if "purpose" in request.POST else None)
    if form.is_valid():
        return export_journalists(request, journalists, question=question, **form.cleaned_data)
    context = {
        **model_admin.admin_site.each_context(request),
        **summary(journalists),
        "title": _("Export journalists"),
        "subtitle": subject,
        "subject": subject,
        "opts": model_admin.opts,
        "form": form,
        # The admin's own rows, with their labels, hints and errors; any form will do for them.
        "fieldsets": AdminForm(form, [(None, {"fields": list(form.fields)})], {}),  # type: ignore[arg-type]
        "hidden": hidden or [],
        "back_url": back_url,
    }
    return TemplateResponse(request, "press/admin/export.html", context)


def summary(journalists: JournalistQuerySet) -> dict[str, Any]:
    """How many go, how many stay and why, and the first ones by name."""
    today = timezone.localdate()
    free = Q(objected_at__isnull=True)
    late = free & Q(notice_sent_at__isnull=True, notice_due_on__lt=today)
    totals = journalists.order_by().aggregate(
        count=Count("pk", filter=free, distinct=True),
        left_out=Count("pk", filter=~free, distinct=True),
        overdue_count=Count("pk", filter=late, distinct=True),
    )
    listed = journalists.for_listing()
    return totals | {
        "preview": list(listed.reachable()[:PREVIEWED]),
        "overdue": list(listed.overdue(today)[:PREVIEWED]) if totals["overdue_count"] else [],
    }
