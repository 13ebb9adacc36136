"""The overview, and the small pages that it leads to."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conference.models import Conference
from conference.public import conference_page
from speakers import consents, links, profile, review, services
from speakers.models import By, Logistics, ProposedChange, Speaker
from speakers.refusals import Refused
from speakers.space.access import SIGNED_IN, Section, Visitor, private, space_page, speakers_of
from speakers.space.forms import (
    AnswerForm,
    ConsentForm,
    LogisticsForm,
    ProfileForm,
    UnavailabilityForm,
    WithdrawForm,
)
from speakers.space.preview import previews
from speakers.space.saving import Outcome, submit, wished, withdraw
from speakers.space.tasks import tasks

FORM_METHODS = ["GET", "HEAD", "POST"]
MOST_UNAVAILABILITIES = 20


def page(
    request: HttpRequest, visitor: Visitor, name: str, status: int = 200, **context: Any
) -> HttpResponse:
    """One of the pages, with what all of them print."""
    common = {
        "visitor": visitor,
        "speaker": visitor.speaker,
        "overview_url": visitor.url(),
        "done": request.GET.get("done", ""),
    }
    return render(request, f"speakers/space/{name}.html", common | context, status=status)


def form_page(
    request: HttpRequest, visitor: Visitor, name: str, form: forms.BaseForm, **context: Any
) -> HttpResponse:
    """The page of one form, 422 where its answers have to be looked at again."""
    status = 422 if form.is_bound and form.errors else 200
    return page(request, visitor, name, status, form=form, **context)


def done(visitor: Visitor, name: str, word: str = Outcome.SAVED) -> HttpResponse:
    """Lead on by GET, with the word that the page turns into a sentence."""
    return redirect(f"{visitor.url(name)}?{urlencode({'done': word})}")


# --- The way in, and the overview --------------------------------------------------------------


@require_safe
@conference_page
def own_space(request: HttpRequest, conference: Conference) -> HttpResponseBase:
    """For who is signed in with the speaker's address: to their page, or to a choice of several."""
    from django.contrib.auth.views import redirect_to_login

    if not request.user.is_authenticated:
        return private(redirect_to_login(request.get_full_path()))
    found = list(speakers_of(request.user, conference).order_by("family_name", "given_name", "pk"))
    visitors = [Visitor(one, By.SPEAKER, f"{SIGNED_IN}{one.code}") for one in found]
    for visitor in visitors:
        visitor.speaker.conference = conference
    if len(visitors) == 1:
        return private(redirect(visitors[0].url()))
    context = {"visitors": visitors}
    status = 200 if visitors else 404
    return private(render(request, "speakers/space/choose.html", context, status=status))


