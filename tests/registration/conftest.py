import pytest
from django.core.cache import cache

from conference.mail import nudge


@pytest.fixture(autouse=True)
def _people_take_no_time(settings):
    """Tests fill in forms at once and in numbers; those about the limits set them."""
    settings.REGISTRATION_FASTEST = 0
    settings.REGISTRATION_FORMS_PER_ADDRESS = 100_000
    settings.REGISTRATION_FORMS_PER_EMAIL = 100_000
    cache.clear()


@pytest.fixture(autouse=True)
def _mails_wait(monkeypatch):
    """The row is what registration promises; what the relay does with it is tested elsewhere."""
    monkeypatch.setattr(nudge.Nudge, "__call__", lambda self: None)
