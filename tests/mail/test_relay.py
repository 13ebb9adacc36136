import contextlib
import signal
import threading
import time
import uuid
from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone

from conference.mail import composing, heartbeat, late, relay, retention
from conference.mail.models import OutgoingMail
from conference.mail.parts import File
from conference.mail.relay import Relay, claim, recover, run
from conference.mail.verdicts import PATIENCE
from demo.process import free_port
from tests.mail.servers import plain_server

pytestmark = pytest.mark.django_db
State = OutgoingMail.State


def row(mail):
    return OutgoingMail.objects.get(pk=mail.pk)


def minutes_ago(minutes):
    return timezone.now() - timedelta(minutes=minutes)


def lease(mail, *, until, token=None):
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=State.SENDING, lease_until=until, lease_token=token or uuid.uuid4()
    )


def deliver(mail):
    with contextlib.closing(Relay()) as worker:
        worker.deliver(mail)


def test_a_mail_arrives_whole(sink, makers, invite):
    @makers.attachment("tests.ticket")
    def ticket(argument):
        return File(f"billet-é-{argument}.pdf", b"%PDF-1.7 \x00\xff", "application/pdf")

    @makers.attachment("tests.calendar")
    def calendar(argument):
        return File("day.ics", "BEGIN:VCALENDAR é".encode(), "text/calendar; method=PUBLISH")

    @makers.late_value("tests.link")
    def link(argument):
        return f"https://example.org/r/{argument}?a&b"

    mail = invite(
        name="Zoë Müller",
        to="zoe@exämple.org",
        reply_to="contact@example.org",
        headers={"X-Colloque-Kind": "invitation"},
        attachments=[("tests.ticket", "42"), ("tests.calendar", "42")],
        late_values={"private_link": ("tests.link", "42")},
    )
    run()

    (message,) = sink.messages
    body, html = message.get_body(["plain"]), message.get_body(["html"])
    files = {part.get_filename(): part for part in message.iter_attachments()}
    assert row(mail).state == State.SENT
    assert row(mail).sent_at is not None
    assert message["Subject"] == "Invitation for Zoë Müller"
    assert message["To"] == "zoe@xn--exmple-cua.org"
    assert message["Reply-To"] == "contact@example.org"
    assert message["Message-ID"] == f"<{mail.pk}@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en"
    assert message["X-Colloque-Kind"] == "invitation"
    assert message["Date"].datetime is not None
    assert "https://example.org/r/42?a&b\r\n" in body.get_content()
    assert "https://example.org/r/42?a&amp;b" in html.get_content()
    assert "late-" not in body.get_content() + html.get_content()
    assert files["billet-é-42.pdf"].get_content() == b"%PDF-1.7 \x00\xff"
    assert files["day.ics"].get_content_type() == "text/calendar"
    assert files["day.ics"].get_param("method") == "PUBLISH"
    assert files["day.ics"].get_content() == "BEGIN:VCALENDAR é\r\n"


def test_one_connection_carries_many_mails(sink, invite):
    for number in range(5):
        invite(to=f"{number}@example.org")

    run()

    assert len(sink.messages) == 5
    assert sink.hellos == 1
    assert all(len(message["To"].addresses) == 1 for message in sink.messages)


def test_a_server_that_hangs_up_now_and_then_loses_nothing(sink, invite, monkeypatch):
    monkeypatch.setattr(relay, "MAILS_PER_CONNECTION", 2)
    for number in range(5):
        invite(to=f"{number}@example.org")

    run()

    assert len(sink.messages) == 5
    assert sink.hellos == 3


def test_a_file_that_cannot_be_made_leaves_a_line_instead(sink, makers, invite):
    @makers.attachment("tests.ticket")
    def ticket(argument):
        raise RuntimeError("no fonts")

    @makers.late_value("tests.link")
    def link(argument):
        return "https://example.org/r/42"

    mail = invite(
        attachments=[("tests.ticket", "42")], late_values={"private_link": ("tests.link", "42")}
    )
    run()

    (message,) = sink.messages
    assert row(mail).state == State.SENT
    assert list(message.iter_attachments()) == []
    for kind in ("plain", "html"):
        content = message.get_body([kind]).get_content()
        assert "A file could not be attached to this message." in content
        assert "https://example.org/r/42" in content


