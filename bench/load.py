"""A load client: a few kept-alive connections, each asking again as soon as it is answered."""

import itertools
import selectors
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


class LoadError(Exception):
    """An answer that the measure cannot count."""


@dataclass
class Connection:
    """A place to ask from; whoever is hung up on (the server renews its processes) calls again."""

    port: int
    status: int
    line: socket.socket = field(init=False)
    request: bytes = b""
    buffer: bytearray = field(default_factory=bytearray)
    expected: int = 0

    def call(self) -> None:
        self.line = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> None:
        self.buffer.clear()
        self.expected = 0
        self.request = request
        self.line.sendall(request)

    def read(self) -> bool | None:
        """Take what has come: whether the answer is whole now, or nothing where none will come."""
        try:
            received = self.line.recv(262_144)
        except ConnectionResetError:
            received = b""
        if not received:
            return None
        self.buffer += received
        if not self.expected:
            head, end, _ = self.buffer.partition(b"\r\n\r\n")
            if not end:
                return False
            self.expected = len(head) + 4 + _length(head, self.status)
        return len(self.buffer) >= self.expected


def answers_per_second(
    port: int, requests: Iterable[bytes], *, connections: int, status: int, seconds: float
) -> float:
    """Send each of ``requests`` once it is somebody's turn, for so long at most."""
    waiting = iter(requests)
    answered, begun = 0, time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for request in itertools.islice(waiting, connections):
            client = Connection(port, status)
            client.call()
            selector.register(client.line, selectors.EVENT_READ, client)
            client.ask(request)
        while selector.get_map() and time.perf_counter() - begun < seconds:
            for key, _ in selector.select(1.0):
                client = key.data
                whole = client.read()
                if whole is False:
                    continue
                answered += bool(whole)
                following = next(waiting, None) if whole else client.request
                if whole is None or following is None:
                    selector.unregister(client.line)
                    client.line.close()
                if following is None:
                    continue
                if whole is None:
                    client.call()
                    selector.register(client.line, selectors.EVENT_READ, client)
                client.ask(following)
        spent = time.perf_counter() - begun
        for key in list(selector.get_map().values()):
            key.data.line.close()
    return answered / spent


def request_of(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def _length(head: bytearray, status: int) -> int:
    first, *lines = head.decode("latin-1").split("\r\n")
    if f" {status} " not in f"{first} ":
        raise LoadError(f"{first} instead of {status}")
    for line in lines:
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            return int(value)
    raise LoadError("an answer without its length")
