"""What is kept when personal data leave."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from conference.accounts.models import User
from conference.privacy.models import ExportLog


def log_export(
    *,
    user: Any,
    dataset: str,
    format: str,
    question: dict[str, Any],
    columns: Sequence[str],
    rows: int,
    purpose: str,
) -> ExportLog:
    """Write down who takes which data out, and why; committed when this returns.

    Raises rather than wait for a caller's transaction, and ``ValidationError`` without a purpose.
    """
    assert isinstance(user, User)
    entry = ExportLog(
        user=user,
        user_email=user.email,
        dataset=dataset,
        format=format,
        question=question,
        columns=list(columns),
        rows=rows,
        purpose=" ".join(purpose.split()),
    )
    with transaction.atomic(durable=True):
        entry.full_clean()
        entry.save()
    return entry
