"""Every page of the admin: it renders in both languages, and holds nothing that the policy forbids."""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from conference.models import Conference, Organisation, Page, Partner, Venue
from tests import factories
from tests.factories import make_conference, make_user, sign_in
from tests.policy import forbidden_by_policy

pytestmark = pytest.mark.django_db

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'{{7*7}}"
GROUND = [Conference, Organisation, Page, Partner, Venue]
REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def superuser(client):
    user = make_user(is_staff=True, is_superuser=True)
    sign_in(client, user)
    return user


@pytest.fixture
def furnished(superuser):
    """One row at least of what the builders can make, with hostile texts in it."""
    conference = make_conference(name_fr=HOSTILE, name_en=HOSTILE)
    organisation = factories.make_organisation(name_fr=HOSTILE, name_en=HOSTILE)
    Partner.objects.create(conference=conference, organisation=organisation, level="host")
    make_page(conference, title_fr=HOSTILE, title_en=HOSTILE)
    session = factories.make_session(conference=conference, title_fr=HOSTILE, title_en=HOSTILE)
    factories.make_slot(session=session)
    factories.make_release(conference)
    factories.make_talk(session=session)
    factories.make_participation(
        session=session, speaker=factories.make_speaker(conference=conference)
    )
    factories.make_outlet(name=HOSTILE)
    factories.make_journalist(family_name="<b>O’Hara</b>")
    factories.make_beat()
    factories.make_press_contact(conference=conference, name=HOSTILE)
    factories.make_press_release(conference=conference, title_fr=HOSTILE, title_en=HOSTILE)
    ticket_type = factories.make_ticket_type(
        conference=conference, name_fr=HOSTILE, name_en=HOSTILE
    )
    factories.make_registration(ticket_type=ticket_type, badge_name="<b>O’Hara</b>")
    return conference


def make_page(conference, **fields):
    defaults = {
        "conference": conference,
        "slug": f"page-{Page.objects.count()}",
        "title_fr": "Page",
        "title_en": "Page",
        "body_fr": "Texte",
        "body_en": "Text",
    }
    return Page.objects.create(**defaults | fields)


def pages_of(model: type[Model], *, with_rows: bool) -> Iterator[str]:
    """The addresses of the list and the forms of one model."""
    prefix = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    yield reverse(f"{prefix}_changelist")
    yield reverse(f"{prefix}_changelist") + "?q=O%E2%80%99Hara%3Cscript%3E"
    yield reverse(f"{prefix}_add")
    if with_rows and (row := model._base_manager.first()):
        for page in ("change", "history", "delete"):
            yield reverse(f"{prefix}_{page}", args=[row.pk])


# Django's own answer to a page that the model's rules do not offer.
REFUSED = 403


@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_render_under_the_policy(client, furnished, language):
    with translation.override(language):
        addresses = [page for model in REGISTERED for page in pages_of(model, with_rows=True)]
        addresses.append(reverse("admin:index"))
    for address in addresses:
        response = client.get(address)
        assert response.status_code in (200, REFUSED), address
        html = response.content.decode()
        assert f'<html lang="{language}"' in html, address
        assert forbidden_by_policy(html) == [], address
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_ground_has_all_its_pages(client, furnished):
    for model in GROUND:
        for address in pages_of(model, with_rows=True):
            assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("model", GROUND, ids=lambda model: model._meta.label)
def test_list_takes_as_many_queries_for_three_rows_as_for_one(
    client, superuser, model, django_assert_num_queries
):
    first = make_rows(model)
    address = next(pages_of(model, with_rows=False))
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _ in range(2):
        make_rows(model, first)

    with django_assert_num_queries(len(one)):
        assert client.get(address).status_code == 200


def make_rows(model, conference=None):
    """One more row of ``model``, each with its own relations."""
    conference = make_conference() if model is Conference or conference is None else conference
    if model is Partner:
        organisation = factories.make_organisation(parent=factories.make_organisation())
        Partner.objects.create(conference=conference, organisation=organisation, level="host")
    elif model is Page:
        make_page(conference)
    elif model is Organisation:
        factories.make_organisation(parent=factories.make_organisation())
    elif model is Venue:
        factories.make_venue()
    return conference


def test_index_takes_as_many_queries_for_three_rows_as_for_one(
    client, furnished, django_assert_num_queries
):
    client.get("/en/admin/")
    with CaptureQueriesContext(connection) as one:
        assert client.get("/en/admin/").status_code == 200
    for _ in range(2):
        make_page(furnished, title_en="")
        factories.make_slot(session=factories.make_session(conference=furnished))
        factories.make_registration(
            ticket_type=factories.make_ticket_type(conference=furnished, seats=3)
        )
        factories.make_journalist()
        factories.make_press_release(conference=furnished)

    with django_assert_num_queries(len(one)):
        assert client.get("/en/admin/").status_code == 200


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_no_state_can_be_typed(client, superuser, rf, model):
    request = rf.get("/")
    request.user = superuser
    states = {"state", "taken", "sealed", "is_sealed"} & {f.name for f in model._meta.fields}

    for obj in (None, model()):
        form = admin.site._registry[model].get_form(request, obj, change=obj is not None)
        assert not states & set(form.base_fields)


