"""How long a transaction waits for a row before it gives up politely."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def wait_for_locks(seconds: int = 3) -> None:
    """Let this transaction wait at most ``seconds`` for each lock; then PostgreSQL raises
    ``OperationalError``, which ``LockTimeouts`` answers with 503 and ``Retry-After``.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{seconds}s"])


def take_turns(subject: str) -> None:
    """Let transactions about the same ``subject`` follow one another until each one ends.

    A statement of its own, so that what is read afterwards is what the one before has committed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [subject])


@contextmanager
def alone(subject: str) -> Iterator[bool]:
    """Whether nobody else is at ``subject``, and nobody will be until the block ends.

    Held by the connection: a process that dies lets go.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [subject])
        is_ours = cursor.fetchone() == (True,)
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [subject])
