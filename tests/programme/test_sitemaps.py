"""The map of the programme: what is public, in both languages, and nothing of the draft."""

import re
from datetime import UTC, datetime

import pytest

from tests.factories import (
    make_conference,
    make_organisation,
    make_release,
    make_room,
    make_session,
    make_slot,
    make_speaker,
)

pytestmark = pytest.mark.django_db


def section(client, name):
    answer = client.get(f"/sitemap-{name}.xml")
    assert answer.status_code == 200
    return answer.content.decode()


def places(content):
    return set(re.findall(r"<loc>http://localhost:8000([^<]+)</loc>", content))


def test_rooms_and_organisations_of_the_release_are_on_the_map_and_open(client):
    conference = make_conference(slug="own")
    brings, speaks, drafted = (make_organisation(slug=slug) for slug in ("oecd", "un", "secret"))
    room = make_room(conference=conference, slug="hall")
    make_slot(session=make_session(conference=conference, organisation=brings), room=room)
    make_speaker(conference=conference, organisation=speaks)
    make_speaker(conference=conference, organisation=drafted, is_published=False)
    make_release(conference)
    cellar = make_room(conference=conference, slug="cellar")
    make_slot(session=make_session(conference=conference, organisation=drafted), room=cellar)

    rooms, organisations = section(client, "rooms"), section(client, "organisations")

    assert places(rooms) == {"/fr/own/room/hall/", "/en/own/room/hall/"}
    assert places(organisations) == {
        f"/{language}/own/organisation/{slug}/"
        for language in ("fr", "en")
        for slug in ("oecd", "un")
    }
    assert 'hreflang="fr"' in rooms and 'hreflang="en"' in organisations
    for address in places(rooms) | places(organisations):
        assert client.get(address).status_code == 200


def test_a_history_is_on_the_map_once_there_is_one(client):
    conference, other = make_conference(slug="own"), make_conference(slug="other")
    make_slot(session=make_session(conference=conference))
    make_slot(session=make_session(conference=other))
    make_release(conference)

    found = places(section(client, "changelog"))

    assert found == {"/fr/own/changelog/", "/en/own/changelog/"}


def test_nothing_of_an_unpublished_edition_is_on_the_map(client):
    hidden = make_conference(slug="hidden", is_published=False)
    make_slot(session=make_session(conference=hidden, organisation=make_organisation()))
    make_speaker(conference=hidden, organisation=make_organisation())
    make_release(hidden)

    for name in ("rooms", "organisations", "changelog", "sessions"):
        assert places(section(client, name)) == set()


def test_the_draft_changes_nothing_on_the_map(client):
    """Neither what a session is, nor when somebody last wrote at it."""
    conference = make_conference(slug="own")
    session = make_session(conference=conference, code="KNOWN2")
    make_slot(session=session)
    make_slot(session=make_session(conference=conference, kind="break", code="PAUSE2"))
    make_release(conference, published_at=datetime(2026, 10, 1, tzinfo=UTC))
    before = section(client, "sessions")

    session.kind = "break"
    session.save()

    assert section(client, "sessions") == before
    assert places(before) == {f"/{language}/own/session/KNOWN2/" for language in ("fr", "en")}
    assert "<lastmod>2026-10-01</lastmod>" in before
