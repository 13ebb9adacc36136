"""What every request passes through."""

import logging
from collections.abc import Callable

from django.db import DataError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from psycopg import errors

from conference.views.errors import bad_request, service_unavailable

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponseBase]


class RefuseUnreadableInput:
    """Answer 400 to what no database can keep (NUL, lone surrogates), in addresses and forms."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        words = [request.path_info, *request.GET.keys()]
        words += [value for values in request.GET.lists() for value in values[1]]
        if all(is_readable(word) for word in words):
            return self.get_response(request)
        # Nobody has chosen the language yet.
        with translation.override(translation.get_language_from_request(request, check_path=True)):
            return bad_request(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What a form brings past its fields is met where the database refuses it."""
        if isinstance(exception, DataError) and "NUL (0x00)" in str(exception):
            return bad_request(request)
        return None


def is_readable(word: str) -> bool:
    """Whether it is text that UTF-8 can carry and a database can hold."""
    if "\0" in word:
        return False
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


class PrivateByDefault:
    """No cache keeps an answer whose view did not say that it is public."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


# What a transaction may meet among others, and be done again without harm.
BUSY = (errors.LockNotAvailable, errors.QueryCanceled, errors.DeadlockDetected)


class LockTimeouts:
    """A row that stays locked too long becomes a polite 503; the transaction wrote nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OperationalError):
            return None
        if isinstance(exception.__cause__, BUSY):
            logger.warning("Busy: %s", type(exception.__cause__).__name__)
            return service_unavailable(request)
        return None
