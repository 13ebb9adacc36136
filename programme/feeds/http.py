"""How machine feeds answer: to any site, to whoever asks first, and in short when nothing is new."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response

from conference.public import ConferenceView, public_page

SECONDS_ALLOWED = 24 * 60 * 60


def feed[**P](view: ConferenceView[P]) -> Callable[..., HttpResponseBase]:
    """A ``public_page`` that the pages of others may read, as often as they like.

    Where pages are kept rendered, they answer “not modified” there; elsewhere it is said here.
    """
    page = public_page(view)

    @wraps(page)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return permission()
        response = page(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        if isinstance(response, HttpResponse) and not settings.KEEP_RENDERED_PAGES:
            return if_new(request, response)
        return response

    return answered


def permission() -> HttpResponse:
    """What a browser is told when it asks for the page of another site."""
    return HttpResponse(
        status=204,
        headers={
            "Allow": "GET, HEAD, OPTIONS",
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": "GET, HEAD",
            "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since",
            "Access-Control-Max-Age": str(SECONDS_ALLOWED),
        },
    )


def if_new(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """304 to who has these very bytes."""
    if response.status_code != 200:
        return response
    response["ETag"] = f'"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
    conditional = get_conditional_response(request, response["ETag"], None, response)
    if conditional is not None and conditional.status_code == 304:
        conditional["Access-Control-Allow-Origin"] = "*"
    return conditional or response
