"""Those who speak, and those who direct."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries.fields import CountryField

from conference.codes import new_code
from conference.models import Conference, Organisation
from conference.people import Person


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
    portrait_credit = models.CharField(_("portrait credit"), max_length=200, blank=True)
    website = models.URLField(_("website"), blank=True)
    orcid = models.CharField(_("ORCID"), max_length=19, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True, help_text=_("Never public."))
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=[("fr", _("French")), ("en", _("English"))],
        default="en",
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PROPOSED)
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
