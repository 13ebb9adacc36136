"""The staff's pages for those who speak and those who direct."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from conference.admin import MarkdownMixin
from conference.admin_base import BilingualAdmin, HouseAdmin
from speakers.models import CommitteeMember, Speaker

if TYPE_CHECKING:
    CommitteeTabular = admin.TabularInline[CommitteeMember, Speaker]
else:
    CommitteeTabular = admin.TabularInline


class CommitteeInline(CommitteeTabular):
    model = CommitteeMember
    fields = ["committee", "position"]
    extra = 0


@admin.register(Speaker)
class SpeakerAdmin(MarkdownMixin, BilingualAdmin):
    list_display = [
        "listed_name",
        "affiliation_fr",
        "state",
        "is_headliner",
        "is_published",
        "position",
        "code",
    ]
    list_filter = ["state", "is_published", "is_headliner", "committees__committee", "conference"]
    search_fields = ["family_name", "given_name", "affiliation_fr", "affiliation_en", "code"]
    ordering = ["family_name", "given_name", "pk"]
    autocomplete_fields = ["organisation"]
    readonly_fields = ["code"]
    markdown_fields = ("biography",)
    inlines = [CommitteeInline]
    fieldsets = [
        (
            None,
            {"fields": ["conference", ("honorific", "given_name", "family_name"), "role_title"]},
        ),
        (_("Where from"), {"fields": ["affiliation", ("organisation", "country")]}),
        (_("Who it is"), {"fields": ["biography", ("portrait", "portrait_credit")]}),
        (_("Elsewhere"), {"fields": [("website", "orcid")]}),
        (_("Never public"), {"fields": [("email", "language")]}),
        (
            _("On the site"),
            {"fields": ["is_published", ("is_headliner", "position"), ("state", "code")]},
        ),
        (_("On record"), {"fields": ["updated_at"]}),
    ]

    @admin.display(description=_("name"), ordering="family_name")
    def listed_name(self, speaker: Speaker) -> str:
        return speaker.listed_name


@admin.register(CommitteeMember)
class CommitteeMemberAdmin(HouseAdmin):
    list_display = ["speaker", "committee", "position"]
    list_select_related = ["speaker"]
    list_filter = ["committee", "speaker__conference"]
    search_fields = ["speaker__family_name", "speaker__given_name"]
    ordering = ["committee", "position", "pk"]
    autocomplete_fields = ["speaker"]
