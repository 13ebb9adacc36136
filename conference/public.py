"""Public pages: the same for everybody, kept rendered until something that they print changes.

A page is kept in the memory of each web process, under everything its bytes depend on. It is
served again while two things hold: the ``PublicStamp`` that triggers raise with every change of
what is public (asked for once a second at most), and the instant the page itself named with
``keep_until`` (an opening, an embargo). No task has to run and no other server has to be told.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from conference.models import Conference, PublicStamp

type ConferenceView[**P] = Callable[Concatenate[HttpRequest, Conference, P], HttpResponseBase]
type SiteView[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

LONGEST_KEPT = 300.0  # seconds
STAMP_ASKED_EVERY = 1.0  # seconds
CROSS_ORIGIN = "Access-Control-Allow-Origin"
MEMORY_KEPT = 48 * 2**20  # bytes of rendered pages in each process
BESIDE_A_BODY = 4096  # bytes, about what a page's key, headers and objects take in memory


def conference_page[**P](view: ConferenceView[P]) -> Callable[..., HttpResponseBase]:
    """A page under a published conference, open to everybody; the view receives the conference."""

    @wraps(view)
    def page(
        request: HttpRequest, conference: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        found = get_object_or_404(Conference.objects.published().for_site(), slug=conference)
        request.conference = found  # type: ignore[attr-defined]
        return view(request, found, *args, **kwargs)

    return login_not_required(page)


def public_page[**P](view: ConferenceView[P]) -> Callable[..., HttpResponseBase]:
    """A ``conference_page`` with nothing personal in it: cacheable, and kept rendered here."""

    @wraps(view)
    def page(
        request: HttpRequest, conference: Conference, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        return declared_public(request, view(request, conference, *args, **kwargs))

    return require_safe(conference_page(page))  # type: ignore[arg-type]


def site_page[**P](view: SiteView[P]) -> Callable[..., HttpResponseBase]:
    """The same for what belongs to no conference: sitemap, robots."""

    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return declared_public(request, view(request, *args, **kwargs))

    return require_safe(login_not_required(page))


def declared_public(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Let a page that is the same for everybody be kept, here and by caches on its way."""
    if isinstance(response, HttpResponse) and response.status_code == 200:
        request.is_public_page = True  # type: ignore[attr-defined]
        # Any cache may hold it, and asks before each use: an ETag costs less than a mistake.
        patch_cache_control(response, public=True, no_cache=True)
    return response


def keep_until(
    request: HttpRequest, instant: datetime | None, *, since: datetime | None = None
) -> None:
    """Tell that the page being rendered is true until ``instant`` only; the earliest one counts.

    ``since`` is the instant for which it is rendered, when that is not this very one: what begins
    while a page is in the making has to be on the next. A page that changes with the clock says so
    even when nothing is to come any more (``None``): its date is not that of the last change of a
    row.
    """
    request.is_timed = True  # type: ignore[attr-defined]
    known: datetime | None = getattr(request, "kept_until", None)
    if instant is None or instant <= (since or timezone.now()):
        return
    if known is None or instant < known:
        request.kept_until = instant  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Stamp:
    value: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class KeptPage:
    stamp: Stamp
    expires: float  # on the monotonic clock
    body: bytes
    headers: dict[str, str]
    etag: str
    last_modified: int
    size: int  # in memory: an address is as long as its sender likes, and may lead to a short page


class StampReader:
    """The current stamp, at most ``STAMP_ASKED_EVERY`` seconds old."""

    def __init__(self) -> None:
        self.latest: Stamp | None = None
        self.asked_at = float("-inf")
        self.asking = threading.Lock()

    def read(self) -> Stamp | None:
        """The stamp; the last known one while the database is away.

        One thread asks at a time: the others do not wait for a database that does not answer.
        """
        now = time.monotonic()
        if now - self.asked_at >= STAMP_ASKED_EVERY and self.asking.acquire(blocking=False):
            try:
                row = PublicStamp.objects.values_list("value", "changed_at").first()
                # Written after the answer: what is rendered later is at least as new as this stamp.
                self.latest, self.asked_at = (Stamp(*row) if row else None), now
            except DatabaseError:
                return self.latest
            finally:
                self.asking.release()
        return self.latest


