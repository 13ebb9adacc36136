"""Who comes: ticket types, seats that cannot be sold twice, and one registration a person."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries.fields import CountryField

from conference.codes import new_code
from conference.models import Conference, validate_accent
from conference.people import Person, validate_name, validate_plain_line
from conference.privacy.models import Notice
from conference.secrets import derive
from programme.models import Session

LANGUAGES = [("fr", _("French")), ("en", _("English"))]


class Quota(models.Model):
    """A number of seats, shared by ticket types or of one session.

    ``taken`` is moved by a trigger on ``Seat`` alone, and the check constraint is what refuses
    the seat too many, whatever path it comes by.
    """

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="quotas", verbose_name=_("conference")
    )
    session = models.OneToOneField(
        Session,
        models.CASCADE,
        related_name="quota",
        verbose_name=_("session"),
        null=True,
        blank=True,
    )
    name = models.CharField(_("name"), max_length=120)
    size = models.PositiveIntegerField(_("seats"))
    taken = models.PositiveIntegerField(_("taken"), default=0, editable=False)

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        ordering = ["conference", "pk"]
        constraints = [
            models.CheckConstraint(
                name="quota_is_never_oversold",
                condition=Q(taken__gte=0) & Q(taken__lte=F("size")),
                violation_error_message=_(
                    "More seats than that are taken already: close the registration, "
                    "or wait for cancellations."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def left(self) -> int:
        return self.size - self.taken


class TicketTypeQuerySet(models.QuerySet["TicketType"]):
    def public(self) -> Self:
        return self.filter(is_public=True)

    def in_order(self) -> Self:
        return self.order_by("position", "pk")


class TicketType(models.Model):
    """What a person registers for, with its window, its approval rule and its badge."""

    class Approval(models.TextChoices):
        AUTOMATIC = "automatic", _("Confirmed at once")
        STAFF = "staff", _("Confirmed by staff")
        DOMAIN = "domain", _("By e-mail domain")
        INVITATION = "invitation", _("By invitation only")

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="ticket_types", verbose_name=_("conference")
    )
    slug = models.SlugField(_("slug"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    description = models.CharField(_("description"), max_length=300, blank=True)
    opens_at = models.DateTimeField(_("registration opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("registration closes"), null=True, blank=True)
    approval = models.CharField(
        _("approval"), max_length=20, choices=Approval, default=Approval.AUTOMATIC
    )
    email_domains = ArrayField(
        models.CharField(max_length=100), verbose_name=_("e-mail domains"), default=list, blank=True
    )
    quotas = models.ManyToManyField(
        Quota, related_name="ticket_types", verbose_name=_("quotas"), blank=True
    )
    badge_role = models.CharField(_("role on the badge"), max_length=40)
    badge_colour = models.CharField(
        _("badge colour"), max_length=7, default="#1a4f8b", validators=[validate_accent]
    )
    is_public = models.BooleanField(_("offered on the site"), default=True)
    is_screened = models.BooleanField(_("access is screened"), default=False)
    price = models.DecimalField(_("price"), max_digits=8, decimal_places=2, default=0)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    vat_rate = models.DecimalField(_("VAT rate (%)"), max_digits=5, decimal_places=2, default=0)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = TicketTypeQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket type")
        verbose_name_plural = _("ticket types")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="tickettype_slug_in_conference", fields=["conference", "slug"]
            ),
            models.CheckConstraint(
                name="tickettype_closes_after_it_opens",
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                violation_error_message=_("Registration closes after it opens."),
            ),
            models.CheckConstraint(
                name="tickettype_domains_where_they_decide",
                condition=~Q(approval="domain") | ~Q(email_domains=[]),
                violation_error_message=_("Say which e-mail domains are accepted."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_open(self, at: datetime | None = None) -> bool:
        """Whether its window is open at that instant (now, unless told).

        A window without an end closes with the conference.
        """
        at = at or timezone.now()
        if self.opens_at and at < self.opens_at:
            return False
        return at < self.closes_at if self.closes_at else not self.conference.is_past


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def live(self) -> Self:
        """Neither cancelled, nor refused, nor expired: what a person may have once."""
        return self.filter(state__in=Registration.State.live())

    def confirmed(self) -> Self:
        return self.filter(state=Registration.State.CONFIRMED)

    def in_state_counts(self) -> dict[str, int]:
        """How many there are in each state."""
        counted = self.order_by().values_list("state").annotate(count=models.Count("pk"))
        return dict(counted)

    def for_badges(self) -> Self:
        return self.confirmed().select_related(
            "ticket_type__conference__host", "ticket_type__conference__venue"
        )


class Registration(Person):
    """One person at one conference.

    ``code`` is printed and read aloud; rights come from ``Secret`` alone.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        WAITING = "waiting", _("On the waiting list")
        OFFERED = "offered", _("Offered a seat")
        AWAITING_PAYMENT = "awaiting_payment", _("Awaiting payment")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Refused")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Expired")

        @classmethod
        def live(cls) -> list["Registration.State"]:
            return [cls.REQUESTED, cls.WAITING, cls.OFFERED, cls.AWAITING_PAYMENT, cls.CONFIRMED]

        @classmethod
        def seated(cls) -> list["Registration.State"]:
            """The states that hold a seat in every quota of the ticket type."""
            return [cls.OFFERED, cls.AWAITING_PAYMENT, cls.CONFIRMED]

    conference = models.ForeignKey(
        Conference, models.PROTECT, related_name="registrations", verbose_name=_("conference")
    )
    ticket_type = models.ForeignKey(
        TicketType, models.PROTECT, related_name="registrations", verbose_name=_("ticket type")
    )
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=12, default=new_code, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=20, choices=State, editable=False)
    email = models.EmailField(_("e-mail address"))
    # The address as it is compared: NFKC, lower case, the domain in ASCII (RFC 3490).
    email_key = models.EmailField(editable=False)
    organisation = models.CharField(
        _("organisation"), max_length=150, blank=True, validators=[validate_plain_line]
    )
    role_title = models.CharField(
        pgettext_lazy("of a person", "position"),
        max_length=150,
        blank=True,
        validators=[validate_plain_line],
    )
    country = CountryField(_("country"))
    badge_name = models.CharField(
        _("name on the badge"), max_length=120, validators=[validate_name]
    )
    badge_organisation = models.CharField(
        _("organisation on the badge"), max_length=150, blank=True, validators=[validate_plain_line]
    )
    needs = models.TextField(_("needs for access"), max_length=1000, blank=True)
    allows_photographs = models.BooleanField(_("agrees to photographs"), default=False)
    allows_photographs_at = models.DateTimeField(
        _("photographs answered"), null=True, blank=True, editable=False
    )
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)
    notice = models.ForeignKey(
        Notice,
        models.PROTECT,
        related_name="+",
        verbose_name=_("information notice"),
        null=True,
        blank=True,
        editable=False,
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="registrations",
        verbose_name=_("account"),
        null=True,
        blank=True,
        editable=False,
    )
    created_at = models.DateTimeField(_("registered"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    state_changed_at = models.DateTimeField(_("state since"), default=timezone.now, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["-created_at", "-pk"]
        permissions = [("print_badges", _("Can print badges"))]
        constraints = [
            models.UniqueConstraint(
                name="registration_one_live_per_person",
                fields=["conference", "email_key"],
                condition=Q(
                    state__in=[
                        "requested",
                        "waiting",
                        "offered",
                        "awaiting_payment",
                        "confirmed",
                    ]
                ),
                violation_error_message=_("This person is registered already."),
            ),
            models.CheckConstraint(
                name="registration_email_key_is_lower_case",
                condition=Q(email_key=Lower(F("email_key"))),
            ),
        ]
        indexes = [
            models.Index(name="registration_newest", fields=["-created_at", "-id"]),
            models.Index(
                name="registration_by_name",
                fields=["conference", "family_name", "given_name", "id"],
            ),
            models.Index(name="registration_by_state", fields=["conference", "state"]),
        ]

    def secret(self, purpose: "Secret.Purpose") -> str:
        """The secret in force for that purpose; ``Secret.DoesNotExist`` once it is revoked."""
        return self.secrets.in_force().get(purpose=purpose).reveal()


class Submission(models.Model):
    """One rendered form that was answered, and the registration that it led to.

    Kept for somebody who was registered already as well: the same form sent twice gets the same
    answer, another one under its key is refused, and neither tells who was known.
    """

    key = models.UUIDField(primary_key=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="submissions", verbose_name=_("registration")
    )
    created_at = models.DateTimeField(_("sent"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("form sent")
        verbose_name_plural = _("forms sent")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.key)


class Seat(models.Model):
    """One taken seat of one quota; adding or deleting it moves ``Quota.taken``."""

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="seats", verbose_name=_("registration")
    )
    quota = models.ForeignKey(Quota, models.PROTECT, related_name="seats", verbose_name=_("quota"))
    taken_at = models.DateTimeField(_("taken"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = [
            models.UniqueConstraint(
                name="seat_once_per_registration", fields=["registration", "quota"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quota} · {self.registration_id}"


class SecretQuerySet(models.QuerySet["Secret"]):
    def in_force(self) -> Self:
        return self.filter(revoked_at__isnull=True)


class Secret(models.Model):
    """What opens one thing for its holder: only a digest is kept, never the secret itself."""

    class Purpose(models.TextChoices):
        MANAGE = "manage", _("Private link")
        TICKET = "ticket", _("Ticket code")
        BADGE = "badge", _("Badge code")

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="secrets", verbose_name=_("registration")
    )
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    # With the key of the installation it makes the secret again (conference/secrets.py).
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    digest = models.CharField(
        max_length=64, unique=True, editable=False, validators=[RegexValidator(r"^[0-9a-f]{64}\Z")]
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = SecretQuerySet.as_manager()

    class Meta:
        verbose_name = _("secret")
        verbose_name_plural = _("secrets")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="secret_one_in_force",
                fields=["registration", "purpose"],
                condition=Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.pk}"

    def reveal(self) -> str:
        """The secret itself, made again from its nonce and the installation's key."""
        return derive(self.purpose, self.nonce, self.digest)
