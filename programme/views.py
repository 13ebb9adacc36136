"""The programme in public: what the current release holds, and nothing else."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify

from conference import ical
from conference.models import Conference
from conference.public import public_page
from programme import calendars, released, structured_data
from programme.forms import ScheduleFilter
from programme.released import ReleasedSlot
from programme.schedule import days, grid


@public_page
def schedule(request: HttpRequest, conference: Conference) -> HttpResponse:
    """The list under day and time headings; with ``view=grid`` the same drawn as a grid."""
    slots = released.slots(conference)
    chosen = ScheduleFilter(request.GET or None, slots=slots)
    found = days(chosen.choose(slots), conference.zone)
    as_grid = request.GET.get("view") == "grid"
    context = {
        "release": released.current_release(conference),
        "filter": chosen,
        "as_grid": as_grid,
        "days": [(day, grid(day, conference.zone) if as_grid else None) for day in found],
    }
    return render(request, "programme/schedule.html", context)


@public_page
def schedule_ics(request: HttpRequest, conference: Conference) -> HttpResponse:
    if released.current_release(conference) is None:
        raise Http404
    slots = released.slots(conference, with_withdrawn=True)
    content = calendars.programme_calendar(conference, slots)
    return calendar_response(content, conference.slug)


@public_page
def session(request: HttpRequest, conference: Conference, code: str) -> HttpResponse:
    slot = public_slot(conference, code)
    context = {
        "slot": slot,
        "session": slot.session,
        "venue": slot.room.venue or conference.venue,
        "neighbours": released.neighbours_of(slot),
        "structured_data": structured_data.session_event(slot, conference),
    }
    return render(request, "programme/session.html", context)


@public_page
def session_ics(request: HttpRequest, conference: Conference, code: str) -> HttpResponse:
    slot = public_slot(conference, code)
    content = calendars.programme_calendar(conference, [slot])
    return calendar_response(content, f"{conference.slug}-{code}")


@public_page
def themes(request: HttpRequest, conference: Conference) -> HttpResponse:
    found = list(conference.themes.order_by("position", "pk"))
    for theme in found:
        theme.conference = conference
    return render(request, "programme/themes.html", {"themes": found})


@public_page
def theme(request: HttpRequest, conference: Conference, slug: str) -> HttpResponse:
    found = get_object_or_404(conference.themes, slug=slug)
    slots = released.slots(conference, released.with_theme(found))
    context = {"theme": found, "days": [(day, None) for day in days(slots, conference.zone)]}
    return render(request, "programme/theme.html", context)


def public_slot(conference: Conference, code: str) -> ReleasedSlot:
    """The released slot of a session; what is not released is not found, in any language."""
    found = released.slots(conference, released.with_code(code))
    if not found:
        raise Http404
    return found[0]


def calendar_response(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=ical.CONTENT_TYPE)
    response["Content-Disposition"] = f'inline; filename="{slugify(name)}.ics"'
    # A public feed may be read by the pages of others.
    response["Access-Control-Allow-Origin"] = "*"
    return response
