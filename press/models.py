"""The press office: who publishes, who writes, what is said to them and when."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import PurePath
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Greatest, Lower, Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from conference.models import Conference
from conference.people import Person
from press.kit import KitFileField, extension_of, kit_path, kit_storage, validate_kit_file
from speakers.models import Speaker

# GDPR article 14: who did not give the data in person is told within a month.
NOTICE_WITHIN = timedelta(days=30)


class Outlet(models.Model):
    """Who publishes: a newspaper, a station, an agency."""

    class Kind(models.TextChoices):
        AGENCY = "agency", _("News agency")
        DAILY = "daily", _("Daily newspaper")
        WEEKLY = "weekly", _("Weekly")
        MAGAZINE = "magazine", _("Magazine")
        JOURNAL = "journal", _("Scientific journal")
        RADIO = "radio", _("Radio")
        TELEVISION = "television", _("Television")
        ONLINE = "online", _("Online")
        PODCAST = "podcast", _("Podcast")
        FREELANCE = "freelance", _("Freelance")

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    country = CountryField(_("country"))
    city = models.CharField(_("city"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=10, help_text=_("Code, as fr or en."))
    website = models.URLField(_("website"), blank=True)
    reach = models.PositiveIntegerField(
        _("audience"), null=True, blank=True, help_text=_("Readers or listeners, when known.")
    )
    notes = models.TextField(_("notes"), blank=True, help_text=_("Facts only, no opinions."))

    class Meta:
        verbose_name = _("outlet")
        verbose_name_plural = _("outlets")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "country",
                name="outlet_name_in_country",
                violation_error_message=_("This outlet is known already."),
            ),
        ]
        indexes = [models.Index(name="outlet_by_kind", fields=["kind", "country"])]

    def __str__(self) -> str:
        return self.name


class Beat(models.Model):
    """A subject that journalists follow."""

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("beat")
        verbose_name_plural = _("beats")
        ordering = ["name_fr", "pk"]

    def __str__(self) -> str:
        return self.name


class JournalistQuerySet(models.QuerySet["Journalist"]):
    def reachable(self) -> Self:
        """Those who have not objected: the only ones that a list may hold."""
        return self.filter(objected_at__isnull=True)

    def to_inform(self) -> Self:
        """Reachable, and still to be told that we hold their data and where these come from."""
        return self.reachable().filter(notice_due_on__isnull=False, notice_sent_at__isnull=True)

    def overdue(self, today: date | None = None) -> Self:
        """To inform, and the day by which they should have been is past."""
        return self.to_inform().filter(notice_due_on__lt=today or timezone.localdate())

    def at_outlets_of(self, kinds: Iterable[str]) -> Self:
        """Now working for an outlet of one of ``kinds``."""
        return self.filter(self._now_at(outlet__kind__in=list(kinds)))

    def at_outlets(self, outlets: "models.QuerySet[Outlet] | Iterable[Outlet]") -> Self:
        """Now working for one of ``outlets``."""
        return self.filter(self._now_at(outlet__in=outlets))

    def in_countries(self, codes: Iterable[str]) -> Self:
        return self.filter(country__in=list(codes))

    def speaking(self, codes: Iterable[str]) -> Self:
        """Working in at least one of these languages."""
        return self.filter(languages__overlap=list(codes))

    def following(self, beats: "models.QuerySet[Beat] | Iterable[Beat]") -> Self:
        """Following at least one of ``beats``; nobody comes twice."""
        follows = Journalist.beats.through.objects.filter(journalist=OuterRef("pk"), beat__in=beats)
        return self.filter(Exists(follows))

    @staticmethod
    def _now_at(**condition: Any) -> Exists:
        current = Affiliation.objects.filter(journalist=OuterRef("pk"), is_current=True)
        return Exists(current.filter(**condition))

    def for_listing(self) -> Self:
        """In order of name, with everything that a list or an export prints."""
        # Twice is as good as once: what was asked before is forgotten first.
        return (
            self.prefetch_related(None)
            .prefetch_related(
                models.Prefetch(
                    "affiliations",
                    Affiliation.objects.filter(is_current=True).select_related("outlet"),
                ),
                "beats",
            )
            .order_by("family_name", "given_name", "pk")
        )


class Journalist(Person):
    """A person of the media list."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Telephone")
        MESSAGE = "message", _("Message")

    class Source(models.TextChoices):
        PERSON = "person", _("The person")
        ACCREDITATION = "accreditation", _("Accreditation")
        DIRECTORY = "directory", _("Press directory")
        COLLEAGUE = "colleague", _("Colleague")
        EARLIER = "earlier", _("Earlier edition")

    class Basis(models.TextChoices):
        PUBLIC_TASK = "public_task", _("Task in the public interest")
        LEGITIMATE_INTEREST = "legitimate_interest", _("Legitimate interest")
        CONSENT = "consent", _("Consent")

    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    mobile = models.CharField(_("mobile telephone"), max_length=40, blank=True)
    country = CountryField(_("country"), blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    languages = ArrayField(
        models.CharField(max_length=10),
        verbose_name=_("languages"),
        default=list,
        blank=True,
        help_text=_("Codes separated by commas, as fr, en."),
    )
    beats = models.ManyToManyField(
        Beat, related_name="journalists", verbose_name=_("beats"), blank=True
    )
    outlets = models.ManyToManyField(
        Outlet, through="Affiliation", related_name="journalists", verbose_name=_("outlets")
    )
    preferred_channel = models.CharField(
        _("preferred channel"), max_length=10, choices=Channel, default=Channel.EMAIL
    )
    website = models.URLField(_("website"), blank=True)
    notes = models.TextField(_("notes"), blank=True, help_text=_("Facts only, no opinions."))
    basis = models.CharField(
        _("lawful basis"), max_length=20, choices=Basis, default=Basis.PUBLIC_TASK
    )
    source = models.CharField(_("source of the data"), max_length=20, choices=Source)
    source_detail = models.CharField(_("source, in detail"), max_length=200, blank=True)
    collected_on = models.DateField(_("collected"), default=timezone.localdate)
    notice_due_on = models.DateField(_("information due"), null=True, blank=True)
    notice_sent_at = models.DateTimeField(_("informed"), null=True, blank=True)
    objected_at = models.DateTimeField(_("objected"), null=True, blank=True)
    last_contact_on = models.DateField(_("last contact"), null=True, blank=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = JournalistQuerySet.as_manager()

    class Meta:
        verbose_name = _("journalist")
        verbose_name_plural = _("journalists")
        ordering = ["family_name", "given_name", "pk"]
        permissions = [("export_journalist", "Can export journalists")]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="journalist_email",
                condition=~Q(email=""),
                violation_error_message=_("A journalist with this address is known already."),
            ),
            models.CheckConstraint(
                name="journalist_informed_when_collected_elsewhere",
                condition=Q(source__in=["person", "accreditation"])
                | Q(notice_due_on__isnull=False),
                violation_error_message=_(
                    "Data collected elsewhere need a date by which the person is informed."
                ),
            ),
        ]
        indexes = [
            models.Index(name="journalist_by_name", fields=["family_name", "given_name", "id"]),
            models.Index(name="journalist_by_country", fields=["country", "id"]),
        ]

    def clean(self) -> None:
        """Work out by when the person is told, where that was left open."""
        super().clean()
        if self.is_from_elsewhere and self.notice_due_on is None:
            self.notice_due_on = self.collected_on + NOTICE_WITHIN

    @property
    def is_from_elsewhere(self) -> bool:
        """Whether somebody else gave the data."""
        return self.source not in {self.Source.PERSON, self.Source.ACCREDITATION}

    @property
    def is_overdue(self) -> bool:
        """Whether the person should have been told by now."""
        due = self.notice_due_on if self.notice_sent_at is None else None
        return due is not None and due < timezone.localdate() and self.objected_at is None

    @property
    def current_affiliation(self) -> "Affiliation | None":
        """Where the person works now; costs nothing after ``for_listing()``."""
        return next((one for one in self.affiliations.all() if one.is_current), None)


