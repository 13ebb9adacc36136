"""What allauth wants to say by mail, said through the outbox and in the house's words."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account import app_settings
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from conference import mail
from conference.context import current_conference
from conference.mail.models import OutgoingMail

# allauth's name for a mail → our template.
TEMPLATES = {
    "account/email/account_already_exists": "account/email/account_already_exists",
    "account/email/email_confirmation": "account/email/email_confirmation",
    "account/email/email_confirmation_signup": "account/email/email_confirmation",
    "account/email/login_code": "account/email/login_code",
    "account/email/password_reset_key": "account/email/password_reset_key",
    "account/email/unknown_account": "account/email/unknown_account",
}
# What happened to an account, told to its owner in case it was somebody else.
NOTICES = {
    "account/email/email_changed": _("The e-mail address of your account was changed."),
    "account/email/email_confirm": _("The e-mail address of your account was confirmed."),
    "account/email/email_deleted": _("An e-mail address was removed from your account."),
    "account/email/password_changed": _("The password of your account was changed."),
    "account/email/password_reset": _("The password of your account was reset."),
    "account/email/password_set": _("A password was set for your account."),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made for your account."),
    "mfa/email/totp_activated": _("An authenticator app was added to your account."),
    "mfa/email/totp_deactivated": _("The authenticator app of your account was removed."),
    "mfa/email/webauthn_added": _("A passkey was added to your account."),
    "mfa/email/webauthn_removed": _("A passkey was removed from your account."),
}


def promise(name: str, to: str, context: dict[str, Any]) -> OutgoingMail | None:
    """Put allauth's mail ``name`` into the outbox; ``None`` for one that the house has no words for.

    These mails are confidential: what is said to the owner of an account is no matter of staff's.
    """
    template = "account/email/notice" if name in NOTICES else TEMPLATES.get(name)
    if template is None:
        return None
    conference = current_conference()
    lifetime = lifetime_of_code(name) if "code" in context else None
    values: dict[str, Any] = {
        key: context[key] for key in ("code", "ip", "timestamp") if key in context
    }
    links = {key: on_our_site(url) for key, url in context.items() if key.endswith("_url")}
    return mail.send(
        template,
        to=to,
        language=language(),
        context={
            **values,
            **links,
            "notice": NOTICES.get(name),
            "minutes": lifetime and int(lifetime.total_seconds() // 60),
        },
        conference=conference,
        reply_to=conference.contact_email if conference else "",
        expires_at=half_way(lifetime),
        confidential=True,
    )


def language() -> str:
    """The language of the page that asked for the mail."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def lifetime_of_code(name: str) -> timedelta:
    if name == "account/email/login_code":
        return timedelta(seconds=app_settings.LOGIN_BY_CODE_TIMEOUT)
    return timedelta(seconds=app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT)


def half_way(lifetime: timedelta | None) -> datetime | None:
    """A code that would arrive with less than half its life is not sent: another one is quicker."""
    return timezone.now() + lifetime / 2 if lifetime else None


def on_our_site(url: str) -> str:
    """The same page under ``SITE_URL``: a request's Host is written by whoever sends it."""
    return settings.SITE_URL + urlsplit(url)._replace(scheme="", netloc="").geturl()


def our_site() -> SimpleNamespace:
    """What allauth's own templates call the site, without asking the request's Host."""
    host = urlsplit(settings.SITE_URL).netloc
    return SimpleNamespace(name=host, domain=host)
