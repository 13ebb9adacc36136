"""Screens in a real browser: without a network, in both postures, on light and dark ground."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from tests.e2e import shots
from tests.e2e.test_accessibility import violations
from tests.factories import (
    make_conference,
    make_participation,
    make_release,
    make_room,
    make_session,
    make_slot,
    make_user,
    morning_zone,
)

pytestmark = pytest.mark.django_db(transaction=True)

# Whether the service worker holds the page and all that it loaded.
ALL_KEPT = """async () => {
  const store = await caches.open("screens");
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  const kept = await Promise.all([location.href, ...loaded].map((name) => store.match(name)));
  return kept.every(Boolean);
}"""
LYING, STANDING = {"width": 1920, "height": 1080}, {"width": 1080, "height": 1920}


@pytest.fixture
def hall():
    """A room where it is morning now: what a screen tells is the rest of the day."""
    conference = make_conference(time_zone=morning_zone())
    return make_room(conference=conference, slug="hall", name_fr="Amphi", name_en="Hall")


def plan(room, seconds, lasting, title):
    session = make_session(
        conference=room.conference, title_fr=title, title_en=title, is_interpreted=True
    )
    make_participation(session=session)
    starts_at = timezone.now() + timedelta(seconds=seconds)
    ends_at = starts_at + timedelta(seconds=lasting)
    return make_slot(session=session, room=room, starts_at=starts_at, ends_at=ends_at)


def address(live_server, room, path="screen/hall/", language="en"):
    return f"{live_server.url}/{language}/{room.conference.slug}/{path}"


def test_a_screen_moves_on_by_itself_and_tells_its_age_without_a_network(page, live_server, hall):
    plan(hall, -60, 120, "First")
    plan(hall, 60, 3600, "Second")
    plan(hall, 7200, 3600, "Third")
    make_release(hall.conference)
    page.clock.install()
    page.goto(address(live_server, hall))
    assert page.locator("[data-now] h3").inner_text() == "First"
    assert page.locator("[data-next] h3").inner_text() == "Second"
    assert page.locator("[data-age]").is_hidden()

    page.context.set_offline(True)
    page.clock.run_for(62_000)

    assert page.locator("[data-now] h3").inner_text() == "Second"
    assert page.locator("[data-next] h3").inner_text() == "Third"

    page.clock.run_for(120_000)
    page.locator("[data-age]").get_by_text("3 minutes ago").wait_for()
    assert page.locator("[data-now] h3").inner_text() == "Second"

    page.context.set_offline(False)
    page.clock.run_for(31_000)
    page.locator("[data-age]").wait_for(state="hidden")


def test_staff_see_a_screen_go_on_from_another_instant(page, live_server, hall, client):
    for hours, title in ((0, "First"), (1, "Second"), (2, "Third")):
        session = make_session(conference=hall.conference, title_fr=title, title_en=title)
        starts_at = datetime(2027, 2, 4, 8, tzinfo=UTC) + timedelta(hours=hours)
        ends_at = starts_at + timedelta(hours=1)
        make_slot(session=session, room=hall, starts_at=starts_at, ends_at=ends_at)
    make_release(hall.conference)
    client.force_login(make_user(is_staff=True, is_superuser=True))
    secret = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": secret, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.clock.install()

    local = datetime(2027, 2, 4, 8, 59, tzinfo=UTC).astimezone(hall.conference.zone)
    page.goto(address(live_server, hall, f"screen/hall/?at={local:%Y-%m-%dT%H:%M}"))

    assert page.locator("[data-now] h3").inner_text() == "First"
    assert page.locator("[data-clock]").inner_text() == f"{local:%H:%M}"
    page.clock.run_for(62_000)
    page.wait_for_function("document.querySelector('[data-now] h3').innerText === 'Second'")
    assert page.locator("[data-next] h3").inner_text() == "Third"


def test_news_arrive_without_a_flash(page, live_server, hall):
    slot = plan(hall, -60, 3600, "First")
    make_release(hall.conference)
    page.clock.install()
    page.goto(address(live_server, hall))
    page.evaluate("document.body.dataset.untouched = 'yes'")
    slot.session.title_en = "First, renamed"
    slot.session.save()
    make_release(hall.conference)

    page.clock.run_for(31_000)

    page.get_by_role("heading", name="First, renamed").wait_for()
    assert page.evaluate("document.body.dataset.untouched") == "yes"


def test_a_screen_that_is_switched_on_without_a_network_shows_what_it_knew(page, live_server, hall):
    plan(hall, -60, 3600, "First")
    make_release(hall.conference)
    page.goto(address(live_server, hall))
    # The policy of the page lets nobody poll from within it.
    while not page.evaluate(ALL_KEPT):
        page.wait_for_timeout(50)

    page.context.set_offline(True)
    page.reload()

    assert page.locator("[data-now] h3").inner_text() == "First"
    page.locator("[data-age]").wait_for(state="visible")
    # With its style sheets: the heading is far larger than a browser's own.
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)")
    assert size > 50


def test_a_wrong_clock_of_the_device_does_not_matter(page, live_server, hall):
    plan(hall, -60, 3600, "First")
    plan(hall, 3600, 3600, "Second")
    make_release(hall.conference)
    page.clock.install(time=timezone.now() + timedelta(hours=2))

    page.goto(address(live_server, hall))

    page.locator("[data-now] h3").get_by_text("First").wait_for()
    page.locator("[data-next] h3").get_by_text("Second").wait_for()


def test_a_board_longer_than_its_screen_turns_its_pages(page, live_server, hall):
    for number in range(12):
        room = make_room(conference=hall.conference, name_en=f"Room {number}", position=number)
        plan(room, -60, 3600, f"Session {number}")
    make_release(hall.conference)
    page.set_viewport_size(LYING)
    page.clock.install()
    page.goto(address(live_server, hall, "screens/"))
    page.get_by_text("Page 1 of").wait_for()
    first = page.locator(".row:visible h2").all_inner_texts()
    assert "Room 0" in first and len(first) < 12
    assert page.evaluate("document.documentElement.scrollHeight") <= LYING["height"]

    page.clock.run_for(12_500)
    second = page.locator(".row:visible h2").all_inner_texts()
    assert second and not set(first) & set(second)

    page.get_by_role("button", name="Stay on this page").click()
    page.clock.run_for(25_000)
    assert page.locator(".row:visible h2").all_inner_texts() == second


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", ["screen/hall/", "screens/"])
def test_screens_are_accessible_and_fit(page, live_server, hall, language, path):
    title = "Ce que la science doit à l’école, et ce que l’école attend de la science " * 2
    plan(hall, -60, 3600, title[:140])
    plan(hall, 3600, 3600, title[:140])
    make_release(hall.conference)
    found = {}
    for posture, viewport in [("lying", LYING), ("standing", STANDING)]:
        for theme in ("light", "dark"):
            page.set_viewport_size(viewport)
            page.goto(address(live_server, hall, f"{path}?theme={theme}", language))
            page.evaluate("document.fonts.ready.then(() => true)")
            name = f"{path}-{language}-{posture}-{theme}"
            shots.keep(page, name)
            if objections := violations(page):
                found[name] = objections
            size = page.evaluate(
                "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
            )
            if size != [viewport["width"], viewport["height"]]:
                found[f"{name} size"] = size

    assert not found, json.dumps(found, indent=1, ensure_ascii=False)
