"""The draft: who is where and when, and what clashes."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conference.admin_base import (
    HouseAdmin,
    in_language,
)
from programme import refusals
from programme.admin import board
from programme.models import Slot


class ClashWarnings:
    """Tells, after saving, who else holds the room at that time; the draft may clash."""

    def warn_of_clashes(self, request: HttpRequest, slots: list[Slot]) -> None:
        for slot in slots:
            for other in refusals.clashes_with(slot):
                messages.warning(request, refusals.in_one_place(slot, other))


class ClashFilter(admin.SimpleListFilter):
    title = _("clash")
    parameter_name = "clash"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("Two sessions in the room"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(has_clash=True) if self.value() == "1" else queryset


@admin.register(Slot)
class SlotAdmin(ClashWarnings, HouseAdmin):
    list_display = ["starts_at", "ends_at", "session_title", "room_name", "clash"]
    list_display_links = ["starts_at", "session_title"]
    list_filter = [ClashFilter, "room", "session__kind", "session__conference"]
    list_select_related = ["session", "room"]
    search_fields = ["session__title_fr", "session__title_en", "session__code"]
    ordering = ["starts_at", "room__position", "pk"]
    date_hierarchy = "starts_at"
    autocomplete_fields = ["session", "room"]
    fields = ["session", "room", "starts_at", "ends_at"]

    def get_urls(self) -> list[URLPattern]:
        return [*board.urls(), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Slot]":
        return Slot.objects.draft().with_clashes()

    @admin.display(description=_("session"), ordering="session__title_fr")
    def session_title(self, slot: Slot) -> Any:
        return in_language("title", "")(slot.session)

    @admin.display(description=_("room"), ordering="room__position")
    def room_name(self, slot: Slot) -> Any:
        return in_language("name", "")(slot.room)

    @admin.display(description=_("clash"), ordering="has_clash")
    def clash(self, slot: Any) -> str:
        return gettext("Two sessions in the room") if slot.has_clash else ""

    def save_model(self, request: HttpRequest, obj: Slot, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self.warn_of_clashes(request, [obj])
