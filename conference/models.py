"""The ground of every application: the edition, its place, who carries it, its pages."""

import uuid
import zoneinfo
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least, Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

validate_accent = RegexValidator(r"^#[0-9a-f]{6}\Z", _("A colour is written like #1a4f8b."))

# What an address under a language already means.
RESERVED_SLUGS = ("admin", "account")


def validate_time_zone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(zone)s” is not a time zone."), params={"zone": value})


def both_languages(*fields: str) -> Q:
    """Every one of ``fields`` is written in French and in English."""
    condition = Q()
    for column in [f"{field}_{language}" for field in fields for language in ("fr", "en")]:
        # A check passes on NULL, and modeltranslation's columns may be NULL.
        condition &= Q(**{f"{column}__isnull": False}) & ~Q(**{column: ""})
    return condition


class Organisation(models.Model):
    """An institution: host, partner, or where a speaker works."""

    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="members",
        verbose_name=_("member of"),
        blank=True,
        null=True,
    )
    country = CountryField(_("country"), blank=True)
    website = models.URLField(_("website"), blank=True)
    logo = models.ImageField(_("logo"), upload_to="organisations/", blank=True)
    description = models.TextField(_("description"), blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name_fr", "pk"]

    def __str__(self) -> str:
        return self.short_name or self.name


class Venue(models.Model):
    """A site that people travel to."""

    name = models.CharField(_("name"), max_length=200)
    address = models.CharField(_("street"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=100)
    country = CountryField(_("country"))
    latitude = models.DecimalField(
        _("latitude"), max_digits=8, decimal_places=5, blank=True, null=True
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=8, decimal_places=5, blank=True, null=True
    )
    directions = models.TextField(_("how to get there"), blank=True, help_text=_("Markdown."))
    access_note = models.TextField(
        _("access to the site"), blank=True, help_text=_("What people must bring or expect.")
    )

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        ordering = ["name_fr", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def postal_address(self) -> str:
        """One line for calendars and cards."""
        town = f"{self.postal_code} {self.city}".strip()
        return ", ".join(part for part in (self.address, town, self.country.name) if part)


class TravelTime(models.Model):
    """How long people need from one venue to another, either way."""

    DEFAULT = 30  # minutes, between venues that nobody has measured

    one = models.ForeignKey(Venue, models.CASCADE, related_name="+", verbose_name=_("venue"))
    other = models.ForeignKey(
        Venue, models.CASCADE, related_name="+", verbose_name=_("other venue")
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"))

    class Meta:
        verbose_name = _("travel time")
        verbose_name_plural = _("travel times")
        ordering = ["one", "other"]
        constraints = [
            models.UniqueConstraint(
                Least("one", "other"),
                Greatest("one", "other"),
                name="traveltime_once_per_pair",
                violation_error_message=_("The time between these two venues is known already."),
            ),
            models.CheckConstraint(
                name="traveltime_between_two",
                condition=~Q(one=F("other")),
                violation_error_message=_("These are the same venue."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one} – {self.other}"


class ConferenceQuerySet(models.QuerySet["Conference"]):
    def published(self) -> Self:
        return self.filter(is_published=True)

    def for_site(self) -> Self:
        """With what the header and footer of every page print."""
        return self.select_related("venue", "host")


class Conference(models.Model):
    """One edition; everything public hangs under its slug."""

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    acronym = models.CharField(_("acronym"), max_length=30)
    name = models.CharField(_("name"), max_length=200)
    subtitle = models.CharField(_("subtitle"), max_length=200, blank=True)
    summary = models.CharField(
        _("summary"),
        max_length=300,
        help_text=_("One sentence, for search engines and shared links."),
    )
    description = models.TextField(_("description"), help_text=_("Markdown."))
    opens_for = models.CharField(
        _("larger event"),
        max_length=300,
        blank=True,
        help_text=_("What this conference opens or accompanies."),
    )
    programme_note = models.CharField(
        _("note above the programme"),
        max_length=300,
        blank=True,
        help_text=_("For example, that times are provisional."),
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    time_zone = models.CharField(
        _("time zone"), max_length=60, default="Europe/Paris", validators=[validate_time_zone]
    )
    venue = models.ForeignKey(
        Venue, models.PROTECT, related_name="conferences", verbose_name=_("venue")
    )
    host = models.ForeignKey(
        Organisation, models.PROTECT, related_name="hosted_conferences", verbose_name=_("host")
    )
    accent = models.CharField(
        _("accent colour"), max_length=7, default="#1a4f8b", validators=[validate_accent]
    )
    contact_email = models.EmailField(
        _("contact address"), help_text=_("Replies to confirmations come here.")
    )
    press_email = models.EmailField(_("press address"), blank=True)
    hashtag = models.CharField(_("hashtag"), max_length=60, blank=True)
    quiet_minutes = models.PositiveSmallIntegerField(
        _("quiet before news (minutes)"),
        default=30,
        db_default=30,
        help_text=_(
            "Mails about a changed programme leave when nothing was published for so long, "
            "and tell everything at once."
        ),
    )
    is_published = models.BooleanField(_("published"), default=False)
    is_current = models.BooleanField(
        _("current edition"), default=False, help_text=_("The one that “/” leads to.")
    )

    objects = ConferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("conference")
        verbose_name_plural = _("conferences")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="conference_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day is not before the first."),
            ),
            models.UniqueConstraint(
                name="conference_only_one_is_current",
                fields=["is_current"],
                condition=Q(is_current=True),
                violation_error_message=_("Another conference is the current one."),
            ),
            models.CheckConstraint(
                name="conference_slug_is_not_reserved",
                condition=~Q(slug__in=RESERVED_SLUGS),
                violation_error_message=_("This address is used by the site itself."),
            ),
            models.CheckConstraint(
                name="conference_published_in_both_languages",
                condition=Q(is_published=False) | both_languages("name", "summary", "description"),
                violation_error_message=_("A published conference is written in both languages."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("conference:home", args=[self.slug])

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def is_past(self) -> bool:
        """Whether its last day is over, where it takes place."""
        return timezone.localdate(timezone=self.zone) > self.ends_on


class Partner(models.Model):
    """An organisation's part in one conference."""

    class Level(models.TextChoices):
        HOST = "host", _("Host")
        SUPPORT = "support", _("With the support of")
        INSTITUTION = "institution", _("Institutional partners")
        DONOR = "donor", _("Donors")
        PARALLEL = "parallel", _("Parallel sessions")
        MEDIA = "media", _("Media partners")

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="partners", verbose_name=_("conference")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="partnerships",
        verbose_name=_("organisation"),
    )
    level = models.CharField(_("level"), max_length=20, choices=Level)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="partner_once_per_level", fields=["conference", "organisation", "level"]
            ),
            models.CheckConstraint(
                name="partner_level_is_known",
                condition=Q(
                    level__in=["host", "support", "institution", "donor", "parallel", "media"]
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class PageQuerySet(models.QuerySet["Page"]):
    def published(self) -> Self:
        return self.filter(is_published=True)


class Page(models.Model):
    """A page that staff write: practical information, legal notice, accessibility."""

    class Kind(models.TextChoices):
        ORDINARY = "ordinary", _("Page")
        PRACTICAL = "practical", _("Practical information")
        LEGAL = "legal", _("Legal notice")
        PRIVACY = "privacy", _("Personal data")
        ACCESSIBILITY = "accessibility", _("Accessibility statement")

    class Compliance(models.TextChoices):
        """What an audit found, in the words that every page must print (decree 2019-768)."""

        NONE = "none", _("Accessibility: not compliant")
        PARTIAL = "partial", _("Accessibility: partially compliant")
        FULL = "full", _("Accessibility: fully compliant")

    class Menu(models.TextChoices):
        HEADER = "header", _("Header")
        FOOTER = "footer", _("Footer")
        NONE = "none", _("None")

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="pages", verbose_name=_("conference")
    )
    slug = models.SlugField(_("slug"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.ORDINARY)
    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    body = models.TextField(_("text"), help_text=_("Markdown."))
    menu = models.CharField(_("menu"), max_length=10, choices=Menu, default=Menu.FOOTER)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_published = models.BooleanField(_("published"), default=False)
    compliance = models.CharField(
        _("result of the audit"),
        max_length=10,
        choices=Compliance,
        default=Compliance.NONE,
        db_default=Compliance.NONE,
        help_text=_("Printed at the foot of every page. Only for the accessibility statement."),
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = PageQuerySet.as_manager()

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(name="page_slug_in_conference", fields=["conference", "slug"]),
            models.CheckConstraint(
                name="page_published_in_both_languages",
                condition=Q(is_published=False) | both_languages("title", "body"),
                violation_error_message=_("A published page is written in both languages."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("conference:page", args=[self.conference.slug, self.slug])


class ImportRun(models.Model):
    """A file that somebody wants to import: looked at first, then taken over whole or not at all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="import_runs", verbose_name=_("conference")
    )
    # Which reader: ``programme``, ``speakers`` (conference/imports.py).
    kind = models.CharField(_("kind"), max_length=40)
    name = models.CharField(_("file"), max_length=200)
    # Names in the private storage, deleted with the row after a day.
    file = models.CharField(max_length=200, editable=False)
    pictures = models.CharField(max_length=200, blank=True, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("asked by")
    )
    created_at = models.DateTimeField(_("asked"), db_default=Now(), editable=False)
    applied_at = models.DateTimeField(_("applied"), null=True, editable=False)
    result = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        default_permissions = ("view",)
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return self.name


class TextChange(models.Model):
    """A translated text that was rewritten in ``language``, and not yet in the other one.

    Kept by triggers on every table with translated texts (``conference/completeness.py``).
    """

    table = models.CharField(max_length=63)
    row = models.BigIntegerField()
    field = models.CharField(max_length=63)
    language = models.CharField(max_length=2)
    changed_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="textchange_once", fields=["table", "row", "field"]),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row} {self.field}_{self.language}"


class PublicStamp(models.Model):
    """One row, raised by triggers whenever something that the public pages print has changed.

    Rendered pages are kept as long as it stands (``conference/public.py``).
    """

    value = models.BigIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="public_stamp_is_one_row", condition=Q(pk=1)),
        ]

    def __str__(self) -> str:
        return str(self.value)
