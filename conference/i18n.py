"""Texts in two languages: which one to show, and to say so when it is the other one."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class Text:
    """A text with the language it is written in; false when there is none in any language."""

    value: str
    language: str
    is_fallback: bool

    def __bool__(self) -> bool:
        return bool(self.value)

    def __str__(self) -> str:
        return self.value


def text_of(instance: object, field: str, language: str | None = None) -> Text:
    """``field`` in ``language`` (the active one), else in another one, marked as such.

    ``instance`` is a model's, or whatever has ``<field>_fr`` and ``<field>_en``.
    """
    wanted = language or get_language() or settings.LANGUAGE_CODE
    codes = [wanted, *(code for code, _ in settings.LANGUAGES if code != wanted)]
    for code in codes:
        value: Any = getattr(instance, f"{field}_{code}")
        if value:
            return Text(str(value), code, is_fallback=code != wanted)
    return Text("", wanted, is_fallback=False)
