"""Files that no row names any more, as a deleted row, a failure or an import leaves them behind."""

import contextlib
from collections.abc import Collection
from datetime import timedelta

from django.core.files.storage import Storage
from django.utils import timezone

# A file is there before its row is committed; nobody's transaction takes so long.
UNTOUCHED = timedelta(days=1)


def delete_strays(storage: Storage, folder: str, needed: Collection[str]) -> int:
    """Delete what lies in ``folder`` and below for a day and is not ``needed``; how many went."""
    count = 0
    with contextlib.suppress(FileNotFoundError):
        folders, files = storage.listdir(folder)
        for name in (f"{folder}/{file}" for file in files):
            if name not in needed and is_old(storage, name):
                storage.delete(name)
                count += 1
        for below in (f"{folder}/{name}" for name in folders):
            count += delete_strays(storage, below, needed)
            if is_empty(storage, below):
                storage.delete(below)
    return count


def is_old(storage: Storage, name: str) -> bool:
    return storage.get_modified_time(name) < timezone.now() - UNTOUCHED


def is_empty(storage: Storage, folder: str) -> bool:
    """Empty, and not just made for a file that is about to come."""
    return not any(storage.listdir(folder)) and is_old(storage, folder)
