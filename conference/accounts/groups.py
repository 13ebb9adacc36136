"""The four groups of staff and just their rights: this table is the whole truth of it.

A right is named ``app.codename``, so that the ground needs no import from the rooms on it.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed_apps
from django.apps.registry import Apps
from django.db import DEFAULT_DB_ALIAS
from django.utils.translation import gettext_lazy as _

ALL = ("view", "add", "change", "delete")
WRITE = ("view", "add", "change")
EDIT = ("view", "change")
VIEW = ("view",)


def rights(models: dict[str, Iterable[str]], *others: str) -> frozenset[str]:
    """``{"press.outlet": VIEW}`` becomes ``press.view_outlet``; ``others`` are named in full."""
    named = {
        f"{app}.{action}_{model}"
        for label, actions in models.items()
        for app, model in [label.split(".")]
        for action in actions
    }
    return frozenset(named | set(others))


GROUPS: dict[str, frozenset[str]] = {
    "Programme": rights(
        {
            "conference.conference": EDIT,
            "conference.organisation": WRITE,
            "conference.page": ALL,
            "conference.importrun": VIEW,
            "conference.partner": ALL,
            "conference.traveltime": ALL,
            "conference.venue": WRITE,
            "papers.paper": VIEW,
            "programme.announcement": VIEW,
            "programme.participation": ALL,
            # Released by an action, never by hand, and final.
            "programme.release": ("view", "add"),
            "programme.room": ALL,
            "programme.session": ALL,
            "programme.slot": ALL,
            "programme.talk": ALL,
            "programme.talkfile": ALL,
            "programme.theme": ALL,
            "speakers.committeemember": VIEW,
            "speakers.speaker": VIEW,
        }
    ),
    "Speakers": rights(
        {
            "conference.conference": VIEW,
            "conference.organisation": WRITE,
            "programme.participation": VIEW,
            "programme.session": VIEW,
            "programme.talk": VIEW,
            "programme.talkfile": ALL,
            "conference.importrun": VIEW,
            "papers.paper": VIEW,
            "speakers.committeemember": ALL,
            "speakers.consent": VIEW,
            # How they travel and what they eat is for this group alone.
            "speakers.logistics": ALL,
            "speakers.proposedchange": EDIT,
            "speakers.speaker": ALL,
            "speakers.statechange": VIEW,
            "speakers.unavailability": ALL,
        }
    ),
    "Registration desk": rights(
        {
            "conference.conference": VIEW,
            "mail.outgoingmail": VIEW,
            "papers.paper": VIEW,
            "registration.quota": VIEW,
            "registration.registration": WRITE,
            "registration.tickettype": VIEW,
        },
        "mail.resend_outgoingmail",
        "registration.print_badges",
    ),
    "Press": rights(
        {
            "conference.conference": VIEW,
            "press.affiliation": ALL,
            "press.beat": ALL,
            "press.journalist": ALL,
            "press.medialist": ALL,
            "press.outlet": ALL,
            "press.presscontact": ALL,
            "press.presskititem": ALL,
            "press.pressrelease": ALL,
            "privacy.exportlog": VIEW,
            "speakers.speaker": VIEW,
        },
        "press.export_journalist",
    ),
}

# What people read; the names above are what the database keeps.
TITLES = {
    "Programme": _("Programme"),
    "Speakers": _("Speakers"),
    "Registration desk": _("Registration desk"),
    "Press": _("Press"),
}


def grant_after_migrate(
    sender: AppConfig, using: str = DEFAULT_DB_ALIAS, apps: Apps = installed_apps, **_: Any
) -> None:
    """Give each group exactly the rights of the table over this application's models.

    Not in a migration: the permissions themselves are only made after the last of them, and rights
    stay right when an application brings new ones.
    """
    try:
        Group = apps.get_model("auth", "Group")
        Permission = apps.get_model("auth", "Permission")
    except LookupError:
        return
    of_app = Permission.objects.using(using).filter(content_type__app_label=sender.label)
    for name, names in GROUPS.items():
        group, _created = Group.objects.using(using).get_or_create(name=name)
        wanted = [codename for app, codename in map(split, names) if app == sender.label]
        held = of_app.filter(group=group)
        group.permissions.remove(*held.exclude(codename__in=wanted))
        group.permissions.add(*of_app.filter(codename__in=wanted))


def split(name: str) -> tuple[str, str]:
    app, _, codename = name.partition(".")
    return app, codename
