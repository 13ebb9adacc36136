"""The gate before every staff page."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from conference.accounts import services
from conference.accounts.models import User
from conference.mail.models import OutgoingMail
from tests.factories import make_user, sign_in
from tests.policy import forbidden_by_policy

PASSWORD = "une longue phrase secrète"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


def admin_addresses() -> list[str]:
    """Every address of the admin, its holes filled in with something that may not exist."""
    with translation.override("en"):
        admin = next(
            inner
            for outer in get_resolver().url_patterns
            if isinstance(outer, URLResolver)
            for inner in outer.url_patterns
            if isinstance(inner, URLResolver) and inner.namespace == "admin"
        )
        return sorted({f"/en/admin/{path}" for path in addresses(admin, "")})


def addresses(resolver: URLResolver, prefix: str) -> list[str]:
    found = []
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            path = re.sub(r"<[^>]*>|\(\?P<[^)]*\)+|[\^$?]", "1", path.replace("(?P<url>.*)$", "x"))
            found.append(path.replace("(?P<app_label>", "").replace("1/1", "1/"))
        else:
            found += addresses(pattern, path)
    return found


GATED = [address for address in admin_addresses() if not address.endswith(("/login/", "/logout/"))]


def test_walk_finds_the_whole_admin():
    assert "/en/admin/" in GATED
    assert "/en/admin/jsi18n/" in GATED
    assert "/en/admin/autocomplete/" in GATED
    assert any("accounts/user/" in address for address in GATED)
    assert len(GATED) > 60


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_admin_address_asks_staff_for_the_second_factor(client, method):
    sign_in(client, make_user(is_staff=True, is_superuser=True), factor=False)

    for address in GATED:
        response = getattr(client, method)(address)
        assert response.status_code == 302, address
        assert response["Location"].startswith("/en/account/second-factor/?next="), address


def test_every_admin_address_sends_a_stranger_to_sign_in(client):
    for address in GATED:
        response = client.get(address)
        assert response.status_code == 302, address
        assert "login" in response["Location"], address


def test_attendee_gets_403(client):
    sign_in(client, make_user(), factor=True)

    response = client.get("/en/admin/", follow=True)

    assert response.status_code == 403


def test_fresh_factor_opens(client):
    sign_in(client, make_user(is_staff=True, is_superuser=True))

    assert client.get("/en/admin/").status_code == 200


def test_stale_factor_is_asked_for_again(client, settings):
    sign_in(client, make_user(is_staff=True))
    settings.STAFF_FACTOR_AGE = 0

    assert "second-factor" in client.get("/en/admin/")["Location"]


def test_removed_factor_closes_the_admin(client):
    user = make_user(is_staff=True)
    sign_in(client, user)
    assert client.get("/en/admin/").status_code == 200

    Authenticator.objects.filter(user=user).delete()

    assert "second-factor" in client.get("/en/admin/")["Location"]


def test_somebody_elses_factor_does_not_count(client):
    sign_in(client, make_user(is_staff=True))
    other = make_user()
    Authenticator.objects.update(user=other)

    assert "second-factor" in client.get("/en/admin/")["Location"]


def test_code_alone_does_not_let_staff_in(client):
    """With a record “code” in the session, as a mailbox alone gives."""
    user = make_user(is_staff=True)
    client.force_login(user)
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [{"method": "code", "at": time.time()}]
    session.save()

    assert "second-factor" in client.get("/en/admin/")["Location"]


def test_sign_in_by_code_is_refused_to_staff(client):
    staff = make_user(is_staff=True)
    EmailAddress.objects.create(user=staff, email=staff.email, verified=True, primary=True)

    response = sign_in_by_code(client, staff)

    assert response.redirect_chain[-1][0] == "/en/account/staff/"
    assert SESSION_KEY not in client.session


def test_sign_in_by_code_is_the_attendees_way(client):
    attendee = make_user()
    EmailAddress.objects.create(user=attendee, email=attendee.email, verified=True, primary=True)

    sign_in_by_code(client, attendee)

    assert client.session[SESSION_KEY] == str(attendee.pk)


def sign_in_by_code(client: Client, user: User):
    client.post("/en/account/login/", {"login": user.email})
    login = client.session["account_login"]
    code = login["state"]["stages"]["login_by_code"]["data"]["code"]
    return client.post("/en/account/login/code/confirm/", {"code": code}, follow=True)


def test_whole_way_from_invitation_to_the_admin(client):
    user = make_user(is_staff=True)
    services.invite(user)
    from conference.accounts.mail_parts import first_login_link

    link = first_login_link(str(user.pk)).removeprefix("http://localhost:8000")
    form = client.get(link, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    response = client.post("/en/account/staff/", {"login": user.email, "password": PASSWORD})
    assert response["Location"] == "/en/admin/"
    response = client.get("/en/admin/", follow=True)
    assert response.templates[0].name == "accounts/second_factor.html"

    # The passwords asked for again, allauth shows a secret; the app answers.
    client.post("/en/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/en/account/2fa/totp/activate/")
    secret = page.context["form"].secret
    code = current_code(secret)
    assert client.post("/en/account/2fa/totp/activate/", {"code": code}).status_code == 302
    response = client.get("/en/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/en/account/2fa/reauthenticate/")
    cache.clear()  # a code is good for one use; its next one would be half a minute away
    response = client.post(response.redirect_chain[-1][0], {"code": current_code(secret)})
    assert response["Location"] == "/en/admin/"
    assert client.get("/en/admin/").status_code == 200


def current_code(secret: str) -> str:
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def test_demonstration_lets_staff_in_from_loopback_only(client, settings):
    settings.DEMO = True
    sign_in(client, make_user(is_staff=True), factor=False)

    assert client.get("/en/admin/", REMOTE_ADDR="127.0.0.1").status_code == 200
    assert client.get("/en/admin/", REMOTE_ADDR="::1").status_code == 200
    for address in ("192.0.2.1", "10.0.0.1", "unix:", ""):
        assert client.get("/en/admin/", REMOTE_ADDR=address).status_code == 302, address


def test_forwarded_header_does_not_make_loopback(client, settings):
    settings.DEMO = True
    sign_in(client, make_user(is_staff=True), factor=False)

    headers = {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"}
    response = client.get("/en/admin/", REMOTE_ADDR="192.0.2.1", headers=headers)

    assert response.status_code == 302


@pytest.mark.parametrize("header", ["Forwarded", "Via", "X-Forwarded-For", "X-Real-IP"])
def test_a_proxy_before_the_demonstration_is_no_loopback(client, settings, header):
    settings.DEMO = True
    sign_in(client, make_user(is_staff=True), factor=False)

    response = client.get("/en/admin/", REMOTE_ADDR="127.0.0.1", headers={header: "192.0.2.1"})

    assert response.status_code == 302


def test_idle_staff_are_signed_out(client, settings):
    sign_in(client, make_user(is_staff=True))
    assert client.get("/en/admin/").status_code == 200
    session = client.session
    session["staff_seen_at"] = time.time() - settings.STAFF_IDLE_TIME - 1
    session.save()

    response = client.get("/en/admin/")

    assert response["Location"].startswith("/en/account/staff/")
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"is_staff": False},
        {"is_superuser": True},
        {"password": "another"},
    ],
)
def test_change_of_standing_ends_old_sessions(client, change):
    user = make_user(is_staff=True)
    sign_in(client, user)
    assert client.get("/en/admin/").status_code == 200

    User.objects.filter(pk=user.pk).update(**change)

    assert "login" in client.get("/en/admin/")["Location"]


def test_rights_of_a_group_go_at_once(client):
    user = make_user(is_staff=True)
    user.groups.add(Group.objects.get(name="Programme"))
    sign_in(client, user)
    assert client.get("/en/admin/conference/page/").status_code == 200

    user.groups.clear()

    assert client.get("/en/admin/conference/page/").status_code == 403


def test_wrong_passwords_are_counted(client):
    user = make_user(is_staff=True, password=PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    for _ in range(6):
        client.post("/en/account/staff/", {"login": user.email, "password": "wrong"})

    response = client.post("/en/account/staff/", {"login": user.email, "password": PASSWORD})

    assert response.status_code == 200
    assert SESSION_KEY not in client.session


def test_unknown_and_known_address_get_the_same_refusal(client):
    pages = []
    for email in (make_user(password=PASSWORD).email, "unknown@example.org"):
        page = client.post("/en/account/staff/", {"login": email, "password": "wrong"})
        pages.append(re.sub(r'value="[^"]*"', "", page.content.decode()))

    assert pages[0] == pages[1]


def test_nobody_signs_in_while_attempts_cannot_be_counted(client, settings):
    user = make_user(is_staff=True, password=PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_connect_timeout": 0.2},
        }
    }
    client.raise_request_exception = False

    response = client.post("/en/account/staff/", {"login": user.email, "password": PASSWORD})

    assert response.status_code == 503
    assert SESSION_KEY not in client.session


def test_next_leads_nowhere_else(client):
    for evil in (
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
    ):
        response = client.get("/en/admin/login/", {"next": evil})
        assert response["Location"] == "/en/account/staff/?next=%2Fen%2Fadmin%2F"
    sign_in(client, make_user(is_staff=True))
    response = client.get("/en/account/second-factor/", {"next": "https://evil.example"})
    assert response["Location"] == "/en/admin/"


def test_command_resets_the_last_administrators_factor(client, capsys):
    user = make_user(is_staff=True, is_superuser=True)
    sign_in(client, user)

    call_command("reset_second_factor", user.email.upper())

    assert not Authenticator.objects.filter(user=user).exists()
    assert "second-factor" in client.get("/en/admin/")["Location"]
    assert OutgoingMail.objects.get().to == user.email


def test_sign_up_never_makes_staff(client):
    forged = {"email": "new@example.org", "is_staff": "on", "is_superuser": "on", "groups": "1"}

    client.post("/fr/account/signup/", forged)

    user = User.objects.get(email="new@example.org")
    assert (user.is_staff, user.is_superuser, user.language) == (False, False, "fr")
    assert not user.groups.exists()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", ["", "staff/", "login/", "second-factor/", "2fa/", "sessions/"])
def test_account_pages_render(client, language, path):
    if path not in ("staff/", "login/"):
        sign_in(client, make_user(is_staff=True), factor=False)

    response = client.get(f"/{language}/account/{path}")

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_account_pages_keep_to_the_policy(client, language):
    strangers = ["login/", "staff/", "signup/", "password/reset/"]
    own = ["", "second-factor/", "email/", "password/change/", "sessions/", "2fa/", "logout/"]
    own += ["2fa/totp/activate/", "2fa/webauthn/add/"]
    user = make_user(is_staff=True, password=PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)

    for path in strangers + own:
        if path == own[0]:
            sign_in(client, user, factor=False)
            client.post(f"/{language}/account/reauthenticate/", {"password": PASSWORD})
        response = client.get(f"/{language}/account/{path}")
        assert response.status_code == 200, path
        assert forbidden_by_policy(response.content.decode()) == [], path
        assert "unsafe" not in response["Content-Security-Policy"], path
