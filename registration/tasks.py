"""What registration leaves to the worker."""

import logging
from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from registration import reconciliation, sheets
from registration.models import BadgeSheet, Submission

logger = logging.getLogger(__name__)


@shared_task
def render_badges(sheet_id: str) -> None:
    """Draw a sheet that waits; one that a lost worker left half done is given up, not repeated."""
    sheets.render(UUID(sheet_id))


@shared_task
def tidy_badge_sheets() -> None:
    """Delete sheets of yesterday with their files; ask again for those nobody has begun."""
    sheets.forget(BadgeSheet.objects.filter(created_at__lt=timezone.now() - timedelta(days=1)))
    waiting = Q(state=BadgeSheet.State.QUEUED, created_at__lt=timezone.now() - timedelta(minutes=2))
    for sheet_id in BadgeSheet.objects.filter(waiting).values_list("pk", flat=True):
        render_badges.delay(str(sheet_id))


@shared_task
def forget_submissions() -> None:
    """Delete what is known of forms of a week ago: nobody sends one of them a second time."""
    week = timezone.now() - timedelta(days=7)
    Submission.objects.filter(created_at__lt=week).delete()


@shared_task
def reconcile() -> dict[str, int]:
    """Count what cannot be, and raise the alarm; nothing is repaired behind anybody's back."""
    drift = reconciliation.drift()
    if any(drift.values()):
        logger.error("Seats and registrations disagree: %s", drift)
    return drift
