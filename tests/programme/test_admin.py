"""Staff draft, see what will change, and publish."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programme.models import Release, Session, Slot
from tests.factories import (
    make_conference,
    make_organisation,
    make_participation,
    make_release,
    make_room,
    make_session,
    make_slot,
    make_speaker,
    make_talk,
    make_theme,
    make_user,
)

pytestmark = pytest.mark.django_db
PUBLISH = "/en/admin/programme/release/add/"


@pytest.fixture
def staff(client, settings):
    """Signed in as on the demonstration: what is tested here is behind the door."""
    settings.DEMO = True
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def conference():
    return make_conference()


def hidden(response, name):
    return re.findall(rf'name="{name}" value="([^"]*)"', response.content.decode())[0]


def press_the_button(staff, page, **fields):
    data = {"version": "1.0", "comment_fr": "Voilà", "comment_en": "Here", **fields}
    return staff.post(PUBLISH, {"expected": hidden(page, "expected"), **data}, follow=True)


def test_publishing_shows_what_will_change_then_does_it(staff, conference):
    slot = make_slot(session=make_session(conference=conference, title_en="Moved one"))
    make_release(conference)
    slot.starts_at += timedelta(hours=1)
    slot.ends_at += timedelta(hours=1)
    slot.save()
    make_slot(session=make_session(conference=conference, title_en="New one"))

    page = staff.get(PUBLISH)
    content = page.content.decode()
    assert "Moved one" in content
    assert "New one" in content
    result = press_the_button(staff, page)

    assert result.status_code == 200
    release = Release.objects.get(is_current=True)
    assert release.version == "1.0"
    assert release.comment_fr == "Voilà"
    assert release.published_by.is_staff
    # The page of the release tells the same.
    assert "Moved: “Moved one”" in result.content.decode()


def test_publishing_refuses_what_was_not_on_the_page(staff, conference):
    slot = make_slot(session=make_session(conference=conference))
    page = staff.get(PUBLISH)
    slot.ends_at += timedelta(hours=1)
    slot.save()

    again = press_the_button(staff, page)

    assert not Release.objects.exists()
    assert 'class="error-summary"' in again.content.decode()
    press_the_button(staff, again)
    assert Release.objects.count() == 1


def test_publishing_explains_a_clash_and_offers_no_button(staff, conference):
    room = make_room(conference=conference)
    for name in "AB":
        make_slot(session=make_session(conference=conference, title_en=f"Title {name}"), room=room)

    content = staff.get(PUBLISH).content.decode()

    assert "“Title A” and “Title B”" in content
    assert 'name="expected"' not in content


def test_publishing_keeps_what_was_typed_when_it_refuses(staff, conference):
    slot = make_slot(session=make_session(conference=conference))
    make_release(conference, version="1.0")
    slot.ends_at += timedelta(hours=1)
    slot.save()

    content = press_the_button(staff, staff.get(PUBLISH), version="1.0").content.decode()

    assert 'class="error-summary"' in content
    assert 'value="1.0"' in content
    assert "Voilà" in content
    assert Release.objects.count() == 1


def test_publishing_has_nothing_to_do_without_changes(staff, conference):
    make_slot(session=make_session(conference=conference))
    make_release(conference)

    assert 'class="empty"' in staff.get(PUBLISH).content.decode()


@pytest.mark.parametrize("wanted", ["0", "999999", "x", "1" * 30, "-1", "²"])
def test_publishing_an_unknown_conference_is_not_found(staff, conference, wanted):
    assert staff.get(PUBLISH, {"conference": wanted}).status_code == 404


def test_publishing_needs_the_right(client, conference, settings):
    settings.DEMO = True
    make_slot(session=make_session(conference=conference))
    client.force_login(make_user(is_staff=True))

    assert client.get(PUBLISH).status_code == 403
    assert client.post(PUBLISH, {"version": "1", "expected": "x"}).status_code == 403
    assert not Release.objects.exists()


def test_a_release_is_read_and_nothing_else(staff, conference):
    make_slot(session=make_session(conference=conference))
    release = make_release(conference)
    address = f"/en/admin/programme/release/{release.pk}"

    assert staff.get(f"{address}/change/").status_code == 200
    assert staff.post(f"{address}/change/", {"version": "x"}).status_code == 403
    assert staff.post(f"{address}/delete/", {"post": "yes"}).status_code == 403


def session_form(conference, **fields):
    empty = {
        f"{prefix}-{name}": 0
        for prefix in ("slots", "talks", "participations")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    return {
        **empty,
        "conference": conference.pk,
        "kind": "lecture",
        "title_fr": "Titre",
        "title_en": "Title",
        "language": "en",
        "access": "open",
        **fields,
    }


def test_a_session_is_drafted_with_its_slot_on_one_page(staff, conference):
    room = make_room(conference=conference)
    form = session_form(
        conference,
        **{
            "slots-TOTAL_FORMS": 1,
            "slots-0-room": room.pk,
            "slots-0-starts_at_0": "2027-02-04",
            "slots-0-starts_at_1": "09:00",
            "slots-0-ends_at_0": "2027-02-04",
            "slots-0-ends_at_1": "10:00",
        },
    )

    for _ in range(2):
        response = staff.post("/en/admin/programme/session/add/", form, follow=True)
        assert response.status_code == 200

    assert Session.objects.count() == 2
    assert Slot.objects.draft().count() == 2
    # The draft may clash, and says so.
    assert "are both in" in response.content.decode()


def test_a_draft_slot_says_whom_it_disturbs(staff, conference):
    room = make_room(conference=conference)
    slots = [make_slot(session=make_session(conference=conference), room=room) for _ in range(2)]
    make_slot(session=make_session(conference=conference))

    content = staff.get("/en/admin/programme/slot/", {"clash": "1"}).content.decode()

    assert content.count('<td class="field-clash">Two sessions in the room') == 2
    data = {
        "session": slots[0].session_id,
        "room": room.pk,
        "starts_at_0": "2027-02-04",
        "starts_at_1": "09:30",
        "ends_at_0": "2027-02-04",
        "ends_at_1": "10:30",
    }
    response = staff.post(f"/en/admin/programme/slot/{slots[0].pk}/change/", data, follow=True)
    assert "are both in" in response.content.decode()


def test_a_published_slot_is_not_among_the_draft(staff, conference):
    make_slot(session=make_session(conference=conference))
    published = make_release(conference).slots.get()

    response = staff.get(f"/en/admin/programme/slot/{published.pk}/change/")

    assert response.status_code == 302


def test_a_room_of_another_conference_is_refused(staff, conference):
    slot = make_slot(session=make_session(conference=conference))
    data = {
        "session": slot.session_id,
        "room": make_room().pk,
        "starts_at_0": "2027-02-04",
        "starts_at_1": "09:30",
        "ends_at_0": "2027-02-04",
        "ends_at_1": "10:30",
    }

    response = staff.post(f"/en/admin/programme/slot/{slot.pk}/change/", data)

    assert "errorlist" in response.content.decode()


@pytest.mark.parametrize(
    "page", ["theme", "room", "session", "slot", "release", "speaker", "committeemember"]
)
@pytest.mark.parametrize("action", ["", "add/"])
def test_every_list_and_form_opens(staff, conference, page, action):
    make_slot(session=make_session(conference=conference))
    app = "speakers" if page in ("speaker", "committeemember") else "programme"

    assert staff.get(f"/fr/admin/{app}/{page}/{action}").status_code == 200


@pytest.mark.parametrize("page", ["theme", "room", "session", "slot", "release"])
def test_lists_cost_the_same_whatever_their_length(staff, conference, page):
    costs = set()
    for _ in range(3):
        for _ in range(2):
            session = make_session(
                conference=conference,
                theme=make_theme(conference=conference),
                organisation=make_organisation(),
            )
            make_slot(session=session)
        make_release(conference, user=make_user())
        staff.get(f"/en/admin/programme/{page}/")
        with CaptureQueriesContext(connection) as queries:
            staff.get(f"/en/admin/programme/{page}/")
        costs.add(len(queries))

    assert len(costs) == 1


def test_speakers_list_costs_the_same_whatever_its_length(staff, conference):
    costs = set()
    for _ in range(3):
        for _ in range(2):
            speaker = make_speaker(conference=conference)
            speaker.committees.create(committee="programme")
        for page in ("speaker", "committeemember"):
            staff.get(f"/en/admin/speakers/{page}/")
        with CaptureQueriesContext(connection) as queries:
            staff.get("/en/admin/speakers/speaker/")
            staff.get("/en/admin/speakers/committeemember/")
        costs.add(len(queries))

    assert len(costs) == 1


def test_a_session_form_offers_its_own_talks_alone(staff, conference):
    session = make_session(conference=conference)
    mine, other = make_talk(session=session), make_talk(session=make_session(conference=conference))
    make_participation(session=session, talk=mine)

    content = staff.get(f"/en/admin/programme/session/{session.pk}/change/").content.decode()

    assert mine.title_en in content
    assert other.title_en not in content


@pytest.mark.parametrize("language", ["fr", "en"])
def test_hostile_titles_stay_text(staff, conference, language):
    hostile = "<script>alert(1)</script>{{ 7|add:7 }}"
    session = make_session(conference=conference, title_fr=hostile, title_en=hostile)
    room = make_room(conference=conference, name_fr=hostile, name_en=hostile)
    make_slot(session=session, room=room)

    for path in ("session/", "slot/", "release/add/", f"session/{session.pk}/change/", "room/"):
        content = staff.get(f"/{language}/admin/programme/{path}").content.decode()
        assert "<script>alert(1)" not in content, path
        assert "14" not in re.findall(r"alert\(1\)&lt;/script&gt;(.{0,12})", content), path


def test_the_programme_group_may_publish():
    group = Group.objects.filter(name="Programme").first()
    if group is None:
        pytest.skip("groups were emptied by a test with real transactions")
    rights = set(group.permissions.values_list("codename", flat=True))

    assert {"add_release", "change_slot", "change_session"} <= rights
    assert "change_release" not in rights
