"""Deliver what the outbox holds: claim a mail, make it, send it, write down what became of it.

Any number of relays may run on any number of hosts. A claim is a lease with a token that is new
each time: a relay that was thought dead and wakes up again can neither send nor overwrite.
"""

import contextlib
import logging
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.core.mail import EmailMultiAlternatives, mailers
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Case, F, Q, TextField, Value, When
from django.db.models.functions import Now
from django.utils import timezone

from . import heartbeat
from .composing import compose, time_limit
from .models import OutgoingMail
from .verdicts import PATIENCE, Verdict, judge

logger = logging.getLogger(__name__)
State = OutgoingMail.State

LEASE = timedelta(minutes=5)
# A worker that took the same mail and died this often was probably killed by it.
LEASES_TO_LOSE = 2
# Seconds for the whole dialogue about one mail: a server may not feed us a byte now and then.
SEND_LIMIT = 60.0
# Seconds that one run looks for more; short, so that a worker can be stopped politely.
RUN = 20.0
# Seconds for which a lane that was found empty is not looked at again.
QUIET = 1.0
# Many servers hang up after some hundred mails.
MAILS_PER_CONNECTION = 100


def run(seconds: float = RUN) -> bool:
    """Deliver until nothing is due (false) or the time is over (true: there may be more)."""
    heartbeat.beat()
    recover()
    expire()
    with contextlib.closing(Relay()) as relay:
        return relay.run(time.monotonic() + seconds)


def recover() -> None:
    """Give back what a dead worker held; what has cost two workers goes into quarantine."""
    is_last = Q(lost_leases__gte=LEASES_TO_LOSE - 1)
    OutgoingMail.objects.abandoned().update(
        state=Case(When(is_last, then=Value(State.QUARANTINED)), default=Value(State.RETRY)),
        text=_kept("text", is_last),
        html=_kept("html", is_last),
        lost_leases=F("lost_leases") + 1,
        lease_until=None,
        lease_token=None,
        next_attempt_at=Now(),
        last_error_class="lost",
        last_error="The worker that was sending this mail did not come back.",
    )


def expire() -> None:
    """Set aside what would come too late."""
    OutgoingMail.objects.too_late().update(
        state=State.EXPIRED,
        text=_kept("text"),
        html=_kept("html"),
    )


def claim(lane: Q) -> OutgoingMail | None:
    """Lease the next due mail of ``lane``; the attempt is counted before anything is done.

    One statement, and so one transaction: what another relay is claiming is skipped, not waited for.
    """
    due, values = _due(lane)
    claimed = OutgoingMail.objects.raw(
        f"""
        UPDATE mail_outgoingmail
        SET state = 'sending', attempts = attempts + 1, lease_token = %s,
            lease_until = now() + %s
        WHERE id = ({due} FOR UPDATE SKIP LOCKED)
        RETURNING *
        """,  # noqa: S608 (made by the ORM, with its values apart)
        [uuid.uuid4(), LEASE, *values],
    )
    return next(iter(claimed), None)


@lru_cache(maxsize=64)
def _due(lane: Q) -> tuple[str, tuple[Any, ...]]:
    """The statement that finds the next mail of ``lane``, and its values."""
    due = OutgoingMail.objects.due().filter(lane).order_by("next_attempt_at", "pk")
    return due.values("pk")[:1].query.sql_with_params()


