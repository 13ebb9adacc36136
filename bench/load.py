"""A load client: a few kept-alive connections, each asking again as soon as it is answered."""

import selectors
import socket
import time
from dataclasses import dataclass


class LoadError(Exception):
    """An answer that the measure cannot count."""


@dataclass
class Connection:
    socket: socket.socket
    buffer: bytearray
    expected: int = 0


def requests_per_second(
    port: int, path: str, *, headers: dict[str, str], connections: int = 8, seconds: float = 4.0
) -> float:
    """How many whole answers with status 200 came back a second."""
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    with selectors.DefaultSelector() as selector:
        clients = [_connect(port) for _ in range(connections)]
        for client in clients:
            selector.register(client.socket, selectors.EVENT_READ, client)
            client.socket.sendall(request)
        answered, begun = 0, time.perf_counter()
        while (spent := time.perf_counter() - begun) < seconds:
            for key, _ in selector.select(1.0):
                client = key.data
                if _read(client, path):
                    answered += 1
                    client.socket.sendall(request)
        for client in clients:
            client.socket.close()
    return answered / spent


def _connect(port: int) -> Connection:
    client = socket.create_connection(("127.0.0.1", port), timeout=10)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Connection(client, bytearray())


def _read(client: Connection, path: str) -> bool:
    """Take what has come; whether the answer is whole now."""
    received = client.socket.recv(262_144)
    if not received:
        raise LoadError(f"{path}: the server closed the connection")
    client.buffer += received
    if not client.expected:
        head, end, _ = client.buffer.partition(b"\r\n\r\n")
        if not end:
            return False
        client.expected = len(head) + 4 + _length(head, path)
    if len(client.buffer) < client.expected:
        return False
    client.buffer.clear()
    client.expected = 0
    return True


def _length(head: bytearray, path: str) -> int:
    status, *lines = head.decode("latin-1").split("\r\n")
    if " 200 " not in status + " ":
        raise LoadError(f"{path}: {status}")
    for line in lines:
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            return int(value)
    raise LoadError(f"{path}: an answer without its length")
