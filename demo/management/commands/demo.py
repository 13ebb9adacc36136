"""``manage.py demo``: the reference event on line and the main job done; see ``make demo``."""

import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand

from demo import runner


class Command(BaseCommand):
    help = "Start everything, perform the main job once, print what was done, serve until Ctrl-C."
    # The database is not there yet.
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="end after the table")
        parser.add_argument("--forget", action="store_true", help="remove what earlier runs left")

    def handle(self, *args: Any, **options: Any) -> None:
        status = runner.forget() if options["forget"] else runner.run(once=options["once"])
        if status:
            sys.exit(status)
