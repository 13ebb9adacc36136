"""The planning board's pages: the whole draft, one session's form, and what a screen asks for.

Every address answers 403 to whoever may not see the draft; to place, to move and to take off need
the rights to add, to change and to delete slots.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from conference.accounts.models import User
from conference.i18n import text_of
from conference.models import Conference
from programme import board, warnings
from programme.admin import board_state
from programme.admin.board_form import BoardForm, days, initial, own_days
from programme.admin.releases import chosen
from programme.models import DraftMove, Session, Slot

STEPS = [5, 10, 15, 20, 30, 60]


def urls() -> list[URLPattern]:
    """Below the list of slots."""
    site = admin.site
    pages: list[tuple[str, Callable[..., HttpResponse], str]] = [
        ("board/", page, "programme_board"),
        ("board/state/", state, "programme_board_state"),
        ("board/undo/", undo, "programme_board_undo"),
        ("board/<int:session_id>/", session, "programme_board_session"),
    ]
    return [path(route, site.admin_view(view), name=name) for route, view, name in pages]


def require(request: HttpRequest, right: str) -> User:
    """Who asks, if they may ``right`` (view, add, change, delete) slots."""
    user = request.user
    if not user.has_perms(["programme.view_slot", f"programme.{right}_slot"]):
        raise PermissionDenied(_("You may look at the draft, and not change it."))
    assert isinstance(user, User)
    return user


def conference_of(request: HttpRequest) -> tuple[Conference | None, list[Conference]]:
    conferences = list(Conference.objects.order_by("-is_current", "-starts_on", "pk"))
    return chosen(request, conferences), conferences


def page(request: HttpRequest) -> HttpResponse:
    """The whole draft: as a board where scripts run, as tables where not."""
    user = require(request, "view")
    conference, conferences = conference_of(request)
    wanted = {name: request.GET.get(name, "")[:200] for name in ("q", "kind", "theme")}
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Planning board"),
        "opts": Slot._meta,
        "conferences": conferences,
        "edition": conference,
        "wanted": wanted,
        "steps": STEPS,
        "is_table": request.GET.get("view") == "table",
        "may_move": user.has_perm("programme.change_slot"),
        "kinds": Session.Kind.choices,
    }
    if conference:
        context |= {
            "drawer": board_state.drawer(conference, wanted),
            "table": board_state.table(conference),
            "themes": conference.themes.order_by("position", "pk"),
            "warnings": warnings.warnings(conference),
            "data": data_of(conference, user),
        }
    return TemplateResponse(request, "programme/admin/board.html", context)


def data_of(conference: Conference, user: User) -> dict[str, Any]:
    """What the script of the page begins with."""
    query = f"?conference={conference.pk}"
    return {
        "user": user.pk,
        "conference": conference.pk,
        "rooms": board_state.rooms(conference),
        "days": [day.isoformat() for day in days(conference)],
        "span": [day.isoformat() for day in own_days(conference)],
        "sessions": board_state.sessions(conference),
        "state": board_state.state(conference),
        "urls": {
            "state": reverse("admin:programme_board_state") + query,
            "undo": reverse("admin:programme_board_undo") + query,
        },
        "may": {
            right: user.has_perm(f"programme.{right}_slot") for right in ("add", "change", "delete")
        },
        "texts": texts(),
    }


def texts() -> dict[str, str]:
    """What the script says; ``{…}`` is filled in by it."""
    return {
        "moved": _("“{title}”: {room}, {day}, {start} to {end}."),
        "taken": _("“{title}” is among the sessions to be placed."),
        "undone": _("Your last move is undone."),
        "unsaved": _("This could not be saved: please try again."),
        "offline": _("The server does not answer; what you see may be old."),
        "online": _("The server answers again."),
        "clash": _("Needs a look"),
        "none": _("Nothing is left to be placed."),
        "noneFound": _("No session is called so."),
        "fine": _("Nothing to put right."),
        "allDays": _("All days"),
        "minutes": _("{count} min"),
    }


def state(request: HttpRequest) -> HttpResponse:
    """Where everything stands now; short when nothing has changed since ``stamp``."""
    require(request, "view")
    conference, _conferences = conference_of(request)
    if conference is None:
        return JsonResponse({"error": _("There is no conference yet.")}, status=404)
    if request.method not in ("GET", "HEAD"):
        return not_allowed("GET, HEAD")
    if request.GET.get("stamp") == board.stamp(conference):
        return JsonResponse({"unchanged": True})
    return JsonResponse(board_state.state(conference, number(request, "since")))


def undo(request: HttpRequest) -> HttpResponse:
    """Take back one's last move."""
    user = require(request, "view")
    conference, _conferences = conference_of(request)
    if request.method != "POST":
        return not_allowed("POST")
    if conference is None:
        return answer(request, None, error=_("There is no conference yet."), status=404)
    last = board.last_move(conference, user)
    if last is not None:
        require(request, right_to(last.after is None, last.before is None))
    try:
        move = board.undo(conference, user=user)
    except ValidationError as refusal:
        return answer(request, conference, error=" ".join(refusal.messages), status=409)
    return answer(request, conference, told=_("Your last move is undone."), move=move)


