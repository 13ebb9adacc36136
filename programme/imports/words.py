"""The words that files have for kinds, roles, languages, yes and no."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.utils import translation
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from programme.models import Participation, Session

KINDS = {
    "keynote": "plenary",
    "talk": "lecture",
    "presentation": "lecture",
    "exposé": "lecture",
    "tutorial": "workshop",
    "hands-on": "workshop",
    "atelier": "workshop",
    "discussion": "round-table",
    "panel": "round-table",
    "panel discussion": "round-table",
    "podium": "round-table",
    "débat": "round-table",
    "poster": "poster",
    "pause": "break",
    "lunch": "break",
    "ouverture": "opening",
    "plénière": "plenary",
    "conférence": "lecture",
    "table ronde": "round-table",
    "cérémonie": "ceremony",
    "clôture": "closing",
    "coffee": "break",
}
ROLES = {"keynote speaker": "keynote", "présidence": "chair", "panelist": "panellist"}


def told(choices: Iterable[tuple[str, Any]], more: dict[str, str]) -> dict[str, str]:
    """Values by all their names: as stored, and as either language shows them."""
    found = dict(more)
    for value, label in choices:
        found[value] = value
        for language in ("fr", "en"):
            with translation.override(language):
                found[str(label).casefold()] = value
    return found


@cache
def kinds() -> dict[str, str]:
    return told(Session.Kind.choices, KINDS)


@cache
def roles() -> dict[str, str]:
    return told(Participation.Role.choices, ROLES)


@cache
def accesses() -> dict[str, str]:
    return told(Session.Access.choices, {})


# --- What fields are called in a list of differences -----------------------------------------

LANGUAGES = {"fr": _("French"), "en": _("English")}
LABELS = {
    "title": _("title"),
    "subtitle": _("subtitle"),
    "abstract": _("abstract"),
    "kind": _("kind"),
    "language": _("spoken language"),
    "is_interpreted": _("interpretation"),
    "access": _("access"),
    "is_recorded": _("recording"),
    "theme": _("theme"),
    "minutes": _("length of a talk"),
}


def label_of(name: str) -> str:
    """“title (French)” of “title_fr”."""
    field, _underscore, language = name.rpartition("_")
    if field in LABELS and language in LANGUAGES:
        name = str(LANGUAGES[language])
        # French writes the names of languages small.
        words = {
            "field": LABELS[field],
            "language": name.lower() if get_language() == "fr" else name,
        }
        return gettext("%(field)s (%(language)s)") % words
    return str(LABELS.get(name, name))
