"""Staff at the press office, signed in with a second factor."""

import pytest
from django.test import Client

from tests.factories import sign_in
from tests.press.officers import OFFICER, make_staff


@pytest.fixture
def officer(db):
    return make_staff(*OFFICER)


@pytest.fixture
def office(officer):
    return sign_in(Client(), officer)
