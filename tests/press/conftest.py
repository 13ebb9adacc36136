"""Staff at the press office, signed in with a second factor."""

import time

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.test import Client

from tests.factories import make_user

OFFICER = [
    *(
        f"{verb}_{model}"
        for verb in ("view", "add", "change", "delete")
        for model in (
            "outlet", "beat", "journalist", "affiliation", "medialist", "presscontact",
            "pressrelease", "presskititem",
        )
    ),
    "export_journalist",
]  # fmt: skip


def sign_in(user):
    """A browser in which ``user`` has shown their second factor a moment ago."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    factor = Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "mfa", "id": factor.pk, "type": "totp", "at": time.time()}
    ]
    session.save()
    return client


def make_staff(*permissions):
    user = make_user(is_staff=True)
    rights = Permission.objects.filter(codename__in=permissions, content_type__app_label="press")
    user.user_permissions.set(rights)
    return user


@pytest.fixture
def officer(db):
    return make_staff(*OFFICER)


@pytest.fixture
def office(officer):
    return sign_in(officer)
