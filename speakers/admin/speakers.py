"""The list of speakers and each one's file."""

from typing import Any

from django.contrib import admin
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conference.admin import MarkdownMixin
from conference.admin_base import BilingualAdmin, HouseForm, in_language
from conference.images import PictureField
from conference.import_pages import ImportPages
from speakers import links, portraits, services
from speakers.admin import invitations, todo_page
from speakers.admin.actions import SpeakerActions
from speakers.admin.inlines import (
    CommitteeInline,
    ConsentInline,
    LinkInline,
    StateChangeInline,
    UnavailabilityInline,
)
from speakers.imports.importer import SpeakersImporter
from speakers.models import Logistics, ProposedChange, Speaker

# What a question in the address of the list may not reach, not even whether it is there.
UNREACHABLE = {"logistics", "links", "consents", "proposed_changes", "state_changes"}


class SpeakerForm(HouseForm):
    """Who does not come is not shown."""

    def clean_portrait(self) -> Any:
        picture = self.cleaned_data["portrait"]
        if picture and "portrait" in self.changed_data:
            portraits.refuse_small(picture)
        return picture

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or self.cleaned_data
        if data.get("is_published") and self.instance.state in services.GONE:
            self.add_error(
                "is_published",
                _("Who declined or withdrew stays off the public pages until invited again."),
            )
        return data


class AddressFilter(admin.SimpleListFilter):
    """Who cannot be written to."""

    title = _("e-mail address")
    parameter_name = "address"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", _("None"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(email="") if self.value() == "none" else queryset


@admin.register(Speaker)
class SpeakerAdmin(ImportPages, SpeakerActions, MarkdownMixin, BilingualAdmin):
    importer = SpeakersImporter()
    form = SpeakerForm
    formfield_overrides: Any = {  # type: ignore[misc]
        models.ImageField: {"form_class": PictureField, "longest": portraits.LONGEST}
    }
    change_list_template = "speakers/admin/speakers.html"
    list_display = [
        "listed_name",
        in_language("affiliation", _("affiliation")),
        "state_since",
        "is_headliner",
        "is_published",
        "code",
    ]
    list_filter = [
        "state",
        "is_published",
        "is_headliner",
        AddressFilter,
        "language",
        ("invited_at", admin.EmptyFieldListFilter),
        "committees__committee",
        "conference",
    ]
    search_fields = ["family_name", "given_name", "affiliation_fr", "affiliation_en", "code"]
    ordering = ["family_name", "given_name", "pk"]
    autocomplete_fields = ["organisation"]
    readonly_fields = ["code", "invited_at", "answered_at", "journey"]
    markdown_fields = ("biography",)
    inlines = [
        StateChangeInline,
        CommitteeInline,
        UnavailabilityInline,
        ConsentInline,
        LinkInline,
    ]
    fieldsets = [
        (
            None,
            {"fields": ["conference", ("honorific", "given_name", "family_name"), "role_title"]},
        ),
        (_("Invitation"), {"fields": [("state", "invited_at", "answered_at")]}),
        (_("Where from"), {"fields": ["affiliation", ("organisation", "country")]}),
        (_("Who it is"), {"fields": ["biography", ("portrait", "portrait_credit")]}),
        (_("Elsewhere"), {"fields": [("website", "orcid")]}),
        (_("Never public"), {"fields": [("email", "language"), "journey"]}),
        (_("On the site"), {"fields": ["is_published", ("is_headliner", "position"), "code"]}),
        (_("On record"), {"fields": ["updated_at"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The way to the logistics stands only before those who may go there."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None and request.user.has_perm("speakers.view_logistics"):
            return fieldsets
        return [
            (title, {**options, "fields": [n for n in options["fields"] if n != "journey"]})
            for title, options in fieldsets
        ]

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new file has no past."""
        return self.inlines if obj else [CommitteeInline, UnavailabilityInline]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        if lookup.partition("__")[0] in UNREACHABLE:
            return False
        return super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("name"), ordering="family_name")
    def listed_name(self, speaker: Speaker) -> str:
        return speaker.listed_name

    @admin.display(description=_("state"), ordering="state")
    def state_since(self, speaker: Speaker) -> SafeString:
        """With the day of the answer, or else of the invitation."""
        state = speaker.get_state_display()
        instant = speaker.answered_at or speaker.invited_at
        if instant is None:
            return format_html("{}", state)
        day = date_format(timezone.localtime(instant), "j N Y")
        return format_html('{}<br><span class="note">{}</span>', state, day)

    @admin.display(description=_("logistics"))
    def journey(self, speaker: Speaker) -> SafeString:
        plan = Logistics.objects.filter(speaker=speaker).only("pk").first()
        if plan is None:
            url = reverse("admin:speakers_logistics_add")
            return format_html(
                '<a href="{}?speaker={}">{}</a>', url, speaker.pk, gettext("Write them down")
            )
        url = reverse("admin:speakers_logistics_change", args=[plan.pk])
        return format_html('<a href="{}">{}</a>', url, gettext("Journey, stay and wishes"))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        pages = [
            path("todo/", view(self.todo_view), name="speakers_todo"),
            path("invite/", view(self.invite_view), name="speakers_invite"),
        ]
        return [*pages, *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Speaker, form: Any, change: bool) -> None:
        """Who is written to elsewhere gets another key; a picture is drawn as a speaker's own."""
        before = str(form.initial.get("email") or "")
        is_new_portrait = "portrait" in form.changed_data
        is_hidden = bool(form.initial.get("is_published")) and not obj.is_published
        if is_new_portrait:
            # It is drawn below, in every size and in place of the one before.
            obj.portrait = form.initial.get("portrait") or ""
        super().save_model(request, obj, form, change)
        if change and before.casefold() != obj.email.casefold():
            links.close_old_addresses([obj])
        if is_new_portrait:
            obj.refresh_from_db(fields=["guid"])
            portraits.replace(obj, form.cleaned_data["portrait"] or None)
        elif is_hidden:
            portraits.rename(obj)
            obj.save(update_fields=["portrait"])

    def delete_model(self, request: HttpRequest, obj: Speaker) -> None:
        portraits.forget(obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Speaker]) -> None:
        with transaction.atomic():
            for speaker in queryset:
                portraits.forget(speaker)
            super().delete_queryset(request, queryset)

    def todo_view(self, request: HttpRequest) -> Any:
        return todo_page.view(self, request)

    def invite_view(self, request: HttpRequest) -> Any:
        return invitations.view(self, request)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What was proposed goes with its speaker, although nobody deletes it by itself."""
        found, counts, missing_rights, protected = super().get_deleted_objects(objs, request)
        missing_rights.discard(ProposedChange._meta.verbose_name)
        return found, counts, missing_rights, protected
