"""``manage.py load_demo``: the reference event into the database, as often as one likes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from demo import loader
from demo.reader import DataError


class Command(BaseCommand):
    help = "Load the reference event, its invented attendees and press, and the demo accounts."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            tally = loader.load()
        except DataError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{tally['added']} rows added, {tally['changed']} changed, {tally['kept']} kept."
        )
