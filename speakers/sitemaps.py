"""Public pages of the speakers."""

from collections.abc import Iterable
from datetime import datetime

from conference.sitemaps import Addresses, PublicSitemap, register
from speakers.models import Speaker


@register("speakers-list")
class SpeakersAddresses(Addresses):
    names = ("speakers:list",)


@register("speakers")
class SpeakersSitemap(PublicSitemap):
    def items(self) -> Iterable[Speaker]:
        return (
            Speaker.objects.published()
            .filter(conference__is_published=True)
            .select_related("conference")
            .order_by("pk")
        )

    def lastmod(self, item: Speaker) -> datetime:
        return item.updated_at