def test_nothing_is_edited_in_lists():
    for model, model_admin in admin.site._registry.items():
        assert not model_admin.list_editable, model


def test_every_model_with_rights_is_either_shown_or_meant_to_be_hidden():
    hidden = {
        "conference.importrun",  # looked at on the pages of its import
        "registration.seat",  # moved by services and a trigger alone
        "programme.participation",  # edited within their session
        "programme.talk",
        "press.affiliation",
        "speakers.consent",  # read and edited on their speaker's form
        "speakers.statechange",
        "speakers.unavailability",
    }
    shown = {model._meta.label_lower for model in admin.site._registry}
    ours = {"conference", "accounts", "mail", "privacy", "speakers", "programme", "press"}
    ours.add("registration")
    for model in apps.get_models():
        if model._meta.app_label in ours and model._meta.default_permissions:
            assert model._meta.label_lower in shown | hidden


def test_two_languages_stand_side_by_side(client, furnished):
    page = Page.objects.get(conference=furnished)
    html = client.get(f"/en/admin/conference/page/{page.pk}/change/").content.decode()

    assert 'class="form-row flex-container form-multiline field-title_fr field-title_en"' in html
    assert re.search(r'<input[^>]*name="title_fr"[^>]*lang="fr"', html)
    assert re.search(r'<input[^>]*name="title_en"[^>]*lang="en"', html)
    assert "Title (French)" in html


def test_language_switch_stays_on_the_page(client, furnished):
    html = client.get("/en/admin/conference/page/?q=x").content.decode()

    assert 'href="/fr/admin/conference/page/?q=x"' in html


def test_slug_fills_itself_in_without_script(client, furnished):
    data = {
        "conference": furnished.pk,
        "kind": "ordinary",
        "compliance": "none",
        "title_fr": "Été à l’École",
        "title_en": "",
        "body_fr": "Texte",
        "body_en": "",
        "menu": "footer",
        "position": "0",
        "slug": "",
    }
    assert client.post("/fr/admin/conference/page/add/", data).status_code == 302
    assert Page.objects.filter(slug="ete-a-lecole").exists()

    response = client.post("/fr/admin/conference/page/add/", data | {"title_fr": "日本"})
    assert response.status_code == 200
    assert "slug" in response.context["adminform"].form.errors


def test_page_is_not_published_in_one_language(client, furnished):
    page = make_page(furnished, title_en="", body_en="")
    data = {
        "conference": furnished.pk,
        "kind": "ordinary",
        "title_fr": "Titre",
        "title_en": "",
        "body_fr": "Texte",
        "body_en": "",
        "menu": "footer",
        "position": "0",
        "slug": page.slug,
        "is_published": "on",
    }

    response = client.post(f"/en/admin/conference/page/{page.pk}/change/", data)

    assert b"A published page is written in both languages." in response.content
    page.refresh_from_db()
    assert not page.is_published


def test_text_in_one_language_is_marked_and_counted(client, furnished):
    make_page(furnished, title_fr="Seulement ici", title_en="")

    html = client.get("/en/admin/conference/page/").content.decode()
    assert (
        '<span lang="fr">Seulement ici</span> <span class="missing">not translated</span>' in html
    )
    index = client.get("/en/admin/").content.decode()
    assert "Missing in English" in index


@pytest.mark.parametrize("accent", ["red", "#12345", "#GGGGGG", "url(x)", "#1A4F8B\n", ""])
def test_accent_is_a_colour(client, superuser, accent):
    conference = make_conference()
    form = client.get(f"/en/admin/conference/conference/{conference.pk}/change/").context[
        "adminform"
    ]
    data = {name: value for name, value in form.form.initial.items() if value is not None}

    response = client.post(
        f"/en/admin/conference/conference/{conference.pk}/change/", data | {"accent": accent}
    )

    conference.refresh_from_db()
    assert conference.accent == "#1a4f8b"
    if accent != "#1A4F8B\n":
        assert "accent" in response.context["adminform"].form.errors


def test_public_page_is_linked_only_while_it_is_public(client, furnished):
    draft, public = (
        make_page(furnished, slug="draft"),
        make_page(furnished, slug="public", is_published=True),
    )
    for page, is_linked in ((draft, False), (public, True)):
        html = client.get(f"/en/admin/conference/page/{page.pk}/change/").content.decode()
        assert (f"/page/{page.slug}/" in html) is is_linked


def test_demonstration_says_so(client, superuser, settings):
    make_conference()
    assert "Demonstration: second factor off" not in client.get("/en/admin/").content.decode()
    settings.DEMO = True
    assert "Demonstration: second factor off" in client.get("/en/admin/").content.decode()
