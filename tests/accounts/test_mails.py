from datetime import timedelta
from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core import context as allauth_context
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone, translation

from conference.accounts import mails
from conference.mail.models import OutgoingMail
from tests.factories import make_conference, make_user

pytestmark = pytest.mark.django_db
EVIL: dict[str, Any] = {"HTTP_HOST": "localhost", "HTTP_X_FORWARDED_HOST": "evil.example"}


def make_attendee(**fields):
    user = make_user(**fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def ask_for_code(client, email, language="en"):
    with translation.override(language):
        url = reverse("account_request_login_code")
    return client.post(url, {"email": email}, **EVIL)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_sign_in_code_goes_through_the_outbox(client, language):
    conference = make_conference()
    user = make_attendee()

    ask_for_code(client, user.email, language)

    mail = OutgoingMail.objects.get()
    code = client.session["account_login"]["state"]["stages"]["login_by_code"]["data"]["code"]
    assert (mail.to, mail.kind, mail.language) == (user.email, "account/email/login_code", language)
    assert mail.is_confidential
    assert code in mail.text
    assert code in mail.html
    assert code not in mail.subject
    assert f'<html lang="{language}"' in mail.html
    assert mail.conference == conference
    half = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT / 2)
    assert mail.expires_at is not None
    assert abs(mail.expires_at - timezone.now() - half) < timedelta(seconds=30)


def test_who_has_no_account_is_told_so_by_mail_alone():
    known, unknown = make_attendee().email, "nobody@example.org"

    answers = [ask_for_code(Client(), email) for email in (known, unknown)]

    assert [answer.status_code for answer in answers] == [302, 302]
    mail = OutgoingMail.objects.get(to=unknown)
    assert mail.kind == "account/email/unknown_account"
    assert f"{settings.SITE_URL}/en/account/signup/" in mail.text
    assert "evil" not in mail.text + mail.html


def test_an_account_that_exists_is_told_so_by_mail_alone(client):
    email = make_attendee().email

    client.post(reverse("account_signup"), {"email": email}, **EVIL)

    mail = OutgoingMail.objects.get()
    assert mail.kind == "account/email/account_already_exists"
    assert "evil" not in mail.text + mail.html


def test_a_new_address_is_confirmed_by_a_code(client):
    client.post(reverse("account_signup"), {"email": "new@example.org"}, **EVIL)

    mail = OutgoingMail.objects.get()
    assert mail.kind == "account/email/email_confirmation"
    assert mail.is_confidential
    assert mail.expires_at is not None


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", sorted(mails.NOTICES))
def test_what_happens_to_an_account_is_told_to_its_owner(name, language):
    user = make_attendee()
    request = RequestFactory().get("/", HTTP_USER_AGENT="http://evil.example", **EVIL)

    with allauth_context.request_context(request), translation.override(language):
        get_adapter().send_notification_mail(name, user)

    mail = OutgoingMail.objects.get()
    with translation.override(language):
        assert str(mails.NOTICES[name]) in mail.text
    assert "127.0.0.1" in mail.text
    assert "evil" not in mail.text + mail.html


def test_a_mail_that_only_allauth_knows_leaves_through_the_outbox_too():
    request = RequestFactory().get("/", **EVIL)
    with allauth_context.request_context(request), translation.override("en"):
        get_adapter().send_mail(
            "account/email/password_reset_code", "a@example.org", {"code": "X1"}
        )

    mail = OutgoingMail.objects.get()
    assert "X1" in mail.text
    assert mail.is_confidential
    assert "evil" not in mail.text


def test_links_lead_to_our_site_whatever_the_host():
    assert (
        mails.on_our_site("https://evil.example/en/account/signup/?a=1#b")
        == f"{settings.SITE_URL}/en/account/signup/?a=1#b"
    )
    assert mails.on_our_site("//evil.example/x").startswith(settings.SITE_URL + "/")
