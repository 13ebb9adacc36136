"""What is missing of each speaker, on one page, with reminders one click away."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext

from conference.models import Conference
from speakers import reminders, todo
from speakers.admin.actions import told_reminders
from speakers.models import Speaker

if TYPE_CHECKING:
    from speakers.admin.speakers import SpeakerAdmin

State = Speaker.State
PER_PAGE = 100
COMPLETE = "nothing"
# A request ends within seconds; who is left is next when the button is pressed again.
REMINDED_AT_ONCE = 300


def view(model_admin: "SpeakerAdmin", request: HttpRequest) -> HttpResponseBase:
    """A GET shows what the filters let through, a POST reminds."""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    conference = Conference.objects.filter(is_current=True).first()
    questions = todo.questions(request.user.has_perm)
    found = todo.standings(speakers_of(conference, request.GET.get("q", "")), questions)
    chosen = narrowed(found, request)
    if request.method == "POST":
        told_reminders(request, remind(request, chosen))
        return redirect(request.get_full_path())
    page = Paginator(chosen, PER_PAGE).get_page(request.GET.get("page"))
    last = reminders.last_reminders(one.speaker for one in page)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": gettext("What is missing of the speakers"),
        "opts": model_admin.opts,
        "conference": conference,
        "page": page,
        "rows": [(one, last.get(one.speaker.pk)) for one in page],
        "filters": filters(request, found, questions),
        "figures": figures(found),
        "chosen_count": len(chosen),
        "query": request.GET.get("q", ""),
    }
    return TemplateResponse(request, "speakers/admin/todo.html", context)


def speakers_of(conference: Conference | None, query: str) -> list[Speaker]:
    """Those who were asked and may come, by name."""
    speakers = Speaker.objects.filter(
        conference=conference, state__in=[State.INVITED, State.ACCEPTED]
    ).order_by("family_name", "given_name", "pk")
    for word in query.replace("\0", "").split()[:5]:
        speakers = speakers.filter(Q(family_name__icontains=word) | Q(given_name__icontains=word))
    found = list(speakers)
    for speaker in found:
        if conference is not None:
            speaker.conference = conference
    return found


def narrowed(found: list[todo.Standing], request: HttpRequest) -> list[todo.Standing]:
    """``found`` less what the filters leave out; a filter that means nothing leaves nothing out."""
    state, missing = request.GET.get("state", ""), request.GET.get("missing", "")
    known = {one.name for one in todo.questions(request.user.has_perm)}
    kept = [
        one
        for one in found
        if (state not in State.values or one.speaker.state == state)
        and (missing not in known or missing in one.missing)
        and (missing != COMPLETE or not one.missing)
    ]
    if request.GET.get("order") == "most":
        kept.sort(key=lambda one: -len(one.missing))
    return kept


def remind(request: HttpRequest, chosen: list[todo.Standing]) -> reminders.Reminded:
    """One, those with a tick, or everybody whom the filters let through."""
    one, forced = request.POST.get("one", ""), "forced" in request.POST
    ticked = {one} if one else set(request.POST.getlist("speaker"))
    is_everybody = not one and "everybody" in request.POST
    people = [
        standing.speaker
        for standing in chosen
        if (is_everybody and standing.missing) or str(standing.speaker.pk) in ticked
    ]
    if not forced:
        last = reminders.last_reminders(people)
        people.sort(key=lambda speaker: reminders.is_recent(last.get(speaker.pk)))
    if left := people[REMINDED_AT_ONCE:]:
        text = ngettext(
            "%(count)d speaker is left: press the button again.",
            "%(count)d speakers are left: press the button again.",
            len(left),
        )
        messages.info(request, text % {"count": len(left)})
    return reminders.remind(people[:REMINDED_AT_ONCE], forced=forced)


def filters(
    request: HttpRequest, found: list[todo.Standing], questions: list[todo.Question]
) -> list[dict[str, Any]]:
    """Rows of links, each with how many it would leave."""
    missing = [
        (one.name, str(one.label), sum(one.name in standing.missing for standing in found))
        for one in questions
    ]
    missing.append((COMPLETE, gettext("Nothing"), sum(not one.missing for one in found)))
    states = [
        (state.value, str(state.label), sum(one.speaker.state == state for one in found))
        for state in (State.INVITED, State.ACCEPTED)
    ]
    orders = [("most", gettext("What is missing most first"), None)]
    return [
        row(request, "missing", gettext("Missing"), missing),
        row(request, "state", gettext("Invitation"), states),
        row(request, "order", gettext("Order"), orders, gettext("By name")),
    ]


def row(
    request: HttpRequest,
    name: str,
    label: str,
    choices: Sequence[tuple[str, str, int | None]],
    everything: str = "",
) -> dict[str, Any]:
    chosen = request.GET.get(name, "")
    return {
        "name": name,
        "label": label,
        "chosen": chosen,
        "choices": [
            {"value": value, "label": text, "count": count, "is_chosen": value == chosen}
            for value, text, count in [("", everything or gettext("All"), None), *choices]
        ],
    }


def figures(found: list[todo.Standing]) -> dict[str, Any]:
    """How far they all are together."""
    complete = sum(not one.missing for one in found)
    return {
        "done": sum(one.done for one in found),
        "asked": sum(one.asked for one in found),
        "people": ngettext("%(count)d speaker", "%(count)d speakers", len(found))
        % {"count": len(found)},
        "complete": complete,
    }
