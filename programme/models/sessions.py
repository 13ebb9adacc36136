"""Sessions, their talks, who takes part, and the files that go with them: the draft."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from conference.codes import new_code
from conference.models import Conference, Organisation
from programme.models.places import Theme
from speakers.models import Speaker

LANGUAGES = [("fr", _("French")), ("en", _("English"))]


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
