"""What the programme leaves to the worker."""

from celery import shared_task

from programme import announcements


@shared_task
def tell_changes() -> int:
    """Write the mails of every announcement whose quiet period is over."""
    return announcements.send_due()
