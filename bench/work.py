"""What happens behind the pages: mails and badges."""

import json

from .place import Site, inside
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
