"""Staff with rights of the press office."""

from django.contrib.auth.models import Permission

from conference.accounts.groups import GROUPS
from tests.factories import make_user

OFFICER = [
    codename
    for app, codename in (right.split(".") for right in sorted(GROUPS["Press"]))
    if app == "press"
]


def make_staff(*permissions):
    user = make_user(is_staff=True)
    rights = Permission.objects.filter(codename__in=permissions, content_type__app_label="press")
    user.user_permissions.set(rights)
    return user
