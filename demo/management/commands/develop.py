"""``manage.py develop``: the development server, reloading, with all it needs; see ``make run``."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from demo import runner


class Command(BaseCommand):
    help = "Start PostgreSQL, Valkey, a worker and a mail sink, then the development server."
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="first port to try")

    def handle(self, *args: Any, **options: Any) -> None:
        raise SystemExit(runner.develop(port=options["port"]))
