"""What the speakers leave to the clock."""

from celery import shared_task

from speakers import portraits


@shared_task
def tidy_portraits() -> int:
    """Delete pictures that nobody shows or proposes any more, whatever left them behind."""
    return portraits.delete_strays()
