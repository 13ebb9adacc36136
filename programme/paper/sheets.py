"""What all sheets of the programme share: their languages, their words, their style sheets."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from conference.models import Conference
from programme.paper import words

BOTH = "both"
LANGUAGE_CHOICES = [("fr", _("French")), ("en", _("English")), (BOTH, _("French and English"))]

WORDS: Mapping[str, Any] = {
    "access": _("Access"),
    "contact": _("Questions"),
    "contents": _("Contents"),
    "dates": _("Dates"),
    "door_sheets": _("Door sheets"),
    "getting_there": _("How to get there"),
    "index": _("Index of speakers"),
    "interpreted": _("Interpreted into French and English"),
    "name_tents": _("Name tents"),
    "no_recording": _("Please do not record or photograph"),
    "not_recorded": _("Not recorded"),
    "on_line": _("On line"),
    "page": pgettext_lazy("of a book, shortened", "p."),
    "partners": _("Partners"),
    "place": _("Place"),
    "practical": _("Practical information"),
    "programme": _("Programme"),
    "rooms": _("Rooms"),
    "speakers": _("Speakers"),
    "times": _("All times are those of the place."),
}


def languages_of(choice: str) -> tuple[str, ...]:
    """The languages of a sheet, the first one being the document's own."""
    return ("fr", "en") if choice == BOTH else (choice,)


def context_of(conference: Conference, languages: Sequence[str]) -> dict[str, Any]:
    """What every template of a sheet reads."""
    return {"conference": conference, "languages": languages, "say": Say(languages)}


class Say:
    """``{{ say.contents }}``: a word of the interface in each language of the sheet."""

    def __init__(self, languages: Sequence[str]) -> None:
        self.languages = languages

    def __getitem__(self, name: str) -> SafeString:
        return words.said(self.languages, lambda: WORDS[name])
