"""The planning board: moves are applied or refused, never lost; whoever may not, does not."""

import json
import random
import threading
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from programme import board
from programme.board import Place
from programme.models import DraftMove, Session, Slot
from tests.factories import (
    make_conference,
    make_release,
    make_room,
    make_session,
    make_slot,
    make_user,
)

BOARD = "/en/admin/programme/slot/board/"
NINE = datetime(2027, 2, 4, 8, tzinfo=UTC)  # on the clocks of Paris
HOUR = timedelta(hours=1)
JSON = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def conference(db):
    return make_conference()


@pytest.fixture
def session(conference):
    return make_session(conference=conference, title_en="Dark matter")


@pytest.fixture
def rooms(conference):
    return [make_room(conference=conference) for _ in range(2)]


@pytest.fixture
def user(db):
    return make_user(is_staff=True, is_superuser=True, given_name="Ada", family_name="Lovelace")


@pytest.fixture
def staff(client, settings, user):
    """Signed in as on the demonstration: what is tested here is behind the door."""
    settings.DEMO = True
    client.force_login(user)
    return client


def at(room, hours=0, length=1):
    return Place(room.pk, NINE + hours * HOUR, NINE + (hours + length) * HOUR)


def slot_of(session):
    return Slot.objects.draft().get(session=session)


def where(session):
    return Place.of(Slot.objects.draft().filter(session=session).first())


# --- Services ----------------------------------------------------------------------------------


def test_placing_moving_and_taking_off_keep_what_was_before_and_after(session, rooms, user):
    first, second = at(rooms[0]), at(rooms[1], 1, 2)

    board.place(session, first, user=user)
    board.move(session, second, version=slot_of(session).version, user=user)
    assert where(session) == second
    board.take_off(session, version=slot_of(session).version, user=user)

    assert where(session) is None
    moves = [
        (Place.read(move.before), Place.read(move.after))
        for move in DraftMove.objects.order_by("pk")
    ]
    assert moves == [(None, first), (first, second), (second, None)]
    assert {move.made_by for move in DraftMove.objects.all()} == {user}


def test_every_change_raises_the_version_by_whatever_path_it_comes(session, rooms, user):
    board.place(session, at(rooms[0]), user=user)
    versions = [slot_of(session).version]

    board.move(session, at(rooms[0], 1), version=versions[0], user=user)
    versions.append(slot_of(session).version)
    slot = slot_of(session)
    slot.ends_at += HOUR
    slot.version = 1
    slot.save()
    versions.append(slot_of(session).version)
    Slot.objects.draft().update(room=rooms[1])
    versions.append(slot_of(session).version)

    assert versions == sorted(set(versions))
    assert versions[0] > board.NOWHERE


def test_saving_what_is_the_same_raises_nothing(session, rooms):
    slot = make_slot(session=session, room=rooms[0])
    slot.refresh_from_db()
    version = slot.version
    slot.version = 7000
    slot.save()

    assert slot_of(session).version == version


def test_slot_taken_off_and_placed_anew_is_another_version(session, rooms, user):
    board.place(session, at(rooms[0]), user=user)
    seen = slot_of(session).version
    board.take_off(session, version=seen, user=user)
    board.place(session, at(rooms[1]), user=user)

    with pytest.raises(board.Stale):
        board.move(session, at(rooms[0], 3), version=seen, user=user)
    assert where(session) == at(rooms[1])


def test_stale_screen_changes_nothing(session, rooms, user):
    board.place(session, at(rooms[0]), user=user)
    seen = slot_of(session).version
    board.move(session, at(rooms[1]), version=seen, user=user)

    with pytest.raises(board.Stale):
        board.move(session, at(rooms[0], 2), version=seen, user=user)
    with pytest.raises(board.Stale):
        board.take_off(session, version=seen, user=user)
    with pytest.raises(board.Stale):
        board.place(session, at(rooms[0], 2), user=user)

    assert where(session) == at(rooms[1])
    assert DraftMove.objects.count() == 2


def test_moving_to_where_it_is_writes_nothing(session, rooms, user):
    board.place(session, at(rooms[0]), user=user)
    version = slot_of(session).version

    assert board.move(session, at(rooms[0]), version=version, user=user) is None
    assert slot_of(session).version == version
    assert DraftMove.objects.count() == 1


