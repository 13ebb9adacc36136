"""Publishing: a draft becomes a release whole or not at all."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from programme import contents, differences, services, wording
from programme.models import Release, Session, Slot
from tests.factories import (
    make_conference,
    make_participation,
    make_release,
    make_room,
    make_session,
    make_slot,
    make_talk,
    make_user,
)

pytestmark = pytest.mark.django_db


def publish(conference, **fields):
    return services.publish(conference, **{"version": "1"} | fields)


def reasons(error):
    return " ".join(error.value.messages)


def test_publish_copies_the_draft_into_a_sealed_current_release():
    slot = make_slot()
    conference, user = slot.session.conference, make_user()

    release = publish(conference, comment_fr="Première", comment_en="First", user=user)

    release.refresh_from_db()
    assert release.is_sealed
    assert release.is_current
    assert (release.comment_fr, release.comment_en) == ("Première", "First")
    assert release.published_by == user
    (copy,) = release.slots.all()
    assert (copy.session, copy.room, copy.starts_at, copy.ends_at) == (
        slot.session,
        slot.room,
        slot.starts_at,
        slot.ends_at,
    )
    assert list(Slot.objects.draft()) == [slot]
    assert list(Session.objects.public()) == [slot.session]


def test_publish_tells_exactly_what_changes():
    conference = make_conference()
    rooms = [make_room(conference=conference) for _ in range(2)]
    slots = {
        name: make_slot(session=make_session(conference=conference, title_fr=name, title_en=name))
        for name in ("same", "moved", "room", "removed")
    }
    first = publish(conference, version="1")
    assert [change["kind"] for change in first.changes] == ["new"] * 4
    slots["moved"].starts_at += timedelta(hours=3)
    slots["moved"].ends_at += timedelta(hours=3)
    slots["moved"].room = rooms[0]
    slots["moved"].save()
    old_room, slots["room"].room = slots["room"].room, rooms[1]
    slots["room"].save()
    slots["removed"].delete()
    make_slot(session=make_session(conference=conference, title_fr="new", title_en="new"))

    second = publish(conference, version="2")

    told = {change["title"]["en"]: change for change in second.changes}
    assert {title: change["kind"] for title, change in told.items()} == {
        "new": "new",
        "moved": "moved",
        "room": "room",
        "removed": "removed",
    }
    assert told["moved"]["from"]["starts_at"] == "2027-02-04T08:00:00+00:00"
    assert told["moved"]["to"]["starts_at"] == "2027-02-04T11:00:00+00:00"
    assert told["moved"]["to"]["room"] == {"fr": rooms[0].name_fr, "en": rooms[0].name_en}
    assert told["room"]["from"]["room"]["fr"] == old_room.name_fr
    assert told["removed"]["to"] is None
    assert told["new"]["from"] is None
    first.refresh_from_db()
    assert not first.is_current


def swap(one, other):
    one.position, other.position = other.position, one.position
    for row in (one, other):
        row.save()


CHANGES_WITHIN = {
    "title": lambda session: Session.objects.update(title_en="Other"),
    "talks in another order": lambda session: swap(*session.talks.all()[:2]),
    "a talk more, before the others": lambda session: [
        make_talk(session=session),
        swap(*session.talks.all()[:2]),
    ],
    "people in another order": lambda session: swap(*session.participations.all()[:2]),
    "somebody gives another talk": lambda session: session.participations.exclude(talk=None).update(
        talk=session.talks.last()
    ),
    "length of a talk": lambda session: session.talks.update(minutes=7),
}


@pytest.mark.parametrize("change", CHANGES_WITHIN.values(), ids=CHANGES_WITHIN)
def test_whatever_changes_within_a_session_is_told(change):
    conference = make_conference()
    session = make_session(conference=conference)
    talks = [make_talk(session=session, position=number) for number in range(2)]
    for number in range(2):
        make_participation(session=session, position=number)
    make_participation(session=session, talk=talks[0], position=2)
    make_slot(session=session)
    publish(conference)

    change(session)

    [found] = services.pending_changes(conference)
    assert differences.says_something(found)
    # Nobody comes and goes at once.
    gone = {person["speaker"] for person in found["people_gone"]}
    assert not gone & {person["speaker"] for person in found["people_added"]}
    assert wording.sentences(found, conference.zone)


def test_talks_in_another_order_are_told_beside_a_new_one():
    conference = make_conference()
    session = make_session(conference=conference)
    one, other = (make_talk(session=session, position=number) for number in (1, 2))
    make_slot(session=session)
    publish(conference)

    swap(one, other)
    make_talk(session=session, position=3)

    [change] = services.pending_changes(conference)
    assert [fact["field"] for fact in change["facts"]] == ["talk_order"]
    assert len(change["talks_added"]) == 1


def test_another_name_of_a_speaker_is_no_change_of_the_programme():
    """Every release prints the name of today: there is nothing to publish, and nothing to tell."""
    conference = make_conference()
    session = make_session(conference=conference)
    speaker = make_participation(session=session).speaker
    make_slot(session=session)
    publish(conference)

    speaker.family_name = "Byron"
    speaker.save()

    assert services.pending_changes(conference) == []


def test_a_session_scheduled_while_the_draft_is_read_waits_for_the_next_look(monkeypatch):
    slot = make_slot()
    conference = slot.session.conference
    late = make_session(conference=conference)
    with_contents = contents.with_contents

    def meanwhile(sessions):
        found = list(with_contents(sessions))
        make_slot(session=late)
        return found

    monkeypatch.setattr(contents, "with_contents", meanwhile)

    assert services.draft_slots(conference) == [slot]


def test_publish_raises_the_sequence_of_what_is_no_longer_where_it_was():
    conference = make_conference()
    same, moved, gone = (make_slot(session=make_session(conference=conference)) for _ in range(3))
    publish(conference, version="1")
    assert sequences_of(conference) == {one.session_id: 0 for one in (same, moved, gone)}

    moved.ends_at += timedelta(minutes=5)
    moved.save()
    gone.delete()
    publish(conference, version="2")

    sequences = sequences_of(conference)
    assert sequences == {same.session_id: 0, moved.session_id: 1, gone.session_id: 1}

    make_slot(session=gone.session)
    publish(conference, version="3")

    assert sequences_of(conference)[gone.session_id] == 2


def sequences_of(conference):
    slots = Slot.objects.filter(release__is_current=True, release__conference=conference)
    return dict(slots.values_list("session", "sequence"))


def test_publish_refuses_a_room_with_two_sessions_and_names_both():
    conference = make_conference()
    room = make_room(conference=conference)
    sessions = [
        make_session(conference=conference, title_fr=f"Titre {name}", title_en=f"Title {name}")
        for name in "AB"
    ]
    for session in sessions:
        make_slot(session=session, room=room)

    with pytest.raises(services.CannotPublish) as error:
        publish(conference)

    assert "Titre A" in reasons(error)
    assert "Titre B" in reasons(error)
    assert room.name_fr in reasons(error)
    assert not Release.objects.exists()


def test_publish_accepts_one_session_after_another_in_a_room():
    first = make_slot()
    make_slot(
        session=make_session(conference=first.session.conference),
        room=first.room,
        starts_at=first.ends_at,
    )

    publish(first.session.conference)


def test_publish_refuses_a_title_in_one_language():
    slot = make_slot(session=make_session(title_fr="Seulement en français", title_en=""))

    with pytest.raises(services.CannotPublish) as error:
        publish(slot.session.conference)

    assert "Seulement en français" in reasons(error)


def test_publish_refuses_a_room_of_another_conference():
    slot = make_slot(room=make_room())

    with pytest.raises(services.CannotPublish):
        publish(slot.session.conference)


def test_publish_refuses_an_empty_draft():
    with pytest.raises(services.CannotPublish):
        publish(make_conference())


def test_publish_refuses_what_is_published_already():
    slot = make_slot()
    publish(slot.session.conference, version="1")

    with pytest.raises(services.CannotPublish) as error:
        publish(slot.session.conference, version="2")

    assert len(error.value.messages) == 1
    assert Release.objects.count() == 1


def test_publish_refuses_a_name_taken_and_a_name_missing():
    slot = make_slot()
    publish(slot.session.conference, version="1")
    slot.ends_at += timedelta(minutes=5)
    slot.save()

    for version in ("1", "", "  "):
        with pytest.raises(services.CannotPublish):
            publish(slot.session.conference, version=version)


def test_publish_leaves_other_conferences_alone():
    slot, other = make_slot(), make_slot()
    make_release(other.session.conference)

    publish(slot.session.conference)

    assert Release.objects.filter(is_current=True).count() == 2
    assert Session.objects.public().count() == 2


def test_a_failed_publication_leaves_nothing(monkeypatch):
    slot = make_slot()

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(Slot.objects, "bulk_create", fail)
    with pytest.raises(RuntimeError):
        publish(slot.session.conference)

    assert not Release.objects.exists()


# --- What PostgreSQL keeps -------------------------------------------------------------------


def refused(change):
    with pytest.raises(IntegrityError), transaction.atomic():
        change()


def test_a_published_slot_is_final():
    slot = make_slot()
    release = make_release(slot.session.conference)
    published = release.slots.all()

    refused(lambda: published.update(ends_at=slot.ends_at + timedelta(hours=1)))
    refused(lambda: published.update(release=None))
    refused(lambda: published._raw_delete("default"))
    refused(lambda: make_slot(release=release, session=make_session()))
    # Nor does a draft slot slip in, be its session in the release or not.
    refused(lambda: Slot.objects.filter(pk=slot.pk).update(release=release))
    other = make_slot(session=make_session(conference=release.conference))
    refused(lambda: Slot.objects.filter(pk=other.pk).update(release=release))


def test_a_published_release_is_final():
    release = make_release(make_slot().session.conference)
    rows = Release.objects.filter(pk=release.pk)

    refused(lambda: rows.update(version="2"))
    refused(lambda: rows.update(is_sealed=False))
    refused(lambda: rows.update(changes=[]))
    refused(lambda: rows._raw_delete("default"))


def test_a_conference_has_one_current_release():
    slot = make_slot()
    first = make_release(slot.session.conference)
    slot.ends_at += timedelta(minutes=5)
    slot.save()
    make_release(slot.session.conference)

    refused(lambda: Release.objects.filter(pk=first.pk).update(is_current=True))


def test_a_release_never_holds_two_sessions_in_a_room():
    conference = make_conference()
    room = make_room(conference=conference)
    release = Release.objects.create(conference=conference, version="by hand")
    first = make_slot(release=release, room=room, content={"guid": "1"})

    refused(
        lambda: make_slot(
            release=release,
            room=room,
            starts_at=first.starts_at + timedelta(minutes=59),
            content={"guid": "2"},
        )
    )
    make_slot(release=release, room=room, starts_at=first.ends_at, content={"guid": "3"})


# --- At once ---------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("versions", [("1", "1"), ("1", "2")])
def test_publishing_twice_at_once_makes_one_release(versions):
    conference = make_slot().session.conference
    start = threading.Barrier(2)
    outcomes = []

    def run(version):
        try:
            start.wait()
            outcomes.append(publish(conference, version=version))
        except services.CannotPublish as error:
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[version]) for version in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CannotPublish", "Release"]
    assert Release.objects.count() == 1
    assert Release.objects.get().is_current


@pytest.mark.django_db(transaction=True)
def test_publishing_the_draft_and_an_earlier_release_at_once_makes_two_in_order():
    slot = make_slot()
    conference = slot.session.conference
    first = publish(conference, version="1")
    slot.ends_at += timedelta(hours=1)
    slot.save()
    publish(conference, version="2")
    slot.ends_at += timedelta(hours=1)
    slot.save()
    start = threading.Barrier(2)
    made = []

    def run(action):
        try:
            start.wait()
            made.append(action())
        finally:
            connection.close()

    actions = [
        lambda: publish(conference, version="3"),
        lambda: services.publish_again(first, version="1 again"),
    ]
    threads = [threading.Thread(target=run, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    # Each moved the session, so each raised its number.
    numbers = [release.slots.get().sequence for release in made]
    assert sorted(numbers) == [2, 3]
    assert Release.objects.filter(is_current=True).get().slots.get().sequence == 3


# --- What a release keeps --------------------------------------------------------------------


def test_an_earlier_release_comes_back_whole():
    conference = make_conference()
    slot, other = (make_slot(session=make_session(conference=conference)) for _ in range(2))
    first = publish(conference, version="1")
    slot.session.title_fr = "Autre titre"
    slot.session.save()
    other.delete()
    publish(conference, version="2")

    third = services.publish_again(first, version="3")

    def kept(release):
        rows = release.slots.filter(is_cancelled=False).order_by("session_id")
        return list(rows.values("session", "room", "starts_at", "ends_at", "content"))

    assert kept(third) == kept(first)
    assert third.copy_of == first
    assert sequences_of(conference) == {slot.session_id: 0, other.session_id: 2}
    assert [change["kind"] for change in third.changes] == ["text", "new"]
    # The draft is where it was.
    assert Slot.objects.draft().get().session.title_fr == "Autre titre"
    with pytest.raises(services.CannotPublish):
        services.publish_again(first, version="4")


def test_withdrawn_stays_withdrawn_until_it_comes_back():
    conference = make_conference()
    slot, gone = (make_slot(session=make_session(conference=conference)) for _ in range(2))
    guid, session = str(gone.session.guid), gone.session
    publish(conference, version="1")
    gone.delete()
    publish(conference, version="2")
    withdrawn = current_slot(conference, session)
    assert (withdrawn.is_cancelled, withdrawn.sequence) == (True, 1)

    slot.ends_at += timedelta(minutes=5)
    slot.save()
    publish(conference, version="3")
    still = current_slot(conference, session)
    assert (still.is_cancelled, still.sequence) == (True, 1)
    assert still.changed_at == withdrawn.changed_at

    make_slot(session=session)
    publish(conference, version="4")
    back = current_slot(conference, session)
    assert (back.is_cancelled, back.sequence) == (False, 2)
    assert withdrawn.content["guid"] == back.content["guid"] == guid


def current_slot(conference, session):
    return Slot.objects.get(
        release__conference=conference, release__is_current=True, session=session
    )


def test_what_did_not_change_keeps_the_time_of_its_last_change():
    conference = make_conference()
    same, text = (make_slot(session=make_session(conference=conference)) for _ in range(2))
    first = publish(conference, version="1")
    text.session.abstract_en = "Rewritten"
    text.session.save()
    second = publish(conference, version="2")

    found = {slot.session_id: slot for slot in second.slots.all()}
    assert found[same.session_id].changed_at == first.published_at
    assert found[text.session_id].changed_at == second.published_at
    assert found[text.session_id].sequence == 0


def test_what_a_release_keeps_of_a_session_is_final():
    slot = make_slot()
    published = make_release(slot.session.conference).slots.all()

    for change in (
        {"content": {"guid": "x"}},
        {"sequence": 5},
        {"is_cancelled": True},
        {"search_fr": None},
        {"changed_at": None},
    ):
        refused(lambda change=change: published.update(**change))
    slot.session.title_en = "Rewritten"
    slot.session.save()
    assert published.get().content["texts"]["title"]["en"] != "Rewritten"


@pytest.mark.parametrize("count", [5, 40])
def test_publishing_costs_the_same_number_of_queries_whatever_its_length(
    count, django_assert_max_num_queries
):
    conference = make_conference()
    for _ in range(count):
        session = make_session(conference=conference)
        make_participation(session=session, talk=make_talk(session=session))
        make_slot(session=session)

    with django_assert_max_num_queries(27):
        publish(conference)
