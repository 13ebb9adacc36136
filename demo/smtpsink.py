"""A real SMTP server on loopback which delivers nothing: each message becomes a file to look at."""

import argparse
import contextlib
import itertools
import re
import signal
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from .process import free_port


class Keeper:
    """Keeps every message as an ``.eml`` file, whole or not at all.

    A test that wants a difficult server overrides one of aiosmtpd's hooks (``handle_RCPT``,
    ``handle_DATA``…) and calls ``keep`` for what it accepts.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._numbers = itertools.count(len(list(folder.glob("*.eml"))) + 1)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.keep(envelope)
        return "250 2.0.0 Kept"

    def keep(self, envelope: Envelope) -> Path:
        content = envelope.original_content or b""
        recipient = re.sub(r"[^\w.@+-]", "_", envelope.rcpt_tos[0])[:80]
        path = self.folder / f"{next(self._numbers):05d}-{recipient}.eml"
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(content)
        unfinished.rename(path)
        return path


@contextlib.contextmanager
def smtp_sink(keeper: Keeper, *, port: int = 0) -> Iterator[int]:
    """Listen on loopback while the block runs, and give the port."""
    controller = Controller(
        keeper,
        hostname="127.0.0.1",
        port=port or free_port(),
        ready_timeout=15.0,
        enable_SMTPUTF8=True,
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def messages(folder: Path) -> list[EmailMessage]:
    """Every message kept in ``folder``, the oldest first."""
    return [read(path) for path in sorted(folder.glob("*.eml"))]


def read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=modern)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, default=1025)
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: exit(0))
    with smtp_sink(Keeper(arguments.folder), port=arguments.port) as port:
        print(f"Keeping mail from 127.0.0.1:{port} in {arguments.folder}", flush=True)
        while True:
            signal.pause()


if __name__ == "__main__":
    main()
