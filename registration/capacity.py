"""Seats: who may have one, and what is left to say about it.

PostgreSQL refuses the seat too many (``quota_is_never_oversold``); what stands here makes the
refusal polite, and keeps two registrations from waiting for each other.
"""

from collections.abc import Iterable

from django.db.models import Q

from registration.models import Quota, Registration, Seat, TicketType
from registration.refusals import SoldOut


def lock_quotas(ticket_type: TicketType) -> list[Quota]:
    """Every quota of the ticket type, locked until the transaction ends, in primary-key order.

    ``FOR NO KEY UPDATE``: a new seat's foreign key holds a share of the same row's key.
    """
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
    held = Q(ticket_types=registration.ticket_type) | Q(seats__registration=registration)
    ids = Quota.objects.filter(held).values_list("pk", flat=True)
    list(Quota.objects.filter(pk__in=list(ids)).order_by("pk").select_for_update(no_key=True))
    registration.seats.all().delete()
