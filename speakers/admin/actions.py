"""What is done to selected speakers: each action calls one service and says what came of it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import admin, messages
from django.contrib.admin import ActionLocation
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from conference.accounts.models import User
from speakers import emails, links, reminders, services
from speakers.models import By, Logistics, Speaker, SpeakerLink
from speakers.refusals import NoAddress, Refused

BOTH = [ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM]
NAMES_SHOWN = 20


def staff(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def names_of(speakers: list[Speaker]) -> str:
    """The first ones by name."""
    shown = ", ".join(speaker.full_name for speaker in speakers[:NAMES_SHOWN])
    return f"{shown}…" if len(speakers) > NAMES_SHOWN else shown


def told_reasons(request: HttpRequest, left_out: list[tuple[Speaker, Refused]]) -> None:
    """One warning for each reason, with whom it is about."""
    reasons: dict[str, list[Speaker]] = {}
    for speaker, refusal in left_out:
        reasons.setdefault(str(refusal), []).append(speaker)
    for reason, speakers in reasons.items():
        messages.warning(request, f"{reason} ({names_of(speakers)})")


def told_reminders(request: HttpRequest, result: reminders.Reminded) -> None:
    """How many reminders leave, and why the others do not."""
    count = len(result.done)
    if count:
        text = ngettext("%(count)d reminder sent.", "%(count)d reminders sent.", count)
        messages.success(request, text % {"count": count})
    for speakers, reason in (
        (result.lately, gettext("Reminded less than a day ago, not again")),
        (result.complete, gettext("Nothing is missing")),
        (result.unreachable, gettext("No e-mail address")),
    ):
        if speakers:
            messages.warning(request, f"{reason} ({names_of(speakers)})")
    if not any((result.done, result.lately, result.complete, result.unreachable)):
        messages.info(request, gettext("Nobody was chosen."))


@transaction.atomic
def send_link(speaker: Speaker) -> None:
    """The link in force, in a mail of its own."""
    if not speaker.email:
        raise NoAddress
    emails.link_again(links.ensure(speaker), uuid4().hex)


@transaction.atomic
def replace_link(speaker: Speaker) -> None:
    """A new one; whoever holds the old one has nothing."""
    if not speaker.email:
        raise NoAddress
    emails.link_again(links.make(speaker), uuid4().hex)


@transaction.atomic
def send_assistant_link(speaker: Speaker) -> None:
    """To the address that the logistics name; who was the assistant before has nothing."""
    plan = Logistics.objects.filter(speaker=speaker).first()
    if plan is None or not plan.assistant_email:
        raise NoAddress
    link = links.ensure(speaker, By.ASSISTANT)
    if emails.was_given_elsewhere(link, plan.assistant_email):
        link = links.make(speaker, By.ASSISTANT)
    emails.assistant_link(link, plan.assistant_email, uuid4().hex)


def revoke_links(speaker: Speaker) -> None:
    for link in SpeakerLink.objects.filter(speaker=speaker, revoked_at__isnull=True):
        links.revoke(link)


class SpeakerActions:
    """For the list and for the form."""

    actions: Any = [
        "invite",
        "remind",
        "record_acceptance",
        "record_refusal",
        "record_withdrawal",
        "send_links",
        "replace_links",
        "send_assistant_links",
        "revoke_all_links",
    ]

    def has_logistics_permission(self, request: HttpRequest) -> bool:
        """Who may read the assistant's address may write to it."""
        return request.user.has_perms(["speakers.change_speaker", "speakers.view_logistics"])

    def each(
        self,
        request: HttpRequest,
        speakers: QuerySet[Speaker],
        verb: Callable[[Speaker], Any],
        done: str,
    ) -> None:
        """Do it to each one; ``done`` is said for those to whom it was."""
        count, left_out = 0, []
        for speaker in speakers.select_related("conference"):
            try:
                verb(speaker)
            except Refused as refusal:
                left_out.append((speaker, refusal))
            else:
                self.log_change(request, speaker, done)  # type: ignore[attr-defined]
                count += 1
        if count:
            messages.success(request, f"{done} ({count})" if count > 1 else done)
        told_reasons(request, left_out)

    @admin.action(
        permissions=["change"],
        location=BOTH,
        description=_("Invite this speaker…"),
        description_plural=_("Invite the selected speakers…"),
    )
    def invite(self, request: HttpRequest, queryset: QuerySet[Speaker]) -> HttpResponseBase:
        from speakers.admin import invitations

        return invitations.page(self, request, queryset)  # type: ignore[arg-type]

    @admin.action(
        permissions=["change"],
        location=BOTH,
        description=_("Remind of what is missing"),
        description_plural=_("Remind of what is missing"),
    )
    def remind(self, request: HttpRequest, queryset: QuerySet[Speaker]) -> None:
        told_reminders(request, reminders.remind(queryset.select_related("conference")))

    @admin.action(
        permissions=["change"],
        location=BOTH,
        description=_("Record that the invitation is accepted"),
        description_plural=_("Record that the invitation is accepted"),
    )
    def record_acceptance(self, request: HttpRequest, queryset: QuerySet[Speaker]) -> None:
        self.each(
            request,
            queryset,
            lambda one: services.answer(one, Speaker.State.ACCEPTED, By.STAFF, user=staff(request)),
            gettext("Acceptance recorded."),
        )

    @admin.action(
        permissions=["change"],
        location=BOTH,
        description=_("Record that the invitation is declined"),
        description_plural=_("Record that the invitation is declined"),
    )
    def record_refusal(self, request: HttpRequest, queryset: QuerySet[Speaker]) -> None:
        self.each(
            request,
            queryset,
            lambda one: services.answer(one, Speaker.State.DECLINED, By.STAFF, user=staff(request)),
            gettext("Recorded as declined; no public page shows the name any more."),
        )

    @admin.action(
        permissions=["change"],
        location=BOTH,
        description=_("Record that this speaker is not coming"),
        description_plural=_("Record that they are not coming"),
    )
    def record_withdrawal(self, request: HttpRequest, queryset: QuerySet[Speaker]) -> None:
        self.each(
            request,
            queryset,
            lambda one: services.withdraw(one, By.STAFF, user=staff(request)),
            gettext("Recorded as not coming; no public page shows the name any more."),
        )

    @admin.action(
        permissions=["change"],
        location=BOTH,
        description=_("Send the private link again"),
        description_plural=_("Send the private links again"),
    )
    def send_links(self, request: HttpRequest, queryset: QuerySet[Speaker]) -> None:
        self.each(request, queryset, send_link, gettext("Private link sent."))

    @admin.action(
        permissions=["change"],
        location=BOTH,
        description=_("Replace the private link and send the new one"),
        description_plural=_("Replace the private links and send the new ones"),
    )
    def replace_links(self, request: HttpRequest, queryset: QuerySet[Speaker]) -> None:
        self.each(request, queryset, replace_link, gettext("Private link replaced and sent."))

    @admin.action(
        permissions=["logistics"],
        location=BOTH,
        description=_("Send the assistant a private link"),
        description_plural=_("Send the assistants private links"),
    )
    def send_assistant_links(self, request: HttpRequest, queryset: QuerySet[Speaker]) -> None:
        self.each(request, queryset, send_assistant_link, gettext("Link sent to the assistant."))

    @admin.action(
        permissions=["change"],
        location=BOTH,
        description=_("Revoke the private links"),
        description_plural=_("Revoke the private links"),
    )
    def revoke_all_links(self, request: HttpRequest, queryset: QuerySet[Speaker]) -> None:
        self.each(request, queryset, revoke_links, gettext("Private links revoked."))