@require_safe
@space_page()
def overview(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    speaker = visitor.speaker
    todo = [
        (task, visitor.url(task.url_name) if visitor.may(task.section) else "")
        for task in tasks(visitor)
    ]
    context: dict[str, Any] = {
        "tasks": todo,
        "missing_count": sum(task.state == "missing" for task, url in todo if url),
        "waiting": waiting(visitor),
        "is_gone": speaker.state in services.GONE,
        "is_invited": speaker.state == Speaker.State.INVITED,
        "may_answer": visitor.may(Section.ANSWER),
        "latest_change": speaker.state_changes.last(),
    }
    return page(request, visitor, "overview", **context)


# --- The invitation ----------------------------------------------------------------------------


@require_http_methods(FORM_METHODS)
@space_page(Section.ANSWER)
def answer(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Accept or decline, by POST alone: programs open links before people do."""
    form = AnswerForm(request.POST or None, initial={"state": request.GET.get("answer", "")})
    if request.method == "POST":
        form = AnswerForm(request.POST)
        if form.is_valid():
            try:
                services.answer(
                    visitor.speaker,
                    Speaker.State(form.cleaned_data["state"]),
                    visitor.by,
                    form.cleaned_data["note"],
                )
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                return done(visitor, "speakers:space", "answered")
    speaker = visitor.speaker
    context = {
        "is_open": speaker.state == Speaker.State.INVITED,
        "changes": speaker.state_changes.all(),
        "may_withdraw": services.may(speaker, Speaker.State.WITHDRAWN, visitor.by),
    }
    return form_page(request, visitor, "answer", form, **context)


@require_http_methods(FORM_METHODS)
@space_page(Section.ANSWER)
def withdraw_from_conference(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Ask; by POST, withdraw."""
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw(visitor.speaker, visitor.by, form.cleaned_data["note"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(visitor, "speakers:space", "withdrawn")
    if not services.may(visitor.speaker, Speaker.State.WITHDRAWN, visitor.by) and not form.errors:
        return redirect(visitor.url("speakers:space_answer"))
    return form_page(request, visitor, "withdraw", form)


# --- Public profile and what waits for review --------------------------------------------------


@require_http_methods(FORM_METHODS)
@space_page(Section.PROFILE)
def public_profile(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The texts, and how they will be printed; ``look`` shows without saving."""
    form = ProfileForm.of(wished(visitor.speaker))
    texts = wished(visitor.speaker)
    if request.method == "POST":
        form = ProfileForm(request.POST)
        if form.is_valid():
            if "look" not in request.POST:
                return saved_profile(visitor, form)
            texts |= form.cleaned_data
    context = {
        "previews": previews(visitor.speaker, texts),
        "is_look": "look" in request.POST and form.is_valid(),
        "change": review.pending(visitor.speaker, profile.SUBJECT),
    }
    return form_page(request, visitor, "profile", form, **context)


def saved_profile(visitor: Visitor, form: ProfileForm) -> HttpResponse:
    outcome = submit(visitor, form.cleaned_data)
    return done(visitor, "speakers:space_profile", outcome)


def waiting(visitor: Visitor) -> list[ProposedChange]:
    """What waits for review, and what was refused since anything else happened to its subject."""
    latest: dict[str, ProposedChange] = {}
    for change in visitor.speaker.proposed_changes.exclude(state=ProposedChange.State.REPLACED):
        latest.setdefault(change.subject, change)
    shown = {ProposedChange.State.PENDING, ProposedChange.State.REFUSED}
    return [change for change in latest.values() if change.state in shown]


@require_safe
@space_page()
def changes(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What was handed in, with its differences and what became of it."""
    found = visitor.speaker.proposed_changes.exclude(state=ProposedChange.State.REPLACED)[:30]
    return page(request, visitor, "changes", changes=found)


@space_page(Section.PROFILE)
@require_POST
def withdraw_change(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Take back what waits; what was dealt with in the meantime stays as it is."""
    change = visitor.speaker.proposed_changes.filter(
        pk=pk, state=ProposedChange.State.PENDING
    ).first()
    if change:
        withdraw(visitor, change)
    return done(visitor, "speakers:space_changes", "taken-back")


# --- Consents ----------------------------------------------------------------------------------


@require_http_methods(FORM_METHODS)
@space_page(Section.CONSENTS)
def agreements(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Three questions, each answered, changed or taken back on its own."""
    language = get_language() or "fr"
    latest = consents.latest(visitor.speaker)
    initial = {purpose.value: "yes" if row.is_given else "no" for purpose, row in latest.items()}
    form = ConsentForm(initial=initial, language=language)
    if request.method == "POST":
        form = ConsentForm(request.POST, language=language)
        if form.is_valid():
            record(visitor, form, language)
            return done(visitor, "speakers:space_consents")
    return form_page(request, visitor, "consents", form, latest=latest.values())


@transaction.atomic
def record(visitor: Visitor, form: ConsentForm, language: str) -> None:
    for purpose, is_given in form.answers().items():
        consents.record(visitor.speaker, purpose, is_given, by=visitor.by, language=language)
    # Pages that lead to slides are drawn anew: the speaker's row is one of theirs.
    Speaker.objects.filter(pk=visitor.speaker.pk).update(updated_at=timezone.now())


# --- Availability and logistics ----------------------------------------------------------------


@require_http_methods(FORM_METHODS)
@space_page(Section.AVAILABILITY)
def availability(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    speaker = visitor.speaker
    form = UnavailabilityForm(conference=speaker.conference)
    if request.method == "POST":
        form = UnavailabilityForm(request.POST, conference=speaker.conference)
        if form.is_valid() and is_room_for_one(visitor, form):
            form.row(speaker).save()
            return done(visitor, "speakers:space_availability")
    times = speaker.unavailabilities.all()
    return form_page(request, visitor, "availability", form, times=times)


def is_room_for_one(visitor: Visitor, form: UnavailabilityForm) -> bool:
    from django.utils.translation import gettext as _

    if visitor.speaker.unavailabilities.count() < MOST_UNAVAILABILITIES:
        return True
    form.add_error(None, _("These are many times already: please write to us instead."))
    return False


@space_page(Section.AVAILABILITY)
@require_POST
def forget_unavailability(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    visitor.speaker.unavailabilities.filter(pk=pk).delete()
    return done(visitor, "speakers:space_availability", "removed")


@require_http_methods(FORM_METHODS)
@space_page(Section.LOGISTICS)
def logistics(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    row = Logistics.objects.filter(speaker=visitor.speaker).first()
    row = row or Logistics(speaker=visitor.speaker)
    hotel = row.hotel
    form = LogisticsForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid() and save_logistics(visitor, form):
        return done(visitor, "speakers:space_logistics")
    return form_page(request, visitor, "logistics", form, hotel=hotel)


@transaction.atomic
def save_logistics(visitor: Visitor, form: LogisticsForm) -> bool:
    """Write what was asked; what staff noted beside it is not touched."""
    Logistics.objects.get_or_create(speaker=visitor.speaker)
    Logistics.objects.filter(speaker=visitor.speaker).update(
        **form.cleaned_data, updated_at=timezone.now()
    )
    return True


# --- The assistant -----------------------------------------------------------------------------


@require_safe
@space_page(Section.ASSISTANT)
def assistant(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    link = links.in_force(visitor.speaker, By.ASSISTANT).first()
    if link:
        link.speaker = visitor.speaker
    return page(request, visitor, "assistant", link=link, address=links.url(link) if link else "")


@space_page(Section.ASSISTANT)
@require_POST
def assistant_link(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Make a link for the assistant (a new one takes the place of the old), or take it back."""
    if "revoke" in request.POST:
        for link in links.in_force(visitor.speaker, By.ASSISTANT):
            links.revoke(link)
        return done(visitor, "speakers:space_assistant", "revoked")
    links.make(visitor.speaker, By.ASSISTANT)
    return done(visitor, "speakers:space_assistant", "linked")