class Relay:
    """One run: its connections, and the servers that it found to be away."""

    def __init__(self) -> None:
        self._connections: dict[str, Connection] = {}
        self._away: set[str] = set()
        self._stumbles: dict[str, int] = {}

    def run(self, until: float) -> bool:
        # Codes that expire first, then each mailer in turn: no confirmation waits for the end of
        # a mailing to the press.
        lanes = [Q(expires_at__isnull=False), *(Q(mailer=alias) for alias in mailers)]
        quiet = dict.fromkeys(range(len(lanes)), 0.0)
        while time.monotonic() < until:
            awake = [number for number in quiet if quiet[number] <= time.monotonic()]
            if not awake:
                return False
            for number in awake:
                mail = claim(lanes[number] & ~Q(mailer__in=sorted(self._away)))
                if mail is None:
                    quiet[number] = time.monotonic() + QUIET
                else:
                    self.deliver(mail)
        return True

    def deliver(self, mail: OutgoingMail) -> None:
        """Send a mail that was claimed; whatever happens is written into its row."""
        opening = False
        try:
            message = compose(mail)
            opening = True
            line = self._open(mail.mailer)
            opening = False
            if not _is_ours(mail):
                logger.warning("Mail %s was taken over by another worker", mail.pk)
                return
            line.send(message)
        except Exception as error:
            verdict = judge(error, opening=opening, failures=mail.failures)
            self._note_trouble(mail.mailer, error, verdict)
            _put_off(mail, verdict)
        else:
            self._stumbles[mail.mailer] = 0
            _settle(mail, state=State.SENT, sent_at=Now(), last_error_class="", last_error="")

    def close(self) -> None:
        for line in self._connections.values():
            line.close()

    def _open(self, alias: str) -> "Connection":
        line = self._connections.get(alias)
        if line is None or line.is_worn:
            if line is not None:
                line.close()
            line = self._connections[alias] = Connection(alias)
        line.open()
        return line

    def _note_trouble(self, alias: str, error: Exception, verdict: Verdict) -> None:
        """Leave alone for this run a server that is away or has hung up twice in a row."""
        hung_up = verdict.error_class in {"connection", "timeout", "421"}
        self._stumbles[alias] = self._stumbles.get(alias, 0) + 1 if hung_up else 0
        if verdict.server_is_away or self._stumbles[alias] >= 2:
            self._away.add(alias)
            logger.warning("The mail server for %s is left alone: %s", alias, verdict.error_class)
        if hung_up or verdict.server_is_away:
            line = self._connections.pop(alias, None)
            if line is not None:
                line.drop()


class Connection:
    """A connection to one mail server, used for many mails."""

    def __init__(self, alias: str) -> None:
        self._backend = mailers[alias]
        self._mails = 0

    @property
    def is_worn(self) -> bool:
        return self._mails >= MAILS_PER_CONNECTION

    def open(self) -> None:
        with time_limit(SEND_LIMIT):
            self._backend.open()

    def send(self, message: EmailMultiAlternatives) -> None:
        self._mails += 1
        with time_limit(SEND_LIMIT):
            self._backend.send_messages([message])

    def close(self) -> None:
        with contextlib.suppress(OSError), time_limit(SEND_LIMIT):
            self._backend.close()

    def drop(self) -> None:
        """Hang up without a word: after a failure the server may not answer any more."""
        for name in ("connection", "_partial_connection"):
            broken = getattr(self._backend, name, None)
            if broken is not None:
                setattr(self._backend, name, None)
                with contextlib.suppress(OSError):
                    broken.close()


def _is_ours(mail: OutgoingMail) -> bool:
    """Whether the lease holds, and for as long as the server may take."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM mail_outgoingmail WHERE id = %s AND state = 'sending'"
            " AND lease_token = %s AND lease_until > now() + make_interval(secs => %s)",
            [mail.pk, mail.lease_token, SEND_LIMIT],
        )
        return cursor.fetchone() is not None


def _put_off(mail: OutgoingMail, verdict: Verdict) -> None:
    state, delay = verdict.state, verdict.delay(mail.attempts)
    if state == State.RETRY and timezone.now() + delay > mail.queued_at + PATIENCE:
        state = State.DEAD
    if state != State.RETRY:
        # What the server said stays in the row: it may hold the address.
        logger.error(
            "Mail %s is %s after %d attempts: %s",
            mail.pk,
            state,
            mail.attempts,
            verdict.error_class,
        )
    _settle(
        mail,
        state=state,
        next_attempt_at=Now() + delay,
        last_error_class=verdict.error_class,
        last_error=verdict.said,
        failures=mail.failures + verdict.is_failure,
    )


def _settle(mail: OutgoingMail, *, state: OutgoingMail.State, **fields: Any) -> None:
    """Write down what became of a mail, unless its lease has gone to somebody else."""
    if mail.is_confidential and state not in State.waiting():
        fields |= {"text": "", "html": ""}

    def update() -> int:
        return OutgoingMail.objects.filter(
            pk=mail.pk, state=State.SENDING, lease_token=mail.lease_token
        ).update(state=state, lease_until=None, lease_token=None, **fields)

    if not _insist(update):
        logger.error("Mail %s became %s after its lease had passed", mail.pk, state)


def _insist(update: Callable[[], int]) -> int:
    """Run ``update``, also through a restart of the database: “sent” forgotten is a duplicate."""
    for pause in (0.1, 1.0, 5.0):
        try:
            return update()
        except (InterfaceError, OperationalError):
            if connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(pause)
    return update()


def _kept(field: str, is_over: Q | None = None) -> Case:
    """The column, but nothing where it is confidential and the mail will not be sent any more."""
    forgotten = When(is_over or Q(), is_confidential=True, then=Value(""))
    return Case(forgotten, default=F(field), output_field=TextField())
