"""Speakers in public."""

import json
import re

import pytest

from tests.factories import (
    make_conference,
    make_participation,
    make_release,
    make_session,
    make_slot,
    make_speaker,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def conference():
    return make_conference()


def url(conference, path, language="en"):
    return f"/{language}/{conference.slug}/{path}"


def test_list_shows_headliners_first_then_by_position_and_name(client, conference):
    names = [("Zeta", 1, True), ("Alpha", 100, False), ("Beta", 2, False), ("Gamma", 100, False)]
    for name, position, is_headliner in names:
        make_speaker(
            conference=conference,
            family_name=name,
            position=position,
            is_headliner=is_headliner,
        )

    content = client.get(url(conference, "speakers/")).content.decode()

    shown = re.findall(r'class="speaker__name"><a href="[^"]+">Ada (\w+)</a>', content)
    assert shown == ["Zeta", "Beta", "Alpha", "Gamma"]
    assert content.index('id="headliners"') < content.index('id="others"')


def test_list_says_when_nobody_is_announced(client, conference):
    make_speaker(conference=conference, is_published=False)

    assert b'class="empty"' in client.get(url(conference, "speakers/")).content


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_unpublished_speaker_does_not_exist(client, conference, language):
    hidden = make_speaker(conference=conference, is_published=False)

    assert client.get(url(conference, f"speaker/{hidden.code}/", language)).status_code == 404


def test_a_speaker_belongs_to_one_conference(client, conference):
    speaker = make_speaker(conference=conference)

    assert client.get(url(conference, f"speaker/{speaker.code}/")).status_code == 200
    assert client.get(url(make_conference(), f"speaker/{speaker.code}/")).status_code == 404


def test_page_shows_biography_and_released_sessions_alone(client, conference):
    speaker = make_speaker(conference=conference, role_title_en="Professor", email="me@example.org")
    released = make_session(conference=conference, title_en="Released one")
    make_participation(session=released, speaker=speaker, role="chair")
    make_participation(session=released, speaker=speaker, role="speaker")
    make_slot(session=released)
    make_release(conference)
    draft = make_session(conference=conference, title_en="Drafted one")
    make_participation(session=draft, speaker=speaker)
    make_slot(session=draft)

    content = client.get(url(conference, f"speaker/{speaker.code}/")).content.decode()

    for text in ("A biography.", "Learned society", "Professor", "Released one", ">AL<"):
        assert text in content, text
    assert content.count(f"/session/{released.code}/") == 1
    assert "Drafted one" not in content
    assert "me@example.org" not in content


def test_a_biography_in_the_other_language_is_shown_as_such(client, conference):
    speaker = make_speaker(conference=conference, biography_en="", affiliation_en="")

    content = client.get(url(conference, f"speaker/{speaker.code}/")).content.decode()

    assert '<div class="prose" lang="fr"><p>Une biographie.</p>' in content
    assert '<span lang="fr">Société savante</span>' in content


def test_page_tells_machines_who_it_is(client, conference):
    hostile = "</script><script>alert(1)</script>"
    speaker = make_speaker(
        conference=conference,
        family_name=hostile,
        biography_en=hostile,
        orcid="0000-0002-1825-0097",
        email="me@example.org",
    )

    content = client.get(url(conference, f"speaker/{speaker.code}/")).content.decode()

    assert "<script>alert" not in content
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', content)
    data = json.loads(found)
    assert data["@type"] == "Person"
    assert data["familyName"] == hostile
    assert data["sameAs"] == ["https://orcid.org/0000-0002-1825-0097"]


@pytest.mark.parametrize("count", [1, 3, 10])
def test_pages_cost_the_same_whatever_their_length(
    client, conference, django_assert_num_queries, count
):
    speaker = make_speaker(conference=conference)
    for number in range(count):
        make_speaker(conference=conference, is_headliner=bool(number % 2))
        session = make_session(conference=conference)
        make_participation(session=session, speaker=speaker)
        make_participation(session=session)
        make_slot(session=session)
    make_release(conference)

    with django_assert_num_queries(3):
        assert client.get(url(conference, "speakers/")).status_code == 200
    with django_assert_num_queries(5):
        assert client.get(url(conference, f"speaker/{speaker.code}/")).status_code == 200


def test_list_order_is_total(conference):
    assert conference.speakers.published().in_order().totally_ordered
