"""Talks, files and the calendar on a speaker's own page."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conference import ical
from programme import files, released, space
from programme.calendars import programme_calendar
from programme.file_views import SANDBOX, attached
from programme.models import TalkFile
from programme.space_forms import FileForm, TalkForm
from programme.works import work_of, works_of
from speakers import review
from speakers.space.access import Section, Visitor, space_page
from speakers.space.throttle import is_too_often
from speakers.space.views import FORM_METHODS, done, form_page, page


@require_safe
@space_page()
def calendar(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The speaker's sessions as they were published, for their calendar."""
    conference = visitor.speaker.conference
    slots = released.slots(conference, released.with_speaker(visitor.speaker), with_withdrawn=True)
    name = f"{conference.slug}-{visitor.speaker.code}.ics"
    return HttpResponse(
        programme_calendar(conference, slots, export="speaker", subject=visitor.speaker.full_name),
        content_type=ical.CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


# --- Talks -------------------------------------------------------------------------------------


@require_safe
@space_page(Section.TALKS)
def talks(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    changes = space.waiting(visitor.speaker)
    rows = [
        {
            "work": work,
            "texts": space.wished(work, changes.get(work.subject)),
            "url": visitor.url("programme:space_talk", work.guid),
            "change": changes.get(work.subject),
        }
        for work in works_of(visitor.speaker)
    ]
    return page(request, visitor, "talks", rows=rows)


@require_http_methods(FORM_METHODS)
@space_page(Section.TALKS)
def talk(request: HttpRequest, visitor: Visitor, guid: UUID) -> HttpResponse:
    """One talk's texts; somebody else's talk is not there."""
    work = work_of(visitor.speaker, guid)
    if work is None:
        raise Http404
    change = review.pending(visitor.speaker, work.subject)
    form = TalkForm.of(space.wished(work, change))
    if request.method == "POST":
        form = TalkForm(request.POST)
        if form.is_valid():
            outcome = space.submit(visitor, work, form.cleaned_data)
            return done(visitor, "programme:space_talks", outcome)
    context = {
        "work": work,
        "is_released": work.is_released(),
        "change": change,
    }
    return form_page(request, visitor, "talk", form, **context)


# --- Files -------------------------------------------------------------------------------------


@require_http_methods(FORM_METHODS)
@space_page(Section.FILES)
def own_files(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What was sent, who can read it, and a way to send more."""
    form = FileForm(speaker=visitor.speaker)
    if request.method == "POST":
        form = FileForm(request.POST, request.FILES, speaker=visitor.speaker)
        if form.is_valid():
            if is_too_often(visitor):
                form.add_error("document", _("Many files have come within an hour. Please wait."))
                return files_page(request, visitor, form, 429)
            if taken_in(visitor, form):
                return done(visitor, "programme:space_files", "uploaded")
        return files_page(request, visitor, form, 422)
    return files_page(request, visitor, form)


def taken_in(visitor: Visitor, form: FileForm) -> bool:
    session, talk = form.where()
    try:
        files.take_in(
            session=session,
            talk=talk,
            speaker=visitor.speaker,
            upload=form.cleaned_data["document"],
            public_at=form.cleaned_data["public_at"],
        )
    except ValidationError as error:
        form.add_error("document", error)
        return False
    return True


def files_page(
    request: HttpRequest, visitor: Visitor, form: FileForm, status: int = 200
) -> HttpResponse:
    rows = [
        {
            "file": row,
            "url": visitor.url("programme:space_file", row.guid),
            "remove_url": visitor.url("programme:space_remove_file", row.guid),
        }
        for row in own(visitor).select_related("talk", "session").order_by("name", "pk")
    ]
    context = {"form": form, "rows": rows, "has_agreed": files.has_agreed(visitor.speaker)}
    return page(request, visitor, "files", status, **context)


def own(visitor: Visitor) -> "models.QuerySet[TalkFile]":
    return TalkFile.objects.filter(speaker=visitor.speaker)


def own_file(visitor: Visitor, guid: UUID) -> TalkFile:
    row = own(visitor).filter(guid=guid).first()
    if row is None:
        raise Http404
    return row


@require_safe
@csp_override(SANDBOX)
@space_page(Section.FILES)
def own_file_content(request: HttpRequest, visitor: Visitor, guid: UUID) -> HttpResponseBase:
    """The speaker's own file, whoever else may read it."""
    row = own_file(visitor, guid)
    return attached(row.file, row.name, row.content_type)


@space_page(Section.FILES)
@require_POST
def remove_file(request: HttpRequest, visitor: Visitor, guid: UUID) -> HttpResponse:
    files.remove(own_file(visitor, guid))
    return done(visitor, "programme:space_files", "removed")
