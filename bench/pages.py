"""Public pages, against the same server sending the same bytes as a static answer."""

import http.client
import itertools
from collections.abc import Mapping

from demo.job import EVENT

from .load import answers_per_second, request_of
from .place import PROXIED, Site, static_answer
from .table import Table

PAGES = {
    "home page": f"/fr/{EVENT}/",
    "programme page": f"/fr/{EVENT}/schedule/",
}
ROUNDS = 3


def measure(site: Site, table: Table) -> None:
    measure_kept(site, table, PAGES)


def measure_kept(site: Site, table: Table, pages: Mapping[str, str]) -> None:
    for name, path in pages.items():
        headers, body = _answer(site.port, path)
        with static_answer(site.env, headers, body) as plain:
            pairs = [(_rate(site.port, path), _rate(plain, path)) for _ in range(ROUNDS)]
        ours, against = sorted(pairs, key=lambda pair: pair[0] / pair[1])[ROUNDS // 2]
        table.add(
            f"{name} ({len(body) / 1000:.0f} kB)",
            ours,
            "requests/s",
            against=against,
            yardstick="static/s",
            aim="≥ 50 %",
        )


def _rate(port: int, path: str) -> float:
    requests = itertools.repeat(request_of("GET", path, PROXIED))
    return answers_per_second(port, requests, connections=8, status=200, seconds=3.0)


def _answer(port: int, path: str) -> tuple[str, bytes]:
    """What the page answers once it is warm."""
    for _ in range(2):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path, headers=PROXIED)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    hop = {"connection", "date", "server", "transfer-encoding", "keep-alive"}
    lines = [f"{key}: {value}" for key, value in answer.getheaders() if key.lower() not in hop]
    return "\n".join(lines), body
