"""Figures that must agree and are kept in different places."""

from datetime import timedelta

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from conference.mail.models import OutgoingMail
from registration.models import Quota, Registration, Seat, TicketType

State = Registration.State
# Younger than anything that retention has thrown away.
RECENT = timedelta(days=7)
TicketQuota = TicketType.quotas.through


def drift() -> dict[str, int]:
    """How many rows of each kind disagree; all zero, or something is wrong."""
    seats = Seat.objects.filter(registration=OuterRef("pk"))
    # A session's own quota belongs to no ticket type.
    astray = seats.filter(quota__session=None).exclude(
        quota__ticket_types=OuterRef(OuterRef("ticket_type"))
    )
    wanted = TicketQuota.objects.filter(tickettype=OuterRef("ticket_type"))
    unseated = wanted.exclude(
        quota__in=Seat.objects.filter(registration=OuterRef(OuterRef("pk"))).values("quota")
    )
    promise = OutgoingMail.objects.filter(
        dedupe_key=Concat(
            Value("confirmed:"),
            Cast(OuterRef("pk"), CharField()),
            Value(":v1"),
            output_field=CharField(),
        )
    )
    confirmed_lately = Registration.objects.confirmed().filter(
        state_changed_at__gt=timezone.now() - RECENT, created_at__gt=timezone.now() - RECENT
    )
    return {
        "quotas_miscounted": Quota.objects.annotate(counted=Count("seats"))
        .exclude(taken=F("counted"))
        .count(),
        "seated_without_seat": Registration.objects.filter(state__in=State.seated())
        .filter(Exists(unseated))
        .count(),
        "seats_without_right": Registration.objects.filter(
            (~Q(state__in=State.seated()) & Exists(seats)) | Exists(astray)
        ).count(),
        "confirmed_without_mail": confirmed_lately.exclude(Exists(promise)).count(),
    }
