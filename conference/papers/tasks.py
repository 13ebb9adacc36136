"""What the papers leave to the worker and the clock."""

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from conference.papers import kinds, services
from conference.papers.models import Paper


@shared_task
def draw(paper_id: str) -> None:
    """Draw a paper that waits; one that a lost worker left half done is given up, not repeated."""
    services.render(UUID(paper_id))


@shared_task
def tidy() -> None:
    """Delete what is over with its files; ask again for what nobody has begun, or has finished.

    What a worker still draws is its own: the second one who is asked leaves it alone.
    """
    known = kinds.every()
    for kind in known:
        services.forget(kind.over(Paper.objects.filter(kind=kind.name)))
    unknown = Paper.objects.exclude(kind__in=[kind.name for kind in known])
    services.forget(kinds.after_a_day(unknown))
    waiting = Paper.objects.filter(
        state__in=[Paper.State.QUEUED, Paper.State.RUNNING],
        created_at__lt=timezone.now() - timedelta(minutes=2),
    )
    for paper_id in waiting.values_list("pk", flat=True):
        draw.delay(str(paper_id))
