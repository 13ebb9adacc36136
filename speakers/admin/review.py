"""What speakers propose to change: side by side, accepted or refused with a reason."""

import mimetypes
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage, storages
from django.db import models
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from conference.admin_base import LANGUAGE_NAMES, HouseAdmin, label_in
from speakers import review
from speakers.admin.actions import staff
from speakers.models import ProposedChange
from speakers.profile import PORTRAIT
from speakers.refusals import Refused, SubjectGone
from speakers.wordmarks import marked

State = ProposedChange.State


@dataclass(frozen=True, slots=True)
class Difference:
    """One text before and after; ``now`` is set where it was changed in the meantime."""

    label: str
    language: str
    before: SafeString
    after: SafeString
    now: str | None = None


class StateFilter(admin.SimpleListFilter):
    """What waits is what one comes for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*((s.value, s.label) for s in State if s != State.PENDING), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        first = {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": State.PENDING.label,
        }
        return [first, *list(super().choices(changelist))[1:]]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        wanted = self.value() or State.PENDING
        return queryset if wanted == "all" else queryset.filter(state=wanted)


@admin.register(ProposedChange)
class ProposedChangeAdmin(HouseAdmin):
    list_display = [
        "speaker",
        "about",
        "fields_in_words",
        "by",
        "proposed_at",
        "state",
        "reviewed_by",
    ]
    list_select_related = ["speaker", "reviewed_by"]
    list_filter = [StateFilter, "speaker__conference"]
    search_fields = ["speaker__family_name", "speaker__given_name"]
    ordering = ["-proposed_at", "-pk"]
    actions = ["accept_selected"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("about"), ordering="subject")
    def about(self, change: ProposedChange) -> str:
        return review.subject_name(change)

    @admin.display(description=_("texts"))
    def fields_in_words(self, change: ProposedChange) -> str:
        return ", ".join(dict.fromkeys(plain_label(change, name) for name in shown(change)))

    @admin.action(permissions=["change"], description=_("Accept the selected proposals"))
    def accept_selected(
        self, request: HttpRequest, queryset: "models.QuerySet[ProposedChange]"
    ) -> None:
        """Those that were changed in the meantime are left for their own page."""
        count = 0
        for change in queryset.select_related("speaker__conference"):
            try:
                review.accept(change, staff(request))
            except (Refused, ValidationError) as refusal:
                text = " ".join(refusal.messages) if hasattr(refusal, "messages") else str(refusal)
                messages.warning(request, f"{change.speaker}: {text}")
            else:
                self.log_change(request, change, gettext("Accepted."))
                count += 1
        if count:
            text = ngettext("%(count)d proposal accepted.", "%(count)d proposals accepted.", count)
            messages.success(request, text % {"count": count})

    def get_urls(self) -> list[URLPattern]:
        portrait = path(
            "<path:object_id>/portrait/",
            self.admin_site.admin_view(self.portrait_view),
            name="speakers_proposedchange_portrait",
        )
        return [portrait, *super().get_urls()]

    def found(self, request: HttpRequest, object_id: str) -> ProposedChange:
        number = int(object_id) if object_id.isdecimal() and len(object_id) < 19 else 0
        return get_object_or_404(
            ProposedChange.objects.select_related("speaker__conference", "reviewed_by"), pk=number
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Before and after, and what to do about it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        change = self.found(request, object_id)
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            if self.decided(request, change):
                return redirect("admin:speakers_proposedchange_changelist")
        compared = differences(change)
        is_stale = any(one.now is not None for one in compared) or portrait_is_stale(change)
        context = {
            **self.admin_site.each_context(request),
            **picture(change),
            "title": gettext("Proposed change"),
            "opts": self.opts,
            "change": change,
            "about": review.subject_name(change),
            "differences": compared,
            "is_stale": is_stale,
            "is_pending": change.state == State.PENDING,
            "may_decide": self.has_change_permission(request),
            "back_url": reverse("admin:speakers_proposedchange_changelist"),
        }
        return TemplateResponse(request, "speakers/admin/review.html", context)

    def decided(self, request: HttpRequest, change: ProposedChange) -> bool:
        """Whether one of the buttons did what it says."""
        try:
            if "accept" in request.POST or "over_later" in request.POST:
                review.accept(change, staff(request), over_later="over_later" in request.POST)
                done = gettext("Accepted: the change is made, and the speaker is told.")
            elif "refuse" in request.POST:
                review.refuse(change, staff(request), request.POST.get("reason", ""))
                done = gettext("Refused: nothing is changed, and the speaker is told.")
            else:
                return False
        except Refused as refusal:
            messages.error(request, str(refusal))
            return False
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return False
        self.log_change(request, change, done)
        messages.success(request, done)
        return True

    def portrait_view(self, request: HttpRequest, object_id: str) -> FileResponse:
        """The proposed picture, which lies in the private storage, for those who review it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        change = self.found(request, object_id)
        name = change.texts.get("portrait", {}).get("after", "")
        if change.state != State.PENDING or not name or not storages["private"].exists(name):
            raise Http404
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return FileResponse(storages["private"].open(name), content_type=kind)


# --- What is shown --------------------------------------------------------------------------------


def shown(change: ProposedChange) -> list[str]:
    """The fields that people compare; where a picture lies is not one."""
    return [name for name in change.texts if name != "portrait_original"]


def split(name: str) -> tuple[str, str]:
    """``title_fr`` is ``title`` in French."""
    stem, _, code = name.rpartition("_")
    return (stem, code) if code in LANGUAGE_NAMES else (name, "")


def labels(change: ProposedChange) -> Any:
    try:
        return review.behind(change.subject).labels
    except SubjectGone:
        return {}


def plain_label(change: ProposedChange, name: str) -> str:
    stem, _ = split(name)
    return capfirst(str(labels(change).get(stem, stem)))


def label_of(change: ProposedChange, name: str) -> str:
    stem, code = split(name)
    label: str | Promise = labels(change).get(stem, stem)
    return label_in(label, code) if code else capfirst(str(label))


def differences(change: ProposedChange) -> list[Difference]:
    now = present(change)
    found = []
    for name in shown(change):
        if name in PORTRAIT:
            continue
        text = change.texts[name]
        before, after = marked(text["before"], text["after"])
        later = now.get(name) if change.state == State.PENDING else None
        is_stale = later is not None and later not in (text["before"], text["after"])
        found.append(
            Difference(
                label_of(change, name), split(name)[1], before, after, later if is_stale else None
            )
        )
    return found


def portrait_is_stale(change: ProposedChange) -> bool:
    text = change.texts.get("portrait")
    if text is None or change.state != State.PENDING:
        return False
    return present(change).get("portrait", "") not in (text["before"], text["after"])


def present(change: ProposedChange) -> dict[str, str]:
    """The texts as they are now; nothing where there is nothing left to change."""
    try:
        return dict(review.present(change))
    except SubjectGone:
        return {}


def picture(change: ProposedChange) -> dict[str, Any]:
    """Where to see the portrait before and after, if it is one of the things to change."""
    text = change.texts.get("portrait")
    if text is None:
        return {}
    before = default_storage.url(text["before"]) if text["before"] else ""
    is_seen = text["after"] and change.state == State.PENDING
    after = reverse("admin:speakers_proposedchange_portrait", args=[change.pk]) if is_seen else ""
    return {"has_portrait": True, "portrait_before": before, "portrait_after": after}
