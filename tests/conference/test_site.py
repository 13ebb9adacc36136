"""What machines ask a site for."""

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from tests.factories import make_conference, make_release, make_session, make_slot, make_speaker

pytestmark = pytest.mark.django_db

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def sections(client, **extra):
    root = ET.fromstring(client.get("/sitemap.xml", **extra).content)
    return [element.text for element in root.iter(f"{MAP}loc")]


@override_settings(SITE_URL="https://conference.example.org", ALLOWED_HOSTS=["*"])
def test_sitemap_lists_every_public_page_in_both_languages(client):
    conference = make_conference()
    session = make_session(conference=conference)
    make_slot(session=session)
    make_slot(session=make_session(conference=conference, kind="break", code="PAUSE2"))
    make_release(conference)
    speaker = make_speaker(conference=conference)
    evil = {"headers": {"host": "evil.example.org"}}

    urls = {}
    for section in sections(client, **evil):
        path = section.removeprefix("https://conference.example.org")
        root = ET.fromstring(client.get(path, **evil).content)
        for url in root.iter(f"{MAP}url"):
            alternates = {
                link.get("hreflang"): link.get("href") for link in url.iter(f"{XHTML}link")
            }
            urls[url.find(f"{MAP}loc").text] = alternates

    def address(language, path):
        return f"https://conference.example.org/{language}/{conference.slug}/{path}"

    for path in (
        "",
        "partners/",
        "schedule/",
        "themes/",
        "speakers/",
        f"session/{session.code}/",
        f"speaker/{speaker.code}/",
    ):
        for language in ("fr", "en"):
            assert urls[address(language, path)] == {
                "fr": address("fr", path),
                "en": address("en", path),
            }
    assert not [url for url in urls if "evil" in url or "PAUSE2" in url]
    assert not [url for url in urls if "/admin/" in url or "/account/" in url]


@pytest.mark.parametrize("count", [1, 4])
def test_sitemap_costs_the_same_whatever_its_length(client, django_assert_num_queries, count):
    conference = make_conference()
    for _ in range(count):
        make_slot(session=make_session(conference=conference))
    make_release(conference)

    with django_assert_num_queries(1):
        client.get("/sitemap-sessions.xml")


@pytest.mark.parametrize(
    "path",
    ["/sitemap-nothing.xml", "/sitemap-speakers.xml?p=2", "/sitemap-speakers.xml?p=x"],
)
def test_a_section_that_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_an_empty_site_has_an_empty_map(client):
    assert sections(client) == []


def test_robots_ask_not_to_follow_what_is_private(client):
    response = client.get("/robots.txt")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert "Disallow: /fr/admin/" in lines
    assert "Disallow: /en/account/" in lines
    assert "Disallow: /*/*/registration/" in lines
    assert "Sitemap: http://localhost:8000/sitemap.xml" in lines


@override_settings(SECURITY_CONTACT="mailto:security@example.org")
def test_security_txt_says_whom_to_tell_and_until_when(client):
    content = client.get("/.well-known/security.txt").content.decode()

    assert "Contact: mailto:security@example.org\n" in content
    assert "Preferred-Languages: fr, en\n" in content
    (expires,) = re.findall(r"^Expires: (\S+)Z$", content, re.MULTILINE)
    left = datetime.fromisoformat(expires).replace(tzinfo=UTC) - timezone.now()
    assert timedelta(days=30) < left < timedelta(days=365)


def test_security_txt_falls_back_on_the_conference(client):
    assert client.get("/.well-known/security.txt").status_code == 404

    conference = make_conference()

    content = client.get("/.well-known/security.txt").content.decode()
    assert f"Contact: mailto:{conference.contact_email}\n" in content


def test_favicon_is_where_browsers_look_for_it(client):
    response = client.get("/favicon.ico")

    assert response.status_code == 302
    assert response["Location"].startswith("/static/img/favicon")


def test_an_uploaded_page_can_do_nothing(client, settings):
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    page = settings.MEDIA_ROOT / "page.html"
    page.write_text("<script src=/media/page.js></script>")

    response = client.get("/media/page.html")

    assert b"".join(response.streaming_content).startswith(b"<script")
    response.close()
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'none'" in policy
    assert "'self'" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["a" * 400, f"portraits/{'é' * 200}.jpg", "a/" * 3000])
def test_a_name_that_no_file_can_have_is_not_found(client, name):
    assert client.get(f"/media/{name}").status_code == 404
