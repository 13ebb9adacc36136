"""Secrets that can be mailed again and are nowhere stored.

A secret is the HMAC of a random nonce under the installation's ``LINK_KEY``; the database keeps
the nonce and a digest of the secret. Who reads the database cannot make the secret, who has the
key can, and a secret that was handed out keeps working when the key is turned: its digest stays.
"""

import base64
import hashlib
import hmac
from uuid import UUID

from django.conf import settings


def derive(purpose: str, nonce: UUID, digest: str = "") -> str:
    """The secret (32 characters, 192 bits) of ``nonce``; with ``digest``, by the key that made it.

    Raises ``LookupError`` when no known key makes a secret of that digest.
    """
    for key in [settings.LINK_KEY, *settings.LINK_KEY_FALLBACKS]:
        mac = hmac.digest(key.encode(), f"{purpose}:{nonce}".encode(), hashlib.sha256)
        secret = base64.urlsafe_b64encode(mac[:24]).decode()
        if not digest or hmac.compare_digest(digest_of(secret), digest):
            return secret
    raise LookupError("The key that made this secret is not among LINK_KEY_FALLBACKS.")


def digest_of(secret: str) -> str:
    """What is stored and looked up in its place (SHA-256, hexadecimal)."""
    return hashlib.sha256(secret.encode()).hexdigest()
