"""Each group, each model: what it is shown, and what a forged request gets."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.urls import reverse

from conference.accounts.groups import GROUPS
from conference.models import Page
from tests.factories import make_conference, make_user, sign_in

pytestmark = pytest.mark.django_db
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def member(client, request):
    user = make_user(is_staff=True)
    user.groups.add(Group.objects.get(name=request.param))
    sign_in(client, user)
    return request.param


def may(group: str, action: str, model: type[Model]) -> bool:
    meta = model._meta
    return f"{meta.app_label}.{action}_{meta.model_name}" in GROUPS[group]


@pytest.mark.parametrize("member", GROUPS, indirect=True)
def test_group_is_shown_its_models_and_no_others(client, member):
    for model in MODELS:
        prefix = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        expected = 200 if may(member, "view", model) else 403
        assert client.get(reverse(f"{prefix}_changelist")).status_code == expected, model
        if not may(member, "add", model):
            assert client.get(reverse(f"{prefix}_add")).status_code == 403, model
            assert client.post(reverse(f"{prefix}_add"), {}).status_code == 403, model


@pytest.mark.parametrize("member", GROUPS, indirect=True)
def test_index_lists_the_groups_models_alone(client, member):
    make_conference()
    response = client.get("/en/admin/")

    shown = {m["model"] for task in response.context["app_list"] for m in task["models"]}
    assert shown == {model for model in MODELS if may(member, "view", model)}


@pytest.mark.parametrize("member", ["Press", "Registration desk", "Speakers"], indirect=True)
def test_forged_requests_change_nothing(client, member):
    conference = make_conference()
    page = Page.objects.create(conference=conference, slug="p", title_fr="Avant", body_fr="x")
    change = reverse("admin:conference_page_change", args=[page.pk])
    delete = reverse("admin:conference_page_delete", args=[page.pk])

    assert client.post(change, {"title_fr": "Après", "slug": "q"}).status_code == 403
    assert client.post(delete, {"post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": [page.pk], "post": "yes"}
    client.post(reverse("admin:conference_page_changelist"), action)

    assert Page.objects.filter(pk=page.pk, title_fr="Avant", slug="p").exists()


@pytest.mark.parametrize("member", GROUPS, indirect=True)
def test_autocomplete_gives_only_what_the_group_sees(client, member):
    address = reverse("admin:autocomplete")
    query = {"app_label": "press", "model_name": "affiliation", "field_name": "outlet", "term": "x"}

    expected = 200 if member == "Press" else 403
    assert client.get(address, query).status_code == expected
