"""Slots and releases: where and when, drafted freely, public only in a release."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conference.models import Conference
from programme.models.places import Room
from programme.models.sessions import Session


class TsTzRange(Func):
    """PostgreSQL's ``tstzrange(start, end)``: the end itself is free for the next session."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Release(models.Model):
    """A named, dated publication of the schedule that nobody can change any more."""

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="releases", verbose_name=_("conference")
    )
    version = models.CharField(_("version"), max_length=40)
    comment = models.TextField(_("comment"), blank=True)
    # An earlier release that was published again.
    copy_of = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="copies",
        verbose_name=_("copy of"),
        null=True,
        blank=True,
        editable=False,
    )
    changes = models.JSONField(_("changes"), default=list, editable=False)
    is_current = models.BooleanField(_("current"), default=False, editable=False)
    # Closed by the service once its slots are in; from then on triggers refuse every change.
    is_sealed = models.BooleanField(default=False, editable=False)
    published_at = models.DateTimeField(_("published"), default=timezone.now, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        verbose_name=_("published by"),
        null=True,
        editable=False,
    )

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(name="release_version", fields=["conference", "version"]),
            models.UniqueConstraint(
                name="release_one_is_current",
                fields=["conference"],
                condition=Q(is_current=True),
            ),
        ]

    def __str__(self) -> str:
        return self.version


class SlotQuerySet(models.QuerySet["Slot"]):
    def draft(self) -> Self:
        return self.filter(release__isnull=True)

    def public(self) -> Self:
        """In the current release, but for what was withdrawn: see ``programme/released.py``."""
        return self.filter(release__is_current=True, is_cancelled=False)

    def with_clashes(self) -> Self:
        """Each draft slot with ``has_clash``: another one holds its room at its time."""
        others = Slot.objects.filter(
            release__isnull=True,
            room=models.OuterRef("room"),
            starts_at__lt=models.OuterRef("ends_at"),
            ends_at__gt=models.OuterRef("starts_at"),
        ).exclude(pk=models.OuterRef("pk"))
        return self.annotate(has_clash=models.Exists(others))

    def in_order(self) -> Self:
        return self.order_by("starts_at", "room__position", "pk")


class Slot(models.Model):
    """A session in a room at a time: in a release, or in the draft when ``release`` is null.

    A released slot carries all that was published of its session (``programme/contents.py``), so
    that the draft may be rewritten behind it. What an earlier release had and this one has not
    stays as cancelled: calendars have to be told.
    """

    release = models.ForeignKey(
        Release,
        models.PROTECT,
        related_name="slots",
        verbose_name=_("release"),
        null=True,
        blank=True,
        editable=False,
    )
    session = models.ForeignKey(
        Session, models.PROTECT, related_name="slots", verbose_name=_("session")
    )
    room = models.ForeignKey(Room, models.PROTECT, related_name="slots", verbose_name=_("room"))
    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"))
    # Raised by every move of a draft slot: who moves names the version that was on the screen.
    version = models.PositiveIntegerField(default=1, editable=False)

    # Written by a publication alone.
    content = models.JSONField(default=dict, editable=False)
    # RFC 5545 §3.8.7.4: raised by each release that moves, withdraws or brings back the session.
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(_("changed"), null=True, editable=False)
    is_cancelled = models.BooleanField(_("withdrawn"), default=False, editable=False)
    search_fr = SearchVectorField(null=True, editable=False)
    search_en = SearchVectorField(null=True, editable=False)

    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        ordering = ["starts_at", "room__position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="slot_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("A session ends after it starts."),
            ),
            models.UniqueConstraint(
                name="slot_session_once_per_release",
                fields=["release", "session"],
                nulls_distinct=False,
                violation_error_message=_("This session already has its slot."),
            ),
            # The draft may clash while staff move things about; a release cannot.
            ExclusionConstraint(
                name="slot_room_to_itself_in_a_release",
                expressions=[
                    ("release", RangeOperators.EQUAL),
                    ("room", RangeOperators.EQUAL),
                    (TsTzRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(release__isnull=False, is_cancelled=False),
                violation_error_message=_("Another session is in this room at that time."),
            ),
            models.CheckConstraint(
                name="slot_of_a_release_has_its_content",
                condition=Q(release__isnull=True, is_cancelled=False, content={})
                | Q(release__isnull=False) & ~Q(content={}),
            ),
        ]
        indexes = [
            models.Index(name="slot_reading_order", fields=["release", "starts_at", "id"]),
            GinIndex(name="slot_search_fr", fields=["search_fr"]),
            GinIndex(name="slot_search_en", fields=["search_en"]),
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.room}"

    def clean(self) -> None:
        """Refuse a room of another conference."""
        if not (self.session_id and self.room_id):
            return
        if self.session.conference_id != self.room.conference_id:
            raise ValidationError({"room": _("This room belongs to another conference.")})

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


class DraftMove(models.Model):
    """One change of the draft on the planning board: what others see appear, and what is undone."""

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="draft_moves", verbose_name=_("conference")
    )
    session = models.ForeignKey(
        Session, models.CASCADE, related_name="draft_moves", verbose_name=_("session")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True
    )
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    # Room and instants (``{"room": pk, "starts_at": …, "ends_at": …}``); null is the drawer.
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    undoes = models.OneToOneField("self", models.CASCADE, related_name="undone_by", null=True)

    class Meta:
        verbose_name = _("move in the draft")
        verbose_name_plural = _("moves in the draft")
        default_permissions = ()
        ordering = ["pk"]
        indexes = [models.Index(name="draftmove_of_conference", fields=["conference", "id"])]

    def __str__(self) -> str:
        return f"{self.session_id} {self.made_at:%H:%M}"


class Announcement(models.Model):
    """News of the programme that wait for quiet: several publications are told in one mail.

    What is told are the differences between ``since`` (null: nothing) and ``until``, the release
    that is current when the mails are written.
    """

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="announcements", verbose_name=_("conference")
    )
    since = models.ForeignKey(
        Release, models.CASCADE, related_name="+", verbose_name=_("since"), null=True, blank=True
    )
    until = models.ForeignKey(
        Release, models.CASCADE, related_name="+", verbose_name=_("until"), null=True, blank=True
    )
    due_at = models.DateTimeField(_("due"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    mail_count = models.PositiveIntegerField(_("mails"), default=0)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-due_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="announcement_one_waits",
                fields=["conference"],
                condition=Q(sent_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        due_at = timezone.localtime(self.due_at, self.conference.zone)
        return f"{self.conference} {due_at:%Y-%m-%d %H:%M}"