@pytest.mark.parametrize("content", ["slow", "large"])
def test_a_file_that_is_too_slow_or_too_large_does_not_hold_the_mail(
    sink, makers, invite, monkeypatch, content
):
    monkeypatch.setattr(composing, "FILE_LIMIT", 0.2)

    @makers.attachment("tests.ticket")
    def ticket(argument):
        if content == "slow":
            time.sleep(20)
        return File("ticket.pdf", bytes(30_000_000), "application/pdf")

    invite(attachments=[("tests.ticket", "42")])
    begun = time.monotonic()
    run()

    (message,) = sink.messages
    assert list(message.iter_attachments()) == []
    assert "could not be attached" in message.get_body(["plain"]).get_content()
    assert time.monotonic() - begun < 5


def test_a_mail_without_its_link_waits_and_is_then_set_aside(sink, makers, invite):
    @makers.late_value("tests.link")
    def link(argument):
        raise LookupError("no such registration")

    mail = invite(late_values={"private_link": ("tests.link", "42")})
    for attempt in range(1, 6):
        run()
        assert row(mail).attempts == attempt
        OutgoingMail.objects.update(next_attempt_at=minutes_ago(1))

    assert row(mail).state == State.QUARANTINED
    assert row(mail).last_error_class == "unmade"
    assert sink.messages == []


SOON, LATER = timedelta(seconds=10), timedelta(seconds=60)


@pytest.mark.parametrize(
    ("command", "answer", "state", "delay"),
    [
        ("RCPT", "450 4.2.0 greylisted", State.RETRY, LATER),
        ("RCPT", "451 4.7.1 try again", State.RETRY, LATER),
        ("RCPT", "452 4.2.2 mailbox full", State.RETRY, SOON),
        ("RCPT", "421 4.3.2 busy", State.RETRY, SOON),
        ("RCPT", "550 5.1.1 no such user", State.DEAD, None),
        ("RCPT", "552 5.2.2 mailbox full", State.DEAD, None),
        ("RCPT", "553 5.1.3 bad address", State.DEAD, None),
        ("MAIL", "421 4.7.0 too many", State.RETRY, SOON),
        ("MAIL", "451 4.3.0 later", State.RETRY, LATER),
        ("MAIL", "552 5.3.4 too large", State.DEAD, None),
        ("MAIL", "550 5.7.1 sender refused", State.RETRY, LATER),
        ("DATA", "451 4.3.0 scanner away", State.RETRY, LATER),
        ("DATA", "432 4.3.2 slow down", State.RETRY, SOON),
        ("DATA", "421 4.3.2 closing", State.RETRY, SOON),
        ("DATA", "554 5.7.1 spam", State.DEAD, None),
        ("DATA", "552 5.3.4 too large", State.DEAD, None),
        ("DATA", "hang up", State.RETRY, SOON),
        ("EHLO HELO", "421 4.3.2 shutting down", State.RETRY, SOON),
        ("EHLO HELO", "554 5.3.2 no service", State.RETRY, LATER),
    ],
)
def test_what_the_server_answers_decides(sink, invite, command, answer, state, delay):
    for name in command.split():
        sink.answers[name] = [answer]
    mail = invite()

    run()

    mail = row(mail)
    assert (mail.state, mail.attempts, sink.messages) == (state, 1, [])
    assert mail.last_error
    if answer != "hang up":
        assert answer[:3] in mail.last_error_class
        assert answer[:3] in mail.last_error
    if delay:
        assert delay * 0.9 <= mail.next_attempt_at - timezone.now() <= delay * 4


