"""Themes and rooms."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from conference.admin import MarkdownMixin
from conference.admin_base import (
    BilingualAdmin,
    in_language,
)
from programme.models import Room, Theme


@admin.register(Theme)
class ThemeAdmin(MarkdownMixin, BilingualAdmin):
    list_display = [in_language("name", _("name")), "slug", "mark", "position", "conference"]
    list_select_related = ["conference"]
    list_filter = ["conference"]
    search_fields = ["name_fr", "name_en", "slug"]
    ordering = ["conference", "position", "pk"]
    prepopulated_fields = {"slug": ["name_en"]}
    markdown_fields = ("description",)
    fieldsets = [
        (None, {"fields": ["conference", "name", "slug", "description", ("mark", "position")]}),
    ]


@admin.register(Room)
class RoomAdmin(BilingualAdmin):
    list_display = [in_language("name", _("name")), "capacity", "venue", "position", "conference"]
    list_select_related = ["conference", "venue"]
    list_filter = ["conference"]
    search_fields = ["name_fr", "name_en", "slug"]
    ordering = ["conference", "position", "pk"]
    autocomplete_fields = ["venue"]
    prepopulated_fields = {"slug": ["name_en"]}
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "conference",
                    "name",
                    "slug",
                    ("venue", "capacity", "position"),
                    "directions",
                ]
            },
        ),
    ]
