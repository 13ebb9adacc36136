"""The form, and what the private link opens."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from conference.models import Conference
from conference.public import conference_page, public_page
from registration import capacity, services, tickets
from registration.addresses import masked_email
from registration.forms import BadgeForm, RegistrationForm, Stamp, registration_notice
from registration.links import registration_behind
from registration.models import Registration
from registration.refusals import Refused, SentBefore, SoldOut
from registration.throttle import TEN_MINUTES, is_too_often


@require_http_methods(["GET", "HEAD", "POST"])
@conference_page
def register(request: HttpRequest, conference: Conference) -> HttpResponse:
    """The form while one ticket type is open; else when it opens, or that it is over."""
    call = capacity.call(conference)
    if request.method == "POST":
        # Also when nothing is open any more: the form may have been answered already, with success.
        form = RegistrationForm(request.POST, conference=conference, offers=call.offers)
        status = answer(request, form)
        if status == 302:
            return redirect("registration:done", conference.slug)
        return form_page(request, form, call, status)
    stamp = Stamp.new(registration_notice(conference))
    form = RegistrationForm(conference=conference, offers=call.offers, initial={"stamp": stamp})
    return form_page(request, form, call, 200)


def form_page(
    request: HttpRequest, form: RegistrationForm, call: capacity.Call, status: int
) -> HttpResponse:
    """The form, or in its place why there is none."""
    if not call.is_open:
        status = 200 if status == 200 else 409
        return render(request, "registration/unavailable.html", {"call": call}, status=status)
    context = {
        "form": form,
        "call": call,
        "notice": registration_notice(form.conference),
        "is_too_often": status == 429,
    }
    response = render(request, "registration/register.html", context, status=status)
    if status == 429:
        response["Retry-After"] = str(TEN_MINUTES)
    return response


def answer(request: HttpRequest, form: RegistrationForm) -> int:
    """Register whom the form describes; the status to answer with (302: done)."""
    if not form.is_valid():
        return 422
    if is_too_often(request, form.cleaned_data["email"]):
        return 429
    try:
        services.register(**form.answers(), language=get_language() or "fr")
    except SoldOut as error:
        form.add_error("ticket_type", str(error))
        return 409
    except SentBefore as error:
        form.renew(str(error), is_again=True)
    except Refused as error:
        form.add_error("ticket_type", str(error))
    except ValidationError as error:
        form.add_error(None, error)
    else:
        return 302
    return 422


@public_page
def done(request: HttpRequest, conference: Conference) -> HttpResponse:
    """What comes next: the same words for everybody, known or not."""
    return render(request, "registration/done.html")


# --- Behind the private link -------------------------------------------------------------------


def private_page[**P](
    view: Callable[Concatenate[HttpRequest, Registration, P], HttpResponse],
) -> Callable[..., HttpResponseBase]:
    """A page that a private link opens: found by its secret alone, in no index and no cache."""

    @wraps(view)
    def page(
        request: HttpRequest,
        conference: Conference,
        /,
        token: str,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> HttpResponseBase:
        registration = registration_behind(token, conference)
        response = view(request, registration, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return conference_page(page)


def back(request: HttpRequest, registration: Registration, done: str = "") -> HttpResponse:
    """To the page of the registration, by the token that this request came with."""
    assert request.resolver_match
    token = request.resolver_match.kwargs["token"]
    address = reverse("registration:manage", args=[registration.conference.slug, token])
    return redirect(f"{address}?done={done}" if done else address)


@require_safe
@private_page
def manage(request: HttpRequest, registration: Registration) -> HttpResponse:
    return own_page(request, registration, BadgeForm.of(registration))


def own_page(
    request: HttpRequest, registration: Registration, form: BadgeForm, status: int = 200
) -> HttpResponse:
    assert request.resolver_match
    context = {
        "registration": registration,
        "form": form,
        "token": request.resolver_match.kwargs["token"],
        "done": request.GET.get("done", ""),
        "is_live": registration.state in Registration.State.live(),
        "masked_email": masked_email(registration.email),
    }
    return render(request, "registration/manage.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def badge(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Correct how the badge reads."""
    if request.method != "POST":
        return back(request, registration)
    form = BadgeForm(request.POST)
    if not form.is_valid():
        return own_page(request, registration, form, status=422)
    try:
        services.correct_badge(registration, **form.cleaned_data)
    except Refused as error:
        form.add_error(None, str(error))
        return own_page(request, registration, form, status=409)
    return back(request, registration, "badge")


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def cancel(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Ask; by POST, cancel. A link alone changes nothing: programs open links before people do."""
    if request.method == "POST":
        services.cancel(registration)
        return back(request, registration, "cancelled")
    if registration.state not in Registration.State.live():
        return back(request, registration)
    assert request.resolver_match
    context = {"registration": registration, "token": request.resolver_match.kwargs["token"]}
    return render(request, "registration/cancel.html", context)


@require_safe
@private_page
def ticket(request: HttpRequest, registration: Registration) -> HttpResponse:
    return attachment(registration, "pdf", "application/pdf", tickets.pdf)


@require_safe
@private_page
def calendar(request: HttpRequest, registration: Registration) -> HttpResponse:
    return attachment(registration, "ics", tickets.CALENDAR_TYPE, tickets.calendar_entry)


def attachment(
    registration: Registration,
    extension: str,
    content_type: str,
    make: Callable[[Registration], bytes],
) -> HttpResponse:
    """The file, for confirmed registrations alone."""
    if registration.state != Registration.State.CONFIRMED:
        raise Http404
    name = tickets.file_name(registration, extension)
    return HttpResponse(
        make(registration),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
