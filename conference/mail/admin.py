"""The outbox as staff see it: everything can be read but secrets, nothing can be typed."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.options import ActionLocation
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

from conference.admin_base import HouseAdmin

from .composing import preview
from .models import OutgoingMail
from .resending import CannotSendAgain, send_again

State = OutgoingMail.State
MARKS = {
    State.QUEUED: "…",
    State.SENDING: "→",
    State.RETRY: "↻",
    State.SENT: "✓",
    State.DEAD: "✕",
    State.QUARANTINED: "!",
    State.BOUNCED: "↩",
    State.EXPIRED: "∅",
}
# Kinds of mails whose address alone tells what only some may know, with the right that opens it.
OTHERS_ONLY = {"speakers/assistant_link": "speakers.view_logistics"}
# The page of a mail may frame its HTML part, and that part may do nothing but look.
FRAMING: dict[str, Any] = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}
FRAMED: dict[str, Any] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "frame-ancestors": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "sandbox": True,
}


@admin.register(OutgoingMail)
class OutgoingMailAdmin(HouseAdmin):
    list_display = [
        "state_in_words",
        "kind",
        "to",
        "subject",
        "created_at",
        "attempts",
        "last_error_class",
    ]
    list_display_links = ["to"]
    list_filter = ["state", "kind", "mailer", "language", "conference"]
    search_fields = ["to", "subject"]
    search_help_text = _("Address or subject")
    date_hierarchy = "created_at"
    ordering = ["-created_at", "pk"]
    list_select_related = ["conference"]
    actions = ["send_again"]
    fieldsets = [
        (None, {"fields": ["state_in_words", "to", "subject", "from_email", "reply_to"]}),
        (
            _("Delivery"),
            {
                "fields": [
                    ("attempts", "next_attempt_at", "expires_at"),
                    ("created_at", "sent_at"),
                    ("last_error_class", "last_error"),
                ]
            },
        ),
        (_("Message"), {"fields": ["text_part", "html_part", "made_when_it_leaves"]}),
        (_("Origin"), {"fields": [("kind", "language", "mailer"), "conference", "identifier"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutgoingMail]:
        """The list leaves the bodies where they are."""
        mails: QuerySet[OutgoingMail] = super().get_queryset(request)
        for kind, right in OTHERS_ONLY.items():
            if not request.user.has_perm(right):
                mails = mails.exclude(kind=kind)
        if getattr(request.resolver_match, "url_name", "") == "mail_outgoingmail_changelist":
            return mails.defer("text", "html", "headers", "late_values", "attachments")
        return mails

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("mail.resend_outgoingmail")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [
            *super().get_readonly_fields(request, obj),
            *("state_in_words", "text_part", "html_part", "made_when_it_leaves", "identifier"),
        ]

    @admin.display(description=_("state"), ordering="state")
    def state_in_words(self, mail: OutgoingMail) -> SafeString:
        return format_html(
            '<span aria-hidden="true">{}</span> {}',
            MARKS[State(mail.state)],
            mail.get_state_display(),
        )

    @admin.display(description=_("text"))
    def text_part(self, mail: OutgoingMail) -> str | SafeString:
        if mail.is_confidential:
            return gettext("This mail holds a code or a link for one person: it is not shown.")
        if not mail.text:
            return gettext("The text has been forgotten after a month.")
        return format_html(
            '<pre lang="{}" dir="auto">{}</pre>', mail.language, preview(mail)["text"]
        )

    @admin.display(description=_("HTML"))
    def html_part(self, mail: OutgoingMail) -> str | SafeString:
        if mail.is_confidential or not mail.html:
            return "–"
        return format_html(
            '<iframe class="mail-preview" sandbox title="{}" src="{}" width="640" height="720">'
            "</iframe>",
            gettext("The message as it is read"),
            reverse("admin:mail_outgoingmail_html", args=[mail.pk]),
        )

    @admin.display(description=_("made when it leaves"))
    def made_when_it_leaves(self, mail: OutgoingMail) -> str:
        names = [f"[{name.replace('_', ' ')}]" for name in mail.late_values]
        return ", ".join([*names, *(provider for provider, _ in mail.attachments)]) or "–"

    @admin.display(description="Message-ID")
    def identifier(self, mail: OutgoingMail) -> str:
        return mail.message_id

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.html_view)
        return [
            path("<uuid:pk>/html/", view, name="mail_outgoingmail_html"),
            *super().get_urls(),
        ]

    @method_decorator(csp_override(FRAMING))
    def change_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        found: HttpResponse = super().change_view(*args, **kwargs)
        return found

    @method_decorator(csp_override(FRAMED))
    @method_decorator(xframe_options_sameorigin)
    def html_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The HTML part by itself, without its secrets, in a sandbox."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        mail = get_object_or_404(self.get_queryset(request), pk=pk, is_confidential=False)
        return HttpResponse(preview(mail)["html"])

    @admin.action(
        permissions=["resend"],
        location=[ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM],
        description=_("Send this mail again"),
        description_plural=_("Send the selected mails again"),
    )
    def send_again(self, request: HttpRequest, mails: QuerySet[OutgoingMail]) -> None:
        sent = 0
        for pk in mails.order_by("pk").values_list("pk", flat=True):
            try:
                mail = send_again(pk)
            except CannotSendAgain as error:
                self.message_user(request, str(error), messages.WARNING)
            else:
                sent += 1
                self.log_change(request, mail, gettext("Sent again"))
        if sent:
            text = ngettext(
                "%(count)d mail is on its way.", "%(count)d mails are on their way.", sent
            )
            self.message_user(request, text % {"count": sent}, messages.SUCCESS)
