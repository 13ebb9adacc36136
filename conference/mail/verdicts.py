"""What a failure means for a mail: try again soon, try again later, give up, or set aside."""

import random
import smtplib
import ssl
from dataclasses import dataclass
from datetime import timedelta

from .models import OutgoingMail

State = OutgoingMail.State

# Seconds before each next attempt; the last one is repeated.
SOON = (10, 30, 60, 300, 900)
LATER = (60, 300, 600, 1200, 1800)
# The server is busy, the mailbox is locked: codes that pass quickly (RFC 3463, Exchange).
PASSING = {421, 422, 431, 432, 442, 447, 452}
PATIENCE = timedelta(hours=72)
# How often the making of a mail may fail before somebody must look at it.
ATTEMPTS_TO_MAKE = 5


class Unmade(Exception):
    """A value or file that the mail cannot do without could not be made."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``error_class`` is for lists and figures, ``said`` for the person who must find out why."""

    state: OutgoingMail.State
    error_class: str
    said: str
    delays: tuple[int, ...] = SOON
    # Not about this mail: the next one would meet the same.
    server_is_away: bool = False
    # About this mail alone: after a few of these somebody must look at it.
    is_failure: bool = False
    spread: float = 0.25

    def delay(self, attempts: int) -> timedelta:
        """Until the next attempt, a little more than due so that many do not come at once."""
        seconds = self.delays[min(max(attempts, 1), len(self.delays)) - 1]
        return timedelta(seconds=seconds * random.uniform(1, 1 + self.spread))  # noqa: S311


def judge(error: Exception, *, opening: bool = False, failures: int = 0) -> Verdict:
    """What to do after ``error``, met while ``opening`` the connection or while sending, by a mail
    that had so many ``failures`` of its own before."""
    said = _said(error)
    match error:
        case Unmade():
            return _failure("unmade", said, failures)
        case smtplib.SMTPRecipientsRefused():
            code, _ = next(iter(error.recipients.values()))
            return _of_code(code, said)
        case smtplib.SMTPAuthenticationError():
            # Our account, not this mail: whoever changes the password should lose nothing.
            return _away(f"login {error.smtp_code}", said)
        case smtplib.SMTPSenderRefused() if error.smtp_code // 100 == 5 and error.smtp_code != 552:
            return _away(f"sender {error.smtp_code}", said)
        case smtplib.SMTPHeloError() | smtplib.SMTPConnectError():
            return _away(f"server {error.smtp_code}", said)
        case smtplib.SMTPResponseException() if opening:
            return _away(f"server {error.smtp_code}", said)
        case smtplib.SMTPResponseException():
            return _of_code(error.smtp_code, said)
        case smtplib.SMTPNotSupportedError() | ssl.SSLError():
            # STARTTLS is missing or fails: we wait rather than send in the clear.
            return _away("tls", said)
        # The library says “disconnected” also where the server was only too slow.
        case TimeoutError() | smtplib.SMTPServerDisconnected(__context__=TimeoutError()):
            return Verdict(State.RETRY, "timeout", said, server_is_away=opening)
        case OSError():
            return Verdict(State.RETRY, "connection", said, server_is_away=opening)
        case ValueError() | TypeError() | LookupError():
            return Verdict(State.QUARANTINED, "malformed", said)
    return _failure("unexpected", said, failures)


def _failure(error_class: str, said: str, failures: int) -> Verdict:
    state = State.QUARANTINED if failures + 1 >= ATTEMPTS_TO_MAKE else State.RETRY
    return Verdict(state, error_class, said, is_failure=True)


def _of_code(code: int, said: str) -> Verdict:
    """The server's answer about this very mail."""
    if code // 100 == 5:
        return Verdict(State.DEAD, str(code), said)
    if code == 432:
        # Exchange limits senders: come back, and not all together.
        return Verdict(State.RETRY, str(code), said, spread=3)
    return Verdict(State.RETRY, str(code), said, SOON if code in PASSING else LATER)


def _away(error_class: str, said: str) -> Verdict:
    delays = SOON if " 4" in error_class else LATER
    return Verdict(State.RETRY, error_class, said, delays, server_is_away=True)


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return _line(code, text)
    if isinstance(error, smtplib.SMTPResponseException):
        return _line(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}".replace("\x00", "")[:1000]


def _line(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {words}".replace("\x00", "")[:1000]
