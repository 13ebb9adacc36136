"""Mail servers of every temper."""

import contextlib
import re
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

from demo import smtpsink
from demo.smtpsink import Keeper

IDENTIFIER = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.MULTILINE | re.IGNORECASE)


class Sink(Keeper):
    """Keeps what comes, after the answers it was told to give first."""

    def __init__(self, folder: Path, **answers: list[str]) -> None:
        super().__init__(folder)
        self.answers = answers
        self.port = 0
        self.hellos = 0

    def _answer(self, command: str) -> str | None:
        waiting = self.answers.get(command)
        return waiting.pop(0) or None if waiting else None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.hellos += 1
        session.host_name = hostname
        answer = self._answer("EHLO")
        return [answer] if answer else responses

    async def handle_HELO(self, server, session, envelope, hostname):
        session.host_name = hostname
        return self._answer("HELO") or "250 hello"

    async def handle_MAIL(self, server, session, envelope, address, options):
        answer = self._answer("MAIL")
        if answer is None:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self._answer("RCPT")
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        answer = self._answer("DATA")
        if answer == "hang up":
            server.transport.close()
            return "421 bye"
        if answer is None:
            self.keep(envelope)
        return answer or "250 OK"

    @property
    def messages(self) -> list[EmailMessage]:
        return smtpsink.messages(self.folder)

    @property
    def identifiers(self) -> Counter[str]:
        """How many mails came under each Message-ID; read in haste, for there may be hundreds."""
        found = (IDENTIFIER.search(path.read_bytes()) for path in self.folder.glob("*.eml"))
        return Counter(match[1].decode() for match in found if match)


@contextlib.contextmanager
def plain_server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does just what ``talk`` does with each connection; gives its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    open_sockets = [listener]

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                open_sockets.append(client)
                threading.Thread(target=guarded, args=(client,), daemon=True).start()

    def guarded(client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            talk(client)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        for each in open_sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        thread.join(5)
