"""From a row to a message, with what is made at the last moment."""

import contextlib
import logging
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext, ngettext

from . import late, parts
from .models import OutgoingMail
from .parts import File
from .verdicts import Unmade

logger = logging.getLogger(__name__)

# Seconds that one file may take.
FILE_LIMIT = 30.0
# Bytes of all files together; with more, many servers refuse the whole mail.
SIZE_LIMIT = 8_000_000


class TimeLimit(TimeoutError):
    pass


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise ``TimeLimit`` where the block takes longer; only in a process's main thread, where
    Celery's prefork workers run their tasks."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def strike(number: int, frame: FrameType | None) -> None:
        raise TimeLimit(f"not done within {seconds:.0f} s")

    previous = signal.signal(signal.SIGALRM, strike)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def compose(mail: OutgoingMail) -> EmailMultiAlternatives:
    """The message as it leaves now; a file that cannot be made is replaced by a line that says so.

    Raises ``Unmade`` where a late value is missing, for without its link a mail is of no use.
    """
    values = {name: _value(*part) for name, part in mail.late_values.items()}
    files, missing = _files(mail)
    note = _note(mail, missing) if missing else ""
    message = EmailMultiAlternatives(
        mail.subject,
        late.text_with(mail, values, note),
        mail.from_email,
        [mail.to],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={
            **mail.headers,
            "Message-ID": mail.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": mail.language,
        },
        attachments=[(file.name, file.content, file.mimetype) for file in files],
    )
    if mail.html:
        message.attach_alternative(late.html_with(mail, values, note), "text/html")
    return message


def _value(provider: str, argument: str) -> str:
    try:
        return parts.value_maker(provider)(argument)
    except Exception as error:
        raise Unmade(f"{provider}: {type(error).__name__}: {error}") from error


def _files(mail: OutgoingMail) -> tuple[list[File], int]:
    """The files that could be made, and how many could not."""
    made: list[File] = []
    for provider, argument in mail.attachments:
        try:
            file = _file(mail, provider, argument)
            if sum(len(each.content) for each in [*made, file]) > SIZE_LIMIT:
                raise ValueError(f"{len(file.content)} bytes are too many for a mail")
        except Exception as error:
            logger.exception("Mail %s leaves without %s", mail.pk, provider, exc_info=error)
        else:
            made.append(file)
    return made, len(mail.attachments) - len(made)


def _file(mail: OutgoingMail, provider: str, argument: str) -> File:
    try:
        with time_limit(FILE_LIMIT), translation.override(mail.language):
            return parts.file_maker(provider)(argument)
    except TimeLimit:
        # It may have been struck in the middle of a query.
        if not connection.in_atomic_block:
            connection.close()
        raise


def _note(mail: OutgoingMail, missing: int) -> str:
    with translation.override(mail.language):
        if mail.late_values:
            return ngettext(
                "A file could not be attached to this message. The link in it gives you the file.",
                "Some files could not be attached to this message. The link in it gives them to you.",
                missing,
            )
        return gettext("A file could not be attached to this message. Please ask us for it.")


def preview(mail: OutgoingMail) -> dict[str, Any]:
    """Both parts as staff may read them: late values are named, never found."""
    names = {name: f"[{name.replace('_', ' ')}]" for name in mail.late_values}
    return {"text": late.text_with(mail, names), "html": late.html_with(mail, names)}
