"""The page between “invite” and the mails: whom, in which words, and how it will read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from conference.mail import late
from conference.models import Conference
from speakers import emails, services
from speakers.admin.actions import staff, told_reasons
from speakers.models import By, Speaker

if TYPE_CHECKING:
    from speakers.admin.speakers import SpeakerAdmin

MOST_AT_ONCE = 500
DEFAULT_MESSAGE = _(
    "We will settle the subject, the day and the length of your contribution with you."
)
LABELS = {"fr": _("Message in French"), "en": _("Message in English")}


class InvitationForm(forms.Form):
    """What staff say in their own words; each speaker reads it in theirs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, label in LABELS.items():
            with translation.override(code):
                initial = str(DEFAULT_MESSAGE)
            self.fields[f"message_{code}"] = forms.CharField(
                label=label,
                initial=initial,
                max_length=3000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 6, "lang": code}),
            )

    def messages(self) -> dict[str, str]:
        return {code: self.cleaned_data[f"message_{code}"] for code in LABELS}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody on the page; who has a reason is not invited."""

    speaker: Speaker
    reason: str | Promise
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """One mail as it would leave, but for the secret in it."""

    speaker: Speaker
    language: str
    subject: str
    text: str


def view(model_admin: "SpeakerAdmin", request: HttpRequest) -> HttpResponseBase:
    """Without a choice, everybody who was proposed; a POST previews or sends."""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    speakers = Speaker.objects.select_related("conference")
    if request.method != "POST":
        current = Conference.objects.filter(is_current=True).first()
        proposed = speakers.filter(conference=current, state=Speaker.State.PROPOSED)
        return page(model_admin, request, proposed)
    numbers = [pk for pk in request.POST.getlist("speaker") if pk.isdecimal() and len(pk) < 19]
    shown = [pk for pk in request.POST.getlist("shown") if pk.isdecimal() and len(pk) < 19]
    chosen = speakers.filter(pk__in=numbers[:MOST_AT_ONCE])
    form = InvitationForm(request.POST)
    if len(set(numbers)) > MOST_AT_ONCE:
        form.add_error(None, too_many())
    if form.is_valid() and "send" in request.POST:
        return sent(model_admin, request, chosen, form)
    return page(
        model_admin,
        request,
        speakers.filter(pk__in=[*shown, *numbers][:MOST_AT_ONCE]),
        form=form,
        chosen=set(map(int, numbers)),
    )


def too_many() -> str:
    return gettext("At most %(most)s people are invited at once: choose fewer of them.") % {
        "most": MOST_AT_ONCE
    }


def sent(
    model_admin: "SpeakerAdmin",
    request: HttpRequest,
    chosen: Iterable[Speaker],
    form: InvitationForm,
) -> HttpResponseBase:
    result = services.invite(chosen, staff(request), form.messages())
    count = len(result.done)
    for speaker in result.done:
        model_admin.log_change(request, speaker, gettext("Invited."))
    if count:
        text = ngettext("%(count)d invitation sent.", "%(count)d invitations sent.", count)
        messages.success(request, text % {"count": count})
    told_reasons(request, result.left_out)
    if not count and not result.left_out:
        messages.info(request, gettext("Nobody was chosen."))
        return redirect("admin:speakers_invite")
    return redirect("admin:speakers_speaker_changelist")


def page(
    model_admin: "SpeakerAdmin",
    request: HttpRequest,
    speakers: Iterable[Speaker],
    *,
    form: InvitationForm | None = None,
    chosen: set[int] | None = None,
) -> TemplateResponse:
    """Whom and in which words; with a valid form, how it will read in each language."""
    people = list(speakers)
    candidates = [candidate(speaker, chosen) for speaker in people[:MOST_AT_ONCE]]
    if left := len(people[MOST_AT_ONCE:]):
        text = ngettext(
            "%(count)d more person is not on this page: invite these ones first.",
            "%(count)d more people are not on this page: invite these ones first.",
            left,
        )
        messages.warning(request, text % {"count": left})
    inviting = [one.speaker for one in candidates if one.is_chosen]
    is_preview = form is not None and form.is_valid()
    context = {
        **model_admin.admin_site.each_context(request),
        "title": gettext("Invite speakers"),
        "opts": model_admin.opts,
        "form": form or InvitationForm(),
        "candidates": candidates,
        "previews": previews(inviting, form.messages()) if form and is_preview else [],
        "back_url": reverse("admin:speakers_speaker_changelist"),
    }
    return TemplateResponse(request, "speakers/admin/invite.html", context)


def candidate(speaker: Speaker, chosen: set[int] | None) -> Candidate:
    reason: str | Promise = ""
    if not services.may(speaker, Speaker.State.INVITED, By.STAFF):
        reason = speaker.get_state_display()
    elif not speaker.email:
        reason = gettext("no e-mail address")
    return Candidate(speaker, reason, not reason and (chosen is None or speaker.pk in chosen))


def previews(speakers: list[Speaker], words: dict[str, str]) -> list[Preview]:
    """The first mail in each language: written as it would be, and taken back."""
    first = {speaker.language: speaker for speaker in reversed(speakers)}
    return [preview(first[code], words[code]) for code in LABELS if code in first]


def preview(speaker: Speaker, message: str) -> Preview:
    with transaction.atomic():
        mail = emails.write(
            "invitation", speaker, f"preview:{uuid4()}", context={"message": message}
        )
        transaction.set_rollback(True)
    secret = {"private_link": f"[{gettext('private link')}]"}
    text = late.fill(mail.pk, mail.text, secret)
    return Preview(speaker, mail.language, mail.subject, text)
