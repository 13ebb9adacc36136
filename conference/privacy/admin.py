"""What was said to people about their data, and who took data out: to read, hardly to write."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from conference.admin import MarkdownMixin
from conference.admin_base import BilingualAdmin, HouseAdmin
from conference.privacy.models import ExportLog, Notice


@admin.register(Notice)
class NoticeAdmin(MarkdownMixin, BilingualAdmin):
    """A notice that people have read is not rewritten: the next one has the next version."""

    list_display = ["purpose", "version", "conference", "published_at"]
    list_select_related = ["conference"]
    list_filter = ["conference", "purpose"]
    markdown_fields = ("text",)
    fieldsets = [
        (None, {"fields": ["conference", ("purpose", "version")]}),
        (_("Text"), {"fields": ["text"]}),
        (_("On the site"), {"fields": ["published_at"]}),
    ]

    def has_change_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        may_change = bool(super().has_change_permission(request, obj))
        return may_change and (obj is None or obj.published_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        may_delete = bool(super().has_delete_permission(request, obj))
        return may_delete and (obj is None or obj.published_at is None)


@admin.register(ExportLog)
class ExportLogAdmin(HouseAdmin):
    """Rows are added by exports alone; nobody changes or deletes one, whatever their rights."""

    list_display = ["created_at", "user_email", "dataset", "format", "rows", "purpose"]
    list_filter = ["dataset", "format", "created_at"]
    search_fields = ["user_email", "purpose"]
    date_hierarchy = "created_at"
    list_select_related = ["user"]
    fields = [
        "created_at",
        ("user", "user_email"),
        "purpose",
        ("dataset", "format", "rows"),
        "question",
        "columns",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
