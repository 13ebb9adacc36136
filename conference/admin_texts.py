"""The staff's page of texts that are missing in one language or older than their twin."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from conference import completeness
from conference.completeness import Gap
from conference.models import Conference

if TYPE_CHECKING:
    from conference.admin_site import ColloqueAdminSite

PER_PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
def texts(request: HttpRequest, site: "ColloqueAdminSite") -> HttpResponse:
    """What is to be written, by language, kind and model; a POST sets texts in line."""
    if not completeness.models_of(request):
        raise PermissionDenied
    if request.method == "POST":
        return said_to_be_in_line(request)
    conference = Conference.objects.filter(is_current=True).first()
    found = completeness.gaps(request, conference)
    chosen = narrowed(request, found)
    context = {
        **site.each_context(request),
        "title": gettext("Texts in both languages"),
        "page": Paginator(chosen, PER_PAGE).get_page(request.GET.get("page")),
        "chosen_count": len(chosen),
        "filters": filters(request, found),
        "languages": by_language(found),
        "is_narrow": any(request.GET.get(name) for name in ("language", "kind", "model")),
    }
    return TemplateResponse(request, "admin/texts.html", context)


def said_to_be_in_line(request: HttpRequest) -> HttpResponse:
    count = completeness.set_in_line(request, request.POST.getlist("text"))
    text = ngettext("%(count)d text is in line.", "%(count)d texts are in line.", count)
    if count:
        messages.success(request, text % {"count": count})
    else:
        messages.info(request, gettext("Nothing was chosen."))
    return redirect("admin:texts")


def by_language(found: list[Gap]) -> list[dict[str, Any]]:
    """For each language how many texts are missing, and how many stayed behind."""
    counts = Counter((gap.language, gap.behind_since is None) for gap in found)
    return [
        {"code": code, "missing": counts[code, True], "behind": counts[code, False]}
        for code in completeness.LANGUAGES
    ]


def narrowed(request: HttpRequest, found: list[Gap]) -> list[Gap]:
    """``found`` less what the filters leave out; a filter that means nothing leaves nothing out."""
    language, kind, model = (request.GET.get(name, "") for name in ("language", "kind", "model"))
    labels = {gap.model._meta.label_lower for gap in found}
    return [
        gap
        for gap in found
        if (language not in completeness.LANGUAGES or gap.language == language)
        and (kind not in ("missing", "behind") or kind == kind_of(gap))
        and (model not in labels or gap.model._meta.label_lower == model)
    ]


def kind_of(gap: Gap) -> str:
    return "missing" if gap.behind_since is None else "behind"


def filters(request: HttpRequest, found: list[Gap]) -> list[dict[str, Any]]:
    """Links that narrow the list, each group with what is chosen."""
    models = {gap.model._meta.label_lower: gap.model for gap in found}
    groups = [
        ("language", gettext("Language"), [("fr", gettext("French")), ("en", gettext("English"))]),
        (
            "kind",
            gettext("What"),
            [("missing", gettext("missing")), ("behind", gettext("older than its twin"))],
        ),
        (
            "model",
            gettext("Where"),
            [
                (label, capfirst(str(model._meta.verbose_name_plural)))
                for label, model in models.items()
            ],
        ),
    ]
    return [
        {
            "name": name,
            "title": title,
            "choices": [
                {"query": {name: value, "page": None}, "label": label, "is_chosen": value == chosen}
                for value, label in [("", gettext("All")), *choices]
            ],
        }
        for name, title, choices in groups
        for chosen in [request.GET.get(name, "")]
    ]
