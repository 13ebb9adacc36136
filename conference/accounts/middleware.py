"""The gate before every staff page, and what happens when nobody can count attempts."""

import logging

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from conference.accounts import staff
from conference.middleware import GetResponse
from conference.views.errors import service_unavailable

logger = logging.getLogger(__name__)

# Signing in and out are the only ways to the staff's pages that ask for nothing.
OPEN_TO_ALL = ("login", "logout")


class StaffGate:
    """Lets staff through with a fresh second factor; others go and show one, or sign in again.

    The admin site asks the same again (``ColloqueAdminSite.has_permission``), so that neither a
    page added beside it nor a site mounted elsewhere goes unguarded.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or "admin" not in match.namespaces or match.url_name in OPEN_TO_ALL:
            return None
        if not (request.user.is_authenticated and request.user.is_staff):
            # The admin site answers these: sign in, or 403.
            return None
        if staff.is_idle(request):
            logout(request)
            messages.info(request, _("You were signed out after a time without activity."))
            return redirect_to_login(request.get_full_path(), resolve_url("staff_login"))
        if not staff.may_enter(request):
            return redirect(staff.factor_url(request))
        return None


class RefuseWithoutCounting:
    """While Redis is away attempts cannot be counted: nobody signs in, and is told so kindly."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, RedisError):
            return None
        logger.error("Redis is away: %s", type(exception).__name__)
        return service_unavailable(request)
