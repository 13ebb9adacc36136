"""Those who speak, and those who direct."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries.fields import CountryField

from conference.codes import new_code
from conference.models import Conference, Organisation
from conference.people import Person, validate_name
from conference.secrets import derive

LANGUAGES = [("fr", _("French")), ("en", _("English"))]


class By(models.TextChoices):
    """Who did something to a speaker's file."""

    STAFF = "staff", _("Staff")
    SPEAKER = "speaker", _("The speaker")
    ASSISTANT = "assistant", _("The assistant")


class SpeakerQuerySet(models.QuerySet["Speaker"]):
    def published(self) -> Self:
        return self.filter(is_published=True)

    def headliners(self) -> Self:
        return self.published().filter(is_headliner=True)

    def in_order(self) -> Self:
        return self.order_by("position", "family_name", "given_name", "pk")


class Speaker(Person):
    """A person invited to speak at one conference."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        INVITED = "invited", _("Invited")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="speakers", verbose_name=_("conference")
    )
    code = models.CharField(_("code"), max_length=12, default=new_code, editable=False)
    # Who it is in machine feeds; nothing of the address is in it.
    guid = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    honorific = models.CharField(_("title"), max_length=40, blank=True)
    role_title = models.CharField(
        pgettext_lazy("of a person", "position"), max_length=200, blank=True
    )
    affiliation = models.CharField(
        _("affiliation"), max_length=200, blank=True, help_text=_("As printed under the name.")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="speakers",
        verbose_name=_("organisation"),
        blank=True,
        null=True,
    )
    country = CountryField(_("country"), blank=True)
    biography = models.TextField(_("biography"), blank=True)
    portrait = models.ImageField(_("portrait"), upload_to="portraits/", blank=True)
    # As it was sent, upright and without metadata, in the private storage: to crop it anew.
    portrait_original = models.CharField(max_length=200, blank=True, editable=False)
    portrait_credit = models.CharField(_("portrait credit"), max_length=200, blank=True)
    website = models.URLField(_("website"), blank=True)
    orcid = models.CharField(_("ORCID"), max_length=19, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True, help_text=_("Never public."))
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=LANGUAGES,
        default="en",
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PROPOSED)
    invited_at = models.DateTimeField(_("invited"), null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    is_headliner = models.BooleanField(_("headliner"), default=False)
    is_published = models.BooleanField(_("published"), default=False)
    position = models.PositiveSmallIntegerField(
        _("position"), default=100, help_text=_("Smaller comes first, then by name.")
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = SpeakerQuerySet.as_manager()

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["family_name", "given_name", "pk"]
        constraints = [
            models.UniqueConstraint(name="speaker_code", fields=["conference", "code"]),
            models.CheckConstraint(
                name="speaker_code_is_plain", condition=Q(code__regex=r"^[A-Z0-9]+$")
            ),
        ]
        indexes = [
            models.Index(
                name="speaker_public_order",
                fields=["conference", "position", "family_name", "given_name", "id"],
                condition=Q(is_published=True),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("speakers:detail", args=[self.conference.slug, self.code])


class CommitteeMember(models.Model):
    """A speaker's or scientist's part in carrying the conference."""

    class Committee(models.TextChoices):
        SCIENTIFIC_DIRECTION = "scientific_direction", _("Scientific direction")
        PROGRAMME = "programme", _("Programme committee")
        ORGANISATION = "organisation", _("Organisation")
        HOST = "host", _("Voice of the host")

    speaker = models.ForeignKey(
        Speaker, models.CASCADE, related_name="committees", verbose_name=_("person")
    )
    committee = models.CharField(_("committee"), max_length=30, choices=Committee)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("committee member")
        verbose_name_plural = _("committee members")
        ordering = ["committee", "position", "pk"]
        constraints = [
            models.UniqueConstraint(name="committeemember_once", fields=["speaker", "committee"]),
        ]

    def __str__(self) -> str:
        return f"{self.speaker} ({self.get_committee_display()})"


class StateChange(models.Model):
    """One step of an invitation: which state, when, and who did it."""

    speaker = models.ForeignKey(
        Speaker, models.CASCADE, related_name="state_changes", verbose_name=_("speaker")
    )
    state = models.CharField(_("state"), max_length=20, choices=Speaker.State)
    by = models.CharField(_("by"), max_length=10, choices=By)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        verbose_name=_("account"),
        null=True,
        blank=True,
    )
    note = models.TextField(_("note"), max_length=1000, blank=True)
    changed_at = models.DateTimeField(_("changed"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("change of state")
        verbose_name_plural = _("changes of state")
        default_permissions = ("view",)
        ordering = ["changed_at", "pk"]

    def __str__(self) -> str:
        return self.get_state_display()


class SpeakerLink(models.Model):
    """What opens a speaker's own page: only a digest is kept, never the secret itself."""

    speaker = models.ForeignKey(
        Speaker, models.CASCADE, related_name="links", verbose_name=_("speaker")
    )
    holder = models.CharField(
        _("holder"),
        max_length=10,
        choices=[(By.SPEAKER.value, By.SPEAKER.label), (By.ASSISTANT.value, By.ASSISTANT.label)],
    )
    # With the key of the installation it makes the secret again (conference/secrets.py).
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    digest = models.CharField(
        max_length=64, unique=True, editable=False, validators=[RegexValidator(r"^[0-9a-f]{64}\Z")]
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("private link")
        verbose_name_plural = _("private links")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="speakerlink_one_in_force",
                fields=["speaker", "holder"],
                condition=Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_holder_display()} {self.pk}"

    def reveal(self) -> str:
        """The secret itself, made again from its nonce and the installation's key."""
        return derive(f"speaker-{self.holder}", self.nonce, self.digest)


