"""Announcements: what waits to be told, until when, and what was told."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import ActionLocation
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from conference.admin_base import HouseAdmin
from programme import announcements, differences, wording
from programme.models import Announcement
from programme.slots import slots_of


@admin.register(Announcement)
class AnnouncementAdmin(HouseAdmin):
    """Written by publications; staff may hurry one, or drop it."""

    list_display = ["state_in_words", "conference", "due_at", "since", "until", "mail_count"]
    list_display_links = ["state_in_words"]
    list_select_related = ["conference", "since", "until"]
    list_filter = ["conference"]
    ordering = ["-due_at", "-pk"]
    actions = ["send_now", "drop"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("state_in_words", "conference"),
                    ("due_at", "sent_at"),
                    ("since", "until", "mail_count"),
                    "told_to",
                    "told_changes",
                ]
            },
        ),
    ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_tell_permission(self, request: HttpRequest) -> bool:
        """Who may publish may say when it is told."""
        return request.user.has_perm("programme.add_release")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        declared = super().get_readonly_fields(request, obj)
        return [*declared, "state_in_words", "told_to", "told_changes"]

    @admin.display(description=_("state"), ordering="sent_at")
    def state_in_words(self, announcement: Announcement) -> str:
        if announcement.sent_at is None:
            return gettext("Waits")
        # Only what was sent knows until where it told.
        return gettext("Sent") if announcement.until_id else gettext("Dropped")

    @admin.display(description=_("who is told"))
    def told_to(self, announcement: Announcement) -> str:
        """While it waits: who would be, were it sent now."""
        if announcement.sent_at is not None:
            return "–"
        post = announcements.post_of(announcement)
        return gettext("%(speakers)d speakers, %(followers)d followers") % {
            "speakers": len(post.to_speakers),
            "followers": len(post.to_followers),
        }

    @admin.display(description=_("changes"))
    def told_changes(self, announcement: Announcement) -> SafeString:
        conference = announcement.conference
        until = announcement.until or conference.releases.filter(is_current=True).first()
        changes = differences.compare(slots_of(announcement.since), slots_of(until))
        lines = [(line,) for one in changes for line in wording.sentences(one, conference.zone)]
        return format_html_join("", "<p>{}</p>", lines)

    @admin.action(
        permissions=["tell"],
        location=[ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM],
        description=_("Send now"),
        description_plural=_("Send the selected announcements now"),
    )
    def send_now(self, request: HttpRequest, chosen: QuerySet[Announcement]) -> None:
        for announcement in waiting(chosen):
            if not announcement.conference.is_published:
                text = gettext("The conference is not published: its news wait until it is.")
                self.message_user(request, text, messages.WARNING)
                continue
            count = announcements.send_now(announcement)
            self.log_change(request, announcement, gettext("Sent"))
            text = ngettext(
                "%(count)d mail is on its way.", "%(count)d mails are on their way.", count
            )
            self.message_user(request, text % {"count": count}, messages.SUCCESS)

    @admin.action(
        permissions=["tell"],
        location=[ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM],
        description=_("Drop: tell nobody"),
        description_plural=_("Drop the selected announcements: tell nobody"),
    )
    def drop(self, request: HttpRequest, chosen: QuerySet[Announcement]) -> None:
        for announcement in waiting(chosen):
            if announcements.drop(announcement):
                self.log_change(request, announcement, gettext("Dropped"))
                text = gettext("Nobody is told of these changes.")
                self.message_user(request, text, messages.SUCCESS)


def waiting(chosen: QuerySet[Announcement]) -> list[Announcement]:
    return list(chosen.filter(sent_at=None).select_related("conference").order_by("pk"))
