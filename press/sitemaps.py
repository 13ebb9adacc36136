"""Releases that are public, in both languages, for the sitemap."""

from datetime import datetime

from django.conf import settings
from django.contrib.sitemaps import Sitemap

from press.models import PressRelease, PressReleaseQuerySet


class PressReleaseSitemap(Sitemap[PressRelease]):
    i18n = True
    alternates = True
    protocol = settings.SITE_URL.partition("://")[0] or "https"

    def items(self) -> PressReleaseQuerySet:
        published = PressRelease.objects.public().filter(conference__is_published=True)
        return published.select_related("conference").order_by("pk")

    def lastmod(self, release: PressRelease) -> datetime:
        return release.updated_at
