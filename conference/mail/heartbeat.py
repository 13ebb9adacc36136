"""Whether a worker still takes care of the mail."""

import contextlib
import time

from django.core.cache import cache

_KEY = "mail.relay.heartbeat"
# Beat wakes the relay every 20 seconds.
SILENCE = 120.0


def beat() -> None:
    """Say that a worker is at work; a cache that is away is no reason not to send."""
    with contextlib.suppress(Exception):
        cache.set(_KEY, time.time(), timeout=None)


def is_silent() -> bool:
    """Whether the relay was heard of and then no more; no where nobody can tell."""
    last: float | None = None
    with contextlib.suppress(Exception):
        last = cache.get(_KEY)
    return last is not None and time.time() - last > SILENCE
