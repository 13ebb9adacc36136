"""Typed reading of the environment, with ``NAME_FILE`` naming a file that holds the value."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def env(name: str, default: str = "") -> str:
    """The value of ``name``, or the content of the file named by ``name_FILE``, or ``default``."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def env_bool(name: str, default: bool = False) -> bool:
    """A yes or no; anything that is neither raises ``ImproperlyConfigured``."""
    value = env(name, str(default)).strip().lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} is a yes or a no (1 or 0), not {value!r}.")
    return value in TRUE


def env_int(name: str, default: int) -> int:
    """A whole number, or ``ImproperlyConfigured``."""
    value = env(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is a whole number, not {value!r}.") from None


def env_list(name: str, default: str = "") -> list[str]:
    """Values separated by commas; empty ones are dropped."""
    return [item.strip() for item in env(name, default).split(",") if item.strip()]
