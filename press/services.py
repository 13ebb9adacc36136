"""The verbs of the press office."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from press.models import JournalistQuerySet, PressRelease


@transaction.atomic
def publish(release: PressRelease, *, at: datetime | None = None) -> None:
    """Give the release to the public, from the end of its embargo on; twice changes nothing.

    Raises ``ValidationError`` while no language has a title and a text.
    """
    release = PressRelease.objects.select_for_update(of=("self",)).get(pk=release.pk)
    if release.published_at is not None:
        return
    release.published_at = at or timezone.now()
    # Without suffix these are the texts in the reader's language, which may be the one that follows.
    release.full_clean(exclude={"title", "standfirst", "body"})
    release.save(update_fields=["published_at", "updated_at"])


@transaction.atomic
def withdraw(release: PressRelease) -> None:
    """Take the release off the site at once; twice changes nothing."""
    PressRelease.objects.filter(pk=release.pk, published_at__isnull=False).update(
        published_at=None, updated_at=timezone.now()
    )


def record_notice(journalists: JournalistQuerySet, *, at: datetime | None = None) -> int:
    """Note that these people were told that we hold their data; how many were not before."""
    now = timezone.now()
    return journalists.filter(notice_sent_at__isnull=True).update(
        notice_sent_at=at or now, updated_at=now
    )


def record_objection(journalists: JournalistQuerySet, *, at: datetime | None = None) -> int:
    """Note that these people want no part of any list; from now on no export holds them."""
    now = timezone.now()
    return journalists.filter(objected_at__isnull=True).update(
        objected_at=at or now, updated_at=now
    )
