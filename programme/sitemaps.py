"""Public pages of the programme."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from conference.models import Organisation
from conference.sitemaps import Addresses, PublicSitemap, register
from programme.models import Release, Room, Session, Slot, Theme
from speakers.models import Speaker


@register("programme")
class ProgrammeAddresses(Addresses):
    names = ("programme:schedule", "programme:themes")


@register("changelog")
class ChangelogAddresses(Addresses):
    """The history of each programme that has one."""

    def items(self) -> list[tuple[str, str]]:
        published = Release.objects.filter(conference__is_published=True, is_current=True)
        slugs = published.order_by("conference").values_list("conference__slug", flat=True)
        return [("programme:changelog", slug) for slug in slugs]


@register("sessions")
class SessionsSitemap(PublicSitemap):
    """What the current releases hold."""

    def items(self) -> Iterable[Slot]:
        """The draft's rows are asked for their codes alone: those never change."""
        return (
            Slot.objects.public()
            .filter(release__conference__is_published=True)
            .exclude(content__facts__kind=Session.Kind.BREAK)
            .select_related("session__conference")
            .defer("content", "search_fr", "search_en")
            .order_by("session")
        )

    def location(self, item: Slot) -> str:
        return item.session.get_absolute_url()

    def lastmod(self, item: Slot) -> datetime | None:
        return item.changed_at


@register("themes")
class ThemesSitemap(PublicSitemap):
    def items(self) -> Iterable[Theme]:
        return (
            Theme.objects.filter(conference__is_published=True)
            .select_related("conference")
            .order_by("pk")
        )


@register("rooms")
class RoomsSitemap(PublicSitemap):
    """Rooms in which something takes place; those of a draft do not exist."""

    def items(self) -> Iterable[Room]:
        return (
            Room.objects.filter(pk__in=Slot.objects.public().values("room"))
            .filter(conference__is_published=True)
            .select_related("conference")
            .order_by("pk")
        )

    def location(self, item: Room) -> str:
        return reverse("programme:room", args=[item.conference.slug, item.slug])


@register("organisations")
class OrganisationsSitemap(PublicSitemap):
    """What each organisation brings to an edition: sessions of the release, or its speakers."""

    def items(self) -> list[tuple[str, str]]:
        sessions = Slot.objects.public().filter(release__conference__is_published=True)
        brought = sessions.values_list("release__conference__slug", "content__organisation")
        speakers = Speaker.objects.published().filter(
            conference__is_published=True, organisation__isnull=False
        )
        held = set(brought) | set(speakers.values_list("conference__slug", "organisation"))
        known = Organisation.objects.in_bulk({key for _slug, key in held if key})
        return sorted((slug, known[key].slug) for slug, key in held if key in known)

    def location(self, item: tuple[str, str]) -> str:
        return reverse("programme:organisation", args=item)
