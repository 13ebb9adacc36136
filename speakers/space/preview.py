"""The public profile as it will be printed, in both languages, before anybody else reads it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise

from conference.i18n import Text, text_of
from speakers.models import Speaker


@dataclass(frozen=True, slots=True)
class Preview:
    language: str
    language_name: str | Promise
    full_name: str
    honorific: str
    role_title: Text
    affiliation: Text
    biography: Text


@dataclass(frozen=True, slots=True)
class Texts:
    """Wished texts, read like a model's attributes."""

    texts: Mapping[str, str]

    def __getattr__(self, name: str) -> str:
        return self.texts[name]


def previews(speaker: Speaker, texts: Mapping[str, str]) -> Iterator[Preview]:
    written = Texts(texts)
    full_name = f"{texts['given_name']} {texts['family_name']}".strip()
    for code, name in settings.LANGUAGES:
        yield Preview(
            code,
            name,
            full_name,
            texts["honorific"],
            *(
                text_of(written, field, code)
                for field in ("role_title", "affiliation", "biography")
            ),
        )