def test_a_mail_that_was_put_off_arrives_at_the_next_attempt(sink, invite):
    sink.answers["RCPT"] = ["451 4.7.1 greylisted"]
    mail = invite()
    run()
    OutgoingMail.objects.update(next_attempt_at=timezone.now())
    run()

    assert row(mail).state == State.SENT
    assert row(mail).last_error == ""
    assert sink.identifiers == {mail.message_id: 1}


def test_one_refused_mail_does_not_hold_the_others(sink, invite):
    sink.answers["RCPT"] = ["550 no", "", "451 later", "", "hang"]
    for number in range(4):
        invite(to=f"{number}@example.org")

    run()

    states = OutgoingMail.objects.order_by("to").values_list("state", flat=True)
    assert list(states) == [State.DEAD, State.SENT, State.RETRY, State.SENT]
    assert sink.hellos == 1


def test_a_server_that_refuses_connections_is_asked_once_a_run(mail_goes_to, invite):
    mail_goes_to(free_port())
    for number in range(3):
        invite(to=f"{number}@example.org")

    run()

    states = OutgoingMail.objects.order_by("to").values_list("state", "attempts")
    assert sorted(states) == [(State.QUEUED, 0), (State.QUEUED, 0), (State.RETRY, 1)]
    assert OutgoingMail.objects.get(state=State.RETRY).last_error_class == "connection"


def test_a_wrong_password_costs_no_mail(mail_goes_to, invite):
    def refuse_login(client):
        client.sendall(b"220 hello\r\n")
        while line := client.recv(1000):
            if line.startswith(b"ehlo"):
                client.sendall(b"250-hello\r\n250 AUTH PLAIN LOGIN\r\n")
            else:
                client.sendall(b"535 5.7.8 authentication failed\r\n")

    with plain_server(refuse_login) as port:
        mail_goes_to(port, username="colloque", password="wrong")
        mail = invite()
        run()

    assert row(mail).state == State.RETRY
    assert row(mail).last_error_class == "login 535"


def test_nothing_is_sent_in_the_clear_where_tls_was_asked_for(sink, mail_goes_to, invite):
    mail_goes_to(sink.port, use_tls=True)
    mail = invite()

    run()

    assert row(mail).state == State.RETRY
    assert row(mail).last_error_class == "tls"
    assert sink.messages == []


def test_a_server_that_breaks_off_tls_gets_nothing(mail_goes_to, invite):
    heard = []

    def break_tls(client):
        client.sendall(b"220 hello\r\n")
        while line := client.recv(1000):
            heard.append(line)
            if line.startswith(b"ehlo"):
                client.sendall(b"250-hello\r\n250 STARTTLS\r\n")
            elif line.startswith(b"STARTTLS"):
                client.sendall(b"220 go ahead\r\n")
            else:
                client.sendall(b"this is not TLS\r\n")

    with plain_server(break_tls) as port:
        mail_goes_to(port, use_tls=True)
        mail = invite()
        run()

    assert row(mail).state == State.RETRY
    assert row(mail).last_error_class == "tls"
    assert not any(b"mail from" in line.lower() for line in heard)


def test_a_silent_server_is_given_up_on(mail_goes_to, invite):
    with plain_server(lambda client: None) as port:
        mail_goes_to(port, timeout=0.2)
        mail = invite()
        invite(to="second@example.org")
        run()

    assert row(mail).last_error_class == "timeout"
    assert OutgoingMail.objects.filter(state=State.QUEUED).count() == 1


def test_a_server_that_answers_byte_by_byte_is_given_up_on(mail_goes_to, invite, monkeypatch):
    monkeypatch.setattr(relay, "SEND_LIMIT", 0.5)

    def drip(client):
        for byte in b"220 " + b"x" * 1000:
            client.send(bytes([byte]))
            time.sleep(0.1)

    with plain_server(drip) as port:
        mail_goes_to(port, timeout=2)
        mail = invite()
        run()

    assert row(mail).last_error_class == "timeout"


