"""Whether mail goes out, for the dashboard and for whoever watches over the installation."""

import contextlib
import time
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Count, Min, Q

from .models import OutgoingMail

_KEY = "mail.relay.heartbeat"
# Beat wakes the relay every 20 seconds.
SILENCE = 120.0
State = OutgoingMail.State


def beat() -> None:
    """Say that a worker is at work; a cache that is away is no reason not to send."""
    with contextlib.suppress(Exception):
        cache.set(_KEY, time.time(), timeout=None)


@dataclass(frozen=True, slots=True)
class Figures:
    """``relay_is_alive`` is ``None`` where nobody can tell, for the cache is away or was emptied."""

    waiting: int
    oldest_waiting: datetime | None
    refused: int
    in_quarantine: int
    relay_is_alive: bool | None


def figures() -> Figures:
    """One query, however many mails there are."""
    unsent = Q(state__in=[*State.waiting(), State.SENDING])
    counted = OutgoingMail.objects.exclude(state=State.SENT).aggregate(
        waiting=Count("pk", filter=unsent),
        oldest_waiting=Min("queued_at", filter=unsent),
        refused=Count("pk", filter=Q(state=State.DEAD)),
        in_quarantine=Count("pk", filter=Q(state=State.QUARANTINED)),
    )
    return Figures(**counted, relay_is_alive=_is_alive())


def _is_alive() -> bool | None:
    last: float | None = None
    with contextlib.suppress(Exception):
        last = cache.get(_KEY)
    return None if last is None else time.time() - last < SILENCE
