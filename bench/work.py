"""What happens behind the pages: mails, badges, a large programme and its booklet."""

import json

from .pages import measure_kept
from .place import LARGE, LARGE_PAGES, Site, inside
from .table import Table


def measure_mails(site: Site, table: Table) -> None:
    rates = json.loads(inside(site.env, "mails", "600"))
    table.add(
        "mails through the relay",
        rates["relay"],
        "/s",
        against=rates["smtplib"],
        yardstick="/s by smtplib",
        aim="≥ 100/s",
    )


def measure_badges(site: Site, table: Table) -> None:
    rates = json.loads(inside(site.env, "badges", "300"))
    table.add("badges on one core", rates["badges"], "/s", aim="≥ 90/s")


def measure_programme(site: Site, table: Table) -> None:
    """500 sessions and 1,000 speakers: published, drawn for the first time, then kept."""
    spent = json.loads(inside(site.env, "programme", "0"))
    table.add("publishing 500 sessions", spent.pop("publish"), "s", aim="< 3 s", digits=2)
    for name, milliseconds in spent.items():
        table.add(f"{name}, first rendering", milliseconds, "ms of processor", aim="< 400 ms")
    paths = {name: f"/fr/{LARGE}/{path}" for name, path in LARGE_PAGES.items()}
    measure_kept(site, table, paths)


def measure_booklet(site: Site, table: Table) -> None:
    drawn = json.loads(inside(site.env, "booklet", "0"))
    table.add(f"booklet of 500 sessions ({drawn['pages']:.0f} pages)", drawn["seconds"], "s")
    table.add("… memory at most", drawn["megabytes"], "MB")
