"""Fill in the form as a browser does."""

import re
from functools import lru_cache
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import translation

from conference.models import Conference

ADA = {
    "given_name": "Ada",
    "family_name": "Lovelace",
    "email": "ada@example.org",
    "organisation": "Analytical Society",
    "role_title": "Countess",
    "country": "GB",
    "badge_name": "",
    "badge_organisation": "",
    "needs": "",
    "homepage": "",
}


@lru_cache(maxsize=1)
def site() -> Any:
    """The application, loaded once: each client would load its middleware anew."""
    client = Client()
    client.get("/livez")
    return client.handler


def visitor() -> Client:
    client = Client()
    client.handler = site()
    return client


def url(name: str, conference: Conference, *arguments: str, language: str = "en") -> str:
    with translation.override(language):
        return reverse(f"registration:{name}", args=[conference.slug, *arguments])


def stamp_of(response: Any) -> str:
    match = re.search(r'name="stamp" value="([^"]+)"', response.content.decode())
    assert match, response.content.decode()[:2000]
    return match[1]


def fill_in(
    ticket_type: Any, client: Client | None = None, /, *, language: str = "en", **answers: Any
) -> Any:
    """Open the form, answer it, and give what the site answers."""
    client = client or visitor()
    address = url("register", ticket_type.conference, language=language)
    if "stamp" not in answers:
        answers["stamp"] = stamp_of(client.get(address))
    return client.post(address, {"ticket_type": ticket_type.slug} | ADA | answers)
