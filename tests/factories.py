"""Builders for tests: the least that the database accepts, and what the test says."""

import itertools
from typing import Any

from conference.accounts.models import User
from conference.models import Conference, Organisation, Venue

_numbers = itertools.count(1)


def make_organisation(**fields: Any) -> Organisation:
    number = next(_numbers)
    defaults = {
        "name_fr": f"Institut {number}",
        "name_en": f"Institute {number}",
        "slug": f"organisation-{number}",
        "country": "FR",
    }
    return Organisation.objects.create(**defaults | fields)


def make_venue(**fields: Any) -> Venue:
    defaults = {
        "name_fr": "École",
        "name_en": "School",
        "address": "1 rue de l’Exemple",
        "postal_code": "91120",
        "city_fr": "Palaiseau",
        "city_en": "Palaiseau",
        "country": "FR",
    }
    return Venue.objects.create(**defaults | fields)


def make_conference(**fields: Any) -> Conference:
    """A published conference of two days, the current one unless told otherwise."""
    number = next(_numbers)
    defaults = {
        "slug": f"conference-{number}",
        "acronym": "CONF",
        "name_fr": "Conférence",
        "name_en": "Conference",
        "summary_fr": "Une conférence.",
        "summary_en": "A conference.",
        "description_fr": "Description en français.",
        "description_en": "Description in English.",
        "starts_on": "2027-02-04",
        "ends_on": "2027-02-05",
        "contact_email": "contact@example.org",
        "press_email": "press@example.org",
        "is_published": True,
        "is_current": not Conference.objects.filter(is_current=True).exists(),
    }
    if "venue" not in fields:
        fields["venue"] = make_venue()
    if "host" not in fields:
        fields["host"] = make_organisation()
    conference = Conference.objects.create(**defaults | fields)
    conference.refresh_from_db()
    return conference


def make_user(**fields: Any) -> User:
    number = next(_numbers)
    password = fields.pop("password", None)
    return User.objects.create_user(f"user-{number}@example.org", password, **fields)
