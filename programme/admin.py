"""The staff's pages for the programme: a draft that may be wrong, releases that cannot."""

from typing import TYPE_CHECKING, Any

from django import forms
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
from conference.admin import MarkdownMixin
from conference.admin_base import (
    BilingualAdmin,
    BilingualStackedInline,
    HouseAdmin,
    in_language,
)
from conference.models import Conference
from programme import differences, services
from programme.forms import PublishForm
from programme.models import Participation, Release, Room, Session, Slot, Talk, Theme

if TYPE_CHECKING:
    ParticipationTabular = admin.TabularInline[Participation, Session]
    SlotTabular = admin.TabularInline[Slot, Session]
else:
    ParticipationTabular = admin.TabularInline
    SlotTabular = admin.TabularInline


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


class ClashWarnings:
    """Tells, after saving, who else holds the room at that time; the draft may clash."""

    def warn_of_clashes(self, request: HttpRequest, slots: list[Slot]) -> None:
        for slot in slots:
            for other in services.clashes_with(slot):
                messages.warning(request, services.in_one_place(slot, other))


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
class SessionAdmin(ClashWarnings, MarkdownMixin, BilingualAdmin):
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


class ClashFilter(admin.SimpleListFilter):
    title = _("clash")
    parameter_name = "clash"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("Two sessions in the room"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(has_clash=True) if self.value() == "1" else queryset


@admin.register(Slot)
class SlotAdmin(ClashWarnings, HouseAdmin):
    """The draft: who is where and when, and what clashes."""

    list_display = ["starts_at", "ends_at", "session_title", "room_name", "clash"]
    list_display_links = ["starts_at", "session_title"]
    list_filter = [ClashFilter, "room", "session__kind", "session__conference"]
    list_select_related = ["session", "room"]
    search_fields = ["session__title_fr", "session__title_en", "session__code"]
    ordering = ["starts_at", "room__position", "pk"]
    date_hierarchy = "starts_at"
    autocomplete_fields = ["session", "room"]
    fields = ["session", "room", "starts_at", "ends_at"]

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
    return [line for change in changes for line in differences.sentences(change, conference.zone)]
