"""Registrations through the form, alone and by sixteen at a time, beside what the disk can commit."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from demo.browser import Browser
from demo.job import EVENT, SECONDS_TO_FILL, Attendee, answers

from .load import answers_per_second, request_of
from .place import PROXIED, Site, commits_per_second
from .table import Table

PATH = f"/fr/{EVENT}/register/"
_numbers = itertools.count(1)


def measure(site: Site, table: Table) -> None:
    for clients, count in ((1, 60), (16, 320)):
        rate = registrations_per_second(site, clients, count)
        table.add(
            f"registrations, {clients} client{'s' if clients > 1 else ''}",
            rate,
            "/s",
            against=commits_per_second(site.env, clients),
            yardstick="commits/s",
            aim="≥ 50/s" if clients > 1 else "",
        )


def registrations_per_second(site: Site, clients: int, count: int) -> float:
    """Open every form first, wait as long as a person takes, then send them all."""
    with ThreadPoolExecutor(4) as pool:
        requests = list(pool.map(lambda _: _filled(site), range(count)))
    time.sleep(SECONDS_TO_FILL)
    return answers_per_second(site.port, requests, connections=clients, status=302, seconds=120.0)


def _filled(site: Site) -> bytes:
    """A form, opened and filled in by somebody, ready to be sent."""
    number = next(_numbers)
    # Each from an address of its own, as the rate limit would have it.
    visitor = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    headers = PROXIED | {"Host": f"127.0.0.1:{site.port}", "X-Forwarded-For": visitor}
    page = Browser(f"http://127.0.0.1:{site.port}", headers=headers).open(PATH)
    form = page.form("given_name", "family_name", "email")
    person = Attendee("fr", "Ada", f"Mesure {number}", "Banc", "Essai", "FR")
    person.email = f"bench-{number}@example.org"
    filled = dict(form.fields) | answers(person, form.choices)
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    sent = {
        "Cookie": cookie,
        "Origin": f"https://127.0.0.1:{site.port}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return request_of("POST", PATH, headers | sent, urlencode(filled, doseq=True).encode())
