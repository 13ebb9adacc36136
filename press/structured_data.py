"""A press release as schema.org tells it."""

from typing import Any

from django.conf import settings

from conference.i18n import text_of
from press.models import PressRelease


def news_article(release: PressRelease) -> dict[str, Any]:
    """What is public of a public release."""
    conference = release.conference
    title = text_of(release, "title")
    host = {
        "@type": "Organization",
        "name": conference.host.name,
        "url": conference.host.website,
    }
    return {
        "@type": "NewsArticle",
        "headline": str(title),
        "description": str(text_of(release, "standfirst")),
        "inLanguage": title.language,
        "dateline": release.dateline,
        "datePublished": release.opens_at.isoformat() if release.opens_at else None,
        "dateModified": max(release.updated_at, release.opens_at).isoformat()
        if release.opens_at
        else None,
        "author": host,
        "publisher": host,
        "mainEntityOfPage": settings.SITE_URL + release.get_absolute_url(),
        "about": {
            "@type": "ConferenceEvent",
            "name": conference.name,
            "url": settings.SITE_URL + conference.get_absolute_url(),
        },
    }
