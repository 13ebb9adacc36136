"""News of a changed programme: after some quiet, one mail to each person whom it concerns."""

from datetime import timedelta

from django.utils import timezone

from programme.models import Announcement, Release


def prepare(release: Release, *, since: Release | None) -> Announcement:
    """Promise that what changed until ``release`` is told once nothing was published for a while.

    While one waits already, it only waits longer: what it tells starts where the last mail ended.
    """
    conference = release.conference
    due_at = timezone.now() + timedelta(minutes=conference.quiet_minutes)
    waiting, _created = Announcement.objects.update_or_create(
        conference=conference,
        sent_at=None,
        defaults={"due_at": due_at},
        create_defaults={"since": since, "due_at": due_at},
    )
    return waiting
