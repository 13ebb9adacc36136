from pathlib import Path

import pytest

from conference import mail
from conference.mail import parts

TEMPLATES = Path(__file__).parent / "templates"


@pytest.fixture(autouse=True)
def mail_templates(settings):
    """The few mails that only these tests send."""
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], TEMPLATES]}]


@pytest.fixture
def makers(monkeypatch):
    """Files and values that tests declare, forgotten afterwards."""
    monkeypatch.setattr(parts, "_files", {})
    monkeypatch.setattr(parts, "_values", {})
    return mail


@pytest.fixture
def invite():
    """Promise the tests' invitation."""

    def send(**arguments):
        context = {"name": arguments.pop("name", "Ada")}
        defaults = {"to": "ada@example.org", "language": "en", "context": context}
        return mail.send("tests/invitation", **defaults | arguments)

    return send
