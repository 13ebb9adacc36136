"""The history of the programme in public: versions, differences, and a feed of them."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.dateparse import parse_datetime

from programme import services
from programme.models import Release
from tests.factories import (
    make_conference,
    make_participation,
    make_release,
    make_session,
    make_slot,
    make_speaker,
)

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def conference():
    return make_conference(slug="own")


def make_part(conference, **fields):
    slot = make_slot(session=make_session(conference=conference, **fields))
    make_participation(
        session=slot.session, speaker=make_speaker(conference=conference, given_name="Grace")
    )
    return slot


def move(slot):
    slot.starts_at += timedelta(hours=1)
    slot.ends_at += timedelta(hours=1)
    slot.save()


def three_versions(conference):
    slot = make_part(conference, title_en="Once & again", title_fr="Une fois")
    make_release(conference, version="1")
    move(slot)
    make_release(conference, version="2", comment_fr="Déplacé", comment_en="Moved <b>")
    slot.session.title_en = "DRAFT CANARY"
    slot.session.save()
    first = conference.releases.get(version="1")
    services.publish_again(first, version="3", announce=False)
    return slot


def page_of(client, path, language="en"):
    response = client.get(f"/{language}/own/{path}")
    assert response.status_code == 200, path
    return response.content.decode()


# --- The history -----------------------------------------------------------------------------


def test_history_tells_each_version_in_words(client, conference):
    three_versions(conference)

    content = page_of(client, "changelog/")

    order = [content.index(f">Version {number}</a>") for number in (3, 2, 1)]
    assert order == sorted(order)
    assert content.count("Moved") >= 2
    assert "Once &amp; again" in content
    assert "Moved &lt;b&gt;" in content
    assert "Version 1, published again." in content
    assert "First version of the programme." in content
    assert "DRAFT CANARY" not in content
    assert 'href="/en/own/schedule/v/2/"' in content


def test_history_before_the_first_version(client, conference):
    assert 'class="empty"' in page_of(client, "changelog/")
    assert client.get("/en/own/changelog/feed.xml").status_code == 404


@pytest.mark.parametrize("path", ["changelog/", "changelog/feed.xml", "schedule/v/2/"])
def test_who_is_no_longer_published_is_named_nowhere(client, conference, path):
    slot = make_part(conference)
    make_release(conference, version="1")
    hidden = make_speaker(
        conference=conference, given_name="Formerly", family_name="Here", is_published=True
    )
    make_participation(session=slot.session, speaker=hidden)
    make_release(conference, version="2")
    assert "Formerly" in page_of(client, path)
    hidden.is_published = False
    hidden.save()

    content = page_of(client, path)

    assert "Formerly" not in content
    assert "Here" not in content.replace("Here is", "")
    if path != "changelog/feed.xml":
        assert "Version" in content or "version" in content


def test_names_are_those_of_today(client, conference):
    slot = make_part(conference)
    make_release(conference, version="1")
    speaker = make_speaker(conference=conference, given_name="Before")
    make_participation(session=slot.session, speaker=speaker)
    make_release(conference, version="2")
    speaker.given_name = "After"
    speaker.save()

    content = page_of(client, "changelog/")

    assert "After" in content
    assert "Before" not in content


def test_history_is_read_in_pages_at_a_constant_cost(client, conference):
    slot = make_part(conference)
    costs = set()
    for count in (3, 22):
        while Release.objects.count() < count:
            move(slot)
            speaker = make_speaker(conference=conference)
            make_participation(session=slot.session, speaker=speaker)
            make_release(conference)
        client.get("/en/own/changelog/")
        with CaptureQueriesContext(connection) as queries:
            content = page_of(client, "changelog/")
        costs.add(len(queries))

    assert len(costs) == 1
    assert content.count('class="version"') == 20
    assert page_of(client, "changelog/?page=2").count('class="version"') == 2


# --- The feed --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
def test_feed_is_atom(client, conference, language):
    """What RFC 4287 asks for: §4.1.1, §4.1.2, §3.3, §4.2.6."""
    three_versions(conference)

    response = client.get(f"/{language}/own/changelog/feed.xml")

    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert response["Access-Control-Allow-Origin"] == "*"
    root = ElementTree.fromstring(response.content)
    assert root.tag == f"{ATOM}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    for parent in [root, *root.findall(f"{ATOM}entry")]:
        for name in ("id", "title", "updated"):
            assert len(parent.findall(f"{ATOM}{name}")) == 1, name
        assert parse_datetime(parent.findtext(f"{ATOM}updated")).tzinfo
        assert parent.findtext(f"{ATOM}id").startswith("http")
        assert any(
            link.get("rel") == "alternate" and link.get("href")
            for link in parent.findall(f"{ATOM}link")
        )
    assert root.find(f"{ATOM}author/{ATOM}name").text
    own = [link for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert own[0].get("href").endswith(f"/{language}/own/changelog/feed.xml")
    entries = root.findall(f"{ATOM}entry")
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 3
    assert root.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}updated")
    summary = entries[1].find(f"{ATOM}summary")
    assert summary.get("type") == "html"
    assert {"fr": "Une fois", "en": "Once &amp; again"}[language] in summary.text
    assert "DRAFT CANARY" not in response.content.decode()


def test_no_text_breaks_the_feed(client, conference):
    """XML has no way to write most control characters."""
    hostile = "A\x0bB\x1fC\ufffe ]]> <b>&amp;"
    make_part(conference)
    make_release(conference)
    make_part(conference, title_fr=hostile, title_en=hostile)
    make_release(conference, comment_fr=hostile, comment_en=hostile)

    response = client.get("/en/own/changelog/feed.xml")

    assert response.status_code == 200
    root = ElementTree.fromstring(response.content)
    assert "ABC" in root.findtext(f"{ATOM}entry/{ATOM}summary")


def test_feed_and_pages_are_answered_from_memory(client, conference, settings):
    settings.KEEP_RENDERED_PAGES = True
    three_versions(conference)

    for path in ("changelog/", "changelog/feed.xml", "schedule/v/1/"):
        first = client.get(f"/en/own/{path}")
        again = client.get(f"/en/own/{path}", headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 304, path
        assert first["Last-Modified"]


# --- Every version ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
def test_old_version_keeps_its_address_and_says_that_it_is_old(client, conference, language):
    three_versions(conference)

    old = page_of(client, "schedule/v/2/", language)

    assert {"fr": "Une fois", "en": "Once &amp; again"}[language] in old
    assert '<time datetime="2027-02-04T10:00:00+01:00">10:00</time>' in old
    assert 'class="version__mark"' in old
    assert f'href="/{language}/own/schedule/"' in old
    assert '<meta name="robots" content="noindex">' in old
    assert "DRAFT CANARY" not in old
    assert "version__mark--current" in page_of(client, "schedule/v/3/", language)


def test_what_was_withdrawn_is_still_in_the_version_that_had_it(client, conference):
    make_part(conference)
    slot = make_part(conference, title_en="Withdrawn one")
    make_release(conference, version="1")
    slot.delete()
    make_release(conference, version="2")

    assert "Withdrawn one" in page_of(client, "schedule/v/1/")
    assert "Withdrawn one" not in page_of(client, "schedule/v/2/")


def test_a_version_of_another_conference_is_not_here(client, conference):
    make_release(make_slot().session.conference, version="elsewhere")

    assert client.get("/en/own/schedule/v/elsewhere/").status_code == 404


def test_a_name_with_signs_has_its_address(client, conference):
    make_part(conference)
    make_release(conference, version="1.0 été+α")

    assert client.get("/en/own/changelog/").status_code == 200
    assert client.get("/en/own/schedule/v/1.0%20%C3%A9t%C3%A9+%CE%B1/").status_code == 200


@pytest.mark.parametrize("count", [1, 12])
def test_a_version_costs_the_same_whatever_its_length(
    client, conference, django_assert_num_queries, count
):
    for _ in range(count):
        make_part(conference)
    make_release(conference, version="1")
    client.get("/en/own/schedule/v/1/")

    with CaptureQueriesContext(connection) as queries:
        page_of(client, "schedule/v/1/")

    assert len(queries) <= 10