def test_released_slots_are_left_alone(conference, session, rooms, user):
    board.place(session, at(rooms[0]), user=user)
    release = make_release(conference)

    board.move(session, at(rooms[1]), version=slot_of(session).version, user=user)

    assert Place.of(release.slots.get()) == at(rooms[0])


def test_undo_takes_back_ones_own_moves_one_by_one(conference, session, rooms, user):
    board.place(session, at(rooms[0]), user=user)
    board.move(session, at(rooms[1]), version=slot_of(session).version, user=user)
    other = make_session(conference=conference)
    board.place(other, at(rooms[0], 4), user=make_user())

    board.undo(conference, user=user)
    assert where(session) == at(rooms[0])
    board.undo(conference, user=user)
    assert where(session) is None
    with pytest.raises(board.CannotUndo, match="no move"):
        board.undo(conference, user=user)
    assert where(other) == at(rooms[0], 4)
    assert DraftMove.objects.filter(undoes__isnull=False).count() == 2


def test_undo_brings_back_what_was_taken_off(conference, session, rooms, user):
    board.place(session, at(rooms[0]), user=user)
    board.take_off(session, version=slot_of(session).version, user=user)

    board.undo(conference, user=user)

    assert where(session) == at(rooms[0])


@pytest.mark.parametrize("by_form", [True, False])
def test_undo_is_refused_when_somebody_moved_it_since(conference, session, rooms, user, by_form):
    board.place(session, at(rooms[0]), user=user)
    if by_form:
        Slot.objects.draft().update(room=rooms[1])
    else:
        board.move(session, at(rooms[1]), version=slot_of(session).version, user=make_user())

    with pytest.raises(board.CannotUndo, match="somebody else"):
        board.undo(conference, user=user)
    assert where(session) == at(rooms[1])


def test_stamp_is_another_one_after_every_change(conference, session, rooms, user):
    stamps = [board.stamp(conference)]
    board.place(session, at(rooms[0]), user=user)
    stamps.append(board.stamp(conference))
    Slot.objects.draft().update(room=rooms[1])
    stamps.append(board.stamp(conference))
    make_slot(session=make_session(conference=conference))
    stamps.append(board.stamp(conference))
    make_slot()  # of another conference
    assert board.stamp(conference) == stamps[-1]
    Slot.objects.draft().filter(session=session).delete()
    stamps.append(board.stamp(conference))

    assert len(set(stamps)) == len(stamps)


# --- Twenty at once ----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_twenty_editors_at_once_lose_no_move_silently():
    """Each one moves what is on the screen; what is refused is refused aloud."""
    conference = make_conference()
    rooms = [make_room(conference=conference) for _ in range(3)]
    sessions = [make_session(conference=conference) for _ in range(4)]
    users = [make_user(is_staff=True) for _ in range(20)]
    for session in sessions[:3]:  # and one in the drawer
        board.place(session, at(rooms[0]), user=None)
    start = threading.Barrier(20)
    applied, refused, broken = [], [], []

    def edit(user, number):
        chance = random.Random(number)
        try:
            start.wait()
            for _attempt in range(6):
                session = chance.choice(sessions)
                slot = Slot.objects.draft().filter(session=session).first()
                version = slot.version if slot else board.NOWHERE
                wanted = at(chance.choice(rooms), chance.randrange(200))
                try:
                    if slot and chance.random() < 0.2:
                        move = board.take_off(session, version=version, user=user)
                    elif slot:
                        move = board.move(session, wanted, version=version, user=user)
                    else:
                        move = board.place(session, wanted, user=user)
                except board.Stale:
                    refused.append(user)
                else:
                    applied.append(move.pk if move else None)
        except Exception as error:  # the thread has nobody to tell
            broken.append(error)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=edit, args=(user, number)) for number, user in enumerate(users)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert broken == []
    assert len(applied) + len(refused) == 120
    assert refused, "nobody met anybody"
    for session in sessions:
        chain = list(DraftMove.objects.filter(session=session).order_by("pk"))
        # Each accepted move began where the one before it had ended: none was overwritten unseen.
        for one, other in pairwise(chain):
            assert other.before == one.after
        assert where(session) == Place.read(chain[-1].after if chain else None)
    written = set(DraftMove.objects.filter(made_by__isnull=False).values_list("pk", flat=True))
    assert written == {number for number in applied if number}


