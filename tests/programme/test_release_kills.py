"""A publication killed between its statements leaves nothing, and the next one is whole."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import connection

from conference.mail.models import OutgoingMail
from programme import services
from programme.models import Announcement, Release, Slot
from tests.factories import make_conference, make_participation, make_session, make_slot
from tests.mail.station import CHECKOUT, blocked, database_url, disconnect, eventually, held

pytestmark = pytest.mark.django_db(transaction=True)

PUBLISH = """
import django; django.setup()
from conference.models import Conference
from programme import services
print("begins", flush=True)
services.publish(Conference.objects.get(), version="killed")
"""
TELL = """
import django; django.setup()
from programme import announcements
print("begins", flush=True)
announcements.send_due()
"""
# Where it is held when it is killed: another connection keeps what the next statement needs.
BEFORE_THE_CONFERENCE_IS_HELD = "SELECT 1 FROM conference_conference FOR UPDATE"
BEFORE_THE_RELEASE_IS_WRITTEN = "LOCK TABLE programme_release IN EXCLUSIVE MODE"
BETWEEN_RELEASE_AND_SLOTS = "LOCK TABLE programme_slot IN EXCLUSIVE MODE"
BETWEEN_SLOTS_AND_SEAL = "SELECT 1 FROM programme_release WHERE is_current FOR UPDATE"
AFTER_THE_SEAL = "LOCK TABLE programme_announcement IN EXCLUSIVE MODE"


@pytest.fixture
def slot():
    slot = make_slot(session=make_session(conference=make_conference(quiet_minutes=0)))
    make_participation(session=slot.session)
    services.publish(slot.session.conference, version="1", announce=False)
    slot.starts_at += timedelta(hours=1)
    slot.ends_at += timedelta(hours=1)
    slot.save()
    return slot


def kill(code):
    """Run ``code`` in a process of its own until it waits for a lock; kill it there."""
    env = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    env |= {"DEBUG": "1", "PYTHONPATH": str(CHECKOUT), "PYTHONWARNINGS": "ignore"}
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=env, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "begins\n"
        eventually(blocked)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        disconnect(blocked())
    assert process.returncode == -signal.SIGKILL


def until_nobody_is_left():
    """The server notices a dead client at its next word with it."""

    def is_alone():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            return cursor.fetchone() == (0,)

    eventually(is_alone)


@pytest.mark.parametrize(
    "statement",
    [
        BEFORE_THE_CONFERENCE_IS_HELD,
        BEFORE_THE_RELEASE_IS_WRITTEN,
        BETWEEN_RELEASE_AND_SLOTS,
        BETWEEN_SLOTS_AND_SEAL,
        AFTER_THE_SEAL,
    ],
)
def test_a_publication_killed_midway_leaves_none(slot, statement):
    conference = slot.session.conference

    with held(statement):
        kill(PUBLISH)
    until_nobody_is_left()

    assert list(Release.objects.values_list("version", "is_current")) == [("1", True)]
    assert Slot.objects.filter(release__isnull=False).count() == 1
    assert not Announcement.objects.exists()

    begun = time.monotonic()
    release = services.publish(conference, version="killed")
    assert time.monotonic() - begun < 3
    assert release.slots.get().starts_at == slot.starts_at
    assert Announcement.objects.get().since.version == "1"


def test_a_worker_killed_while_it_writes_the_mails_leaves_none(slot):
    speaker = slot.session.participations.get().speaker
    speaker.email, speaker.state = "ada@example.org", "accepted"
    speaker.save()
    services.publish(slot.session.conference, version="2")

    with held("SELECT 1 FROM programme_announcement FOR UPDATE"):
        kill(TELL)
    with held("LOCK TABLE mail_outgoingmail IN EXCLUSIVE MODE"):
        kill(TELL)
    until_nobody_is_left()

    assert not OutgoingMail.objects.exists()
    assert Announcement.objects.get().sent_at is None
