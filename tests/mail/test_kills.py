"""A real worker, a real broker, a real mail server, and SIGKILL."""

import json
import os
import signal
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from conference.mail import tasks
from conference.mail.models import OutgoingMail
from conference.mail.relay import run
from tests.mail.station import (
    blocked,
    disconnect,
    eventually,
    held,
    is_sent,
    kill,
    station,
)

State = OutgoingMail.State


@pytest.fixture(scope="module")
def post(tmp_path_factory, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), station(tmp_path_factory.mktemp("post")) as built:
        built.start_worker()
        yield built


@pytest.fixture
def committed(django_db_setup, django_db_blocker, monkeypatch):
    """Rows that other processes see; they are deleted afterwards, and nothing else is."""
    monkeypatch.setattr(tasks.relay, "apply_async", lambda **options: None)
    with django_db_blocker.unblock():
        yield
        OutgoingMail.objects.all().delete()
        connection.close()


def let_leases_end():
    OutgoingMail.objects.filter(state=State.SENDING).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )


def kill_before_claim(post, mail):
    with held("LOCK TABLE mail_outgoingmail IN EXCLUSIVE MODE"):
        post.wake()
        eventually(blocked)
        kill(post.child)


def kill_after_claim(post, mail):
    hold = post.sink.hold("EHLO")
    post.wake()
    hold.wait_until_reached()
    kill(post.child)


def kill_during_data(post, mail):
    hold = post.sink.hold("DATA")
    post.wake()
    hold.wait_until_reached()
    kill(post.child)


def kill_after_250(post, mail):
    hold = post.sink.hold("250")
    post.wake()
    hold.wait_until_reached()
    with held(f"SELECT 1 FROM mail_outgoingmail WHERE id = '{mail.pk}' FOR UPDATE"):
        hold.released.set()
        eventually(blocked)
        kill(post.child)
        disconnect(blocked())


def kill_after_commit(post, mail):
    hold = post.sink.hold("QUIT")
    post.wake()
    hold.wait_until_reached()
    assert is_sent(mail)
    kill(post.child)


@pytest.mark.parametrize(
    ("kill_it", "copies", "lost_leases"),
    [
        (kill_before_claim, 1, 0),
        (kill_after_claim, 1, 1),
        (kill_during_data, 1, 1),
        (kill_after_250, 2, 1),
        (kill_after_commit, 1, 0),
    ],
)
def test_a_killed_worker_loses_nothing(post, committed, invite, kill_it, copies, lost_leases):
    mail = invite()

    kill_it(post, mail)
    let_leases_end()
    post.wake()
    eventually(lambda: is_sent(mail), post.log)
    # Whatever else the worker had in mind is done before another mail is.
    later = invite(to="later@example.org")
    post.wake()
    eventually(lambda: is_sent(later), post.log)

    assert post.sink.identifiers[mail.message_id] == copies
    assert post.sink.identifiers[later.message_id] == 1
    mail.refresh_from_db()
    assert mail.lost_leases == lost_leases


SEND = """
import json, time
from django.db import transaction
from conference import mail
from conference.mail.nudge import nudge
times = []
for number in range(3):
    begun = time.perf_counter()
    with transaction.atomic():
        mail.send_rendered(kind="test", to=f"away-{number}@example.org", language="en",
                           subject="Away", text="Away")
    times.append(time.perf_counter() - begun)
    nudge._quiet_until = 0
print(json.dumps(times))
"""


def test_without_redis_mails_are_promised_at_once_and_leave_when_it_is_back(post, committed):
    with post.beat():
        post.broker.stop()
        away = json.loads(post.run_python(SEND))
        assert OutgoingMail.objects.filter(state=State.QUEUED).count() == 3
        post.broker.start()
        eventually(lambda: OutgoingMail.objects.filter(state=State.SENT).count() == 3, post.log)

    assert max(away) < 3
    identifiers = [mail.message_id for mail in OutgoingMail.objects.all()]
    assert [post.sink.identifiers[identifier] for identifier in identifiers] == [1, 1, 1]


def test_a_redis_that_does_not_answer_holds_nobody_up(post, committed):
    os.kill(post.broker.pid, signal.SIGSTOP)
    try:
        times = json.loads(post.run_python(SEND))
    finally:
        os.kill(post.broker.pid, signal.SIGCONT)

    assert max(times) < 3
    assert OutgoingMail.objects.filter(state=State.QUEUED).count() == 3


def test_a_worker_killed_whole_is_replaced(post, committed, invite):
    hold = post.sink.hold("DATA")
    mail = invite()
    post.wake()
    hold.wait_until_reached()
    os.killpg(post.worker.pid, signal.SIGKILL)
    let_leases_end()

    post.start_worker()
    post.wake()
    eventually(lambda: is_sent(mail), post.log)

    assert post.sink.identifiers[mail.message_id] == 1


def test_relays_side_by_side_send_each_of_500_mails_once(post, committed, mail_goes_to):
    mail_goes_to(int(post.env["SMTP_PORT"]), timeout=60)
    mails = OutgoingMail.objects.bulk_create(
        OutgoingMail(
            kind="test",
            language="en",
            to=f"person-{number}@example.org" if number != 250 else "two@a.org, three@a.org",
            from_email="colloque@example.org",
            subject="Hello",
            text="Hello",
        )
        for number in range(500)
    )
    poison = mails.pop(250)

    def relay():
        try:
            while run():
                pass
        finally:
            connection.close()

    def is_done():
        post.wake()
        return not OutgoingMail.objects.unsent().exists()

    post.wake()
    threads = [threading.Thread(target=relay) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    eventually(is_done, post.log)

    assert OutgoingMail.objects.filter(state=State.SENT).count() == 499
    assert OutgoingMail.objects.get(pk=poison.pk).state == State.QUARANTINED
    identifiers = post.sink.identifiers
    assert {identifiers[mail.message_id] for mail in mails} == {1}
