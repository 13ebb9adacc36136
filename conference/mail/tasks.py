"""What Celery runs for the mail."""

from conference.celery import app


@app.task(soft_time_limit=240, time_limit=300)
def relay() -> None:
    """Deliver what is due."""


@app.task(soft_time_limit=240, time_limit=300)
def retain() -> None:
    """Forget what is old."""
