"""How often the public form is taken from one place and for one person.

Counters in the cache, so they are approximate and gone with Redis; then the form stays open, and
the limits that matter (mails to one address, seats) are kept by the database.
"""

import hashlib
import ipaddress
import logging

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from registration.addresses import email_key

logger = logging.getLogger(__name__)
TEN_MINUTES, HOUR = 600, 3600


def is_too_often(request: HttpRequest, email: str) -> bool:
    """Count this form, and tell whether it is one too many from its sender or for its address."""
    counts = [
        ("network", network_of(request), settings.REGISTRATION_FORMS_PER_ADDRESS, TEN_MINUTES),
        ("email", email_key(email), settings.REGISTRATION_FORMS_PER_EMAIL, HOUR),
    ]
    # Every one is counted, whatever the others say.
    excesses = [count(kind, subject, seconds) > limit for kind, subject, limit, seconds in counts]
    return any(excesses)


def count(kind: str, subject: str, seconds: int) -> int:
    """How often ``subject`` has come in its window, this time included; 0 while Redis is away."""
    digest = hashlib.sha256(subject.encode()).hexdigest()
    key = f"registration:{kind}:{digest}"
    try:
        if cache.add(key, 1, seconds):
            return 1
        return cache.incr(key)
    except ValueError:
        return 1  # It expired between the two.
    except Exception as error:
        # Whatever cache is configured, its failure must not close registration.
        logger.warning("Registration is not throttled: %s", type(error).__name__)
        return 0


def network_of(request: HttpRequest) -> str:
    """The client's address; of IPv6 the /64, which one household holds."""
    try:
        address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    except (PermissionDenied, ValueError):
        return "unknown"
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
