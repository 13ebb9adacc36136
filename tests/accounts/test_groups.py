"""Each group has just its rights."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from conference.accounts.groups import GROUPS, grant_after_migrate, split

pytestmark = pytest.mark.django_db

# What nobody but a superuser touches.
NEVER = ("accounts.", "admin.", "auth.", "account.", "mfa.", "sessions.", "usersessions.")


def held(group: str) -> set[str]:
    permissions = Permission.objects.filter(group__name=group).select_related("content_type")
    return {f"{p.content_type.app_label}.{p.codename}" for p in permissions}


@pytest.mark.parametrize("name", GROUPS)
def test_group_has_exactly_the_rights_of_the_table(name):
    assert held(name) == GROUPS[name]


def test_every_right_of_the_table_exists():
    for names in GROUPS.values():
        for app, codename in map(split, names):
            found = Permission.objects.filter(content_type__app_label=app, codename=codename)
            assert found.exists(), f"{app}.{codename}"


def test_groups_keep_out_of_each_others_rooms():
    for name, app in [
        ("Programme", "registration."),
        ("Programme", "press."),
        ("Speakers", "registration."),
        ("Speakers", "press."),
        ("Registration desk", "press."),
        ("Registration desk", "speakers."),
        ("Press", "registration."),
        ("Press", "mail."),
    ]:
        assert not [right for right in held(name) if right.startswith(app)], (name, app)
    for name in GROUPS:
        assert not [right for right in held(name) if right.startswith(NEVER)], name


def test_nobody_deletes_registrations_or_types_in_the_export_log():
    for name in GROUPS:
        rights = held(name)
        assert "registration.delete_registration" not in rights
        assert not rights & {"privacy.add_exportlog", "privacy.change_exportlog"}
        assert "programme.change_release" not in rights


def test_granting_again_changes_nothing_and_repairs():
    group = Group.objects.get(name="Press")
    group.permissions.add(Permission.objects.get(codename="view_registration"))
    group.permissions.remove(Permission.objects.get(codename="view_outlet"))

    for _ in range(2):
        for app_config in apps.get_app_configs():
            grant_after_migrate(app_config)

    assert held("Press") == GROUPS["Press"]
