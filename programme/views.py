"""The programme in public: what the current release holds, and nothing else."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language

from conference.models import Conference, Organisation
from conference.public import keep_until, public_page
from programme import bookings, files, now, released, search, structured_data
from programme.forms import ScheduleFilter
from programme.models import Room
from programme.paper import site
from programme.released import ReleasedSlot
from programme.rows import RowMaker, dated_rows
from programme.schedule import days
from speakers.models import Speaker


@public_page
def schedule(request: HttpRequest, conference: Conference) -> HttpResponse:
    """The list under day and time headings; with ``view=grid`` the same list laid on a grid."""
    slots = released.slots(conference)
    chosen = ScheduleFilter(request.GET or None, slots=slots)
    question = chosen.question
    hits = search.find(conference, question) if question else None
    found = chosen.choose(hits)
    as_grid = request.GET.get("view") == "grid"
    context = {
        "release": released.current_release(conference),
        "moment": now.moment_on(request, conference, slots),
        "filter": chosen,
        "chosen": chosen.chosen(request.GET),
        "found": sum(not slot.session.is_break for slot in found),
        "total": sum(not slot.session.is_break for slot in slots),
        "as_grid": as_grid,
        "days": days(found, conference, RowMaker(conference, hits), as_grid=as_grid),
        "feeds": feeds(conference),
    }
    return render(request, "programme/schedule.html", context)


def feeds(conference: Conference) -> dict[str, str]:
    """Addresses of the same programme for machines and on paper, as far as they are served."""
    found = {}
    for name in ("schedule_ics", "schedule_json", "schedule_xml", "changelog", "booklet"):
        try:
            found[name] = reverse(f"programme:{name}", args=[conference.slug])
        except NoReverseMatch:
            continue
    if site.current(conference, get_language() or "fr") is None:
        found.pop("booklet", None)  # the worker has not made it yet
    return found


@public_page
def on_now(request: HttpRequest, conference: Conference) -> HttpResponse:
    """A page of what is on and what comes next, for a telephone between two rooms."""
    slots = released.slots(conference)
    moment = now.moment_on(request, conference, slots)
    return render(request, "programme/now.html", {"moment": moment})


@public_page
def session(request: HttpRequest, conference: Conference, code: str) -> HttpResponse:
    """One session; 410 with its last title once it is no longer in the programme."""
    slot = known_slot(conference, code)
    if slot.is_cancelled:
        event = structured_data.withdrawn_event(slot, conference)
        context = {"slot": slot, "structured_data": event}
        return render(request, "programme/withdrawn.html", context, status=410)
    # The stream ends with the session, and what is said of it on its page.
    keep_until(request, slot.ends_at)
    seats = bookings.seats(conference) if slot.session.access == "booking" else {}
    found = files.public_files([slot.session], request).get(slot.session.pk, [])
    context = {
        "slot": slot,
        "is_over": slot.ends_at <= timezone.now(),
        "session": slot.session,
        "seats": seats.get(slot.session.pk),
        "files": [file for file in found if file.talk is None],
        "talks": [
            (talk, [file for file in found if file.talk == talk.guid])
            for talk in slot.session.talks
        ],
        "venue": slot.room.venue or conference.venue,
        "neighbours": released.neighbours_of(slot),
        "structured_data": structured_data.session_event(slot, conference),
    }
    return render(request, "programme/session.html", context)


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
    context = {"theme": found, "days": days(slots, conference)}
    return render(request, "programme/theme.html", context)


@public_page
def room(request: HttpRequest, conference: Conference, slug: str) -> HttpResponse:
    """A room in which something takes place; a room of the draft alone is not there."""
    rooms = Room.objects.select_related("venue")
    found = get_object_or_404(rooms, conference=conference, slug=slug)
    slots = released.slots(conference, released.with_room(found))
    if not slots:
        raise Http404
    context = {
        "room": found,
        "venue": found.venue or conference.venue,
        "days": days(slots, conference),
    }
    return render(request, "programme/room.html", context)


@public_page
def organisation(request: HttpRequest, conference: Conference, slug: str) -> HttpResponse:
    """What an organisation brings: its sessions, and those who speak and work there."""
    found = get_object_or_404(Organisation.objects.select_related("parent"), slug=slug)
    slots = released.slots(conference, released.with_organisation(found))
    people = list(
        Speaker.objects.published().filter(conference=conference, organisation=found).in_order()
    )
    if not slots and not people:
        raise Http404
    for speaker in people:
        speaker.conference = conference
    context = {
        "organisation": found,
        "rows": dated_rows(conference, slots),
        "people": people,
    }
    return render(request, "programme/organisation.html", context)


def known_slot(conference: Conference, code: str) -> ReleasedSlot:
    """The slot of a session that is or was released; any other is not found."""
    found = released.slots(conference, released.with_code(code), with_withdrawn=True)
    if not found:
        raise Http404
    return found[0]
