"""Sessions, with their talks, their people and their slot in the draft."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from conference.admin import MarkdownMixin
from conference.admin_base import (
    BilingualAdmin,
    BilingualStackedInline,
    in_language,
)
from conference.import_pages import ImportPages
from programme.admin.draft import ClashWarnings
from programme.imports.importer import ProgrammeImporter
from programme.models import Participation, Session, Slot, Talk

if TYPE_CHECKING:
    ParticipationTabular = admin.TabularInline[Participation, Session]
    SlotTabular = admin.TabularInline[Slot, Session]
else:
    ParticipationTabular = admin.TabularInline
    SlotTabular = admin.TabularInline


class DraftSlotInline(SlotTabular):
    """Where the draft has this session; what is published is in the releases."""

    model = Slot
    fields = ["room", "starts_at", "ends_at"]
    autocomplete_fields = ["room"]
    extra = 0
    max_num = 1
    verbose_name = _("slot in the draft")
    verbose_name_plural = _("slot in the draft")

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Slot]":
        return Slot.objects.draft().select_related("room", "session")


class TalkInline(BilingualStackedInline):
    model = Talk
    fields = ["title", "abstract", ("minutes", "position")]
    verbose_name_plural = _("talks, in order")


class ParticipationInline(ParticipationTabular):
    model = Participation
    fields = ["speaker", "role", "talk", "position"]
    autocomplete_fields = ["speaker"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Participation]":
        return super().get_queryset(request).select_related("speaker", "talk")

    def formfield_for_foreignkey(
        self, db_field: "models.ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "forms.ModelChoiceField[Any]":
        """Only talks of this very session, read once for all rows."""
        if db_field.name == "talk":
            match = request.resolver_match
            session = str(match.kwargs.get("object_id")) if match else ""
            number = int(session) if session.isdecimal() else None
            kwargs["queryset"] = Talk.objects.filter(session=number).order_by("position", "pk")
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        assert isinstance(field, forms.ModelChoiceField)
        if db_field.name == "talk":
            field.choices = list(field.choices)  # type: ignore[arg-type]
        return field


@admin.register(Session)
class SessionAdmin(ImportPages, ClashWarnings, MarkdownMixin, BilingualAdmin):
    importer = ProgrammeImporter()
    change_list_template = "conference/admin/import_list.html"
    list_display = [
        in_language("title", _("title")),
        "kind",
        "theme",
        "language",
        "starts_at",
        "is_public",
        "code",
    ]
    list_select_related = ["theme"]
    list_filter = ["kind", "theme", "language", "access", "conference"]
    search_fields = ["title_fr", "title_en", "code"]
    ordering = ["title_fr", "pk"]
    autocomplete_fields = ["theme", "organisation"]
    readonly_fields = ["code"]
    markdown_fields = ("abstract",)
    inlines = [DraftSlotInline, TalkInline, ParticipationInline]
    fieldsets = [
        (None, {"fields": ["conference", ("kind", "theme"), "title", "subtitle", "abstract"]}),
        (
            _("How it is held"),
            {
                "fields": [
                    ("language", "is_interpreted", "is_recorded"),
                    ("access", "organisation"),
                    ("stream_url", "recording_url"),
                ]
            },
        ),
        (_("On record"), {"fields": [("code", "updated_at")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Session]":
        drafts = Slot.objects.draft().filter(session=models.OuterRef("pk"))
        public = Slot.objects.public().filter(session=models.OuterRef("pk"))
        sessions: models.QuerySet[Session] = super().get_queryset(request)
        return sessions.annotate(
            draft_starts_at=models.Subquery(drafts.values("starts_at")[:1]),
            released=models.Exists(public),
        )

    @admin.display(description=_("start in the draft"), ordering="draft_starts_at")
    def starts_at(self, session: Any) -> Any:
        return session.draft_starts_at

    @admin.display(description=_("public"), boolean=True, ordering="released")
    def is_public(self, session: Any) -> bool:
        return bool(session.released)

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """The public page, as soon as the session is in a release."""
        if obj is None or not Slot.objects.public().filter(session=obj).exists():
            return None
        return str(obj.get_absolute_url())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        slots = form.instance.slots.draft().select_related("session__conference", "room")
        self.warn_of_clashes(request, list(slots))
