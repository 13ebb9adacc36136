"""The way back in for the last administrator, from the host itself."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from conference.accounts import services
from conference.accounts.models import User


class Command(BaseCommand):
    help = "Forgets the second factor of an account; its owner is told and sets up another one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address that the person signs in with")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email=email.lower()).first()
        if user is None:
            raise CommandError(f"No account has the address {email}.")
        services.reset_second_factor(user)
        self.stdout.write(f"Done. {user.email} sets up a second factor at the next sign-in.")