def test_poison_is_set_aside_and_the_others_arrive(sink, makers, invite):
    @makers.attachment("tests.ticket")
    def ticket(argument):
        return File("t.pdf", bytes(30_000_000), "application/pdf")

    poison = [invite(to=f"poison-{number}@example.org") for number in range(3)]
    OutgoingMail.objects.filter(pk=poison[0].pk).update(to="not an address")
    OutgoingMail.objects.filter(pk=poison[1].pk).update(subject="two\nlines")
    OutgoingMail.objects.filter(pk=poison[2].pk).update(headers={"X-A": "b\r\nBcc: c@example.org"})
    heavy = invite(to="heavy@example.org", attachments=[("tests.ticket", "1")])
    good = [invite(to=f"{number}@example.org") for number in range(20)]

    run()

    assert {row(mail).state for mail in poison} == {State.QUARANTINED}
    assert {row(mail).state for mail in [heavy, *good]} == {State.SENT}
    assert len(sink.messages) == 21


def test_a_mail_that_cost_two_workers_is_set_aside(sink, invite):
    mail = invite()
    lease(mail, until=minutes_ago(1))
    recover()
    assert (row(mail).state, row(mail).lost_leases) == (State.RETRY, 1)

    lease(mail, until=minutes_ago(1))
    run()

    assert (row(mail).state, row(mail).lost_leases) == (State.QUARANTINED, 2)
    assert row(mail).last_error_class == "lost"
    assert sink.messages == []


def test_a_lease_that_holds_is_respected(sink, invite):
    mail = invite()
    lease(mail, until=timezone.now() + timedelta(minutes=2))

    run()

    assert row(mail).state == State.SENDING
    assert sink.messages == []


def test_the_attempt_is_counted_before_the_work(invite):
    mail = claim(Q())

    assert mail is None

    invite()
    mail = claim(Q())
    assert row(mail).attempts == 1
    assert row(mail).state == State.SENDING
    assert claim(Q()) is None


def test_a_worker_that_slept_through_its_lease_sends_nothing(sink, invite):
    """Its mail was given to another one, which is at work or has already sent it."""
    promised = invite()
    sleeper = claim(Q())
    OutgoingMail.objects.update(lease_until=minutes_ago(1))
    recover()
    other = claim(Q())
    assert sleeper and other

    deliver(sleeper)
    assert sink.messages == []
    assert row(promised).lease_token == other.lease_token

    deliver(other)
    deliver(sleeper)
    assert sink.identifiers == {promised.message_id: 1}


def test_a_worker_that_lost_its_lease_while_sending_overwrites_nothing(sink, invite):
    promised = invite()
    sleeper = claim(Q())
    assert sleeper
    token = uuid.uuid4()

    class Slow(relay.Connection):
        def send(self, message):
            super().send(message)
            lease(promised, until=timezone.now() + timedelta(minutes=5), token=token)

    with contextlib.closing(Relay()) as worker:
        worker._connections["default"] = Slow("default")
        worker.deliver(sleeper)

    assert row(promised).state == State.SENDING
    assert row(promised).lease_token == token


def test_a_code_that_comes_too_late_is_not_sent_and_forgotten(sink, invite):
    mail = invite(
        expires_at=timezone.now() - timedelta(seconds=1), confidential=True, name="CODE-123"
    )
    run()

    assert row(mail).state == State.EXPIRED
    assert row(mail).text == row(mail).html == ""
    assert sink.messages == []


def test_outages_bring_no_mail_nearer_to_quarantine(sink, mail_goes_to, makers, invite):
    @makers.late_value("tests.link")
    def link(argument):
        raise LookupError("not yet")

    mail = invite(late_values={"private_link": ("tests.link", "42")})
    OutgoingMail.objects.update(attempts=40)  # the server was away for a night

    run()

    assert (row(mail).state, row(mail).attempts, row(mail).failures) == (State.RETRY, 41, 1)


