"""What search engines are told of the press room."""

from datetime import datetime

from conference import sitemaps
from press.models import PressRelease, PressReleaseQuerySet


@sitemaps.register("press")
class PressRoomAddresses(sitemaps.Addresses):
    names = ("press:room",)


@sitemaps.register("press-releases")
class PressReleaseSitemap(sitemaps.PublicSitemap):
    """Releases that are public now; nothing here tells of the others."""

    def items(self) -> PressReleaseQuerySet:
        published = PressRelease.objects.public().filter(conference__is_published=True)
        return published.select_related("conference").order_by("pk")

    def lastmod(self, release: PressRelease) -> datetime:
        return release.updated_at
