"""Publishing, step by step: what will change, who is told, one button."""

from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

from conference.accounts.models import User
from conference.mail.admin import FRAMED, FRAMING
from conference.mail.composing import preview
from conference.mail.models import OutgoingMail
from conference.models import Conference
from programme import emails, services
from programme.letters import Letter
from programme.models import Release
from programme.publishing import Proposal, PublishForm, next_version, page_of
from programme.refusals import Reason

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = object


class PublishPages(ModelAdmin):
    """The pages of a release that does not exist yet."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("preview/", wrap(self.preview_view), name="programme_release_preview"),
            path("<int:object_id>/again/", wrap(self.again_view), name="programme_release_again"),
            *super().get_urls(),
        ]

    @method_decorator(csp_override(FRAMING))
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Publish the draft."""
        self.refuse_strangers(request)
        conferences = list(Conference.objects.order_by("-is_current", "-starts_on", "pk"))
        conference = chosen(request, conferences)
        return self.publish_page(request, conference, None, conferences)

    @method_decorator(csp_override(FRAMING))
    def again_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Publish an earlier release again, as a new one."""
        self.refuse_strangers(request)
        earlier = get_object_or_404(Release.objects.select_related("conference"), pk=object_id)
        return self.publish_page(request, earlier.conference, earlier, [])

    def refuse_strangers(self, request: HttpRequest) -> None:
        if not self.has_add_permission(request):
            raise PermissionDenied

    def publish_page(
        self,
        request: HttpRequest,
        conference: Conference | None,
        earlier: Release | None,
        conferences: list[Conference],
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Publish an earlier release again")
            if earlier
            else gettext("Publish the draft"),
            "opts": self.opts,
            "conferences": conferences,
            "back_url": reverse("admin:programme_release_changelist"),
        }
        if conference is None:
            return TemplateResponse(request, "programme/admin/publish.html", context)
        proposal = Proposal(conference, earlier)
        initial = {"expected": proposal.expected, "version": next_version(conference)}
        form = PublishForm(request.POST or None, initial=initial)
        if request.method == "POST" and form.is_valid():
            if release := self.published(request, proposal, form):
                return redirect("admin:programme_release_change", release.pk)
            # What is shown now is what the next press of the button stands for.
            form.data = {**request.POST.dict(), "expected": proposal.expected}
        context |= {
            "conference": conference,
            "proposal": proposal,
            "earlier": earlier,
            "reasons": [(reason, links_of(reason)) for reason in proposal.reasons],
            "form": form,
            "previews": previews(proposal),
            "letters": addressed(proposal),
        }
        return TemplateResponse(request, "programme/admin/publish.html", context)

    def published(
        self, request: HttpRequest, proposal: Proposal, form: PublishForm
    ) -> Release | None:
        """The new release; ``None`` with the reasons on the form."""
        assert isinstance(request.user, User)
        values = {**form.cleaned_data, "user": request.user}
        try:
            if proposal.earlier:
                release = services.publish_again(proposal.earlier, **values)
            else:
                release = services.publish(proposal.conference, **values)
        except services.CannotPublish as refusal:
            form.add_error(None, refusal)
            return None
        self.log_addition(request, release, [{"added": {}}])
        text = gettext("Version %(version)s is published.") % {"version": release.version}
        self.message_user(request, text, messages.SUCCESS)
        return release

    @method_decorator(csp_override(FRAMED))
    @method_decorator(xframe_options_sameorigin)
    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """One of the mails as it would be read, in a sandbox; its links are named, never made."""
        self.refuse_strangers(request)
        conference = get_object_or_404(Conference, pk=number(request.GET.get("conference", "")))
        again = request.GET.get("again", "")
        earlier = get_object_or_404(conference.releases, pk=number(again)) if again else None
        for letter in Proposal(conference, earlier).post.letters:
            if mark(letter) == request.GET.get("letter"):
                return HttpResponse(shown(letter, conference)[1]["html"])
        raise Http404


def chosen(request: HttpRequest, conferences: list[Conference]) -> Conference | None:
    """The conference named in the address, else the current one."""
    if wanted := request.GET.get("conference", ""):
        return get_object_or_404(Conference, pk=number(wanted))
    return conferences[0] if conferences else None


def number(wanted: str) -> int:
    """The key in an address; none where it is not one."""
    return int(wanted) if wanted.isdecimal() and len(wanted) < 19 else 0


def links_of(reason: Reason) -> list[tuple[str, Any]]:
    return [(page_of(session.pk), session) for session in reason.sessions]


def addressed(proposal: Proposal) -> list[dict[str, Any]]:
    """Everybody who is told: speakers by name, followers by no more than the look of an address."""
    return [
        {
            "name": letter.name if letter.speaker else masked(letter.to),
            "is_speaker": letter.speaker is not None,
            "language": letter.language,
            "count": len(letter.own) + len(letter.left) + len(letter.followed),
            "url": preview_url(proposal, letter),
        }
        for letter in proposal.post.letters
    ]


def previews(proposal: Proposal) -> list[dict[str, Any]]:
    """The first mail of each sort in each language, as it would leave."""
    first: dict[tuple[bool, str], Letter] = {}
    for letter in proposal.post.letters:
        first.setdefault((letter.speaker is None, letter.language), letter)
    found = []
    for (is_follower, language), letter in sorted(first.items()):
        mail, parts = shown(letter, proposal.conference)
        found.append(
            {
                "is_follower": is_follower,
                "language": language,
                "name": masked(letter.to) if is_follower else letter.name,
                "subject": mail.subject,
                "text": parts["text"],
                "files": len(mail.attachments),
                "url": preview_url(proposal, letter),
            }
        )
    return found


def shown(letter: Letter, conference: Conference) -> tuple[OutgoingMail, dict[str, str]]:
    """The mail, and both its parts as staff may read them: who follows sessions is nobody's
    business, so that it is written to nobody by name."""
    if letter.speaker:
        mail = emails.drafted(letter, conference)
        return mail, preview(mail)
    stand_in = f"{uuid4().hex}@example.org"
    mail = emails.drafted(replace(letter, to=stand_in, name=""), conference)
    parts = preview(mail)
    return mail, {name: part.replace(stand_in, masked(letter.to)) for name, part in parts.items()}


def preview_url(proposal: Proposal, letter: Letter) -> str:
    query = {"conference": str(proposal.conference.pk), "letter": mark(letter)}
    if proposal.earlier:
        query["again"] = str(proposal.earlier.pk)
    return f"{reverse('admin:programme_release_preview')}?{urlencode(query)}"


def mark(letter: Letter) -> str:
    """What names a letter in an address without telling whose it is."""
    return blake2b(letter.key.encode(), digest_size=8).hexdigest()


def masked(address: str) -> str:
    """“e…@example.org”."""
    name, _at, host = address.rpartition("@")
    return f"{name[:1]}…@{host}"
