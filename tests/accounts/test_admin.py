"""Accounts are managed by superusers, and nobody raises themselves."""

import re

import pytest
from django.contrib.auth.models import Group, Permission

from conference.accounts.models import User
from conference.mail.models import OutgoingMail
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db

ADD = "/en/admin/accounts/user/add/"


def address(user: User) -> str:
    return f"/en/admin/accounts/user/{user.pk}/change/"


@pytest.fixture
def chief(client) -> User:
    user = make_user(is_staff=True, is_superuser=True)
    sign_in(client, user)
    return user


def filled(user: User, **changes: object) -> dict[str, object]:
    data: dict[str, object] = {
        "given_name": user.given_name,
        "family_name": user.family_name,
        "language": user.language,
        "is_active": "on",
    }
    for name in ("is_staff", "is_superuser"):
        if getattr(user, name):
            data[name] = "on"
    data |= changes
    return {name: value for name, value in data.items() if value is not None}


def test_new_staff_are_invited(client, chief):
    group = Group.objects.get(name="Press")
    data = {"email": "Prisca@Example.org", "language": "fr", "is_active": "on", "is_staff": "on"}

    response = client.post(ADD, data | {"groups": [group.pk]})

    assert response.status_code == 302
    user = User.objects.get(email="prisca@example.org")
    assert not user.has_usable_password()
    assert list(user.groups.all()) == [group]
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.language) == ("prisca@example.org", "fr")
    # The link is made when the mail leaves, and stored nowhere.
    assert "password/reset/key" not in mail.text + mail.html


@pytest.mark.parametrize("is_staff", [True, False])
def test_forged_post_raises_nobody(client, is_staff):
    user = make_user(is_staff=is_staff)
    rights = Permission.objects.filter(content_type__app_label="accounts")
    # Even with every right over accounts that a group could wrongly be given.
    user.user_permissions.set(rights)
    other = make_user()
    sign_in(client, user, factor=True)

    for target in (user, other):
        forged = filled(target, is_staff="on", is_superuser="on", groups=["1", "2", "3", "4"])
        assert client.post(address(target), forged).status_code in (302, 403)
        assert client.post(ADD, {"email": "evil@example.org", **forged}).status_code in (302, 403)
        target.refresh_from_db()
        assert not target.is_superuser
        assert target.groups.count() == 0
    assert not User.objects.filter(email="evil@example.org").exists()


def test_groups_and_secrets_have_no_page(client, chief):
    for path in (
        "auth/group/",
        "mfa/authenticator/",
        "account/emailaddress/",
        "usersessions/usersession/",
    ):
        assert client.get(f"/en/admin/{path}").status_code == 404, path


def test_form_asks_for_no_password(client, chief):
    page = client.get(address(chief)).content.decode()

    assert not re.findall(r'name="[^"]*password[^"]*"', page)


def test_typed_password_is_ignored(client, chief):
    user = make_user()

    client.post(address(user), filled(user, password="typed", user_permissions="1"))

    user.refresh_from_db()
    assert not user.has_usable_password()
    assert not user.user_permissions.exists()


def test_last_superuser_stays(client, chief):
    for change in ({"is_superuser": None}, {"is_staff": None}, {"is_active": None}):
        response = client.post(address(chief), filled(chief, **change))
        assert response.status_code == 200
        assert b"This is the last account that may do everything." in response.content

    second = make_user(is_staff=True, is_superuser=True)
    response = client.post(address(second), filled(second, is_superuser=None))
    assert response.status_code == 302


def test_accounts_are_not_deleted(client, chief):
    user = make_user()

    assert client.get(f"/en/admin/accounts/user/{user.pk}/delete/").status_code == 403
    client.post(
        "/en/admin/accounts/user/",
        {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"},
    )
    assert User.objects.filter(pk=user.pk).exists()


def test_change_of_groups_ends_sessions(client, chief):
    from allauth.usersessions.models import UserSession
    from django.test import Client

    user = make_user(is_staff=True)
    browser = sign_in(Client(), user)
    UserSession.objects.create(
        user=user, ip="127.0.0.1", user_agent="x", session_key=browser.session.session_key
    )
    assert browser.get("/en/admin/").status_code == 200

    group = Group.objects.get(name="Press")
    assert client.post(address(user), filled(user, groups=[group.pk])).status_code == 302

    assert "login" in browser.get("/en/admin/")["Location"]


def test_reset_by_an_administrator_is_logged_and_told(client, chief):
    from django.contrib.admin.models import LogEntry

    user = make_user(is_staff=True)
    data = {"CHANGE_FORM-action": "reset_second_factor", "_selected_action": [user.pk]}
    client.post(address(user), data)

    assert OutgoingMail.objects.get().to == user.email
    assert LogEntry.objects.get(object_id=user.pk).user == chief


def test_list_takes_as_many_queries_for_three_as_for_one(client, chief, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get("/en/admin/accounts/user/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get("/en/admin/accounts/user/")
    for name in ("Press", "Programme", "Speakers"):
        make_user(is_staff=True).groups.add(Group.objects.get(name=name))

    with django_assert_num_queries(len(one)):
        client.get("/en/admin/accounts/user/")