@pytest.mark.django_db(transaction=True)
def test_twenty_at_one_session_is_one_move():
    conference = make_conference()
    room, session = make_room(conference=conference), make_session(conference=conference)
    board.place(session, at(room), user=None)
    version = slot_of(session).version
    start, results = threading.Barrier(20), []

    def edit(number):
        try:
            start.wait()
            board.move(session, at(room, number + 1), version=version, user=None)
            results.append(number)
        except board.Stale:
            results.append(None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(results) == 20
    (winner,) = [number for number in results if number is not None]
    assert where(session) == at(room, winner + 1)


# --- Pages -------------------------------------------------------------------------------------


def form_of(session, room, **fields):
    slot = Slot.objects.draft().filter(session=session).first()
    return {
        "room": room.pk,
        "day": "2027-02-04",
        "start": "10:00",
        "end": "11:30",
        "version": slot.version if slot else 0,
    } | fields


def test_form_places_in_the_time_of_the_conference(staff, session, rooms):
    answer = staff.post(f"{BOARD}{session.pk}/", form_of(session, rooms[0]))

    assert answer.status_code == 302
    assert where(session) == Place(rooms[0].pk, NINE + HOUR, NINE + 2.5 * HOUR)
    assert DraftMove.objects.get().made_by.is_staff


def test_form_reads_an_end_in_the_small_hours_as_the_next_day(staff, session, rooms):
    staff.post(f"{BOARD}{session.pk}/", form_of(session, rooms[0], start="20:00", end="00:30"))

    assert where(session) == Place(rooms[0].pk, NINE + 11 * HOUR, NINE + 15.5 * HOUR)


def test_form_shows_where_the_session_is(staff, session, rooms):
    make_slot(session=session, room=rooms[1])

    content = staff.get(f"{BOARD}{session.pk}/").content.decode()

    assert f'<option value="{rooms[1].pk}" selected>' in content
    assert 'value="09:00"' in content and 'value="10:00"' in content


def test_stale_form_gets_409_and_shows_where_it_is_now(staff, session, rooms):
    make_slot(session=session, room=rooms[0])
    old = form_of(session, rooms[0])
    Slot.objects.draft().update(room=rooms[1])

    answer = staff.post(f"{BOARD}{session.pk}/", old)

    assert answer.status_code == 409
    assert "moved by somebody else" in answer.content.decode()
    assert f'<option value="{rooms[1].pk}" selected>' in answer.content.decode()
    assert where(session).room == rooms[1].pk


def test_screen_is_told_the_state_with_every_answer(staff, session, rooms, user):
    answer = staff.post(f"{BOARD}{session.pk}/?since=0", form_of(session, rooms[0]), headers=JSON)

    told = answer.json()
    assert answer.status_code == 200
    assert told["state"]["slots"] == [
        {
            "session": session.pk,
            "room": rooms[0].pk,
            "start": "2027-02-04T10:00",
            "end": "2027-02-04T11:30",
            "version": slot_of(session).version,
        }
    ]
    assert told["move"] == told["state"]["last"] == DraftMove.objects.get().pk
    assert told["state"]["moves"] == [
        {"by": user.pk, "text": "Ada Lovelace placed “Dark matter” at 04/02 10:00."}
    ]
    assert {warning["kind"] for warning in told["state"]["warnings"]} == {"no-chair"}


def test_stale_screen_gets_409_with_the_state_of_now(staff, session, rooms):
    make_slot(session=session, room=rooms[0])
    old = form_of(session, rooms[0])
    Slot.objects.draft().update(room=rooms[1])

    for data in (old, {"take_off": "1", "version": old["version"]}):
        answer = staff.post(f"{BOARD}{session.pk}/", data, headers=JSON)
        assert answer.status_code == 409
        assert "moved by somebody else" in answer.json()["error"]
        assert answer.json()["state"]["slots"][0]["room"] == rooms[1].pk
    assert not DraftMove.objects.exists()


def test_screen_takes_off(staff, session, rooms):
    make_slot(session=session, room=rooms[0])
    data = {"take_off": "1", "version": slot_of(session).version}

    answer = staff.post(f"{BOARD}{session.pk}/", data, headers=JSON)

    assert answer.status_code == 200
    assert answer.json()["state"]["slots"] == []
    assert where(session) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"room": "0"},
        {"room": "x"},
        {"room": str(2**70)},
        {"room": ""},
        {"day": "2027-02-30"},
        {"day": "1999-01-01"},
        {"day": "x\x00"},
        {"start": "25:00"},
        {"start": ""},
        {"end": "09:00"},  # fifteen hours and more are no session
        {"end": "10:00"},
        {"version": "-1"},
        {"version": "x"},
        {"version": str(2**40)},
        {"version": ""},
        {"take_off": "1", "version": ""},
        {"take_off": "1", "version": "x"},
    ],
)
def test_bad_input_is_refused_in_words(staff, session, rooms, wrong):
    for headers in (JSON, {}):
        data = form_of(session, rooms[0]) | wrong
        answer = staff.post(f"{BOARD}{session.pk}/", data, headers=headers)
        if headers:
            assert answer.status_code == 400, answer.content
            assert answer.json()["error"]
        else:
            assert answer.status_code in (302, 400)
    assert not Slot.objects.exists()


