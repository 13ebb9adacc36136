"""Seats: who may have one, and what is left to say about it.

PostgreSQL refuses the seat too many (``quota_is_never_oversold``); what stands here makes the
refusal polite, and keeps two registrations from waiting for each other: whoever takes or frees
seats locks the registration, then its ticket type, then the quotas by primary key.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from conference.models import Conference
from registration.models import Quota, Registration, Seat, TicketType
from registration.refusals import SoldOut


def hold_quotas_of(ticket_type: TicketType) -> None:
    """Let no quota join or leave the ticket type until the transaction ends.

    ``FOR SHARE``: people who register do not wait for each other here, they wait for whoever
    changes the ticket type's quotas (the triggers ``seats_follow_quotas`` lock the same row).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM registration_tickettype WHERE id = %s FOR SHARE", [ticket_type.pk]
        )


def lock_quotas(ticket_type: TicketType) -> list[Quota]:
    """Every quota of the ticket type, locked until the transaction ends, in primary-key order.

    ``FOR NO KEY UPDATE``: a new seat's foreign key holds a share of the same row's key.
    """
    hold_quotas_of(ticket_type)
    return list(ticket_type.quotas.order_by("pk").select_for_update(of=("self",), no_key=True))


def require_seats(quotas: Iterable[Quota]) -> None:
    """Raise ``SoldOut`` when one of ``quotas`` is full."""
    if any(quota.left < 1 for quota in quotas):
        raise SoldOut


def take_seats(registration: Registration, quotas: list[Quota]) -> None:
    """Take one seat in each of ``quotas``, which this transaction has locked, or raise ``SoldOut``."""
    require_seats(quotas)
    Seat.objects.bulk_create([Seat(registration=registration, quota=quota) for quota in quotas])


def free_seats(registration: Registration) -> None:
    """Give back every seat of the registration, locking its quotas in the common order first."""
    hold_quotas_of(registration.ticket_type)
    held = Q(ticket_types=registration.ticket_type) | Q(seats__registration=registration)
    ids = Quota.objects.filter(held).values_list("pk", flat=True)
    list(Quota.objects.filter(pk__in=list(ids)).order_by("pk").select_for_update(no_key=True))
    registration.seats.all().delete()


# --- What to say of it -------------------------------------------------------------------------


FEW_SEATS = 20


class OfferState(StrEnum):
    OPEN = "open"
    FEW = "few"
    NOT_YET = "not-yet"
    CLOSED = "closed"
    SOLD_OUT = "sold-out"


@dataclass(frozen=True, slots=True)
class Offer:
    """One ticket type as the site offers it at this moment."""

    ticket_type: TicketType
    state: OfferState
    left: int | None  # None where no quota limits it

    @property
    def is_open(self) -> bool:
        return self.state in (OfferState.OPEN, OfferState.FEW)

    @property
    def needs_approval(self) -> bool:
        return self.ticket_type.approval != TicketType.Approval.AUTOMATIC


def offers(conference: Conference) -> list[Offer]:
    """What the site offers, in order: two queries, whatever their number."""
    types = (
        conference.ticket_types.public()
        .exclude(approval=TicketType.Approval.INVITATION)
        .in_order()
        .prefetch_related("quotas")
    )
    return [offer_of(ticket_type, conference) for ticket_type in types]


def offer_of(ticket_type: TicketType, conference: Conference) -> Offer:
    ticket_type.conference = conference
    left = min((quota.left for quota in ticket_type.quotas.all()), default=None)
    if not ticket_type.is_open():
        later = ticket_type.opens_at and ticket_type.opens_at > timezone.now()
        return Offer(ticket_type, OfferState.NOT_YET if later else OfferState.CLOSED, left)
    if left is None or left > FEW_SEATS:
        return Offer(ticket_type, OfferState.OPEN, left)
    return Offer(ticket_type, OfferState.FEW if left > 0 else OfferState.SOLD_OUT, left)


@dataclass(frozen=True, slots=True)
class Call:
    """Whether one can register, for the whole conference, and until when that is true."""

    state: OfferState
    offers: list[Offer]
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    changes_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state in (OfferState.OPEN, OfferState.FEW)


def call(conference: Conference) -> Call:
    """The state of registration: open as soon as one ticket type is, sold out before closed."""
    found = offers(conference)
    now = timezone.now()
    types = [offer.ticket_type for offer in found]
    opens = [kind.opens_at for kind in types if kind.opens_at and kind.opens_at > now]
    closes = [kind.closes_at for kind in types if kind.closes_at and kind.closes_at > now]
    states = {offer.state for offer in found}
    order = [OfferState.OPEN, OfferState.FEW, OfferState.SOLD_OUT, OfferState.NOT_YET]
    return Call(
        state=next((state for state in order if state in states), OfferState.CLOSED),
        offers=found,
        opens_at=min(opens, default=None),
        closes_at=max(
            (kind.closes_at for kind in types if kind.closes_at and kind.is_open()), default=None
        ),
        changes_at=min([*opens, *closes], default=None),
    )
