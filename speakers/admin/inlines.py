"""What hangs on a speaker's file; most of it is written elsewhere and only read here."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from speakers.models import (
    CommitteeMember,
    Consent,
    Speaker,
    SpeakerLink,
    StateChange,
    Unavailability,
)

if TYPE_CHECKING:
    Tabular = admin.TabularInline[Any, Speaker]
else:
    Tabular = admin.TabularInline


class CommitteeInline(Tabular):
    model = CommitteeMember
    fields = ["committee", "position"]
    extra = 0


class UnavailabilityInline(Tabular):
    model = Unavailability
    fields = ["starts_at", "ends_at", "note"]
    extra = 0


class ReadOnlyInline(Tabular):
    """Rows that services write; the latest comes first."""

    extra = 0
    max_num = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).order_by("-pk")


class StateChangeInline(ReadOnlyInline):
    model = StateChange
    readonly_fields = ["state", "changed_at", "by", "user", "note"]
    verbose_name_plural = _("invitation, step by step")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("user")


class ConsentInline(ReadOnlyInline):
    """Every answer ever given; the latest to each question counts."""

    model = Consent
    readonly_fields = ["purpose", "is_given", "answered_at", "by", "wording"]


class LinkInline(ReadOnlyInline):
    """Whose link is in force; the link itself is shown to nobody, it is only sent."""

    model = SpeakerLink
    readonly_fields = ["holder", "created_at", "revoked_at"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("speakers.change_speaker")
