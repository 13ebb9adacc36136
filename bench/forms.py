"""Registrations through the form, alone and by sixteen at a time, beside what the disk can commit."""

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from demo.browser import Browser, Form, Page
from demo.job import EVENT, SECONDS_TO_FILL, Attendee, answers

from .place import PROXIED, Site, commits_per_second
from .table import Table

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
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: _open(site), range(count)))
    time.sleep(SECONDS_TO_FILL)
    gate = threading.Barrier(clients)
    shares = [opened[start::clients] for start in range(clients)]

    def send(share: list[tuple[Browser, Page, Form]]) -> None:
        gate.wait()
        for browser, page, form in share:
            _send(browser, page, form)

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(send, shares))
    return count / (time.perf_counter() - begun)


def _open(site: Site) -> tuple[Browser, Page, Form]:
    number = next(_numbers)
    # Each from an address of its own, as the rate limit would have it.
    visitor = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    browser = Browser(
        f"http://127.0.0.1:{site.port}",
        headers=PROXIED
        | {
            "Origin": f"https://127.0.0.1:{site.port}",
            "X-Forwarded-For": visitor,
            "X-Bench": str(number),
        },
        secure=True,
        follow=False,
    )
    page = browser.open(f"/fr/{EVENT}/register/")
    return browser, page, page.form("given_name", "family_name", "email")


def _send(browser: Browser, page: Page, form: Form) -> None:
    number = browser.headers["X-Bench"]
    person = Attendee("fr", "Ada", f"Mesure {number}", "Banc", "Essai", "FR")
    person.email = f"bench-{number}@example.org"
    answer = browser.send(page, form, answers(person, form.choices))
    if answer.status not in {302, 303}:
        raise RuntimeError(
            f"A registration was answered with {answer.status}:\n{answer.text[:4000]}"
        )