class Affiliation(models.Model):
    """A journalist's work for one outlet; what is over is kept as history."""

    journalist = models.ForeignKey(
        Journalist, models.CASCADE, related_name="affiliations", verbose_name=_("journalist")
    )
    outlet = models.ForeignKey(
        Outlet, models.PROTECT, related_name="affiliations", verbose_name=_("outlet")
    )
    role = models.CharField(_("role"), max_length=120, blank=True)
    is_current = models.BooleanField(_("current"), default=True)

    class Meta:
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="affiliation_one_current",
                fields=["journalist"],
                condition=Q(is_current=True),
                violation_error_message=_("One outlet at a time is the current one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet} · {self.role}" if self.role else str(self.outlet)


class MediaList(models.Model):
    """A saved question over the journalists; an empty filter asks for everyone."""

    name = models.CharField(_("name"), max_length=120)
    description = models.CharField(_("description"), max_length=300, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="media_lists",
        verbose_name=_("owner"),
        editable=False,
    )
    is_shared = models.BooleanField(_("shared"), default=True)
    kinds = ArrayField(
        models.CharField(max_length=20, choices=Outlet.Kind),
        verbose_name=_("kinds of outlet"),
        default=list,
        blank=True,
    )
    countries = CountryField(_("countries"), multiple=True, blank=True)
    languages = ArrayField(
        models.CharField(max_length=10),
        verbose_name=_("languages"),
        default=list,
        blank=True,
        help_text=_("Codes separated by commas, as fr, en."),
    )
    beats = models.ManyToManyField(
        Beat, related_name="media_lists", verbose_name=_("beats"), blank=True
    )
    outlets = models.ManyToManyField(
        Outlet, related_name="media_lists", verbose_name=_("outlets"), blank=True
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("media list")
        verbose_name_plural = _("media lists")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(name="medialist_name", fields=["owner", "name"]),
        ]

    def __str__(self) -> str:
        return self.name


class PressContact(models.Model):
    """Whom a journalist may write to or ring, for one conference."""

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="press_contacts", verbose_name=_("conference")
    )
    name = models.CharField(_("name"), max_length=120)
    organisation = models.CharField(_("organisation"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail address"))
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    languages = ArrayField(
        models.CharField(max_length=10), verbose_name=_("languages"), default=list, blank=True
    )
    hours = models.CharField(_("hours"), max_length=120, blank=True)
    is_copied = models.BooleanField(
        _("in copy of every request"), default=False, help_text=_("A mailbox rather than a person.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("press contact")
        verbose_name_plural = _("press contacts")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def dialled(self) -> str:
        """The number as a ``tel:`` link takes it."""
        return "".join(character for character in self.phone if character in "+0123456789")


def is_written(column: str) -> Q:
    """Neither empty nor NULL: a check that only refuses what is empty lets NULL pass."""
    return Q(**{f"{column}__isnull": False}) & ~Q(**{column: ""})


# When a release opens to everybody, as ``PressRelease.opens_at`` says of one.
OPENS = Greatest("published_at", Coalesce("embargo_until", "published_at"))


class PressReleaseQuerySet(models.QuerySet["PressRelease"]):
    def public(self, at: datetime | None = None) -> Self:
        """Published and past its embargo at that instant (now, unless told)."""
        at = at or timezone.now()
        return self.filter(published_at__lte=at).filter(
            Q(embargo_until__isnull=True) | Q(embargo_until__lte=at)
        )

    def newest_first(self) -> Self:
        """By the instant when each became, or becomes, public."""
        return self.order_by(OPENS.desc(nulls_first=True), "-pk")

    def opening_after(self, at: datetime | None = None) -> Self:
        """Decided but not public yet, the next to open first."""
        decided = self.filter(published_at__isnull=False).alias(opens=OPENS)
        return decided.filter(opens__gt=at or timezone.now()).order_by("opens", "pk")


class PressRelease(models.Model):
    """A bilingual text for the press; not before its embargo."""

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="press_releases", verbose_name=_("conference")
    )
    slug = models.SlugField(_("slug"), max_length=100)
    title = models.CharField(_("title"), max_length=250)
    standfirst = models.TextField(_("standfirst"), blank=True)
    body = models.TextField(_("text"), help_text=_("Markdown."))
    dateline = models.CharField(
        _("dateline"), max_length=120, blank=True, help_text=_("Place, as Palaiseau.")
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    embargo_until = models.DateTimeField(_("embargo until"), null=True, blank=True)
    contacts = models.ManyToManyField(
        PressContact, related_name="press_releases", verbose_name=_("contacts"), blank=True
    )
    speakers = models.ManyToManyField(
        Speaker, related_name="press_releases", verbose_name=_("speakers"), blank=True
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = PressReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("press release")
        verbose_name_plural = _("press releases")
        ordering = [F("published_at").desc(nulls_first=True), "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="pressrelease_slug_in_conference", fields=["conference", "slug"]
            ),
            # A language may follow later; without any, there is nothing to publish.
            models.CheckConstraint(
                name="pressrelease_published_in_a_language",
                condition=Q(published_at__isnull=True)
                | (is_written("title_fr") & is_written("body_fr"))
                | (is_written("title_en") & is_written("body_en")),
                violation_error_message=_(
                    "A published release has a title and a text in one language at least."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("press:release", args=[self.conference.slug, self.slug])

    @property
    def opens_at(self) -> datetime | None:
        """From when on everybody may read it; ``None`` for a draft."""
        if self.published_at is None:
            return None
        return max(self.published_at, self.embargo_until or self.published_at)

    @property
    def is_public(self) -> bool:
        return self.opens_at is not None and self.opens_at <= timezone.now()


class PressKitItem(models.Model):
    """A file that journalists may use, with its credit and terms."""

    class Kind(models.TextChoices):
        LOGO = "logo", _("Logo")
        PICTURE = "picture", _("Picture")
        DOCUMENT = "document", _("Document")
        TEXT = "text", _("Text")

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="press_kit", verbose_name=_("conference")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(
        _("text"), blank=True, help_text=_("For a text to be quoted. Markdown.")
    )
    file = KitFileField(
        _("file"),
        upload_to=kit_path,
        storage=kit_storage,
        validators=[validate_kit_file],
        blank=True,
        max_length=200,
        help_text=_("PDF, PNG, JPEG, WebP, ZIP or plain text, 20 MB at most."),
    )
    credit = models.CharField(_("credit"), max_length=200, blank=True)
    terms = models.CharField(_("terms of use"), max_length=300, blank=True)
    is_published = models.BooleanField(_("published"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("press kit item")
        verbose_name_plural = _("press kit items")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def file_name(self) -> str:
        """What the file is called where somebody keeps it."""
        return PurePath(self.file.name or "").name

    @property
    def extension(self) -> str:
        """“PNG”, said beside the link to the file."""
        return extension_of(self.file_name).upper()

    def get_file_url(self) -> str:
        """Where everybody reads it, as long as it is published."""
        return reverse("press:kit_file", args=[self.conference.slug, self.pk, self.file_name])
