"""What the tests' own Celery worker runs with: as in production, but nothing in it waits long."""

import os
from pathlib import Path

from celery.concurrency.asynpool import AsynPool
from celery.signals import worker_process_init

from conference.settings import *  # noqa: F403

CELERY_BEAT_SCHEDULE = {"relay-mail": {"task": "conference.mail.tasks.relay", "schedule": 1.0}}
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 0
# A worker looks only every five seconds whether one of its children was killed.
setattr(AsynPool, "timers", property(lambda pool: {pool.maintain_pool: 0.2}))  # noqa: B010


@worker_process_init.connect
def tell_which_child(**_: object) -> None:
    Path(os.environ["CHILD_FILE"]).write_text(str(os.getpid()))
