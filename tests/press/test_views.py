"""The press room: what is public, and nothing else, in both languages."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from press.models import PressKitItem
from press.sitemaps import PressReleaseSitemap
from tests.factories import (
    make_conference,
    make_press_contact,
    make_press_release,
    make_speaker,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
CANARY = "canary-7f3a"


def address(release, language):
    return f"/{language}/{release.conference.slug}/press/{release.slug}/"


def secret_release(**fields):
    texts = {
        f"{field}_{language}": f"{CANARY} {field}"
        for field in ("title", "standfirst", "body")
        for language in ("fr", "en")
    }
    return make_press_release(slug=CANARY, **texts | fields)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "fields",
    [
        {"published_at": None},
        {"published_at": None, "embargo_until": timezone.now() - HOUR},
        {"embargo_until": timezone.now() + HOUR},
        {"published_at": timezone.now() + HOUR},
    ],
)
def test_what_is_not_public_is_nowhere(client, language, fields):
    release = secret_release(**fields)
    room = f"/{language}/{release.conference.slug}/press/"

    assert client.get(address(release, language)).status_code == 404
    assert client.head(address(release, language)).status_code == 404
    assert CANARY not in client.get(address(release, language)).content.decode().replace(
        address(release, language), ""
    ).replace(CANARY + "/", "")
    for url in (room, "/sitemap.xml", "/sitemap-press-releases.xml"):
        assert CANARY not in client.get(url).content.decode()
    assert list(PressReleaseSitemap().items()) == []


def test_the_embargo_lifts_by_itself(client):
    release = secret_release(embargo_until=timezone.now() - timedelta(seconds=1))

    response = client.get(address(release, "en"))

    assert response.status_code == 200
    assert client.head(address(release, "en")).status_code == 200
    assert CANARY in response.content.decode()


def test_the_room_is_kept_until_the_next_embargo(client):
    conference = make_conference()
    make_press_release(conference=conference, embargo_until=timezone.now() + 3 * HOUR)
    next_one = make_press_release(conference=conference, embargo_until=timezone.now() + HOUR)

    request = client.get(f"/en/{conference.slug}/press/").wsgi_request

    assert request.kept_until == next_one.embargo_until


def test_a_release_of_another_conference_is_not_found(client):
    release = make_press_release()
    other = make_conference()

    assert client.get(f"/en/{other.slug}/press/{release.slug}/").status_code == 404


def test_a_release_says_what_it_has_to_say(client):
    contact = make_press_contact(name="Stéphanie Masson", hours_fr="9 h – 18 h", hours_en="9–18")
    release = make_press_release(
        conference=contact.conference,
        title_en="Two days of science",
        body_en="## A voice\n\nThe **text**.",
        dateline="Palaiseau",
    )
    speaker = make_speaker(conference=contact.conference, is_published=True, family_name="Özdağlar")
    hidden = make_speaker(conference=contact.conference, is_published=False, family_name="Hidden")
    release.speakers.set([speaker, hidden])
    release.contacts.set([contact])
    PressKitItem.objects.create(
        conference=contact.conference,
        kind="text",
        title_fr="À propos",
        title_en="About us",
        text_fr="Nous.",
        text_en="We are us.",
        is_published=True,
    )

    content = client.get(address(release, "en")).content.decode()

    for text in [
        "Two days of science</h1>",
        "<h2>A voice</h2>",
        "<strong>text</strong>",
        "Palaiseau",
        "The standfirst.",
        "Özdağlar",
        "About us",
        "We are us.",
        "Stéphanie Masson",
        "9–18",
        "mailto:press@example.org",
        "tel:+33199001002",
    ]:
        assert text in content
    assert "Hidden" not in content


def test_a_missing_translation_is_said_and_marked(client):
    release = make_press_release(
        title_en=None, body_en=None, standfirst_en=None, title_fr="Deux jours de science"
    )

    content = client.get(address(release, "en")).content.decode()

    assert '<h1 lang="fr">Deux jours de science</h1>' in content
    assert re.search(r'<div class="prose" lang="fr"', content)
    assert "This release is in French only for now." in content


def test_structured_data_cannot_end_its_element(client):
    published_at = timezone.now() - HOUR
    release = make_press_release(
        title_en="</script><script>alert(1)</script> & <b>", published_at=published_at
    )

    content = client.get(address(release, "en")).content.decode()

    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', content, re.DOTALL)
    article = json.loads(data)
    assert article["@type"] == "NewsArticle"
    assert article["headline"] == "</script><script>alert(1)</script> & <b>"
    assert article["datePublished"] == published_at.isoformat()
    assert "<script>alert" not in content


@pytest.mark.parametrize(("language", "first"), [("fr", "Française"), ("en", "Englishwoman")])
def test_contacts_who_speak_the_readers_language_come_first(client, language, first):
    conference = make_conference()
    make_press_contact(
        conference=conference, name="Mailbox", is_copied=True, languages=["fr", "en"]
    )
    make_press_contact(conference=conference, name="Française", languages=["fr"])
    make_press_contact(conference=conference, name="Englishwoman", languages=["en"])

    content = client.get(f"/{language}/{conference.slug}/press/").content.decode()

    names = re.findall(r'<p class="contact__name">(.*?)</p>', content)
    assert names[0] == first
    assert names[-1] == "Mailbox"


@pytest.mark.parametrize("count", [1, 3])
def test_the_room_costs_the_same_whatever_it_holds(client, django_assert_num_queries, count):
    conference = make_conference()
    for number in range(count):
        make_press_release(conference=conference)
        make_press_contact(conference=conference)
        PressKitItem.objects.create(
            conference=conference, kind="logo", title_fr=f"L{number}", is_published=True
        )
        PressKitItem.objects.create(
            conference=conference, kind="text", title_fr="T", text_fr="t", is_published=True
        )

    with django_assert_num_queries(6):
        response = client.get(f"/en/{conference.slug}/press/")

    assert response.content.decode().count('class="card__date"') == count


@pytest.mark.parametrize("count", [1, 3])
def test_a_release_costs_the_same_whatever_it_holds(client, django_assert_num_queries, count):
    release = make_press_release()
    for _ in range(count):
        release.contacts.add(make_press_contact(conference=release.conference))
        release.speakers.add(make_speaker(conference=release.conference, is_published=True))

    with django_assert_num_queries(6):
        client.get(address(release, "en"))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_room_is_cacheable_and_sets_no_cookie(client, language):
    conference = make_conference()

    response = client.get(f"/{language}/{conference.slug}/press/")

    assert response.status_code == 200
    assert "public" in response["Cache-Control"]
    assert not response.cookies


def test_the_sitemap_holds_public_releases_in_both_languages(client):
    release = make_press_release()

    content = client.get("/sitemap-press-releases.xml").content.decode()

    assert address(release, "fr") in content
    assert address(release, "en") in content


def test_unpublished_conferences_have_no_press_room(client):
    conference = make_conference(is_published=False, is_current=False)
    make_press_release(conference=conference)

    assert client.get(f"/en/{conference.slug}/press/").status_code == 404
    assert list(PressReleaseSitemap().items()) == []


# --- Files of the kit -----------------------------------------------------------------------------

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def kit_item(name="Logo du sommet.png", content=PNG, **fields):
    defaults = {"kind": "logo", "title_fr": "Logo", "title_en": "Logo", "is_published": True}
    conference = fields.pop("conference", None) or make_conference()
    file = SimpleUploadedFile(name, content)
    return PressKitItem(conference=conference, file=file, **defaults | fields)


def test_a_published_file_is_given_to_keep_under_its_own_name(client):
    item = kit_item()
    item.full_clean()
    item.save()

    page = client.get(f"/en/{item.conference.slug}/press/").content.decode()

    assert f'<a href="{item.get_file_url()}" download>' in page
    response = client.get(item.get_file_url())

    assert b"".join(response.streaming_content) == PNG
    assert response["Content-Disposition"] == 'attachment; filename="Logo_du_sommet.png"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"


def test_an_unpublished_file_is_nowhere(client, settings):
    item = kit_item(is_published=False)
    item.save()
    elsewhere = make_conference()

    assert Path(settings.PRIVATE_ROOT) in Path(item.file.path).parents
    assert Path(settings.MEDIA_ROOT) not in Path(item.file.path).parents
    assert re.fullmatch(r"press-kit/[0-9a-f]{32}/Logo_du_sommet\.png", item.file.name)
    assert client.get(item.get_file_url()).status_code == 404
    PressKitItem.objects.update(is_published=True)
    assert b"".join(client.get(item.get_file_url()).streaming_content) == PNG
    for other in [
        item.get_file_url().replace(item.conference.slug, elsewhere.slug),
        item.get_file_url().replace("Logo", "Logos"),
    ]:
        assert client.get(other).status_code == 404
    item.file.storage.delete(item.file.name)
    assert client.get(item.get_file_url()).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("logo.svg", b"<svg onload='alert(1)'/>", "kind"),
        ("page.html", b"<script>", "kind"),
        ("nothing", b"x", "kind"),
        ("logo.png", b"<script>", "content"),
        ("logo.webp", b"RIFF....WAVE", "content"),
        ("text.txt", b"MZ\0", "content"),
        ("large.png", PNG + b"0" * 20 * 2**20, "large"),
    ],
)
def test_files_that_are_not_what_they_should_be_are_refused(name, content, code):
    with pytest.raises(ValidationError) as refused:
        kit_item(name, content).full_clean()

    assert [error.code for error in refused.value.error_dict["file"]] == [code]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.PDF", b"%PDF-1.7"),
        ("a.jpeg", b"\xff\xd8\xff\xe0"),
        ("a.webp", b"RIFF\0\0\0\0WEBP"),
        ("a.zip", b"PK\x03\x04"),
        ("a.txt", "é".encode()),
    ],
)
def test_the_kinds_that_journalists_use_are_taken(name, content):
    kit_item(name, content).full_clean()


def test_a_file_that_was_lost_does_not_block_its_page():
    item = kit_item()
    item.save()
    item.file.storage.delete(item.file.name)

    PressKitItem.objects.get().full_clean()
