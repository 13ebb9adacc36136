"""E-mail addresses as they are written and as they are compared."""

import contextlib
import unicodedata


def normal_email(email: str) -> str:
    """The address as it is written to: compatibility forms (full width, ligatures) made plain."""
    return unicodedata.normalize("NFKC", email).strip()


def email_key(email: str) -> str:
    """The address as it is compared: one person writes hers in many ways.

    Lower case, the domain as DNS knows it. Dots and “+tags” are kept: they differ at most hosts.
    """
    local, _, domain = normal_email(email).rpartition("@")
    # Where no host can have such a name, the form's validator says so to the person.
    with contextlib.suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    # PostgreSQL compares with its own lower(), which some folded letters do not survive.
    return f"{local}@{domain}".casefold().lower()


def masked_email(email: str) -> str:
    """Enough for its owner to recognise it: “a•••@example.org”."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}•••@{domain}"
