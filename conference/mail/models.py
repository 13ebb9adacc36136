"""The outbox: one row for one mail to one person, written in the transaction that promises it."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from conference.models import Conference


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    # The database's clock decides here, for web server and workers may disagree by minutes.
    def due(self) -> Self:
        """To be sent now: queued or to be tried again, not before its time and not too late."""
        return self.filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=Now()),
            state__in=OutgoingMail.State.waiting(),
            next_attempt_at__lte=Now(),
        )

    def too_late(self) -> Self:
        return self.filter(state__in=OutgoingMail.State.waiting(), expires_at__lte=Now())

    def abandoned(self) -> Self:
        """Taken by a worker that was not heard of again."""
        return self.filter(state=OutgoingMail.State.SENDING, lease_until__lt=Now())

    def unsent(self) -> Self:
        return self.filter(state__in=[*OutgoingMail.State.waiting(), OutgoingMail.State.SENDING])


class OutgoingMail(models.Model):
    """One mail to one recipient, from queued to delivered."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Being sent")
        RETRY = "retry", _("To be tried again")
        SENT = "sent", _("Sent")
        DEAD = "dead", _("Refused")
        QUARANTINED = "quarantined", _("In quarantine")
        BOUNCED = "bounced", _("Returned")
        EXPIRED = "expired", _("Too late")

        @classmethod
        def waiting(cls) -> list["OutgoingMail.State"]:
            return [cls.QUEUED, cls.RETRY]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conference = models.ForeignKey(
        Conference,
        models.CASCADE,
        related_name="outgoing_mails",
        verbose_name=_("conference"),
        blank=True,
        null=True,
    )
    # The promise it keeps, such as “confirmed:42:v1”: the same promise is one row.
    dedupe_key = models.CharField(max_length=200, unique=True, null=True, editable=False)
    kind = models.CharField(_("kind"), max_length=100)
    mailer = models.CharField(_("mailer"), max_length=20, default="default")
    language = models.CharField(_("language"), max_length=2)
    to = models.EmailField(_("to"))
    from_email = models.CharField(_("from"), max_length=320)
    reply_to = models.CharField(_("replies to"), max_length=320, blank=True)
    subject = models.CharField(_("subject"), max_length=400)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    headers = models.JSONField(_("headers"), default=dict, blank=True)
    # Holds a code or another secret: shown to no staff, forgotten once it has left.
    is_confidential = models.BooleanField(_("confidential"), default=False)
    # Filled in at the last moment, so that no secret lies in this table: name → [provider, argument].
    late_values = models.JSONField(default=dict, blank=True)
    # Made at the last moment: [provider, argument] each.
    attachments = models.JSONField(_("attachments"), default=list, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # How often it could not be made. A server that is away is no fault of the mail.
    failures = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    # How often a worker took this mail and was never heard of again.
    lost_leases = models.PositiveSmallIntegerField(default=0)
    # Tried for three days from here.
    queued_at = models.DateTimeField(_("queued"), db_default=Now(), editable=False)
    next_attempt_at = models.DateTimeField(_("next attempt"), db_default=Now())
    # Not tried any more after this, as a login code that would come too late.
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    lease_until = models.DateTimeField(null=True, editable=False)
    lease_token = models.UUIDField(null=True, editable=False)
    last_error_class = models.CharField(_("last error"), max_length=60, blank=True)
    last_error = models.TextField(_("what the server said"), blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        ordering = ["-created_at", "pk"]
        # Nobody writes here but the outbox itself.
        default_permissions = ("view",)
        permissions = [("resend_outgoingmail", _("Can send a mail again"))]
        constraints = [
            models.CheckConstraint(
                name="outgoingmail_lease_while_sending",
                condition=Q(state="sending", lease_until__isnull=False, lease_token__isnull=False)
                | (~Q(state="sending") & Q(lease_until__isnull=True, lease_token__isnull=True)),
            ),
            models.CheckConstraint(
                name="outgoingmail_sent_has_its_time",
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="outgoingmail_due",
                fields=["mailer", "next_attempt_at", "id"],
                condition=Q(state__in=["queued", "retry"]),
            ),
            models.Index(
                name="outgoingmail_urgent",
                fields=["next_attempt_at", "id"],
                condition=Q(state__in=["queued", "retry"], expires_at__isnull=False),
            ),
            models.Index(
                name="outgoingmail_leased",
                fields=["lease_until"],
                condition=Q(state="sending"),
            ),
            models.Index(name="outgoingmail_newest", fields=["-created_at", "id"]),
            models.Index(name="outgoingmail_to", fields=["to", "-created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def message_id(self) -> str:
        """The same at every attempt, so that a duplicate is recognisable (RFC 5322 §3.6.4)."""
        domain = self.from_email.rpartition("@")[2].rstrip("> ") or "localhost"
        return f"<{self.pk}@{domain}>"
