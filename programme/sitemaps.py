"""Public pages of the programme."""

from collections.abc import Iterable
from datetime import datetime

from conference.sitemaps import Addresses, PublicSitemap, register
from programme.models import Session, Theme


@register("programme")
class ProgrammeAddresses(Addresses):
    names = ("programme:schedule", "programme:themes")


@register("sessions")
class SessionsSitemap(PublicSitemap):
    """What the current releases hold."""

    def items(self) -> Iterable[Session]:
        return (
            Session.objects.public()
            .filter(conference__is_published=True)
            .exclude(kind=Session.Kind.BREAK)
            .select_related("conference")
            .order_by("pk")
        )

    def lastmod(self, item: Session) -> datetime:
        return item.updated_at


@register("themes")
class ThemesSitemap(PublicSitemap):
    def items(self) -> Iterable[Theme]:
        return (
            Theme.objects.filter(conference__is_published=True)
            .select_related("conference")
            .order_by("pk")
        )
