"""Releases: what was published for ever, and publishing the draft."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from conference.admin_base import BilingualAdmin
from programme import wording
from programme.admin.publishing import PublishPages, chosen
from programme.models import Release

__all__ = ["ReleaseAdmin", "chosen"]


@admin.register(Release)
class ReleaseAdmin(PublishPages, BilingualAdmin):
    """What was published, for ever; adding one is publishing the draft."""

    change_form_template = "programme/admin/release_form.html"
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
                    "copy_of",
                    "comment",
                    "told_changes",
                ]
            },
        ),
    ]
    readonly_fields = ["is_current", "published_at", "published_by", "copy_of", "told_changes"]

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Release]":
        releases: models.QuerySet[Release] = super().get_queryset(request)
        return releases.annotate(
            slot_count=models.Count("slots", filter=models.Q(slots__is_cancelled=False))
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("sessions"), ordering="slot_count")
    def size(self, release: Any) -> int:
        return int(release.slot_count)

    @admin.display(description=_("changes"))
    def told_changes(self, release: Release) -> SafeString:
        zone = release.conference.zone
        lines = [(line,) for one in release.changes for line in wording.sentences(one, zone)]
        return format_html_join("", "<p>{}</p>", lines)