class RenderedPages:
    """Middleware, outermost: answer from memory, or keep what the view declared public."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.stamps = StampReader()
        self.pages: OrderedDict[tuple[Any, ...], KeptPage] = OrderedDict()
        self.bytes_kept = 0
        self.lock = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.KEEP_RENDERED_PAGES or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        key = page_key(request)
        kept = self.pages.get(key)
        if kept is None and key[1].startswith(settings.STATIC_URL):
            return self.get_response(request)
        stamp = self.stamps.read()
        if kept and stamp and kept.stamp == stamp and time.monotonic() < kept.expires:
            return answer(request, kept)
        response = self.get_response(request)
        if not (stamp and getattr(request, "is_public_page", False)):
            return response
        if not isinstance(response, HttpResponse) or not keepable(response):
            return response
        return answer(request, self.keep(key, request, response, stamp))

    def keep(
        self,
        key: tuple[Any, ...],
        request: HttpRequest,
        response: HttpResponse,
        stamp: Stamp,
    ) -> KeptPage:
        seconds = LONGEST_KEPT
        if until := getattr(request, "kept_until", None):
            seconds = min(seconds, max(0.0, (until - timezone.now()).total_seconds()))
        etag = f'"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
        last_modified = self.last_modified(key, request, etag, stamp)
        headers = dict(response.items()) | {
            "ETag": etag,
            "Last-Modified": http_date(last_modified),
            "Content-Length": str(len(response.content)),
        }
        size = len(response.content) + sum(len(part) for part in key if isinstance(part, str))
        page = KeptPage(
            stamp,
            time.monotonic() + seconds,
            response.content,
            headers,
            etag,
            last_modified,
            size + BESIDE_A_BODY,
        )
        with self.lock:
            if old := self.pages.pop(key, None):
                self.bytes_kept -= old.size
            self.pages[key] = page
            self.bytes_kept += page.size
            while self.bytes_kept > MEMORY_KEPT:
                _, oldest = self.pages.popitem(last=False)
                self.bytes_kept -= oldest.size
        return page

    def last_modified(
        self, key: tuple[Any, ...], request: HttpRequest, etag: str, stamp: Stamp
    ) -> int:
        """When what is public last changed; of a page that the clock changes as well, when these
        bytes were first seen here."""
        if not getattr(request, "is_timed", False):
            return int(stamp.changed_at.timestamp())
        known = self.pages.get(key)
        return known.last_modified if known and known.etag == etag else int(time.time())


def page_key(request: HttpRequest) -> tuple[Any, ...]:
    """All that the bytes of a public page may depend on; the host as sent, for its check."""
    meta = request.META
    return (
        meta.get("HTTP_HOST"),
        request.path_info,
        meta.get("QUERY_STRING"),
        request.is_secure(),
        meta.get("HTTP_HX_REQUEST"),
        meta.get("HTTP_HX_TARGET"),
    )


def keepable(response: HttpResponse) -> bool:
    return response.status_code == 200 and not response.cookies


def answer(request: HttpRequest, page: KeptPage) -> HttpResponseBase:
    """The kept page, or 304 when the reader has it (RFC 9110 §13)."""
    response = HttpResponse(page.body, headers=page.headers)
    if "HTTP_IF_NONE_MATCH" in request.META or "HTTP_IF_MODIFIED_SINCE" in request.META:
        conditional: HttpResponseBase | None = get_conditional_response(
            request, page.etag, page.last_modified, response
        )
        if conditional is not None and (origin := page.headers.get(CROSS_ORIGIN)):
            # Django leaves it out, and a page of another site would not be let read the answer.
            conditional[CROSS_ORIGIN] = origin
        return conditional or response
    return response
