"""What every page of the site may print, read only when a template asks for it."""

from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject

from conference.models import Conference, Page


def conference(request: HttpRequest) -> dict[str, Any]:
    """``conference``, its menus, and this page in each language (``alternates``)."""
    found = getattr(request, "conference", None) or SimpleLazyObject(current_conference)
    return {
        "conference": found,
        "menus": SimpleLazyObject(lambda: menus(found)),
        "alternates": SimpleLazyObject(lambda: alternates(request)),
        "site_url": settings.SITE_URL,
        "is_demo": settings.DEMO,
    }


def current_conference() -> Conference | None:
    try:
        return Conference.objects.published().for_site().filter(is_current=True).first()
    except DatabaseError:
        return None


def menus(found: Any) -> dict[str, list[Page]]:
    """Published pages by menu (``header``, ``footer``), in their order."""
    result: dict[str, list[Page]] = {menu: [] for menu in Page.Menu.values}
    if not found:
        return result
    for page in found.pages.published().order_by("position", "pk"):
        page.conference = found
        result[page.menu].append(page)
    return result


def alternates(request: HttpRequest) -> list[dict[str, str]]:
    """This address in each language: ``code``, and ``url`` with its path and query alone."""
    path = request.get_full_path()
    return [{"code": code, "url": translate_url(path, code)} for code, _ in settings.LANGUAGES]
