"""The press room and the releases that are public, in both languages, for the sitemap."""

from datetime import datetime

from conference.sitemaps import Addresses, PublicSitemap, register
from press.models import PressRelease, PressReleaseQuerySet


@register("press-room")
class PressAddresses(Addresses):
    names = ("press:room",)


@register("press-releases")
class PressReleaseSitemap(PublicSitemap):
    def items(self) -> PressReleaseQuerySet:
        published = PressRelease.objects.public().filter(conference__is_published=True)
        return published.select_related("conference").order_by("pk")

    def lastmod(self, item: PressRelease) -> datetime:
        return item.updated_at
