"""The admin site of the house: its door, and its index by what people do."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

# The index, in the order of a working day; a model that is not named here stands at the end.
TASKS: list[tuple[str, Any, list[str]]] = [
    (
        "registration",
        _("Registration"),
        [
            "registration.registration",
            "registration.tickettype",
            "registration.quota",
            "mail.outgoingmail",
        ],
    ),
    (
        "programme",
        _("Programme"),
        [
            "programme.session",
            "programme.slot",
            "programme.release",
            "programme.talk",
            "programme.participation",
            "programme.theme",
            "programme.room",
            "programme.talkfile",
            "programme.announcement",
        ],
    ),
    (
        "speakers",
        _("Speakers"),
        [
            "speakers.speaker",
            "speakers.proposedchange",
            "speakers.logistics",
            "speakers.committeemember",
        ],
    ),
    ("papers", _("Paper"), ["papers.paper"]),
    (
        "press",
        _("Press"),
        [
            "press.pressrelease",
            "press.journalist",
            "press.outlet",
            "press.medialist",
            "press.presskititem",
            "press.presscontact",
            "press.beat",
        ],
    ),
    (
        "conference",
        _("Site and partners"),
        [
            "conference.conference",
            "conference.page",
            "conference.partner",
            "conference.organisation",
            "conference.venue",
            "conference.traveltime",
        ],
    ),
    ("accounts", _("People and rights"), ["accounts.user", "privacy.exportlog", "privacy.notice"]),
]


class ColloqueAdminConfig(AdminConfig):
    default_site = "conference.admin_site.ColloqueAdminSite"


class ColloqueAdminSite(admin.AdminSite):
    site_title = _("Colloque administration")
    site_header = "Colloque"
    index_title = _("Today")
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        """Active staff with a fresh second factor (``conference/accounts/staff.py``)."""
        from conference.accounts import staff

        return staff.may_enter(request)

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None
    ) -> HttpResponse:
        """There is one way to sign in, the site's own: this leads there, or to the second factor."""
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
            wanted = reverse("admin:index")
        if self.has_permission(request):
            return redirect(wanted)
        if not request.user.is_authenticated:
            step = "staff_login"
        elif request.user.is_staff:
            step = "second_factor"
        else:
            raise PermissionDenied
        return redirect(f"{reverse(step)}?{urlencode({REDIRECT_FIELD_NAME: wanted})}")

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")

    def password_change_done(  # type: ignore[override]
        self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("my_space")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Without Django's shortcut to public pages: it makes an address of the request's Host.

        ``HouseMixin.get_view_on_site_url`` links to them directly.
        """
        own = [path("texts/", self.admin_view(self.texts), name="texts")]
        return own + [u for u in super().get_urls() if getattr(u, "name", "") != "view_on_site"]

    def texts(self, request: HttpRequest) -> HttpResponse:
        """Which texts are missing in one language."""
        from conference.admin_texts import texts

        return texts(request, self)

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """Models by task on the index and in the sidebar; one application's page is as ever."""
        apps = super().get_app_list(request, app_label)
        return apps if app_label else by_task(apps)


def by_task(apps: list[Any]) -> list[dict[str, Any]]:
    """The models of ``apps`` under ``TASKS``, in their order; tasks without models are left out."""
    left = {
        model["model"]._meta.label_lower: (app, model) for app in apps for model in app["models"]
    }
    tasks = []
    for label, title, names in TASKS:
        models = [left.pop(name)[1] for name in names if name in left]
        if models:
            tasks.append(task(label, title, models))
    for app in apps:
        models = [model for owner, model in left.values() if owner is app]
        if models:
            tasks.append({**app, "models": models})
    return tasks


def task(label: str, title: Any, models: list[Any]) -> dict[str, Any]:
    """One group, in the form of an application of Django's index."""
    return {
        "name": title,
        "app_label": label,
        "app_url": reverse("admin:app_list", args=[models[0]["model"]._meta.app_label]),
        "has_module_perms": True,
        "models": models,
    }
