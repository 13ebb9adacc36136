"""How often something is asked for from one place or for one person.

Counters in the cache, so they are approximate and gone with Redis; then everything stays open.
What must never be exceeded is kept by the database.
"""

import hashlib
import ipaddress
import logging

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

logger = logging.getLogger(__name__)


def count(kind: str, subject: str, seconds: int) -> int:
    """How often ``subject`` has come in its window, this time included; 0 while Redis is away."""
    digest = hashlib.sha256(subject.encode()).hexdigest()
    key = f"{kind}:{digest}"
    try:
        if cache.add(key, 1, seconds):
            return 1
        return cache.incr(key)
    except ValueError:
        return 1  # It expired between the two.
    except Exception as error:
        # Whatever cache is configured, its failure must not close a page.
        logger.warning("%s is not throttled: %s", kind, type(error).__name__)
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
