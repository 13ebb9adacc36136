"""Papers as staff see them: what may be asked for, how far it is, and the file."""

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conference.accounts.models import User
from conference.admin_base import HouseAdmin
from conference.models import Conference
from conference.papers import kinds, services
from conference.papers.kinds import AskForm, Kind
from conference.papers.models import Paper
from conference.privacy.services import log_export


@admin.register(Paper)
class PaperAdmin(HouseAdmin):
    """What somebody asked for; each sees her own, and only while she holds its permissions."""

    list_display = ["created_at", "title", "state"]
    list_display_links = None
    ordering = ["-created_at", "pk"]
    change_list_template = "papers/admin/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Paper]:
        papers: QuerySet[Paper] = super().get_queryset(request)
        return papers.filter(requested_by=request.user.pk, kind__in=kinds.names_for(request.user))

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return [*self.list_display, self.progress_link]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A paper has no form: it is watched on a page of its own."""
        raise PermissionDenied

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """With a way to ask for more, for who may have some."""
        may_ask = bool(kinds.for_user(request.user))
        return super().changelist_view(request, {"may_ask": may_ask, **(extra_context or {})})

    @admin.display(description=_("file"))
    def progress_link(self, paper: Paper) -> SafeString:
        return render_to_string("papers/admin/link.html", {"paper": paper})

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("ask/", wrap(self.ask), name="papers_paper_ask"),
            path("<uuid:paper_id>/progress/", wrap(self.progress), name="papers_paper_progress"),
            path("<uuid:paper_id>/download/", wrap(self.download), name="papers_paper_download"),
            *super().get_urls(),
        ]

    def page(self, request: HttpRequest, template: str, **context: Any) -> TemplateResponse:
        site = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, f"papers/admin/{template}.html", site | context)

    # --- Asking ---------------------------------------------------------------------------------

    def ask(self, request: HttpRequest) -> HttpResponseBase:
        """Every kind that one may ask for, each with its choices; one of them is sent."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        conferences = list(Conference.objects.order_by("-is_current", "-starts_on", "pk"))
        conference = chosen(request, conferences)
        found = kinds.for_user(request.user) if conference else []
        forms = [(kind, self.form_of(kind, request, conference)) for kind in found]
        if request.method == "POST" and conference:
            for kind, form in forms:
                if form.is_bound and form.is_valid():
                    return self.asked(request, kind, form)
        context = {"forms": forms, "conference": conference, "conferences": conferences}
        return self.page(request, "ask", title=gettext("Paper"), **context)

    def form_of(self, kind: Kind, request: HttpRequest, conference: Any) -> AskForm:
        assert kind.form
        is_sent = request.method == "POST" and request.POST.get("kind") == kind.name
        prefix = kind.name.replace(".", "-")
        data = request.POST if is_sent else None
        return kind.form(data, conference=conference, prefix=prefix)

    def asked(self, request: HttpRequest, kind: Kind, form: AskForm) -> HttpResponse:
        assert isinstance(request.user, User)
        paper = services.ask(
            kind.name,
            conference=form.conference,
            title=" · ".join(filter(None, [str(kind.label), ", ".join(form.details())])),
            arguments=form.arguments(),
            user=request.user,
        )
        return redirect("admin:papers_paper_progress", paper.pk)

    # --- Watching and fetching ------------------------------------------------------------------

    def own_paper(self, request: HttpRequest, paper_id: Any) -> tuple[Paper, Kind]:
        """The paper, for who asked for it and still may have it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        paper = get_object_or_404(Paper, pk=paper_id, requested_by=request.user)
        kind = kinds.get(paper.kind)
        if kind is None:
            raise Http404
        if not kind.is_for(request.user):
            raise PermissionDenied
        return paper, kind

    def progress(self, request: HttpRequest, paper_id: Any) -> HttpResponse:
        """How far it is; the page asks again by itself until it is done."""
        paper, kind = self.own_paper(request, paper_id)
        return self.page(
            request, "progress", title=kind.label, subtitle=None, paper=paper, kind=kind
        )

    def download(self, request: HttpRequest, paper_id: Any) -> FileResponse:
        """The file; who takes whose data out is written down first."""
        paper, kind = self.own_paper(request, paper_id)
        if not paper.file or not storages["private"].exists(paper.file):
            raise Http404
        stored = PurePosixPath(paper.file)
        if kind.holds:
            log_export(
                user=request.user,
                dataset=kind.dataset,
                format=stored.suffix[1:],
                question={"paper": str(paper.pk), **said_of(paper)},
                columns=kind.holds,
                rows=paper.done,
                purpose=paper.title,
            )
        name = f"{paper.conference.slug}-{stored.name}"
        return FileResponse(storages["private"].open(paper.file), as_attachment=True, filename=name)


def said_of(paper: Paper) -> dict[str, Any]:
    """The arguments but for long lists of keys."""
    return {
        name: value for name, value in paper.arguments.items() if not isinstance(value, list | dict)
    }


def chosen(request: HttpRequest, conferences: Sequence[Conference]) -> Conference | None:
    """The conference named in the address, else the current one."""
    wanted = request.GET.get("conference", "")
    if not wanted:
        return conferences[0] if conferences else None
    found = [conference for conference in conferences if str(conference.pk) == wanted]
    if not found:
        raise Http404
    return found[0]
