"""What Celery runs for the mail; running twice, or at the same time, is harmless."""

from conference.celery import app

from . import retention
from .nudge import nudge
from .relay import run


@app.task(soft_time_limit=240, time_limit=300)
def relay() -> None:
    if run():
        nudge()


@app.task
def retain() -> None:
    retention.forget()
