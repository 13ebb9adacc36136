"""A load client: a few kept-alive connections, each asking again as soon as it is answered."""

import selectors
import socket
import time
from dataclasses import dataclass, field


class LoadError(Exception):
    """An answer that the measure cannot count."""


@dataclass
class Connection:
    """A place to ask from; whoever is hung up on (the server renews its processes) calls again."""

    port: int
    path: str
    request: bytes
    line: socket.socket = field(init=False)
    buffer: bytearray = field(default_factory=bytearray)
    expected: int = 0

    def call(self) -> None:
        self.line = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer.clear()
        self.expected = 0
        self.ask()

    def ask(self) -> None:
        self.line.sendall(self.request)

    def read(self) -> bool | None:
        """Take what has come: whether the answer is whole now, or nothing where it will not come."""
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
            self.expected = len(head) + 4 + _length(head, self.path)
        if len(self.buffer) < self.expected:
            return False
        self.buffer.clear()
        self.expected = 0
        return True


def requests_per_second(
    port: int, path: str, *, headers: dict[str, str], connections: int = 8, seconds: float = 4.0
) -> float:
    """How many whole answers with status 200 came back a second."""
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            client = Connection(port, path, request)
            client.call()
            selector.register(client.line, selectors.EVENT_READ, client)
        answered, begun = 0, time.perf_counter()
        while (spent := time.perf_counter() - begun) < seconds:
            for key, _ in selector.select(1.0):
                client = key.data
                whole = client.read()
                if whole is None:
                    selector.unregister(client.line)
                    client.line.close()
                    client.call()
                    selector.register(client.line, selectors.EVENT_READ, client)
                elif whole:
                    answered += 1
                    client.ask()
        for key in list(selector.get_map().values()):
            key.data.line.close()
    return answered / spent


def _length(head: bytearray, path: str) -> int:
    status, *lines = head.decode("latin-1").split("\r\n")
    if " 200 " not in status + " ":
        raise LoadError(f"{path}: {status}")
    for line in lines:
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            return int(value)
    raise LoadError(f"{path}: an answer without its length")
