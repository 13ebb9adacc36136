"""How often the public form is taken from one place and for one person.

Counters in the cache, so they are approximate and gone with Redis; then the form stays open, and
the limits that matter (mails to one address, seats) are kept by the database.
"""

from django.conf import settings
from django.http import HttpRequest

from conference.throttle import count, network_of
from registration.addresses import email_key

TEN_MINUTES, HOUR = 600, 3600


def is_too_often(request: HttpRequest, email: str) -> bool:
    """Count this form, and tell whether it is one too many from its sender or for its address."""
    counts = [
        (
            "registration:network",
            network_of(request),
            settings.REGISTRATION_FORMS_PER_ADDRESS,
            TEN_MINUTES,
        ),
        ("registration:email", email_key(email), settings.REGISTRATION_FORMS_PER_EMAIL, HOUR),
    ]
    # Every one is counted, whatever the others say.
    excesses = [count(kind, subject, seconds) > limit for kind, subject, limit, seconds in counts]
    return any(excesses)