def test_a_server_that_is_away_is_no_failure_of_the_mail(mail_goes_to, invite):
    mail_goes_to(free_port())
    mail = invite()

    run()

    assert (row(mail).attempts, row(mail).failures) == (1, 0)


def test_a_confidential_text_is_forgotten_in_quarantine_too(sink, invite):
    odd, killer = invite(confidential=True), invite(confidential=True)
    OutgoingMail.objects.filter(pk=odd.pk).update(to="not an address")
    OutgoingMail.objects.filter(pk=killer.pk).update(
        state=State.SENDING, lost_leases=1, lease_until=minutes_ago(1), lease_token=uuid.uuid4()
    )

    run()

    for mail in (odd, killer):
        assert (row(mail).state, row(mail).text, row(mail).html) == (State.QUARANTINED, "", "")


def test_a_confidential_text_is_forgotten_once_it_is_sent(sink, invite):
    mail = invite(confidential=True)
    run()

    assert "Ada" in sink.messages[0].get_body(["plain"]).get_content()
    assert row(mail).text == row(mail).html == ""


def test_three_days_are_enough(sink, invite):
    sink.answers["RCPT"] = ["451 later"]
    mail = invite()
    OutgoingMail.objects.update(queued_at=timezone.now() - PATIENCE, attempts=30)

    run()

    assert row(mail).state == State.DEAD
    assert row(mail).last_error_class == "451"


def test_what_expires_goes_first_and_the_press_does_not_hold_confirmations(sink, invite):
    for number in range(4):
        invite(to=f"press-{number}@example.org", mailer="press")
    invite(to="confirmed@example.org")
    invite(to="code@example.org", expires_at=timezone.now() + timedelta(minutes=5))

    run()

    order = [str(message["To"]) for message in sink.messages]
    assert len(order) == 6
    assert order.index("code@example.org") == 0
    assert order.index("confirmed@example.org") <= 2


def test_press_mail_uses_its_own_mailer(invite, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        invite(mailer="press")

    (message,) = django_mail.outbox
    assert vars(message)["sent_using"] == "press"


def test_a_run_ends_in_time_and_says_that_there_is_more(sink, invite):
    for number in range(3):
        invite(to=f"{number}@example.org")

    assert run(0.0) is True
    assert run() is False
    assert len(sink.messages) == 3


def test_a_relay_that_falls_silent_is_noticed(monkeypatch):
    cache.clear()
    assert not heartbeat.is_silent()

    run()
    assert not heartbeat.is_silent()

    monkeypatch.setattr(heartbeat, "SILENCE", -1)
    assert heartbeat.is_silent()


def test_texts_are_forgotten_after_a_month_and_rows_after_half_a_year(invite):
    rows = {}
    for name, days, state in [
        ("fresh", 10, State.SENT),
        ("month", 31, State.SENT),
        ("old", 200, State.DEAD),
        ("waiting", 200, State.RETRY),
    ]:
        rows[name] = invite(to=f"{name}@example.org")
        OutgoingMail.objects.filter(pk=rows[name].pk).update(
            created_at=timezone.now() - timedelta(days=days),
            state=state,
            sent_at=timezone.now() if state == State.SENT else None,
        )

    retention.forget()

    assert row(rows["fresh"]).text
    assert (row(rows["month"]).text, row(rows["month"]).html) == ("", "")
    assert row(rows["waiting"]).text
    assert not OutgoingMail.objects.filter(pk=rows["old"].pk).exists()


def test_the_time_limit_is_only_for_main_threads():
    done = []

    def work():
        with composing.time_limit(0.01):
            time.sleep(0.05)
        done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert done == [True]
    with pytest.raises(TimeoutError), composing.time_limit(0.01):
        time.sleep(1)
    assert signal.getsignal(signal.SIGALRM) == signal.SIG_DFL


def test_marks_that_nobody_fills_vanish(invite):
    mail = invite()
    text = late.placeholder(mail.pk, "gone")

    assert late.fill(mail.pk, f"a{text}b", {}) == "ab"
