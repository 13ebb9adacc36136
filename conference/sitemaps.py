"""What search engines are told of: each app registers its public pages in its ``sitemaps.py``."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.urls import reverse
from django.utils.module_loading import autodiscover_modules

from conference.models import Conference, Page


class PublicSitemap(Sitemap):  # type: ignore[type-arg]
    """Pages in every language, each naming the others, at the address of the settings: never at
    the one that a request claims."""

    i18n = True
    alternates = True

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme


class Addresses(PublicSitemap):
    """Pages that each published conference has under the same name."""

    names: tuple[str, ...] = ()

    def items(self) -> list[tuple[str, str]]:
        published = Conference.objects.published().order_by("pk")
        slugs = list(published.values_list("slug", flat=True))
        return [(name, slug) for slug in slugs for name in self.names]

    def location(self, item: tuple[str, str]) -> str:
        name, slug = item
        return reverse(name, args=[slug])


registry: dict[str, type[PublicSitemap]] = {}


def register[S: PublicSitemap](section: str) -> Callable[[type[S]], type[S]]:
    """``@sitemaps.register("sessions")``: listed as /sitemap-sessions.xml."""

    def remember(sitemap: type[S]) -> type[S]:
        registry[section] = sitemap
        return sitemap

    return remember


def sections() -> dict[str, PublicSitemap]:
    """Every section by name, those of all apps."""
    autodiscover_modules("sitemaps")
    return {name: registry[name]() for name in sorted(registry)}


@register("conferences")
class ConferenceAddresses(Addresses):
    names = ("conference:home", "conference:partners")


@register("pages")
class PagesSitemap(PublicSitemap):
    """What staff wrote and published."""

    def items(self) -> Iterable[Page]:
        return (
            Page.objects.published()
            .filter(conference__is_published=True)
            .select_related("conference")
            .order_by("pk")
        )

    def lastmod(self, item: Page) -> datetime:
        return item.updated_at
