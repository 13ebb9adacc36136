"""How long a transaction waits for a row before it gives up politely."""

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