def session(request: HttpRequest, session_id: int) -> HttpResponse:
    """One session's room and time: shown as a form, moved by POST."""
    require(request, "view")
    found = get_object_or_404(Session.objects.select_related("conference"), pk=session_id)
    conference = found.conference
    slot = Slot.objects.draft().filter(session=found).first()
    if request.method != "POST":
        form = BoardForm(conference, initial=initial(conference, found, slot))
        return form_page(request, found, slot, form)
    if "take_off" in request.POST:
        return taken_off(request, found, slot)
    form = BoardForm(conference, request.POST)
    if not form.is_valid():
        return refused_form(request, found, slot, form)
    where, version = form.cleaned_data["where"], form.cleaned_data["version"]
    user = require(request, "change" if version else "add")
    try:
        if version:
            move = board.move(found, where, version=version, user=user)
        else:
            move = board.place(found, where, user=user)
    except board.Stale as refusal:
        return stale(request, found, refusal)
    return answer(request, conference, told=_("The draft is changed."), move=move)


def taken_off(request: HttpRequest, found: Session, slot: Slot | None) -> HttpResponse:
    user = require(request, "delete")
    version = number(request, "version")
    if version is None:
        return answer(request, found.conference, error=_("Name the version you see."), status=400)
    try:
        move = board.take_off(found, version=version, user=user)
    except board.Stale as refusal:
        return stale(request, found, refusal)
    return answer(request, found.conference, told=_("The draft is changed."), move=move)


def stale(request: HttpRequest, found: Session, refusal: board.Stale) -> HttpResponse:
    """409 with what is true now: for the screen the whole state, for people the form anew."""
    message = " ".join(refusal.messages)
    if wants_json(request):
        return answer(request, found.conference, error=message, status=409)
    slot = Slot.objects.draft().filter(session=found).first()
    form = BoardForm(found.conference, initial=initial(found.conference, found, slot))
    return form_page(request, found, slot, form, message=message, status=409)


def refused_form(
    request: HttpRequest, found: Session, slot: Slot | None, form: BoardForm
) -> HttpResponse:
    if not wants_json(request):
        return form_page(request, found, slot, form, status=400)
    errors = [str(message) for each in form.errors.values() for message in each]
    return answer(request, found.conference, error=" ".join(errors), status=400)


def form_page(
    request: HttpRequest,
    found: Session,
    slot: Slot | None,
    form: BoardForm,
    *,
    message: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": str(text_of(found, "title")) or found.code,
        "opts": Slot._meta,
        "session": found,
        "edition": found.conference,
        "slot": slot,
        "form": form,
        "message": message,
        "may_move": request.user.has_perm(f"programme.{'change' if slot else 'add'}_slot"),
        "may_take_off": slot is not None and request.user.has_perm("programme.delete_slot"),
        "back_url": board_url(found.conference),
    }
    template = "programme/admin/board_session.html"
    return TemplateResponse(request, template, context, status=status)


def answer(
    request: HttpRequest,
    conference: Conference | None,
    *,
    told: str = "",
    error: str = "",
    move: DraftMove | None = None,
    status: int = 200,
) -> HttpResponse:
    """What was done or refused: to a script the state of now, to a person the board with a word."""
    if wants_json(request):
        state = board_state.state(conference, number(request, "since")) if conference else {}
        data = {"state": state, "error": error, "move": move and move.pk}
        return JsonResponse(data, status=status)
    messages.add_message(request, messages.ERROR if error else messages.SUCCESS, error or told)
    return redirect(board_url(conference))


def board_url(conference: Conference | None) -> str:
    url = reverse("admin:programme_board")
    return f"{url}?conference={conference.pk}" if conference else url


def right_to(comes_from_drawer: bool, goes_to_drawer: bool) -> str:
    return "add" if comes_from_drawer else "delete" if goes_to_drawer else "change"


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def number(request: HttpRequest, name: str) -> int | None:
    """A small whole number of the query or of the form, or nothing."""
    text = request.POST.get(name) or request.GET.get(name) or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def not_allowed(methods: str) -> HttpResponse:
    return HttpResponse(status=405, headers={"Allow": methods})
