"""The history of a programme in words: each release with what it changed, for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from conference.i18n import text_of
from conference.models import Conference
from programme import wording
from programme.differences import Change
from programme.models import Release
from programme.wording import Told


@dataclass(frozen=True, slots=True)
class Entry:
    """One release as the history tells it; ``changes`` names nobody who is not public today."""

    conference: Conference
    release: Release
    changes: list[Change]
    is_first: bool

    @property
    def url(self) -> str:
        return reverse("programme:release", args=[self.conference.slug, self.release.version])

    @property
    def told(self) -> list[Told]:
        """Session by session; the first release changes nothing, it begins."""
        if self.is_first:
            return []
        return [wording.told(change, self.conference) for change in self.changes]

    @property
    def sentences(self) -> list[str]:
        if self.is_first:
            return [gettext("First version of the programme.")]
        zone = self.conference.zone
        return [line for change in self.changes for line in wording.sentences(change, zone)]

    @property
    def comment(self) -> str | SafeString:
        return text_of(self.release, "comment").value


def entries(conference: Conference, releases: Sequence[Release]) -> list[Entry]:
    """``releases`` of ``conference`` told, in two queries whatever their number."""
    names = wording.published_names(change for one in releases for change in one.changes)
    first = conference.releases.order_by("published_at", "pk").values_list("pk", flat=True).first()
    return [
        Entry(conference, one, wording.under_names(one.changes, names), one.pk == first)
        for one in releases
    ]
