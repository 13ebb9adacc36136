"""Screens: pages without a way out, for the doors of the rooms and for the foyer."""

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from conference.models import Conference
from conference.public import keep_until, public_page
from programme import screens
from programme.models import Room, Slot

# Else the screen's own system says which.
THEMES = ("dark", "light")


@public_page
def screen(request: HttpRequest, conference: Conference, slug: str) -> HttpResponse:
    """The screen at one door; a room that the release does not use has none."""
    used = Slot.objects.public().filter(release__conference=conference).values("room")
    room = get_object_or_404(Room, conference=conference, pk__in=used, slug=slug)
    room.conference = conference
    return page(request, conference, "room", room)


@public_page
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
    at = timezone.now()
    doors = screens.doors(conference, at, room)
    keep_until(request, screens.true_until(doors, at), since=at)
    theme = request.GET.get("theme")
    context = {
        "doors": doors,
        "room": room,
        "theme": theme if theme in THEMES else "",
    }
    return render(request, f"programme/screens/{name}.html", context)
