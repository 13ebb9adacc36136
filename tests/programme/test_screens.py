"""The screens: what is on and what comes next, of the release alone, and no longer than it is true."""

import re
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from programme import bookings, screens
from programme.models import Slot
from tests.factories import (
    make_conference,
    make_participation,
    make_release,
    make_room,
    make_session,
    make_slot,
    make_speaker,
    make_theme,
    make_user,
    morning_zone,
)

pytestmark = pytest.mark.django_db

CANARY = "Zygomorphe"


@pytest.fixture
def conference():
    return make_conference(time_zone=morning_zone())


@pytest.fixture
def room(conference):
    return make_room(conference=conference, slug="hall")


def on(conference, room, *, minutes, lasting=60, **fields):
    """A session that begins so many minutes from now."""
    session = make_session(conference=conference, **fields)
    make_participation(session=session)
    starts_at = timezone.now() + timedelta(minutes=minutes)
    return make_slot(
        session=session,
        room=room,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=lasting),
    )


def get(client, conference, path="screen/hall/", language="en"):
    return client.get(f"/{language}/{conference.slug}/{path}")


def part(answer, name):
    """What stands in the place for what is on (``now``), next, or kept for ``later``."""
    html = answer.content.decode()
    found = re.search(
        rf"<div data-{name}(?: hidden)?>(.*?)(?=<p class=\"nothing|</div>)", html, re.S
    )
    assert found
    return found[1]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_door_tells_what_is_on_and_what_comes_next(client, conference, room, language):
    current = on(conference, room, minutes=-30)
    following = on(conference, room, minutes=31)
    make_release(conference)

    answer = get(client, conference, language=language)

    title = f"title_{language}"
    assert getattr(current.session, title) in part(answer, "now")
    assert getattr(following.session, title) in part(answer, "next")
    assert getattr(following.session, title) not in part(answer, "now")
    assert current.session.participations.get().speaker.full_name in part(answer, "now")
    assert f'<html lang="{language}"' in answer.content.decode()


def test_a_session_ends_when_the_next_begins(conference, room):
    first = on(conference, room, minutes=0)
    second = on(conference, room, minutes=120)
    Slot.objects.filter(pk=second.pk).update(
        starts_at=first.ends_at, ends_at=first.ends_at + timedelta(minutes=5)
    )
    make_release(conference)

    [before] = screens.doors(conference, first.ends_at - timedelta(microseconds=1), room)
    [after] = screens.doors(conference, first.ends_at, room)

    assert before.now and before.now.slot.session.code == first.session.code
    assert before.following and before.following.slot.session.code == second.session.code
    assert after.now and after.now.slot.session.code == second.session.code
    assert after.following is None


def test_the_rest_of_the_day_is_held_for_when_the_network_is_away(conference, room):
    noon = datetime.combine(conference.starts_on, datetime.min.time(), conference.zone)
    for hour in (9, 11, 14, 33):
        starts_at = noon + timedelta(hours=hour)
        make_slot(session=make_session(conference=conference), room=room, starts_at=starts_at)
    make_release(conference)

    [door] = screens.doors(conference, noon + timedelta(hours=9, minutes=30), room)
    [night] = screens.doors(conference, noon + timedelta(hours=20), room)

    assert [entry.slot.starts_at.astimezone(conference.zone).hour for entry in door.entries] == [
        9,
        11,
        14,
    ]
    assert [entry.is_another_day for entry in night.entries] == [True]
    assert len(door.later) == 1


def test_language_interpretation_and_filming_are_told(client, conference, room):
    on(
        conference,
        room,
        minutes=-5,
        language="fr",
        is_interpreted=True,
        is_recorded=False,
        theme=make_theme(conference=conference, name_en="Open science"),
    )
    make_release(conference)

    now = part(get(client, conference), "now")

    assert "In French, interpreted into English" in now
    assert "Please do not film" in now
    assert "Open science" in now


@pytest.mark.parametrize(
    ("taken", "said"), [(3, "7 places left"), (9, "1 place left"), (10, "Full"), (12, "Full")]
)
def test_places_left_are_told(client, conference, room, monkeypatch, taken, said):
    slot = on(conference, room, minutes=-5, access="booking")
    make_release(conference)
    monkeypatch.setattr(bookings, "_providers", [lambda conference: {slot.session.pk: (taken, 10)}])

    assert said in part(get(client, conference), "now")


def test_a_screen_is_kept_until_something_begins_or_ends(client, conference, room, monkeypatch):
    slot = on(conference, room, minutes=-5, access="booking")
    following = on(conference, room, minutes=60)
    make_release(conference)

    until = get(client, conference).wsgi_request.kept_until
    assert until == slot.ends_at
    at = slot.ends_at + timedelta(seconds=1)
    assert screens.true_until(screens.doors(conference, at, room), at) == following.starts_at

    monkeypatch.setattr(bookings, "_providers", [lambda conference: {slot.session.pk: (1, 10)}])
    until = get(client, conference).wsgi_request.kept_until
    assert until < timezone.now() + timedelta(minutes=1, seconds=1)


def test_the_board_shows_every_room_in_order(client, conference):
    rooms = [make_room(conference=conference, position=position) for position in (3, 1, 2)]
    for room in rooms:
        on(conference, room, minutes=-5)
    make_release(conference)

    html = get(client, conference, "screens/").content.decode()

    places = [html.index(rooms[index].name_en) for index in (1, 2, 0)]
    assert places == sorted(places)


