"""The staff's pages for the ground: editions, places, organisations, partners, pages."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from conference.admin_base import BilingualAdmin, HouseAdmin, in_language
from conference.models import Conference, Organisation, Page, Partner, TravelTime, Venue

MARKDOWN = _(
    "Markdown: **bold**, *italic*, [a link](https://example.org), ## for a heading, "
    "- for each line of a list. An empty line begins a paragraph."
)


class MarkdownMixin:
    """Explains how its long texts are written, beside each of them."""

    markdown_fields: tuple[str, ...] = ()

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        original = getattr(db_field, "translated_field", db_field)
        if field is not None and original.name in self.markdown_fields:
            field.help_text = MARKDOWN
            field.widget.attrs["rows"] = 14
        return field  # type: ignore[no-any-return]


class AccentWidget(forms.TextInput):
    """The browser's own colour chooser."""

    input_type = "color"


@admin.register(Conference)
class ConferenceAdmin(MarkdownMixin, BilingualAdmin):
    list_display = [
        in_language("name", _("name")),
        "starts_on",
        "ends_on",
        "venue",
        "is_published",
        "is_current",
    ]
    list_select_related = ["venue"]
    list_filter = ["is_published", "is_current"]
    search_fields = ["name_fr", "name_en", "acronym", "slug"]
    autocomplete_fields = ["venue", "host"]
    prepopulated_fields = {"slug": ["acronym"]}
    markdown_fields = ("description",)
    fieldsets = [
        (None, {"fields": ["name", "subtitle", "acronym", "slug", "opens_for"]}),
        (_("What is read first"), {"fields": ["summary", "description"]}),
        (
            _("When and where"),
            {
                "fields": [
                    ("starts_on", "ends_on", "time_zone"),
                    ("venue", "host"),
                    "programme_note",
                ]
            },
        ),
        (_("Contacts"), {"fields": [("contact_email", "press_email"), "hashtag"]}),
        (_("News of the programme"), {"fields": ["quiet_minutes"]}),
        (_("Look"), {"fields": ["accent"]}),
        (_("On the site"), {"fields": ["is_published", "is_current"]}),
    ]

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if db_field.name == "accent":
            kwargs["widget"] = AccentWidget
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(Venue)
class VenueAdmin(MarkdownMixin, BilingualAdmin):
    list_display = [in_language("name", _("name")), in_language("city", _("city")), "country"]
    list_filter = ["country"]
    search_fields = ["name_fr", "name_en", "city_fr", "city_en"]
    markdown_fields = ("directions",)
    fieldsets = [
        (None, {"fields": ["name"]}),
        (
            _("Address"),
            {"fields": ["address", "postal_code", "city", "country", ("latitude", "longitude")]},
        ),
        (_("For those who come"), {"fields": ["directions", "access_note"]}),
    ]


@admin.register(Organisation)
class OrganisationAdmin(MarkdownMixin, BilingualAdmin):
    list_display = [
        in_language("name", _("name")),
        in_language("short_name", _("short name")),
        "parent",
        "country",
        "website",
    ]
    list_select_related = ["parent"]
    list_filter = ["country"]
    search_fields = ["name_fr", "name_en", "short_name_fr", "short_name_en", "slug"]
    autocomplete_fields = ["parent"]
    prepopulated_fields = {"slug": ["name"]}
    markdown_fields = ("description",)
    fieldsets = [
        (None, {"fields": ["name", "short_name", "slug", "parent"]}),
        (_("Where to find it"), {"fields": [("country", "website"), "logo"]}),
        (_("In a few words"), {"fields": ["description"]}),
    ]


@admin.register(Partner)
class PartnerAdmin(HouseAdmin):
    list_display = ["organisation", "level", "conference", "position"]
    list_select_related = ["organisation", "conference"]
    list_filter = ["conference", "level"]
    search_fields = ["organisation__name_fr", "organisation__name_en"]
    autocomplete_fields = ["organisation"]
    fields = ["conference", "organisation", "level", "position"]


@admin.register(Page)
class PageAdmin(MarkdownMixin, BilingualAdmin):
    list_display = [
        in_language("title", _("title")),
        "kind",
        "menu",
        "position",
        "is_published",
        "updated_at",
    ]
    list_filter = ["conference", "is_published", "kind", "menu"]
    search_fields = ["title_fr", "title_en", "body_fr", "body_en", "slug"]
    prepopulated_fields = {"slug": ["title"]}
    markdown_fields = ("body",)
    fieldsets = [
        (None, {"fields": ["conference", "kind", "title", "slug"]}),
        (_("Text"), {"fields": ["summary", "body"]}),
        (
            _("On the site"),
            {"fields": [("menu", "position"), "is_published", "updated_at"]},
        ),
        (_("Accessibility statement"), {"fields": ["compliance"]}),
    ]


@admin.register(TravelTime)
class TravelTimeAdmin(HouseAdmin):
    """Between venues that nobody has measured, the planning board counts half an hour."""

    list_display = ["one", "other", "minutes"]
    list_select_related = ["one", "other"]
    search_fields = ["one__name_fr", "one__name_en", "other__name_fr", "other__name_en"]
    ordering = ["one__name_fr", "other__name_fr", "pk"]
    autocomplete_fields = ["one", "other"]
    fields = [("one", "other"), "minutes"]
