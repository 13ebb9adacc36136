"""Django's database settings from one ``postgresql://`` address."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def database_from_url(url: str, *, pool_max: int) -> dict[str, Any]:
    """The ``DATABASES`` entry for a libpq address (``postgresql://user:password@host:port/name``).

    A socket directory is given as ``?host=/run/postgresql``; other parameters go to libpq as they
    are. Raises ``ImproperlyConfigured`` for another engine: the promises are PostgreSQL's.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must be a postgresql:// address.")
    parameters = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parameters.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or parameters.pop("port", "")),
        "OPTIONS": parameters
        | {
            "pool": {"min_size": 1, "max_size": pool_max, "timeout": 10},
            "application_name": "colloque",
        },
    }