def test_clock_that_is_changed_has_no_such_hour(staff, rooms):
    spring = date(2027, 3, 28)
    conference = make_conference(starts_on=spring, ends_on=spring)
    session, room = make_session(conference=conference), make_room(conference=conference)
    data = form_of(session, room, day="2027-03-28", start="02:30", end="04:00")

    assert staff.post(f"{BOARD}{session.pk}/", data, headers=JSON).status_code == 400


def test_room_of_another_conference_is_refused(staff, session):
    data = form_of(session, make_room())

    assert staff.post(f"{BOARD}{session.pk}/", data, headers=JSON).status_code == 400


def test_session_that_is_not_there(staff, conference):
    for number in ("0", "987654321", str(2**80)):
        assert staff.post(f"{BOARD}{number}/", headers=JSON).status_code == 404


def test_state_is_short_when_nothing_has_changed(staff, conference, session, rooms):
    make_slot(session=session, room=rooms[0])
    first = staff.get(f"{BOARD}state/").json()

    again = staff.get(f"{BOARD}state/", {"stamp": first["stamp"], "since": first["last"]})
    assert again.json() == {"unchanged": True}
    Slot.objects.draft().update(room=rooms[1])
    changed = staff.get(f"{BOARD}state/", {"stamp": first["stamp"], "since": first["last"]}).json()

    assert changed["slots"][0]["room"] == rooms[1].pk
    assert changed["slots"][0]["version"] > first["slots"][0]["version"]
    assert staff.post(f"{BOARD}state/").status_code == 405


def test_others_moves_appear_once(staff, conference, session, rooms):
    other = make_user(given_name="Émilie", family_name="du Châtelet")
    before = staff.get(f"{BOARD}state/?since=0").json()
    board.place(session, at(rooms[0]), user=other)

    told = staff.get(f"{BOARD}state/", {"since": before["last"], "stamp": before["stamp"]}).json()

    assert [move["text"] for move in told["moves"]] == [
        "Émilie du Châtelet placed “Dark matter” at 04/02 09:00."
    ]
    again = staff.get(f"{BOARD}state/", {"since": told["last"]}).json()
    assert again["moves"] == []


@pytest.mark.parametrize("bad", ["stamp=%00", "since=-1", "since=x", f"since={2**70}", "since="])
def test_state_takes_any_question(staff, conference, bad):
    assert staff.get(f"{BOARD}state/?{bad}").status_code in (200, 400)


def test_undo_by_button(staff, conference, session, rooms, user):
    board.place(session, at(rooms[0]), user=user)

    answer = staff.post(f"{BOARD}undo/", headers=JSON)
    again = staff.post(f"{BOARD}undo/", headers=JSON)

    assert answer.json()["state"]["slots"] == []
    assert again.status_code == 409
    assert "no move" in again.json()["error"]
    assert staff.get(f"{BOARD}undo/").status_code == 405
    assert staff.post(f"{BOARD}undo/").status_code == 302


def test_page_lists_the_draft_and_the_drawer_without_script(staff, conference, session, rooms):
    placed = make_session(conference=conference, title_en="Placed one")
    make_slot(session=placed, room=rooms[0])

    page = staff.get(BOARD).content.decode()

    assert f'href="{BOARD}{placed.pk}/"' in page
    assert f'href="{BOARD}{session.pk}/"' in page
    assert "style=" not in page
    assert "Nobody chairs “Placed one”" in page


