from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from conference.celery import app
from conference.checks import link_key_is_its_own
from conference.tasks import clear_sessions
from tests.factories import make_user


@pytest.mark.django_db
def test_sessions_that_are_over_are_forgotten_with_their_origin():
    user, now = make_user(), timezone.now()
    for key, expires in [("over", -1), ("open", 1)]:
        Session.objects.create(session_key=key, expire_date=now + timedelta(hours=expires))
        UserSession.objects.create(user=user, session_key=key, ip="192.0.2.1", user_agent="x")
    UserSession.objects.update(created_at=now - timedelta(days=2))

    clear_sessions()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]
    assert list(UserSession.objects.values_list("session_key", flat=True)) == ["open"]


def test_the_clock_asks_only_for_tasks_that_exist(settings):
    app.loader.import_default_modules()

    asked = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert asked <= set(app.tasks)
    assert {"conference.tasks.clear_sessions", "registration.tasks.forget_submissions"} <= asked


def test_production_is_warned_of_links_that_share_the_key_of_sessions(settings):
    settings.LINK_KEY = settings.SECRET_KEY
    assert [warning.id for warning in link_key_is_its_own(None)] == ["conference.W001"]

    settings.LINK_KEY = "another" * 10
    assert link_key_is_its_own(None) == []
