"""Screens: pages without a way out, for the doors of the rooms and for the foyer.

Whoever plans the programme may look at the screens of another instant (``?at=2027-02-04T10:30``,
where the conference takes place): of the release as well, and kept nowhere.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from conference.models import Conference
from conference.public import ConferenceView, conference_page, keep_until, public_page
from programme import screens
from programme.models import Room, Slot

# Else the screen's own system says which.
THEMES = ("dark", "light")


def screen_page[**P](view: ConferenceView[P]) -> Callable[..., HttpResponseBase]:
    """A ``public_page``, but for staff who ask for another instant."""
    public, private = public_page(view), require_safe(conference_page(view))

    @wraps(public)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "at" not in request.GET:
            return public(request, *args, **kwargs)
        if not (request.user.is_staff and request.user.has_perm("programme.view_slot")):
            raise Http404
        response = private(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    return page


def instant_asked(request: HttpRequest, conference: Conference) -> datetime | None:
    """What only staff ask; what is no instant of our times is not found."""
    if "at" not in request.GET:
        return None
    try:
        found = datetime.fromisoformat(request.GET["at"])
    except ValueError:
        raise Http404 from None
    if not 2000 <= found.year < 2200:
        raise Http404
    return found if found.tzinfo else found.replace(tzinfo=conference.zone)


@screen_page
def screen(request: HttpRequest, conference: Conference, slug: str) -> HttpResponse:
    """The screen at one door; a room that the release does not use has none."""
    used = Slot.objects.public().filter(release__conference=conference).values("room")
    room = get_object_or_404(Room, conference=conference, pk__in=used, slug=slug)
    room.conference = conference
    return page(request, conference, "room", room)


@screen_page
def board(request: HttpRequest, conference: Conference) -> HttpResponse:
    """The board in the foyer: every room in which something is on or to come."""
    return page(request, conference, "board")


@public_page
def worker(request: HttpRequest, conference: Conference) -> HttpResponse:
    """The service worker of the screens, from an address that lets it serve all of them.

    A worker rules below its own address only, and static files lie elsewhere.
    """
    path = finders.find("js/screen-worker.js")
    assert path
    with open(path, "rb") as file:
        response = HttpResponse(file.read(), content_type="text/javascript; charset=utf-8")
    board = reverse("programme:screens", args=[conference.slug])
    response["Service-Worker-Allowed"] = board.removesuffix("s/")
    return response


def page(
    request: HttpRequest, conference: Conference, name: str, room: Room | None = None
) -> HttpResponse:
    asked = instant_asked(request, conference)
    at = asked or timezone.now()
    doors = screens.doors(conference, at, room)
    if asked is None:
        keep_until(request, screens.true_until(doors, at), since=at)
    theme = request.GET.get("theme")
    context = {
        "doors": doors,
        "room": room,
        "theme": theme if theme in THEMES else "",
        "asked": asked,
        "asked_for_script": screens.milliseconds(asked) if asked else None,
    }
    return render(request, f"programme/screens/{name}.html", context)
