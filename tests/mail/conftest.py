from pathlib import Path

import pytest

from conference import mail
from conference.mail import parts
from demo.smtpsink import smtp_sink
from tests.mail.servers import Sink

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


@pytest.fixture
def mail_goes_to(settings):
    """Send through a real server on loopback from here on."""

    def to(port, **options):
        settings.MAILERS = {
            alias: {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": 5} | options,
            }
            for alias in ("default", "press")
        }

    return to


@pytest.fixture
def sink(tmp_path, mail_goes_to):
    """A server that keeps every mail, and first gives the answers in ``sink.answers``."""
    keeper = Sink(tmp_path / "mails")
    with smtp_sink(keeper) as port:
        keeper.port = port
        mail_goes_to(port)
        yield keeper
