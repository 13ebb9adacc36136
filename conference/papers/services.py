"""Papers are asked for by staff, drawn once by the worker, and forgotten after a day."""

import logging
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from conference.accounts.models import User
from conference.locks import alone
from conference.models import Conference
from conference.papers import kinds
from conference.papers.models import Paper

logger = logging.getLogger(__name__)
State = Paper.State


def ask(
    kind: str,
    *,
    conference: Conference,
    title: str,
    arguments: dict[str, Any],
    user: User,
    total: int = 0,
) -> Paper:
    """A paper for ``user``, and the worker on its way to draw it."""
    paper = Paper.objects.create(
        conference=conference,
        kind=kind,
        title=title[:200],
        arguments=arguments,
        requested_by=user,
        total=total,
    )
    send_for(paper)
    return paper


def ask_for_all(
    kind: str, *, conference: Conference, title: str, arguments: dict[str, Any]
) -> Paper:
    """A paper that is nobody's own; the same one however often it is asked for."""
    paper, is_new = Paper.objects.get_or_create(
        conference=conference,
        kind=kind,
        arguments=arguments,
        requested_by=None,
        defaults={"title": title[:200]},
    )
    if not is_new and paper.state == State.FAILED:
        Paper.objects.filter(pk=paper.pk, state=State.FAILED).update(state=State.QUEUED, error="")
        paper.refresh_from_db()
    if paper.state == State.QUEUED:
        send_for(paper)
    return paper


def send_for(paper: Paper) -> None:
    """Call the worker once this is committed; if no broker answers then, beat finds the paper."""
    from conference.papers.tasks import draw

    transaction.on_commit(lambda: draw.delay(str(paper.pk)), robust=True)


def render(paper_id: UUID) -> None:
    """Draw it once: who finds it half done gives it up, since it may be what killed a worker.

    Two may be told to draw it, by ``ask`` and by beat: the second leaves it to the first.
    """
    with alone(f"papers.paper:{paper_id}") as is_ours:
        if is_ours:
            render_alone(paper_id)


def render_alone(paper_id: UUID) -> None:
    waiting = Paper.objects.filter(pk=paper_id)
    if not waiting.filter(state=State.QUEUED).update(state=State.RUNNING, done=0):
        finish(paper_id, State.FAILED, error="Interrupted")
        return
    paper = waiting.select_related("conference__venue", "conference__host", "requested_by").get()
    try:
        printed = drawn(paper)
        if printed is None:
            finish(paper_id, State.DONE)
            return
        name = f"papers/{paper.pk}/{printed.name}.{printed.extension}"
        stored = storages["private"].save(name, ContentFile(printed.content))
    except Exception as error:
        logger.exception("Paper %s", paper_id)
        finish(paper_id, State.FAILED, error=type(error).__name__)
        return
    if not finish(paper_id, State.DONE, file=stored):
        storages["private"].delete(stored)


def drawn(paper: Paper) -> kinds.Printed | None:
    kind = kinds.get(paper.kind)
    if kind is None:
        raise LookupError(paper.kind)

    def progress(done: int, total: int | None = None) -> None:
        known = {"done": done} if total is None else {"done": done, "total": total}
        Paper.objects.filter(pk=paper.pk).update(**known)

    return kind.draw(paper, progress)


def finish(paper_id: UUID, after: str, **values: str) -> int:
    found = Paper.objects.filter(pk=paper_id, state=State.RUNNING)
    return found.update(state=after, finished_at=timezone.now(), **values)


def forget(papers: Iterable[Paper]) -> None:
    """Delete the files first: a row without its file is found again, a file without row is not."""
    for paper in papers:
        if paper.file:
            storages["private"].delete(paper.file)
        paper.delete()
