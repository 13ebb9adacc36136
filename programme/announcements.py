"""News of a changed programme: after some quiet, one mail to each person whom it concerns.

Nothing is told but what is public when the mails are written: the differences between what was
told last and the release that is current then.
"""

from datetime import timedelta

from django.db import models, transaction
from django.utils import timezone

from conference.locks import alone
from conference.mail import sending
from conference.models import Conference
from programme import emails, letters
from programme.letters import Post
from programme.models import Announcement, Release
from programme.slots import slots_of


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


def waiting_for(conference: Conference) -> Announcement | None:
    """What waits to be told."""
    return conference.announcements.filter(sent_at=None).select_related("since").first()


def post_of(announcement: Announcement) -> Post:
    """Who would be told what, were it sent now."""
    conference = announcement.conference
    current = conference.releases.filter(is_current=True).first()
    return letters.post(conference, slots_of(announcement.since), slots_of(current))


def send_due() -> int:
    """Write the mails of all announcements whose quiet is over; how many mails that makes."""
    return sum(send(key) for key in due().order_by("due_at", "pk").values_list("pk", flat=True))


def due() -> "models.QuerySet[Announcement]":
    """Those whose quiet is over; an edition that is not public keeps its news until it is."""
    return Announcement.objects.filter(
        sent_at=None, due_at__lte=timezone.now(), conference__is_published=True
    )


def send(key: int) -> int:
    """Write one mail to each person concerned, all of them or none; how many were written.

    Several workers, or one that was killed, change nothing: one at a time composes, and what is
    written is written together with the announcement's end.
    """
    with alone(f"programme.announcement:{key}") as is_ours:
        return composed(key) if is_ours else 0


def composed(key: int) -> int:
    """Composing takes seconds for a thousand people and holds no lock; writing takes a moment."""
    announcement = due().filter(pk=key).select_related("conference", "since").first()
    if announcement is None:
        return 0
    conference = announcement.conference
    current = conference.releases.filter(is_current=True).first()
    post = letters.post(conference, slots_of(announcement.since), slots_of(current))
    mails = [
        emails.drafted(letter, conference, announcement=announcement.pk) for letter in post.letters
    ]
    with transaction.atomic():
        waits = Announcement.objects.select_for_update().filter(
            pk=key, sent_at=None, due_at=announcement.due_at
        )
        # A publication meanwhile asked for more quiet, or changed what is true.
        is_true = current == conference.releases.filter(is_current=True).first()
        if not (is_true and waits.first()):
            return 0
        sending.write_all(mails)
        end(announcement, until=current, mail_count=len(mails))
    return len(mails)


def send_now(announcement: Announcement) -> int:
    """End the quiet of ``announcement`` and send it."""
    waits = Announcement.objects.filter(pk=announcement.pk, sent_at=None)
    waits.update(due_at=timezone.now())
    return send(announcement.pk)


def drop(announcement: Announcement) -> bool:
    """Tell nobody; what is published later is compared with what is public now."""
    waits = Announcement.objects.filter(pk=announcement.pk, sent_at=None)
    return bool(waits.update(sent_at=timezone.now()))


def end(announcement: Announcement, *, until: Release | None, mail_count: int) -> None:
    Announcement.objects.filter(pk=announcement.pk).update(
        until=until, sent_at=timezone.now(), mail_count=mail_count
    )
