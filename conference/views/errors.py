"""Refusals, in the person's language and the house's style."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403.html", {"is_csrf_failure": True}, status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the database and without context: whatever failed may be needed for them."""
    from django.template import loader

    return HttpResponse(loader.get_template("500.html").render(), status=500)


def service_unavailable(request: HttpRequest, retry_after: int = 5) -> HttpResponse:
    """Too busy for a moment: nothing was written, and the same request may be sent again."""
    response = render(request, "503.html", status=503)
    response["Retry-After"] = str(retry_after)
    return response
