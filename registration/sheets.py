"""Badge sheets: asked for by staff, drawn by the worker, fetched by who asked, gone after a day."""

import logging
import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import batched
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone, translation

from conference.accounts.models import User
from conference.locks import alone
from conference.models import Conference
from registration import badges
from registration.models import BadgeSheet, Registration

logger = logging.getLogger(__name__)
State = BadgeSheet.State
# One file holds so many; more are several files in a ZIP, as printers like them.
IN_ONE_FILE = 1000


def ask(
    *, conference: Conference, registrations: Iterable[Registration], layout: str, user: User
) -> BadgeSheet:
    """A sheet of badges in the order of names, and the worker on its way to draw it."""
    from registration.tasks import render_badges

    sheet = BadgeSheet.objects.create(
        conference=conference,
        requested_by=user,
        layout=layout,
        registration_ids=[registration.pk for registration in registrations],
    )
    # If no broker answers now, beat finds the sheet.
    transaction.on_commit(lambda: render_badges.delay(str(sheet.pk)), robust=True)
    return sheet


def render(sheet_id: UUID) -> None:
    """Draw it once: who finds it half done gives it up, since it may be what killed a worker.

    Two may be told to draw it, by ``ask`` and by beat: the second leaves it to the first.
    """
    with alone(f"registration.sheet:{sheet_id}") as is_ours:
        if is_ours:
            render_alone(sheet_id)


def render_alone(sheet_id: UUID) -> None:
    waiting = BadgeSheet.objects.filter(pk=sheet_id)
    if not waiting.filter(state=State.QUEUED).update(state=State.RUNNING, done=0):
        finish(sheet_id, State.RUNNING, State.FAILED, error="Interrupted")
        return
    sheet = waiting.select_related("conference").get()
    try:
        found = drawn(sheet)
        if found is None:
            finish(sheet_id, State.RUNNING, State.DONE)
            return
        name, content = found
        stored = storages["private"].save(name, ContentFile(content))
    except Exception as error:
        logger.exception("Badge sheet %s", sheet_id)
        finish(sheet_id, State.RUNNING, State.FAILED, error=type(error).__name__)
        return
    if not finish(sheet_id, State.RUNNING, State.DONE, file=stored):
        storages["private"].delete(stored)


def finish(sheet_id: UUID, before: str, after: str, **values: str) -> int:
    found = BadgeSheet.objects.filter(pk=sheet_id, state=before)
    return found.update(state=after, finished_at=timezone.now(), **values)


def drawn(sheet: BadgeSheet) -> tuple[str, bytes] | None:
    """The file's name in the private storage, and its bytes; none where nobody comes any more."""
    found = Registration.objects.for_badges().in_bulk(sheet.registration_ids)
    people = [found[pk] for pk in sheet.registration_ids if pk in found]
    parts: list[bytes] = []
    done = 0
    with translation.override("fr"):
        for part in batched(people, IN_ONE_FILE):
            made = Made(sheet, done)
            content = badges.render(part, sheet.layout, made)
            if made.total > done:
                parts.append(content)
                done = made.total
    if not parts:
        return None
    if len(parts) == 1:
        return f"badges/{sheet.pk}.pdf", parts[0]
    return f"badges/{sheet.pk}.zip", zipped(parts)


class Made:
    """How many badges of a sheet are drawn, told to who waits for it."""

    def __init__(self, sheet: BadgeSheet, before: int) -> None:
        self.sheet, self.before, self.total = sheet, before, before

    def __call__(self, made: int) -> None:
        self.total = self.before + made
        BadgeSheet.objects.filter(pk=self.sheet.pk).update(done=self.total)


def zipped(parts: Sequence[bytes]) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number, part in enumerate(parts, start=1):
            archive.writestr(f"badges-{number:02}.pdf", part)
    return content.getvalue()


def forget(found: Iterable[BadgeSheet]) -> None:
    """Delete the files first: a row without its file is found again, a file without row is not."""
    for sheet in found:
        if sheet.file:
            storages["private"].delete(sheet.file)
        sheet.delete()
