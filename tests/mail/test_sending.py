import contextlib
from datetime import timedelta
from email.headerregistry import Address

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from conference.mail import late, sending, tasks
from conference.mail.models import OutgoingMail
from conference.mail.nudge import Nudge
from tests.factories import make_conference

pytestmark = pytest.mark.django_db


def test_a_mail_is_rendered_in_its_own_language(invite):
    conference = make_conference(name_fr="Science et société", name_en="Science and society")

    french = invite(language="fr", conference=conference)
    english = invite(language="en", conference=conference)

    assert "Science et société" in french.text
    assert '<html lang="fr" dir="ltr">' in french.html
    assert "/fr/" in french.text
    assert french.from_email == str(
        Address(display_name="Science et société", addr_spec="colloque@example.org")
    )
    assert "Science and society" in english.text
    assert "The organisers of Science and society" in english.text
    assert "Thursday" in english.text
    assert "\n\n-- \nScience and society" in english.text
    assert "\n\n\n" not in english.text


def test_a_mail_that_is_rolled_back_was_never_promised(invite):
    with contextlib.suppress(RuntimeError), transaction.atomic():
        invite()
        raise RuntimeError

    assert OutgoingMail.objects.count() == 0


def test_the_same_promise_twice_is_one_mail(invite):
    first = invite(dedupe="confirmed:42:v1")
    second = invite(dedupe="confirmed:42:v1", name="Somebody else")

    assert first == second
    assert "Ada" in second.text
    assert OutgoingMail.objects.count() == 1


def test_the_subject_is_one_line(invite):
    mail = invite(name="Ada\r\nBcc: everybody@example.org\x00\u2028\u202e x")

    assert mail.subject == "Invitation for Ada Bcc: everybody@example.org x"


def test_a_very_long_subject_is_cut(invite):
    assert len(invite(name="A" * 10_000).subject) == 400


@pytest.mark.parametrize(
    "to",
    [
        "ada@example.org\r\nBcc: all@example.org",
        "ada@example.org\n",
        "ada@example.org, bob@example.org",
        "Ada <ada@example.org>",
        "<script>@example.org",
        "ada@exam\x00ple.org",
        "ada",
        "",
        f"{'a' * 250}@example.org",
        "\ud800@example.org",
    ],
)
def test_what_is_not_one_address_is_refused(invite, to):
    with pytest.raises(ValidationError):
        invite(to=to)
    with pytest.raises(ValidationError):
        invite(reply_to=to or "nobody")


@pytest.mark.parametrize("name", ["Message-ID", "bcc", "X-A\r\nBcc", "To", "", "X A"])
def test_headers_that_are_ours_are_refused(invite, name):
    with pytest.raises(ValueError, match="header"):
        invite(headers={name: "x"})


def test_a_header_is_one_line(invite):
    assert invite(headers={"X-Kind": "a\r\nBcc: b"}).headers == {"X-Kind": "a Bcc: b"}


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "{{ settings.SECRET_KEY }} {% debug %}",
    "{x.__class__} %(name)s %s {0[__init__]}",
    "Null\x00Byte",
    "lone \ud800 surrogate",
    "\u202eesrever\u2066",
    "👩🏽‍🔬 Zoë",
    "a" + "\u0301" * 1000,
    "محمد عبد الله",
    "O’Hara & Söhne “quoted” 'single' \"double\"",
    "line\nbreak\r\n\r\nContent-Type: text/html",
    "late-00000000000000000000000000000000-private_link-end",
    "'; DROP TABLE mail_outgoingmail; --",
    "x" * 10_000,
]


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name)[:30])
def test_what_visitors_type_is_only_text(makers, invite, name):
    @makers.late_value("tests.link")
    def link(argument):
        return "https://example.org/secret"

    mail = invite(name=name, late_values={"private_link": ("tests.link", "1")})
    mail.refresh_from_db()
    text = late.text_with(mail, {"private_link": "https://example.org/secret"})
    html = late.html_with(mail, {"private_link": "https://example.org/secret"})

    assert "\x00" not in mail.text + mail.html + mail.subject
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("<a ") == 1
    assert text.count("https://example.org/secret") == 1
    assert "\n" not in mail.subject
    if name.isprintable():
        assert name in text


def test_a_secret_is_nowhere_in_the_table(makers, invite):
    @makers.late_value("tests.link")
    def link(argument):
        return f"https://example.org/{argument}?a=1&b=2"

    mail = invite(late_values={"private_link": ("tests.link", "s3cret")})
    values = {"private_link": link("s3cret")}

    assert "example.org/" not in mail.text + mail.html
    assert mail.late_values == {"private_link": ["tests.link", "s3cret"]}
    assert "\nhttps://example.org/s3cret?a=1&b=2\n" in late.text_with(mail, values)
    assert 'href="https://example.org/s3cret?a=1&amp;b=2"' in late.html_with(mail, values)


def test_a_secret_in_the_subject_is_refused(makers, invite):
    @makers.late_value("tests.link")
    def link(argument):
        return "secret"

    with pytest.raises(ValueError, match="subject"):
        invite(late_values={"name": ("tests.link", "1")})


def test_parts_that_nobody_makes_are_refused(invite):
    with pytest.raises(LookupError):
        invite(attachments=[("tests.nothing", "1")])
    with pytest.raises(LookupError):
        invite(late_values={"private_link": ("tests.nothing", "1")})


def test_an_unknown_mailer_is_refused(invite):
    with pytest.raises(ValueError, match="MAILERS"):
        invite(mailer="pigeon")


def test_many_mails_wake_the_relay_once(invite, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks, transaction.atomic():
        for _ in range(5):
            invite()

    assert len(callbacks) == 1


def test_a_broker_that_is_away_is_asked_once_and_then_left_alone(monkeypatch):
    calls = []

    def apply_async(**options):
        calls.append(options)
        raise ConnectionError

    monkeypatch.setattr(tasks.relay, "apply_async", apply_async)
    nudge = Nudge()

    nudge()
    nudge()

    assert nudge.failures == len(calls) == 1
    assert calls[0]["retry"] is False


def test_sending_costs_one_query(invite, django_assert_num_queries):
    conference = make_conference()

    with django_assert_num_queries(1):
        invite(conference=conference)


def test_what_was_queued_is_due_until_it_is_too_late(invite):
    now = timezone.now()
    invite(to="now@example.org", expires_at=now + timedelta(minutes=5))
    invite(to="late@example.org", expires_at=now - timedelta(seconds=1))

    assert [mail.to for mail in OutgoingMail.objects.due()] == ["now@example.org"]
    assert [mail.to for mail in OutgoingMail.objects.too_late()] == ["late@example.org"]


def test_addresses_with_national_domains_are_kept(invite):
    assert invite(to="ada@exämple.org").to == "ada@exämple.org"


def test_the_sender_is_written_so_that_no_name_can_forge_it():
    conference = make_conference(name_en='Evil" <evil@example.com>, "x')

    assert sending.sender(conference, "en").endswith("<colloque@example.org>")
    assert Address(addr_spec="colloque@example.org").addr_spec in sending.sender(conference, "en")
