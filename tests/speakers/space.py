"""A speaker with a page, and the people who stand before it."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image

from speakers import links
from speakers.models import By, Speaker
from tests import factories


def make_invited(**fields: Any) -> Speaker:
    """Invited and not published, with an address."""
    defaults = {
        "state": Speaker.State.INVITED,
        "is_published": False,
        "email": "ada@example.org",
        "language": "en",
        "biography_fr": "",
        "biography_en": "",
    }
    speaker = factories.make_speaker(**defaults | fields)
    speaker.refresh_from_db()
    return speaker


def make_coming(**fields: Any) -> Speaker:
    return make_invited(**{"state": Speaker.State.ACCEPTED} | fields)


def token(speaker: Speaker, by: By = By.SPEAKER) -> str:
    return links.ensure(speaker, by).reveal()


def address(speaker: Speaker, name: str = "speakers:space", *args: Any, by: By = By.SPEAKER) -> str:
    return at(token(speaker, by), speaker, name, *args)


def at(secret: str, speaker: Speaker, name: str, *args: Any, language: str = "en") -> str:
    with translation.override(language):
        return reverse(name, args=[speaker.conference.slug, secret, *args])


def picture(size=(600, 400), kind="JPEG", **options: Any) -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", size, "red").save(content, kind, **options)
    return SimpleUploadedFile("moi.jpg", content.getvalue(), "image/jpeg")


def profile(**fields: Any) -> dict[str, Any]:
    """Everything the form of the profile asks for."""
    texts = {
        "honorific": "Dr",
        "given_name": "Ada",
        "family_name": "Lovelace",
        "role_title_fr": "Mathématicienne",
        "role_title_en": "Mathematician",
        "affiliation_fr": "Société savante",
        "affiliation_en": "Learned society",
        "biography_fr": "Une vie.",
        "biography_en": "A life.",
        "website": "https://example.org/ada",
        "orcid": "0000-0002-1825-0097",
    }
    return texts | fields


def read(client: Client, path: str, **options: Any) -> Any:
    """What is answered, with all its bytes in ``read`` and no file left open."""
    answer: Any = client.get(path, **options)
    answer.read = b"".join(answer) if answer.streaming else answer.content
    if getattr(answer, "file_to_stream", None):
        answer.file_to_stream.close()
    return answer
