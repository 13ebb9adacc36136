"""Speakers as schema.org tells them."""

from typing import Any

from django.conf import settings

from conference.i18n import text_of
from speakers.models import Speaker


def person(speaker: Speaker) -> dict[str, Any]:
    """What is public of a speaker; never the e-mail address."""
    affiliation = str(text_of(speaker, "affiliation"))
    same_as = [f"https://orcid.org/{speaker.orcid}"] if speaker.orcid else []
    return {
        "@type": "Person",
        "name": speaker.full_name,
        "givenName": speaker.given_name,
        "familyName": speaker.family_name,
        "honorificPrefix": speaker.honorific,
        "jobTitle": str(text_of(speaker, "role_title")),
        "affiliation": {"@type": "Organization", "name": affiliation} if affiliation else None,
        "description": str(text_of(speaker, "biography")),
        "image": settings.SITE_URL + speaker.portrait.url if speaker.portrait else None,
        "url": settings.SITE_URL + speaker.get_absolute_url(),
        "sameAs": [address for address in [speaker.website, *same_as] if address],
    }
