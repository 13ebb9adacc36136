"""What the programme leaves to the worker."""

from celery import shared_task

from programme import agenda, announcements, files
from programme.paper import site


@shared_task
def tell_changes() -> int:
    """Write the mails of every announcement whose quiet period is over."""
    return announcements.send_due()


@shared_task
def tidy_agendas() -> int:
    """Forget agendas that nobody filled or needs any more, and addresses with them."""
    return agenda.tidy()


@shared_task
def make_booklets() -> int:
    """Have the booklets of what was published drawn, once nothing was published for a moment."""
    return site.ask_for_missing()


@shared_task
def tidy_files() -> int:
    """Delete slides and papers whose session or talk is gone."""
    return files.delete_strays()
