"""What an orchestrator asks: is the process alive, is it ready to serve?"""

import shutil

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

DISK_LEFT_AT_LEAST = 0.05


@login_not_required
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "alive"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready when the database takes writes, is migrated, and the disk has room.

    Redis away is said and does not count: mails are late then, never lost.
    """
    checks = {"database": database_takes_writes(), "disk": disk_has_room()}
    checks["migrations"] = checks["database"] and migrations_are_applied()
    ready = all(checks.values())
    checks["redis"] = redis_answers()
    status = "ready" if ready and checks["redis"] else "degraded" if ready else "not ready"
    return JsonResponse({"status": status} | checks, status=200 if ready else 503)


def database_takes_writes() -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery()")
            return bool(cursor.fetchone() == (False,))
    except DatabaseError:
        return False


def migrations_are_applied() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def disk_has_room() -> bool:
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    usage = shutil.disk_usage(settings.VAR_DIR)
    return usage.free / usage.total > DISK_LEFT_AT_LEAST


def redis_answers() -> bool:
    try:
        cache.set("readyz", "1", 5)
        return bool(cache.get("readyz") == "1")
    except Exception:  # whatever the client raises, Redis did not answer
        return False
