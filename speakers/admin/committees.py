"""Who carries the conference."""

from django.contrib import admin

from conference.admin_base import HouseAdmin
from speakers.models import CommitteeMember


@admin.register(CommitteeMember)
class CommitteeMemberAdmin(HouseAdmin):
    list_display = ["speaker", "committee", "position"]
    list_select_related = ["speaker"]
    list_filter = ["committee", "speaker__conference"]
    search_fields = ["speaker__family_name", "speaker__given_name"]
    ordering = ["committee", "position", "pk"]
    autocomplete_fields = ["speaker"]
