"""How allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import clear_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from conference import mail
from conference.accounts import mails
from conference.accounts.models import User

# What a member of staff may begin with; a code by mail proves a mailbox, not a person.
STAFF_METHODS = {"password", "mfa"}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def new_user(self, request: HttpRequest) -> User:
        """An account in the language in which it is asked for; never one of staff."""
        user: User = super().new_user(request)
        user.language = get_language() or user.language
        return user

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Refuse staff who come by a code from their mailbox alone."""
        shown = {record.get("method") for record in get_authentication_records(request, user)}
        if user.is_staff and "code" in shown and not shown & STAFF_METHODS:
            clear_login(request)
            clear_authentication_records(request)
            messages.error(request, _("Staff sign in with their password, or with a passkey."))
            return redirect("staff_login")
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Every mail of an account goes through the outbox."""
        if mails.promise(template_prefix, email, context):
            return
        site = mails.our_site()
        links = {k: mails.on_our_site(v) for k, v in context.items() if k.endswith("_url")}
        message = self.render_mail(
            template_prefix, email, {"email": email, **context, **links, "current_site": site}
        )
        mail.send_rendered(
            kind=template_prefix,
            to=email,
            language=mails.language(),
            subject=message.subject,
            text=message.body,
            confidential=True,
        )

    def format_email_subject(self, subject: str) -> str:
        return subject

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff come to work, attendees to their space."""
        return reverse("admin:index" if request.user.is_staff else "my_space")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return "/"


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    pass
