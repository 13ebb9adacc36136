"""What happens, where and when: drafted freely, public only in a release."""

import uuid
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
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conference.codes import new_code
from conference.models import Conference, Organisation, Venue
from speakers.models import Speaker

LANGUAGES = [("fr", _("French")), ("en", _("English"))]


class TsTzRange(Func):
    """PostgreSQL's ``tstzrange(start, end)``: the end itself is free for the next session."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Theme(models.Model):
    """A line of thought that sessions belong to, told by a word and a mark."""

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="themes", verbose_name=_("conference")
    )
    slug = models.SlugField(_("slug"), max_length=80)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    mark = models.PositiveSmallIntegerField(
        _("mark"), default=1, help_text=_("Which of the eight drawn marks stands beside its name.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(name="theme_slug_in_conference", fields=["conference", "slug"]),
            models.CheckConstraint(
                name="theme_mark_is_drawn",
                condition=Q(mark__range=(1, 8)),
                violation_error_message=_("Marks go from 1 to 8."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programme:theme", args=[self.conference.slug, self.slug])


class Room(models.Model):
    """A place where one session at a time happens."""

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="rooms", verbose_name=_("conference")
    )
    venue = models.ForeignKey(
        Venue, models.PROTECT, related_name="rooms", verbose_name=_("venue"), blank=True, null=True
    )
    guid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("slug"), max_length=80)
    name = models.CharField(_("name"), max_length=120)
    capacity = models.PositiveIntegerField(_("capacity"), null=True, blank=True)
    directions = models.TextField(_("how to get there"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(name="room_slug_in_conference", fields=["conference", "slug"]),
        ]

    def __str__(self) -> str:
        return self.name


class SessionQuerySet(models.QuerySet["Session"]):
    def public(self) -> Self:
        """Scheduled in the current release; everything else does not exist for a visitor."""
        return self.filter(slots__release__is_current=True, slots__is_cancelled=False)


class Session(models.Model):
    """A block of the programme in one room: what is scheduled, chaired, booked and scanned."""

    class Kind(models.TextChoices):
        OPENING = "opening", _("Opening")
        PLENARY = "plenary", _("Plenary")
        LECTURE = "lecture", _("Lecture")
        ROUND_TABLE = "round-table", _("Round table")
        WORKSHOP = "workshop", _("Workshop")
        POSTER = "poster", _("Posters")
        CEREMONY = "ceremony", _("Ceremony")
        BREAK = "break", _("Break")
        CLOSING = "closing", _("Closing")

    class Access(models.TextChoices):
        OPEN = "open", _("Open to all registered")
        BOOKING = "booking", _("Seats to be booked")
        INVITATION = "invitation", _("By invitation")

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="sessions", verbose_name=_("conference")
    )
    code = models.CharField(_("code"), max_length=12, default=new_code, editable=False)
    # Stable over every reschedule: the UID of calendars and the guid of feeds.
    guid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = models.CharField(_("title"), max_length=250)
    subtitle = models.CharField(_("subtitle"), max_length=250, blank=True)
    abstract = models.TextField(_("abstract"), blank=True)
    theme = models.ForeignKey(
        Theme,
        models.PROTECT,
        related_name="sessions",
        verbose_name=_("theme"),
        blank=True,
        null=True,
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="sessions",
        verbose_name=_("brought by"),
        blank=True,
        null=True,
    )
    language = models.CharField(_("spoken language"), max_length=2, choices=LANGUAGES, default="en")
    is_interpreted = models.BooleanField(_("interpreted"), default=False)
    access = models.CharField(_("access"), max_length=20, choices=Access, default=Access.OPEN)
    is_recorded = models.BooleanField(_("recorded"), default=True)
    stream_url = models.URLField(_("live stream"), blank=True)
    recording_url = models.URLField(_("recording"), blank=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["title_fr", "pk"]
        constraints = [
            models.UniqueConstraint(name="session_code", fields=["conference", "code"]),
            models.CheckConstraint(
                name="session_code_is_plain", condition=Q(code__regex=r"^[A-Z0-9]+$")
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("programme:session", args=[self.conference.slug, self.code])


class Talk(models.Model):
    """One contribution inside a session, in order."""

    session = models.ForeignKey(
        Session, models.CASCADE, related_name="talks", verbose_name=_("session")
    )
    guid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=250)
    abstract = models.TextField(_("abstract"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("talk")
        verbose_name_plural = _("talks")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Participation(models.Model):
    """A speaker in a session, and perhaps in one talk of it, with a role."""

    class Role(models.TextChoices):
        OPENING = "opening", _("Opening")
        KEYNOTE = "keynote", _("Keynote")
        SPEAKER = "speaker", _("Speaker")
        CHAIR = "chair", _("Chair")
        MODERATOR = "moderator", _("Moderator")
        PANELLIST = "panellist", _("Panellist")
        DISCUSSANT = "discussant", _("Discussant")

    session = models.ForeignKey(
        Session, models.CASCADE, related_name="participations", verbose_name=_("session")
    )
    talk = models.ForeignKey(
        Talk,
        models.CASCADE,
        related_name="participations",
        verbose_name=_("talk"),
        blank=True,
        null=True,
    )
    speaker = models.ForeignKey(
        Speaker, models.PROTECT, related_name="participations", verbose_name=_("speaker")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.SPEAKER)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="participation_once",
                fields=["session", "talk", "speaker", "role"],
                nulls_distinct=False,
                violation_error_message=_("This person already has this role here."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.speaker} ({self.get_role_display()})"


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


class TalkFile(models.Model):
    """Slides or a paper of a session or of one talk in it: private until ``public_at``."""

    session = models.ForeignKey(
        Session, models.CASCADE, related_name="files", verbose_name=_("session")
    )
    talk = models.ForeignKey(
        Talk,
        models.CASCADE,
        related_name="files",
        verbose_name=_("talk"),
        null=True,
        blank=True,
    )
    speaker = models.ForeignKey(
        Speaker,
        models.SET_NULL,
        related_name="talk_files",
        verbose_name=_("speaker"),
        null=True,
        blank=True,
    )
    guid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # As people see it; where it lies is a name of our own in the private storage.
    name = models.CharField(_("name"), max_length=200)
    file = models.CharField(max_length=200, editable=False)
    content_type = models.CharField(_("format"), max_length=100, editable=False)
    size = models.PositiveBigIntegerField(_("size"), editable=False)
    public_at = models.DateTimeField(
        _("public from"),
        null=True,
        blank=True,
        help_text=_("Nobody outside can read it before; empty: never."),
    )
    is_accepted = models.BooleanField(_("checked by staff"), default=False)
    uploaded_at = models.DateTimeField(_("uploaded"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("file of a session")
        verbose_name_plural = _("files of sessions")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Agenda(models.Model):
    """Somebody's choice of sessions, opened by a secret address and belonging to no account."""

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="agendas", verbose_name=_("conference")
    )
    # With the key of the installation it makes the secret again (conference/secrets.py).
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)
    # Only for who wants to be told of changes, and only once the address has answered.
    email = models.EmailField(_("e-mail address"), blank=True)
    confirmed_at = models.DateTimeField(_("address confirmed"), null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("agenda")
        verbose_name_plural = _("agendas")
        default_permissions = ()
        ordering = ["pk"]
        indexes = [models.Index(name="agenda_by_age", fields=["changed_at"])]

    def __str__(self) -> str:
        return str(self.pk)


class Star(models.Model):
    """A session in somebody's agenda."""

    agenda = models.ForeignKey(Agenda, models.CASCADE, related_name="stars")
    session = models.ForeignKey(Session, models.CASCADE, related_name="stars")
    starred_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("starred session")
        verbose_name_plural = _("starred sessions")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="star_once", fields=["agenda", "session"])]

    def __str__(self) -> str:
        return f"{self.agenda_id} {self.session_id}"
