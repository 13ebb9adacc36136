"""Who may pass to the staff's pages: a second factor, lately shown, by somebody not idle."""

import ipaddress
import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

SEEN_AT = "staff_seen_at"
SEEN_EVERY = 60.0  # seconds between two notes of activity in a session

# What a proxy adds to a request, and no browser.
FORWARDED = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP")

# What can be shown at the challenge; recovery codes come with either of the two others.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def may_enter(request: HttpRequest) -> bool:
    """Whether an active member of staff asks, with a second factor shown in this session."""
    user = request.user
    if not (user.is_authenticated and user.is_active and user.is_staff):
        return False
    return is_relaxed(request) or has_shown_factor(request)


def is_relaxed(request: HttpRequest) -> bool:
    """Whether this is the demonstration, asked from the machine itself.

    Behind a proxy on that machine every visitor comes from there: what one forwards is from afar.
    """
    if not settings.DEMO or any(name in request.META for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def has_shown_factor(request: HttpRequest) -> bool:
    """Whether this session holds a fresh proof by an authenticator that its owner still has."""
    if not hasattr(request, "_shown_factor"):
        request._shown_factor = _look_for_factor(request)  # type: ignore[attr-defined]
    return bool(request._shown_factor)  # type: ignore[attr-defined]


def _look_for_factor(request: HttpRequest) -> bool:
    oldest = time.time() - settings.STAFF_FACTOR_AGE
    shown = {
        record.get("id")
        for record in records(request)
        if record.get("method") == "mfa" and record.get("at", 0) >= oldest
    }
    return bool(shown) and Authenticator.objects.filter(user=request.user, pk__in=shown).exists()


def records(request: HttpRequest) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = get_authentication_records(request, request.user)
    return found


def has_factor(user: Any) -> bool:
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def is_idle(request: HttpRequest) -> bool:
    """Whether a staff session was left alone too long; else it notes that somebody is there."""
    now = time.time()
    seen = request.session.get(SEEN_AT) or max(
        (record.get("at", 0) for record in records(request)), default=now
    )
    if now - seen > settings.STAFF_IDLE_TIME:
        return True
    if now - request.session.get(SEEN_AT, 0) > SEEN_EVERY:
        request.session[SEEN_AT] = now
    return False


def factor_url(request: HttpRequest) -> str:
    """Where the second factor is set up or shown, and then back here."""
    query = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
    return f"{reverse('second_factor')}?{query}"
