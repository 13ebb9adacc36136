"""Wake the relay after a commit, and never let a broker that is away hold up the visitor."""

import logging
import time
from functools import cache

from django.db import transaction
from kombu import Connection
from kombu.pools import producers

logger = logging.getLogger(__name__)

# Seconds without another try after one that failed; beat wakes the relay meanwhile.
PAUSE = 10.0
# A worker waits for its broker and tries again; a visitor does neither.
IMPATIENT = {
    "socket_timeout": 1.0,
    "socket_connect_timeout": 1.0,
    "retry_on_timeout": False,
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    "connect_retries_timeout": 1.0,
}


class Nudge:
    """One per process."""

    def __init__(self) -> None:
        self.failures = 0
        self._quiet_until = 0.0

    def __call__(self) -> None:
        if time.monotonic() < self._quiet_until:
            return
        from .tasks import relay

        try:
            with producers[_broker()].acquire(block=True, timeout=1.0) as producer:
                # Late is worthless: by then beat has woken the relay.
                relay.apply_async(producer=producer, retry=False, expires=60)
        except Exception as error:
            self.failures += 1
            self._quiet_until = time.monotonic() + PAUSE
            logger.warning(
                "Could not wake the mail relay (%s, %d failures): mails wait for beat",
                type(error).__name__,
                self.failures,
            )


@cache
def _broker() -> Connection:
    from conference.celery import app

    return app.connection_for_write(transport_options=IMPATIENT)


nudge = Nudge()


def nudge_on_commit() -> None:
    """Wake the relay once per transaction, however many mails it writes."""
    waiting = transaction.get_connection().run_on_commit
    if not any(entry[1] is nudge for entry in waiting):
        transaction.on_commit(nudge, robust=True)