def test_drawer_is_filtered_by_the_address(staff, conference):
    for title, kind in [("Dark matter", "lecture"), ("Bright matter", "poster"), ("X", "poster")]:
        make_session(conference=conference, title_en=title, kind=kind)

    drawer = staff.get(BOARD, {"q": "matter", "kind": "poster"}).context["drawer"]

    assert [session.title_en for session in drawer] == ["Bright matter"]
    for query in ("theme=x", "theme=99999999999999999999", "kind=x", "q=%", "q=%00"):
        assert staff.get(f"{BOARD}?{query}").status_code in (200, 400)


def test_page_of_a_site_without_conference(staff, db):
    assert staff.get(BOARD).status_code == 200
    assert staff.get(f"{BOARD}state/").status_code == 404
    assert staff.get(f"{BOARD}?conference=77").status_code == 404


def test_forms_of_the_admin_raise_the_version(staff, session, rooms):
    slot = make_slot(session=session, room=rooms[0])
    seen = slot_of(session).version
    data = {
        "session": session.pk,
        "room": rooms[1].pk,
        "starts_at_0": "2027-02-04",
        "starts_at_1": "09:00",
        "ends_at_0": "2027-02-04",
        "ends_at_1": "10:00",
    }

    assert staff.post(f"/en/admin/programme/slot/{slot.pk}/change/", data).status_code == 302

    assert slot_of(session).version > seen
    answer = staff.post(
        f"{BOARD}{session.pk}/", form_of(session, rooms[0], version=seen), headers=JSON
    )
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("rights", "allowed"),
    [
        ([], set()),
        (["change", "add", "delete"], set()),
        (["view"], {"see"}),
        (["view", "add"], {"see", "place"}),
        (["view", "change"], {"see", "move"}),
        (["view", "delete"], {"see", "take_off"}),
    ],
)
def test_rights(client, settings, session, rooms, rights, allowed):
    settings.DEMO = True
    user = make_user(is_staff=True)
    names = [f"{right}_slot" for right in rights]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    placed = make_session(conference=session.conference)
    taken = make_session(conference=session.conference)
    for one in (placed, taken):
        make_slot(session=one, room=rooms[0])
    tries = {
        "place": (session, form_of(session, rooms[1])),
        "move": (placed, form_of(placed, rooms[1])),
        "take_off": (taken, {"take_off": "1", "version": slot_of(taken).version}),
    }

    done = {
        name
        for name, (which, data) in tries.items()
        if client.post(f"{BOARD}{which.pk}/", data, headers=JSON).status_code == 200
    }
    seen = {client.get(f"{BOARD}{page}").status_code for page in ("", "state/", f"{placed.pk}/")}

    assert done == allowed - {"see"}
    assert seen == ({200} if "see" in allowed else {403})


def test_undo_needs_the_right_to_what_it_does(client, settings, conference, session, rooms):
    settings.DEMO = True
    user = make_user(is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["view_slot", "add_slot", "change_slot"])
    )
    client.force_login(user)
    board.place(session, at(rooms[0]), user=user)

    assert client.post(f"{BOARD}undo/", headers=JSON).status_code == 403
    assert where(session) == at(rooms[0])


def test_forged_request_is_refused(settings, conference, session, rooms, user):
    from django.test import Client

    settings.DEMO = True
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)

    answer = browser.post(f"{BOARD}{session.pk}/", form_of(session, rooms[0]), headers=JSON)

    assert answer.status_code == 403
    assert where(session) is None


def test_page_costs_the_same_whatever_it_shows(staff, conference, rooms):
    def cost(path):
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(path).status_code == 200
        return len(queries)

    def furnish(count):
        for _ in range(count):
            make_slot(session=make_session(conference=conference), room=rooms[0])
            make_session(conference=conference)

    furnish(1)
    staff.get(BOARD)
    before = [cost(BOARD), cost(f"{BOARD}state/")]
    furnish(5)

    assert [cost(BOARD), cost(f"{BOARD}state/")] == before


def test_data_of_the_page_is_safe_in_html(staff, conference):
    make_session(conference=conference, title_en="</script><img src=x onerror=alert(1)>")

    page = staff.get(BOARD).content.decode()

    assert "<img src=x" not in page
    start = page.index(">", page.index('id="board-data"')) + 1
    assert json.loads(page[start : page.index("</script>", start)])["sessions"][0]["title"]


def test_kinds_are_those_of_the_model():
    """The style sheet knows each of them by its name."""
    from django.contrib.staticfiles import finders

    css = Path(finders.find("css/board.css")).read_text()
    assert all(f"board-event--{kind}" in css for kind in Session.Kind.values)
