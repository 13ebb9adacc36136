"""The frame of every page: its colours, its languages, its refusals."""

import re
from datetime import date

import pytest
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.template import loader
from django.test import Client, RequestFactory
from django.urls import reverse

from conference.models import Page, Partner
from conference.theme import stylesheet
from conference.views import errors
from tests.factories import make_conference, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def conference():
    return make_conference(accent="#00677f")


def home(conference, client: Client) -> str:
    return client.get(conference.get_absolute_url()).text


def theme_address(text: str) -> str:
    found = re.search(r'href="([^"]+/theme\.css\?v=\w+)"', text)
    assert found
    return found[1]


def test_page_asks_for_the_colours_of_its_accent(conference, client):
    address = theme_address(home(conference, client))

    response = client.get(address)

    assert response.text == stylesheet("#00677f")
    assert response["Content-Type"].startswith("text/css")
    assert response["Cache-Control"] == "public, max-age=31536000"


def test_address_of_the_colours_changes_with_the_accent(conference, client):
    before = theme_address(home(conference, client))
    conference.accent = "#8a1c3b"
    conference.save()

    assert before not in home(conference, client)


def test_colours_of_an_unpublished_conference_are_not_there(client):
    hidden = make_conference(is_published=False, is_current=False)

    assert client.get(reverse("conference:theme_css", args=[hidden.slug])).status_code == 404


def test_nothing_is_inline(conference, client):
    text = home(conference, client)

    assert " style=" not in text
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*(src=|application/ld\+json))", text)
    assert not re.search(r"\son\w+=", text)


def test_page_names_itself_in_both_languages(conference, client):
    text = home(conference, client)
    path = conference.get_absolute_url()

    for code in ("fr", "en"):
        other = re.sub(r"^/\w\w/", f"/{code}/", path)
        assert re.search(rf'<link rel="alternate" hreflang="{code}" href="[^"]*{other}">', text)
    assert re.search(rf'<link rel="canonical" href="[^"]*{path}">', text)


@pytest.mark.parametrize(
    ("language", "found", "mention"),
    [
        ("fr", {}, "Accessibilité : non conforme"),
        ("en", {}, "Accessibility: not compliant"),
        ("en", {"compliance": "partial"}, "Accessibility: partially compliant"),
        ("en", {"compliance": "full"}, "Accessibility: fully compliant"),
    ],
)
def test_accessibility_is_mentioned_on_every_page(conference, client, language, found, mention):
    Page.objects.create(
        **found,
        conference=conference,
        slug="accessibility",
        kind=Page.Kind.ACCESSIBILITY,
        title_fr="Déclaration",
        title_en="Statement",
        body_fr="…",
        body_en="…",
        is_published=True,
    )

    text = client.get(f"/{language}/{conference.slug}/").text

    assert mention in text.replace("\N{NO-BREAK SPACE}", " ").replace("\u202f", " ")


def test_past_edition_says_so_and_invites_nobody(client):
    past = make_conference(starts_on=date(2020, 2, 6), ends_on=date(2020, 2, 7))

    text = home(past, client)

    assert 'class="band"' in text
    assert "masthead__register" not in text


def test_partner_without_a_logo_is_set_in_type(conference, client):
    organisation = make_organisation(name_fr="Institut d’Exemple", name_en="Institute")
    Partner.objects.create(
        conference=conference, organisation=organisation, level=Partner.Level.DONOR
    )

    text = client.get(f"/fr/{conference.slug}/partners/").text

    assert '<span class="partner__name">Institut d’Exemple</span>' in text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_missing_page_keeps_the_frame_and_is_not_indexed(conference, client, language):
    response = client.get(f"/{language}/{conference.slug}/nothing/")

    assert response.status_code == 404
    assert f'<html lang="{language}">' in response.text
    assert '<meta name="robots" content="noindex">' in response.text
    assert conference.name in response.text


def test_failure_is_told_without_database_or_context(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = errors.server_error(rf.get("/"))

    assert response.status_code == 500
    assert "Une erreur est survenue" in response.text
    assert "Something went wrong" in response.text


@pytest.mark.parametrize("name", ["tokens", "base", "components", "print", "admin", "pdf/tokens"])
def test_style_sheets_name_only_files_that_exist(name):
    path = finders.find(f"css/{name}.css")
    assert path
    folder = f"css/{name}".rsplit("/", 1)[0]

    with open(path) as file:
        addresses = re.findall(r'url\("([^"]+)"\)', file.read())

    for address in addresses:
        if not address.startswith("data:"):
            parts = f"{folder}/{address}".split("/")
            while ".." in parts:
                up = parts.index("..")
                del parts[up - 1 : up + 1]
            assert finders.find("/".join(parts)), address


@pytest.mark.parametrize("size", [None, "small"])
def test_portrait_without_a_picture_is_made_of_initials(size):
    class Person:
        portrait = ""
        initials = "AÖ"

    html = loader.render_to_string("components/portrait.html", {"person": Person(), "size": size})

    assert f"portrait--{size or 'fill'}" in html
    assert "<span>AÖ</span>" in html


def test_a_public_page_prints_nobodys_messages(conference, client):
    """A cache may hold it; what was to be said is said on the next page of one's own."""
    words = "For one person alone"
    request = RequestFactory().get("/")
    request.COOKIES = {}
    storage = CookieStorage(request)
    storage.add(messages.INFO, words)
    response = HttpResponse()
    storage.update(response)
    client.cookies["messages"] = response.cookies["messages"].value

    assert words not in home(conference, client)
    assert words in client.get("/en/account/login/").text
