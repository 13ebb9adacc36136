"""My agenda, as its owner meets it: stars on public pages, and the page that a secret opens.

Public pages are the same for everybody and kept by caches: they set no cookie and can hold no
token against forged forms. The form of their stars is therefore exempt from Django's check, and
safe in another way. The cookie that names the agenda (the agenda's secret, out of the reach of
scripts) is ``SameSite=Lax``: no other site's form brings it along. It goes to the addresses under
``agenda/`` alone, so that public pages stay without one. And a form that says it comes from
another site is refused, so that nobody is given a new agenda in place of their own.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from conference import ical, qr
from conference.models import Conference
from conference.public import conference_page
from conference.throttle import count, network_of
from programme import agenda as agendas
from programme import calendars
from programme.agenda_forms import CodeForm, NewsForm, OpenForm
from programme.agenda_pages import agenda_days
from programme.feeds.http import if_new
from programme.models import Agenda

COOKIE = "agenda" if settings.DEVELOPMENT else "__Secure-agenda"
LONGEST = 400 * 86400  # seconds; browsers keep no cookie for longer
TEN_MINUTES, HOUR = 600, 3600
MAILS_AN_HOUR = 5


def private[**P](
    view: Callable[Concatenate[HttpRequest, Conference, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A page that belongs to one person: in no cache and no index, and its address in no link."""

    @wraps(view)
    def page(
        request: HttpRequest, conference: Conference, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        response = view(request, conference, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        # Not "no-referrer": with that, browsers hide the origin of our own forms from us.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return conference_page(page)


# --- The device's own agenda ---------------------------------------------------------------------


def own(request: HttpRequest, conference: Conference) -> Agenda | None:
    """The agenda that this device keeps."""
    token = request.COOKIES.get(f"{COOKIE}-{get_language()}", "")
    return agendas.behind(token, conference) if token else None


def keep(response: HttpResponse, agenda: Agenda) -> HttpResponse:
    """Let the device keep ``agenda``, for its addresses in every language."""
    for name, path in cookies_of(agenda.conference):
        response.set_cookie(
            name,
            agendas.secret_of(agenda),
            max_age=LONGEST,
            path=path,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def let_go(response: HttpResponse, conference: Conference) -> HttpResponse:
    for name, path in cookies_of(conference):
        response.delete_cookie(name, path=path, samesite="Lax")
    return response


def cookies_of(conference: Conference) -> list[tuple[str, str]]:
    """Names and paths: one for each language, because that is where addresses begin."""
    return [
        (f"{COOKIE}-{code}", f"/{code}/{conference.slug}/agenda/")
        for code, _name in settings.LANGUAGES
    ]


def address_of(agenda: Agenda, done: str = "") -> str:
    """Its secret page, in the active language."""
    token = agendas.secret_of(agenda)
    path = reverse("programme:agenda_page", args=[agenda.conference.slug, token])
    return f"{path}?done={done}" if done else path


def is_from_elsewhere(request: HttpRequest) -> bool:
    """Whether the browser says that another site sent this form; old browsers say nothing."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return bool(origin) and urlsplit(origin).netloc != request.get_host()


# --- Stars ---------------------------------------------------------------------------------------


@csrf_exempt  # See the top of this file.
@require_http_methods(["GET", "HEAD", "POST"])
@private
def star(request: HttpRequest, conference: Conference) -> HttpResponse:
    """Put a session in (``session``) or take it out (``remove``); the first star makes an agenda.

    Answers with the agenda's page, or to the page's script with what is starred now.
    """
    if request.method != "POST":
        return redirect("programme:agenda", conference.slug)
    if is_from_elsewhere(request):
        raise PermissionDenied
    agenda = own(request, conference)
    if code := code_in(request, "remove"):
        if agenda:
            agendas.unstar(agenda, code)
        return starred_now(request, conference, agenda, "removed")
    session = agendas.session_with(conference, code_in(request, "session"))
    if session is None:
        raise Http404
    if agenda is None:
        if is_too_often(request):
            return refused(request, conference, _("Too many agendas were begun from your network."))
        agenda = agendas.new(conference, get_language() or "fr")
    try:
        agendas.star(agenda, session)
    except agendas.TooManyStars as error:
        return refused(request, conference, str(error))
    return starred_now(request, conference, agenda, "added")


def code_in(request: HttpRequest, name: str) -> str:
    """The code that a form of ours brings, as no session has it where no database can keep it."""
    return request.POST.get(name, "").replace("\0", "�")


def is_too_often(request: HttpRequest) -> bool:
    """Whether one network begins more agendas than a hall full of people would."""
    begun = count("agenda:network", network_of(request), TEN_MINUTES)
    return begun > settings.AGENDAS_PER_ADDRESS


def refused(request: HttpRequest, conference: Conference, reason: str) -> HttpResponse:
    response: HttpResponse
    if is_script(request):
        response = JsonResponse({"error": reason}, status=429)
    else:
        response = start_page(request, OpenForm(), reason=reason, status=429)
    response["Retry-After"] = str(TEN_MINUTES)
    return response


def is_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def starred_now(
    request: HttpRequest, conference: Conference, agenda: Agenda | None, done: str
) -> HttpResponse:
    if is_script(request):
        response: HttpResponse = told(agenda)
    elif agenda:
        response = redirect(address_of(agenda, done))
        response.status_code = 303
    else:
        response = redirect("programme:agenda", conference.slug)
    return keep(response, agenda) if agenda else response


def told(agenda: Agenda | None) -> JsonResponse:
    """What the script of public pages marks."""
    if agenda is None:
        return JsonResponse({"starred": [], "address": None})
    return JsonResponse({"starred": agendas.codes(agenda), "address": address_of(agenda)})


@require_safe
@private
def starred(request: HttpRequest, conference: Conference) -> HttpResponse:
    return told(own(request, conference))


# --- Its page ------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@private
def start(request: HttpRequest, conference: Conference) -> HttpResponse:
    """To the agenda of this device; where there is none, how to have one or to bring one."""
    if request.method == "POST":
        form = OpenForm(request.POST)
        if form.is_valid() and (found := agendas.behind(form.cleaned_data["address"], conference)):
            return keep(redirect(address_of(found)), found)
        if form.is_valid():
            form.add_error("address", _("No agenda of this conference has this address."))
        return start_page(request, form, status=422)
    if agenda := own(request, conference):
        return redirect(address_of(agenda))
    return start_page(request, OpenForm())


def start_page(
    request: HttpRequest, form: OpenForm, *, reason: str = "", status: int = 200
) -> HttpResponse:
    context = {"form": form, "reason": reason}
    return render(request, "programme/agenda_start.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def page(request: HttpRequest, conference: Conference, token: str) -> HttpResponse:
    """The agenda behind its secret: to read, to print, to subscribe to, and to change."""
    agenda = agendas.behind(token, conference)
    if agenda is None:
        raise Http404
    if request.method != "POST":
        return agenda_page(request, agenda)
    change = CHANGES.get(request.POST.get("do", ""))
    if change is None:
        return agenda_page(request, agenda, status=422)
    return change(request, agenda)


def agenda_page(
    request: HttpRequest,
    agenda: Agenda,
    *,
    code_form: CodeForm | None = None,
    news_form: NewsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    slots = agendas.slots(agenda)
    conference, token = agenda.conference, agendas.secret_of(agenda)
    address = settings.SITE_URL + address_of(agenda)
    calendar = settings.SITE_URL + reverse("programme:agenda_ics", args=[conference.slug, token])
    context = {
        "agenda": agenda,
        "token": token,
        "days": agenda_days(conference, slots),
        "count": len(slots),
        "address": address,
        "calendar": calendar,
        "webcal": f"webcal:{calendar.partition(':')[2]}",
        "qr": qr.svg(address, label=_("The address of this agenda as a QR code")),
        "is_kept": (mine := own(request, conference)) is not None and mine.pk == agenda.pk,
        "keeps_another": mine is not None and mine.pk != agenda.pk,
        "code_form": code_form or CodeForm(),
        "news_form": news_form or NewsForm(),
        "done": request.GET.get("done", ""),
    }
    return render(request, "programme/agenda.html", context, status=status)


def add(request: HttpRequest, agenda: Agenda) -> HttpResponse:
    """By the code that the booklet prints."""
    form = CodeForm(request.POST)
    if form.is_valid():
        session = agendas.session_with(agenda.conference, form.cleaned_data["code"])
        if session is None:
            form.add_error("code", _("No session of the programme has this code."))
        else:
            try:
                agendas.star(agenda, session)
            except agendas.TooManyStars as error:
                form.add_error("code", str(error))
            else:
                return redirect(address_of(agenda, "added"))
    return agenda_page(request, agenda, code_form=form, status=422)


def remove(request: HttpRequest, agenda: Agenda) -> HttpResponse:
    agendas.unstar(agenda, code_in(request, "code"))
    return redirect(address_of(agenda, "removed"))


def clear(request: HttpRequest, agenda: Agenda) -> HttpResponse:
    agendas.clear(agenda)
    return redirect(address_of(agenda, "cleared"))


def keep_here(request: HttpRequest, agenda: Agenda) -> HttpResponse:
    return keep(redirect(address_of(agenda, "kept")), agenda)


def leave_here(request: HttpRequest, agenda: Agenda) -> HttpResponse:
    return let_go(redirect(address_of(agenda, "left")), agenda.conference)


def ask_for_news(request: HttpRequest, agenda: Agenda) -> HttpResponse:
    form = NewsForm(request.POST)
    if form.is_valid():
        asked = count("agenda:news", str(agenda.pk), HOUR)
        if asked <= MAILS_AN_HOUR and agendas.ask_for_news(agenda, form.cleaned_data["email"]):
            return redirect(address_of(agenda, "asked"))
        form.add_error("email", _("We have written to this address already; try again tomorrow."))
    return agenda_page(request, agenda, news_form=form, status=422)


def stop_news(request: HttpRequest, agenda: Agenda) -> HttpResponse:
    agendas.stop(agenda)
    return redirect(address_of(agenda, "stopped"))


CHANGES = {
    "add": add,
    "remove": remove,
    "clear": clear,
    "keep": keep_here,
    "leave": leave_here,
    "news": ask_for_news,
    "stop": stop_news,
}


@require_safe
@private
def calendar(request: HttpRequest, conference: Conference, token: str) -> HttpResponseBase:
    """The agenda for a calendar that subscribes to it; what was withdrawn is cancelled there."""
    agenda = agendas.behind(token, conference)
    if agenda is None:
        raise Http404
    slots = agendas.slots(agenda)
    content = calendars.programme_calendar(
        conference, slots, export="agenda", subject=_("My agenda")
    )
    response = HttpResponse(content, content_type=ical.CONTENT_TYPE)
    response["Content-Disposition"] = f'inline; filename="{conference.slug}-agenda.ics"'
    # No cache keeps it; a calendar that holds it asks every hour whether it says something else.
    response["Access-Control-Allow-Origin"] = "*"
    changed_at = max([agenda.changed_at, *(slot.changed_at for slot in slots)])
    response["Last-Modified"] = http_date(changed_at.timestamp())
    return if_new(request, response)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def news(request: HttpRequest, conference: Conference, number: int, token: str) -> HttpResponse:
    """What a mail's link opens: confirm the address, or stop. A link alone changes nothing, for
    programs open links before people do."""
    agenda = agendas.with_proof(conference, number, token)
    if agenda is None:
        raise Http404
    if request.method == "POST":
        if request.POST.get("do") == "stop":
            agendas.stop(agenda)
            return render(request, "programme/agenda_news.html", {"is_stopped": True})
        agendas.confirm(agenda)
        return redirect(request.path)
    return render(request, "programme/agenda_news.html", {"agenda": agenda})
