"""What the tests' own Celery worker runs with: as in production, but beat does not wait."""

from conference.settings import *  # noqa: F403

CELERY_BEAT_SCHEDULE = {"relay-mail": {"task": "conference.mail.tasks.relay", "schedule": 1.0}}
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 0
