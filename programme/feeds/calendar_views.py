"""Calendars that people subscribe to: the programme, and each part of it that somebody follows.

What was withdrawn stays in them as cancelled, so that it leaves everybody's calendar.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify

from conference import ical
from conference.i18n import text_of
from conference.models import Conference
from programme import calendars, released
from programme.feeds.http import feed
from programme.feeds.views import inline
from programme.models import Slot
from programme.released import ReleasedSlot
from speakers.models import Speaker


@feed
def schedule_ics(request: HttpRequest, conference: Conference) -> HttpResponse:
    if released.current_release(conference) is None:
        raise Http404
    slots = released.slots(conference, with_withdrawn=True)
    return calendar(request, conference, slots, "programme")


@feed
def session_ics(request: HttpRequest, conference: Conference, code: str) -> HttpResponse:
    """One event, cancelled when it was withdrawn; what was never released is not found."""
    slots = released.slots(conference, released.with_code(code), with_withdrawn=True)
    if not slots:
        raise Http404
    title = str(text_of(slots[0].session, "title"))
    return calendar(request, conference, slots, "session", title, code)


@feed
def speaker_ics(request: HttpRequest, conference: Conference, code: str) -> HttpResponse:
    speaker = get_object_or_404(Speaker.objects.published(), conference=conference, code=code)
    slots = released.slots(conference, released.with_speaker(speaker), with_withdrawn=True)
    return calendar(request, conference, slots, "speaker", speaker.full_name, code)


@feed
def theme_ics(request: HttpRequest, conference: Conference, slug: str) -> HttpResponse:
    theme = get_object_or_404(conference.themes, slug=slug)
    slots = released.slots(conference, released.with_theme(theme), with_withdrawn=True)
    return calendar(request, conference, slots, "theme", str(text_of(theme, "name")), slug)


@feed
def room_ics(request: HttpRequest, conference: Conference, slug: str) -> HttpResponse:
    """A room that a release has ever used; one of the draft alone is not found."""
    used = Slot.objects.filter(release__isnull=False).values("room")
    room = get_object_or_404(conference.rooms.filter(pk__in=used), slug=slug)
    slots = released.slots(conference, lambda found: found.filter(room=room), with_withdrawn=True)
    return calendar(request, conference, slots, "room", str(text_of(room, "name")), slug)


def calendar(
    request: HttpRequest,
    conference: Conference,
    slots: list[ReleasedSlot],
    export: str,
    subject: str = "",
    name: str = "",
) -> HttpResponse:
    content = calendars.programme_calendar(
        conference, slots, export=export, subject=subject, path=request.path
    )
    file_name = slugify(f"{conference.slug}-{name}")
    return inline(content, ical.CONTENT_TYPE, f"{file_name}.ics")
