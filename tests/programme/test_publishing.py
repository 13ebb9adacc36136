"""The page on which staff publish: what will change, who is told, one button."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from programme import announcements, audience, services
from programme.models import Agenda, Announcement, Release
from programme.publishing import next_version
from programme.text_differences import marked
from tests.factories import (
    make_conference,
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
    return make_conference(slug="own")


def hidden(response, name="expected"):
    return re.findall(rf'name="{name}" value="([^"]*)"', response.content.decode())[0]


def press_the_button(staff, page, address=PUBLISH, **fields):
    data = {"version": "1.0", "comment_fr": "Voilà", "comment_en": "Here", **fields}
    return staff.post(address, {"expected": hidden(page), **data}, follow=True)


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text)


def section(response, kind):
    found = re.search(rf'id="changes-{kind}">(.*?)</section>', response.content.decode(), re.DOTALL)
    return found[1] if found else ""


# --- What will change ------------------------------------------------------------------------


def test_changes_are_grouped_by_kind(staff, conference):
    slots = {
        name: make_slot(session=make_session(conference=conference, title_en=f"Title {name}"))
        for name in ("same", "moved", "room", "removed", "text", "people")
    }
    gone = make_speaker(conference=conference, given_name="Gone")
    make_participation(session=slots["people"].session, speaker=gone)
    make_release(conference)
    for slot in (slots["moved"],):
        slot.starts_at += timedelta(hours=1)
        slot.ends_at += timedelta(hours=1)
        slot.save()
    slots["room"].room = make_room(conference=conference)
    slots["room"].save()
    slots["removed"].delete()
    text = slots["text"].session
    text.abstract_en, text.kind = "An abstract of mine.", "workshop"
    text.theme = make_theme(conference=conference)
    text.save()
    make_talk(session=text, title_en="A talk")
    slots["people"].session.participations.all().delete()
    come = make_speaker(conference=conference, given_name="Come")
    make_participation(session=slots["people"].session, speaker=come)
    make_slot(session=make_session(conference=conference, title_en="Title new"))

    page = staff.get(PUBLISH)

    for kind in ("new", "moved", "room", "removed", "text", "people"):
        found = section(page, kind)
        assert re.findall(r"Title (\w+)", found) == [kind], kind
    assert "09:00–10:00" in section(page, "moved") and "10:00–11:00" in section(page, "moved")
    assert "An abstract<ins> of mine</ins>." in section(page, "text")
    assert "<del>Lecture</del>" in section(page, "text")
    assert f"<ins>{text.theme.name_en}</ins>" in section(page, "text")
    assert "A talk" in section(page, "talks")
    people = section(page, "people")
    assert f"New in the programme: {come.full_name}." in re.sub(r"\s+", " ", people)
    assert f"No longer in the programme: {gone.full_name}." in re.sub(r"\s+", " ", people)
    assert "Title same" not in page.content.decode()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("The old text.", "The new text.", "The<del> old</del><ins> new</ins> text."),
        ("This one.", "First. This one.", "<ins>First.</ins> This one."),
        ("", "New", "<ins>New</ins>"),
        ("Old", "", "<del>Old</del>"),
        ("L’été", "L’hiver", "L’<del>été</del><ins>hiver</ins>"),
        ("<b>", "<i>", "&lt;<del>b</del><ins>i</ins>&gt;"),
        ("a " * 2000, "b " * 2000, f"<del>{'a ' * 2000}</del><ins>{'b ' * 2000}</ins>"),
        ("One.\n\nTwo.", "One.\n\nThree.", "One.<del>\n\nTwo</del><ins>\n\nThree</ins>."),
    ],
)
def test_a_text_is_compared_word_by_word(before, after, expected):
    assert marked(before, after) == expected


def test_a_reason_leads_to_what_must_be_put_right(staff, conference):
    room = make_room(conference=conference)
    sessions = [make_session(conference=conference) for _ in range(2)]
    for session in sessions:
        make_slot(session=session, room=room)
    untitled = make_session(conference=conference, title_en="")
    make_slot(session=untitled)

    page = staff.get(PUBLISH)
    content = page.content.decode()

    assert "2 things have to be put right first" in content
    for session in [*sessions, untitled]:
        assert f'href="/en/admin/programme/session/{session.pk}/change/"' in content
    assert 'name="expected"' not in content
    forced = staff.post(PUBLISH, {"version": "1", "expected": "x"})
    assert 'class="error-summary"' in forced.content.decode()
    assert not Release.objects.exists()


@pytest.mark.parametrize(
    ("latest", "following"),
    [(None, "1"), ("1", "2"), ("1.9", "1.10"), ("v3", "v4"), ("draft", "1"), ("2.0 beta", "1")],
)
def test_a_name_is_proposed(conference, latest, following):
    if latest:
        make_slot(session=make_session(conference=conference))
        make_release(conference, version=latest)

    assert next_version(conference) == following


def test_the_name_proposed_was_never_used(conference):
    slot = make_slot(session=make_session(conference=conference))
    for version in ("2", "1"):
        slot.ends_at += timedelta(minutes=5)
        slot.save()
        make_release(conference, version=version)

    assert next_version(conference) == "3"


@pytest.mark.parametrize("version", ["a/b", "..", ".", "a\tb", " a", "a?", "#1", "a  b"])
def test_a_name_that_cannot_stand_in_an_address_is_refused(conference, version):
    make_slot(session=make_session(conference=conference))

    with pytest.raises(services.CannotPublish):
        services.publish(conference, version=version)


# --- Who is told -----------------------------------------------------------------------------


def make_followed_part(conference, language="en"):
    speaker = make_speaker(
        conference=conference, state="accepted", email="ada@example.org", language=language
    )
    slot = make_slot(session=make_session(conference=conference))
    make_participation(session=slot.session, speaker=speaker)
    agenda = Agenda.objects.create(
        conference=conference,
        language=language,
        email="eve@example.org",
        confirmed_at=timezone.now(),
        digest="x",
    )
    agenda.stars.create(session=slot.session)
    return slot


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_tells_who_is_told_and_shows_the_mail(staff, conference, language):
    slot = make_followed_part(conference, language)
    page = staff.get(PUBLISH)

    content = page.content.decode()
    assert "1 speaker, 1 person who follows a session" in words(page)
    assert "e…@example.org" in content
    assert "eve@example.org" not in content
    frames = re.findall(r'<iframe[^>]* src="([^"]*)"', content)
    assert len(frames) == 2
    for frame in frames:
        shown = staff.get(frame.replace("&amp;", "&"))
        assert f"/{language}/own/session/{slot.session.code}/" in shown.content.decode()
        assert "eve@example.org" not in shown.content.decode()
        assert "sandbox" in shown.headers["Content-Security-Policy"]


def test_a_preview_that_is_nobodys_is_not_found(staff, conference):
    make_followed_part(conference)
    address = "/en/admin/programme/release/preview/"

    for query in ("", "?conference=x", f"?conference={conference.pk}&letter=x", "?conference=999"):
        assert staff.get(address + query).status_code == 404, query


def test_people_are_told_or_not_as_staff_choose(staff, conference):
    slot = make_followed_part(conference)
    press_the_button(staff, staff.get(PUBLISH))
    assert not Announcement.objects.exists()
    slot.ends_at += timedelta(hours=1)
    slot.save()

    press_the_button(staff, staff.get(PUBLISH), version="2", announce="on")

    assert Announcement.objects.get().since.version == "1.0"


def test_news_that_wait_are_shown_with_the_rest(staff, conference):
    slot = make_followed_part(conference)
    services.publish(conference, version="1")
    other = make_slot(session=make_session(conference=conference, title_en="Later one"))
    make_participation(session=other.session, speaker=slot.session.participations.first().speaker)

    content = staff.get(PUBLISH).content.decode()

    assert "News of earlier changes wait until" in content
    # Both sessions are in the mail, though one alone is new to the public.
    assert "1 speaker" in words(staff.get(PUBLISH))
    mail = re.search(r"<pre[^>]*>(.*?)</pre>", content, re.DOTALL)[1]
    assert slot.session.title_en in mail
    assert "Later one" in mail


# --- Again -----------------------------------------------------------------------------------


def test_an_earlier_release_is_published_again(staff, conference):
    slot = make_slot(session=make_session(conference=conference, title_en="Once"))
    first = make_release(conference, version="1")
    slot.starts_at += timedelta(hours=1)
    slot.ends_at += timedelta(hours=1)
    slot.save()
    second = make_release(conference, version="2")
    slot.session.title_en = "Rewritten"
    slot.session.save()
    address = f"/en/admin/programme/release/{first.pk}/again/"

    assert address in staff.get(f"/en/admin/programme/release/{first.pk}/change/").content.decode()
    current = staff.get(f"/en/admin/programme/release/{second.pk}/change/").content.decode()
    assert "/again/" not in current
    page = staff.get(address)
    assert "Once" in section(page, "moved")
    assert "Rewritten" not in page.content.decode()
    press_the_button(staff, page, address, version="3")

    third = Release.objects.get(is_current=True)
    assert (third.version, third.copy_of) == ("3", first)
    assert third.slots.get().starts_at == first.slots.get().starts_at
    assert third.slots.get().sequence == 2
    assert slot.session.slots.draft().get().starts_at == slot.starts_at


def test_what_is_current_is_not_published_again(staff, conference):
    make_slot(session=make_session(conference=conference))
    release = make_release(conference)

    page = staff.get(f"/en/admin/programme/release/{release.pk}/again/")

    assert 'class="empty"' in page.content.decode()


# --- Announcements ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
def test_staff_see_what_waits_and_send_or_drop_it(staff, conference, language):
    slot = make_followed_part(conference)
    services.publish(conference, version="1")
    waiting = Announcement.objects.get()
    base = f"/{language}/admin/programme/announcement/"

    assert staff.get(base).status_code == 200
    page = staff.get(f"{base}{waiting.pk}/change/")
    assert slot.session.title in page.content.decode() or slot.session.title_fr
    staff.post(base, {"action": "send_now", "_selected_action": [waiting.pk]})
    waiting.refresh_from_db()
    assert waiting.mail_count == 2
    slot.ends_at += timedelta(hours=1)
    slot.save()
    services.publish(conference, version="2")
    waiting = Announcement.objects.get(sent_at=None)
    staff.post(base, {"action": "drop", "_selected_action": [waiting.pk]})
    waiting.refresh_from_db()
    assert (waiting.sent_at is not None, waiting.until) == (True, None)
    assert announcements.waiting_for(conference) is None
    assert staff.get(f"{base}{waiting.pk}/change/").status_code == 200


# --- Cost ------------------------------------------------------------------------------------


def test_the_page_costs_the_same_whatever_its_length(staff, conference):
    make_followed_part(conference)
    make_release(conference)
    costs = []
    for count in (2, 8):
        for number in range(count):
            theme = make_theme(conference=conference)
            slot = make_slot(session=make_session(conference=conference, theme=theme))
            speaker = make_speaker(
                conference=conference, state="accepted", email=f"{count}-{number}@example.org"
            )
            make_participation(session=slot.session, speaker=speaker)
        staff.get(PUBLISH)
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(PUBLISH).status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_the_preview_names_nobody_who_booked_a_seat(staff, conference, monkeypatch):
    slot = make_slot(session=make_session(conference=conference))

    def booked(_conference, _sessions):
        yield audience.Follower(
            "o'neil@example.org", "en", frozenset({slot.session_id}), (), "Eve O'Neil"
        )

    monkeypatch.setattr(audience, "_providers", [booked])
    page = staff.get(PUBLISH).content.decode()
    letter = re.search(r'src="([^"]*/preview/[^"]*)"', page)[1].replace("&amp;", "&")

    for content in (page, staff.get(letter).content.decode()):
        assert "o…@example.org" in content
        assert "Neil" not in content and "neil" not in content
