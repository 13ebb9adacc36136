"""The press room: what everybody may read of what is said to the press."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from conference.models import Conference
from conference.public import conference_page, keep_until, public_page
from press.contacts import contacts_of
from press.models import PressKitItem
from press.structured_data import news_article


@public_page
def room(request: HttpRequest, conference: Conference) -> HttpResponse:
    """Releases that are public now, whom to ask, and what may be used."""
    now = timezone.now()
    next_release = conference.press_releases.opening_after(now).first()
    keep_until(request, next_release.opens_at if next_release else None)
    releases = list(conference.press_releases.public(now).newest_first())
    for release in releases:
        release.conference = conference
    kit = list(conference.press_kit.filter(is_published=True))
    for item in kit:
        item.conference = conference
    context = {
        "releases": releases,
        "contacts": contacts_of(conference),
        "texts": [item for item in kit if item.kind == PressKitItem.Kind.TEXT],
        "files": [item for item in kit if item.kind != PressKitItem.Kind.TEXT],
    }
    return render(request, "press/room.html", context)


@public_page
def release(request: HttpRequest, conference: Conference, slug: str) -> HttpResponse:
    """One release; while it is a draft or under embargo, nothing tells that it exists."""
    found = get_object_or_404(conference.press_releases.public(), slug=slug)
    found.conference = conference
    speakers = list(found.speakers.published().in_order())
    for speaker in speakers:
        speaker.conference = conference
    context = {
        "release": found,
        "speakers": speakers,
        "contacts": list(found.contacts.all()) or contacts_of(conference),
        "about": conference.press_kit.filter(is_published=True, kind=PressKitItem.Kind.TEXT),
        "structured_data": news_article(found),
    }
    return render(request, "press/release.html", context)


@require_safe
@conference_page
def kit_file(request: HttpRequest, conference: Conference, pk: int, name: str) -> FileResponse:
    """A file of the kit to keep, while it is published; no cache holds it any longer than that."""
    item = get_object_or_404(conference.press_kit.filter(is_published=True), pk=pk)
    if name != item.file_name:
        raise Http404
    return file_of(item)


def file_of(item: PressKitItem) -> FileResponse:
    """The item's file as something to keep, never to be shown on this site."""
    if not item.file.name or not item.file.storage.exists(item.file.name):
        raise Http404
    response = FileResponse(item.file.open(), as_attachment=True, filename=item.file_name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
