"""A portrait is sent, cut to a square by hand, and cut anew as often as one likes."""

import mimetypes

from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conference.images import Crop
from speakers import profile, review
from speakers.space.access import Section, Visitor, space_page
from speakers.space.forms import CropForm, PictureForm
from speakers.space.saving import (
    cut_portrait,
    send_portrait,
    take_portrait_away,
    wished,
)
from speakers.space.throttle import is_too_often
from speakers.space.views import FORM_METHODS, done, page

STILL = {"default-src": [CSP.NONE], "frame-ancestors": [CSP.NONE]}


@require_http_methods(FORM_METHODS)
@space_page(Section.PORTRAIT)
def portrait(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What is there, the square in it, and a way to send another picture."""
    if request.method != "POST":
        return portrait_page(request, visitor)
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        if is_too_often(visitor):
            form.add_error("picture", _("Many files have come within an hour. Please wait."))
            return portrait_page(request, visitor, form, status=429)
        try:
            outcome = send_portrait(
                visitor, form.cleaned_data["picture"], form.cleaned_data["credit"]
            )
        except ValidationError as error:
            form.add_error("picture", error)
        else:
            return done(visitor, "speakers:space_portrait", outcome)
    return portrait_page(request, visitor, form, status=422)


def portrait_page(
    request: HttpRequest,
    visitor: Visitor,
    form: PictureForm | None = None,
    crop: CropForm | None = None,
    status: int = 200,
) -> HttpResponse:
    texts = wished(visitor.speaker)
    credit = {"credit": texts["portrait_credit"]}
    change = review.pending(visitor.speaker, profile.SUBJECT)
    context = {
        "form": form or PictureForm(initial=credit),
        "crop": crop or CropForm(initial=credit, auto_id="crop_%s"),
        "has_original": bool(texts["portrait_original"]),
        "has_portrait": bool(texts["portrait"]),
        "change": change if change and "portrait" in change.texts else None,
    }
    return page(request, visitor, "portrait", status, **context)


@require_http_methods(FORM_METHODS)
@space_page(Section.PORTRAIT)
def crop(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Cut the square anew from the picture as it was sent."""
    original = wished(visitor.speaker)["portrait_original"]
    if request.method != "POST" or not original:
        return done(visitor, "speakers:space_portrait", "")
    form = CropForm(request.POST, auto_id="crop_%s")
    if not form.is_valid():
        return portrait_page(request, visitor, crop=form, status=422)
    if is_too_often(visitor):
        form.add_error(None, _("Many files have come within an hour. Please wait."))
        return portrait_page(request, visitor, crop=form, status=429)
    answers = dict(form.cleaned_data)
    credit = answers.pop("credit")
    outcome = cut_portrait(visitor, original, Crop(**answers), credit)
    return done(visitor, "speakers:space_portrait", outcome)


@space_page(Section.PORTRAIT)
@require_POST
def remove_portrait(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    take_portrait_away(visitor)
    return done(visitor, "speakers:space_portrait", "removed")


@require_safe
@csp_override(STILL)
@space_page(Section.PORTRAIT)
def picture(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The picture as it was sent, upright and without metadata, to cut from."""
    return private_picture(wished(visitor.speaker)["portrait_original"])


@require_safe
@csp_override(STILL)
@space_page(Section.PORTRAIT)
def square(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The square that waits for review."""
    change = review.pending(visitor.speaker, profile.SUBJECT)
    return private_picture(change.texts.get("portrait", {}).get("after", "") if change else "")


def private_picture(name: str) -> HttpResponseBase:
    if not name or not storages["private"].exists(name):
        raise Http404
    content_type = mimetypes.guess_type(name)[0]
    return FileResponse(storages["private"].open(name), content_type=content_type)
