"""Releases: what was published for ever, and publishing the draft."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conference.accounts.models import User
from conference.admin_base import (
    BilingualAdmin,
)
from conference.models import Conference
from programme import differences, services, wording
from programme.forms import PublishForm
from programme.models import Release


@admin.register(Release)
class ReleaseAdmin(BilingualAdmin):
    """What was published, for ever; adding one is publishing the draft."""

    list_display = ["version", "conference", "published_at", "published_by", "is_current", "size"]
    list_select_related = ["conference", "published_by"]
    list_filter = ["conference"]
    search_fields = ["version"]
    ordering = ["-published_at", "-pk"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "conference",
                    ("version", "is_current"),
                    ("published_at", "published_by"),
                    "comment",
                    "told_changes",
                ]
            },
        ),
    ]
    readonly_fields = ["is_current", "published_at", "published_by", "told_changes"]

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Release]":
        releases: models.QuerySet[Release] = super().get_queryset(request)
        return releases.annotate(slot_count=models.Count("slots"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("sessions"), ordering="slot_count")
    def size(self, release: Any) -> int:
        return int(release.slot_count)

    @admin.display(description=_("changes"))
    def told_changes(self, release: Release) -> SafeString:
        lines = [(line,) for line in told(release.changes, release.conference)]
        return format_html_join("", "<p>{}</p>", lines)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """“What will change”, a name, and one button."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        conferences = list(Conference.objects.order_by("-is_current", "-starts_on", "pk"))
        conference = chosen(request, conferences)
        changes = services.pending_changes(conference) if conference else []
        form = PublishForm(request.POST or None, initial={"expected": differences.digest(changes)})
        if conference and request.method == "POST" and form.is_valid():
            if release := self.published(request, conference, form):
                return redirect("admin:programme_release_change", release.pk)
            # What is shown now is what the next press of the button stands for.
            form.data = {**request.POST.dict(), "expected": differences.digest(changes)}
        draft = services.draft_slots(conference) if conference else []
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Publish the draft"),
            "opts": self.opts,
            "conferences": conferences,
            "conference": conference,
            "changes": told(changes, conference) if conference else [],
            "reasons": services.reasons_in_draft(draft) if draft else [],
            "form": form,
            "back_url": reverse("admin:programme_release_changelist"),
        }
        return TemplateResponse(request, "programme/admin/publish.html", context)

    def published(
        self, request: HttpRequest, conference: Conference, form: PublishForm
    ) -> Release | None:
        """The new release; ``None`` with the reasons on the form."""
        assert isinstance(request.user, User)
        try:
            release = services.publish(conference, user=request.user, **form.cleaned_data)
        except services.CannotPublish as refusal:
            form.add_error(None, refusal)
            return None
        self.log_addition(request, release, [{"added": {}}])
        text = gettext("Version %(version)s is published.") % {"version": release.version}
        self.message_user(request, text, messages.SUCCESS)
        return release


def chosen(request: HttpRequest, conferences: list[Conference]) -> Conference | None:
    """The conference named in the address, else the current one."""
    wanted = request.GET.get("conference", "")
    if wanted:
        number = int(wanted) if wanted.isdecimal() and len(wanted) < 19 else 0
        return get_object_or_404(Conference, pk=number)
    return conferences[0] if conferences else None


def told(changes: list[differences.Change], conference: Conference) -> list[str]:
    """Each change as one sentence in the reader's language."""
    return [line for change in changes for line in wording.sentences(change, conference.zone)]