def test_nothing_of_the_draft_is_on_a_screen(client, conference, room):
    slot = on(conference, room, minutes=-5)
    hidden = make_speaker(conference=conference, family_name=CANARY, is_published=False)
    make_participation(session=slot.session, speaker=hidden)
    make_release(conference)
    slot.session.title_fr = slot.session.title_en = CANARY
    slot.session.save()
    on(conference, room, minutes=80, title_fr=CANARY, title_en=CANARY)
    secret = make_room(conference=conference, slug="secret", name_fr=CANARY, name_en=CANARY)
    on(conference, secret, minutes=5)

    for path in ("screen/hall/", "screens/"):
        answer = get(client, conference, path)
        assert answer.status_code == 200
        assert CANARY not in answer.content.decode()
    assert get(client, conference, "screen/secret/").status_code == 404


def test_a_withdrawn_session_leaves_the_screens(client, conference, room):
    slot = on(conference, room, minutes=-5)
    on(conference, room, minutes=80)
    make_release(conference)
    slot.delete()
    make_release(conference)

    answer = get(client, conference)

    assert slot.session.title_en not in answer.content.decode()
    assert "Nothing is on in this room." in answer.content.decode()


def test_after_the_last_session_a_screen_says_so(client, conference, room):
    on(conference, room, minutes=-90)
    make_release(conference)

    assert "Nothing else today." in get(client, conference).content.decode()
    assert "Nothing is announced." in get(client, conference, "screens/").content.decode()


@pytest.mark.parametrize("path", ["screen/hall/", "screens/"])
def test_a_screen_has_no_way_out_and_is_in_no_index(client, conference, room, path):
    on(conference, room, minutes=-5)
    make_release(conference)

    html = get(client, conference, path).content.decode()

    assert "<a " not in html and "<form" not in html
    assert '<meta name="robots" content="noindex">' in html
    assert '<noscript><meta http-equiv="refresh"' in html


@pytest.mark.parametrize(("asked", "said"), [("dark", ' data-theme="dark"'), ('x"><b>', "")])
def test_a_screen_is_dark_or_light_as_its_address_says(client, conference, room, asked, said):
    on(conference, room, minutes=-5)
    make_release(conference)

    html = client.get(f"/en/{conference.slug}/screens/", {"theme": asked}).content.decode()

    assert f'<html lang="en"{said}>' in html


def test_the_worker_may_serve_the_screens_and_nothing_else(client, conference):
    answer = get(client, conference, "screens/worker.js")

    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Service-Worker-Allowed"] == f"/en/{conference.slug}/screen"


@pytest.mark.parametrize("path", ["screen/hall/", "screens/"])
def test_a_screen_costs_as_many_queries_for_many_sessions(client, conference, room, path):
    def cost():
        make_release(conference)
        with CaptureQueriesContext(connection) as queries:
            assert get(client, conference, path).status_code == 200
        return len(queries)

    theme = make_theme(conference=conference)
    on(conference, room, minutes=-5, lasting=10, theme=theme, access="booking")
    few = cost()
    for number in range(1, 5):
        on(conference, room, minutes=number * 11, lasting=10, theme=theme)
        on(conference, make_room(conference=conference), minutes=-5, lasting=10, theme=theme)

    assert cost() == few


# --- Another instant, for staff ----------------------------------------------------------------


@pytest.fixture
def planner(client):
    """A browser of somebody who plans the programme."""
    user = make_user(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_slot"))
    client.force_login(user)
    return client


def at(client, conference, asked, path="screen/hall/"):
    return client.get(f"/en/{conference.slug}/{path}", {"at": asked})


def test_staff_look_at_the_screens_of_another_instant(planner, conference, room):
    conference.time_zone = "Europe/Paris"
    conference.save()
    session = make_session(conference=conference, title_en="At half past nine")
    make_slot(session=session, room=room)
    make_release(conference)
    session.title_en = CANARY
    session.save()

    for path in ("screen/hall/", "screens/"):
        answer = at(planner, conference, "2027-02-04T09:30", path)
        assert answer.status_code == 200
        assert "At half past nine" in part(answer, "now")
        assert CANARY not in answer.content.decode()
        assert answer["Cache-Control"] == "private, no-store"
        assert 'data-at="1801729800000"' in answer.content.decode()
    assert "data-at" not in get(planner, conference).content.decode()


@pytest.mark.parametrize("asked", ["", "soon", "0001-01-01", "9999-12-31T23:59", "2027-02-30"])
def test_an_instant_that_is_none_is_not_found(planner, conference, room, asked):
    make_slot(session=make_session(conference=conference), room=room)
    make_release(conference)

    assert at(planner, conference, asked).status_code == 404


def test_nobody_else_chooses_the_instant_and_nothing_of_it_is_kept(
    client, conference, room, settings
):
    settings.KEEP_RENDERED_PAGES = True
    make_slot(session=make_session(conference=conference), room=room)
    make_release(conference)
    asked = "2027-02-04T09:30"

    assert at(client, conference, asked).status_code == 404
    client.force_login(make_user(is_staff=True))
    assert at(client, conference, asked).status_code == 404
    user = make_user(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_slot"))
    client.force_login(user)
    assert at(client, conference, asked).status_code == 200
    client.logout()
    assert at(client, conference, asked).status_code == 404
