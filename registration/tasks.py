"""What registration leaves to the worker."""

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from registration import reconciliation
from registration.models import Submission

logger = logging.getLogger(__name__)


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