class Consent(models.Model):
    """One answer to one question about a speaker's image or work; the latest one counts."""

    class Purpose(models.TextChoices):
        PHOTOGRAPH = "photograph", _("Photographs")
        RECORDING = "recording", _("Recording and live stream")
        SLIDES = "slides", _("Slides on line")

    speaker = models.ForeignKey(
        Speaker, models.CASCADE, related_name="consents", verbose_name=_("speaker")
    )
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    is_given = models.BooleanField(_("given"))
    # The very words that were answered: a consent is proved by what was asked.
    wording = models.TextField(_("wording"))
    by = models.CharField(_("by"), max_length=10, choices=By)
    answered_at = models.DateTimeField(_("answered"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        default_permissions = ("view",)
        ordering = ["answered_at", "pk"]
        indexes = [models.Index(name="consent_latest", fields=["speaker", "purpose", "-id"])]

    def __str__(self) -> str:
        return self.get_purpose_display()


class Unavailability(models.Model):
    """When a speaker cannot be on stage."""

    speaker = models.ForeignKey(
        Speaker, models.CASCADE, related_name="unavailabilities", verbose_name=_("speaker")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("time not available")
        verbose_name_plural = _("times not available")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="unavailability_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The end comes after the start."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class Logistics(models.Model):
    """How a speaker comes, stays and is looked after; never public, for the Speakers group alone."""

    speaker = models.OneToOneField(
        Speaker, models.CASCADE, related_name="logistics", verbose_name=_("speaker")
    )
    arrives_at = models.DateTimeField(_("arrives"), null=True, blank=True)
    arrival_by = models.CharField(
        _("arrival by"), max_length=200, blank=True, help_text=_("Train or flight, and where to.")
    )
    departs_at = models.DateTimeField(_("leaves"), null=True, blank=True)
    departure_by = models.CharField(_("departure by"), max_length=200, blank=True)
    hotel = models.CharField(_("hotel"), max_length=200, blank=True)
    nights_from = models.DateField(_("first night"), null=True, blank=True)
    nights_until = models.DateField(_("day of departure"), null=True, blank=True)
    diet = models.CharField(_("diet"), max_length=300, blank=True)
    needs = models.TextField(_("needs for access"), max_length=1000, blank=True)
    companion = models.CharField(
        _("accompanied by"), max_length=200, blank=True, validators=[validate_name]
    )
    assistant_name = models.CharField(
        _("assistant"), max_length=200, blank=True, validators=[validate_name]
    )
    assistant_email = models.EmailField(_("assistant’s e-mail address"), blank=True)
    assistant_phone = models.CharField(_("assistant’s telephone"), max_length=40, blank=True)
    phone = models.CharField(_("telephone on the day"), max_length=40, blank=True)
    equipment = models.TextField(_("equipment wished"), max_length=1000, blank=True)
    staff_note = models.TextField(_("note of the staff"), max_length=2000, blank=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("logistics")
        verbose_name_plural = _("logistics")
        ordering = ["speaker__family_name", "speaker__given_name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="logistics_leaves_after_arriving",
                condition=Q(arrives_at__isnull=True)
                | Q(departs_at__isnull=True)
                | Q(departs_at__gt=F("arrives_at")),
                violation_error_message=_("The departure comes after the arrival."),
            ),
            models.CheckConstraint(
                name="logistics_nights_in_order",
                condition=Q(nights_from__isnull=True)
                | Q(nights_until__isnull=True)
                | Q(nights_until__gt=F("nights_from")),
                violation_error_message=_("The day of departure comes after the first night."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.speaker)


class ProposedChange(models.Model):
    """What a speaker wants changed after it was published; staff accept or refuse it.

    ``subject`` is ``profile``, or ``talk:<guid>`` for what the programme knows how to change;
    ``texts`` maps each field to ``{"before": …, "after": …}``.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("To be reviewed")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        REPLACED = "replaced", _("Replaced by a later one")

    speaker = models.ForeignKey(
        Speaker, models.CASCADE, related_name="proposed_changes", verbose_name=_("speaker")
    )
    subject = models.CharField(_("subject"), max_length=60)
    texts = models.JSONField(_("texts"))
    by = models.CharField(_("by"), max_length=10, choices=By)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    proposed_at = models.DateTimeField(_("proposed"), db_default=Now(), editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        verbose_name=_("reviewed by"),
        null=True,
        blank=True,
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)

    class Meta:
        verbose_name = _("proposed change")
        verbose_name_plural = _("proposed changes")
        default_permissions = ("view", "change")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="proposedchange_one_waits",
                fields=["speaker", "subject"],
                condition=Q(state="pending"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.speaker} · {self.subject}"
