"""Builders for tests: the least that the database accepts, and what the test says."""

import itertools
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from conference.accounts.models import User
from conference.models import Conference, Organisation, Venue
from press.models import (
    Affiliation,
    Beat,
    Journalist,
    MediaList,
    Outlet,
    PressContact,
    PressRelease,
)
from programme import services as programme_services
from programme.models import Participation, Release, Room, Session, Slot, Talk, Theme
from registration import services
from registration.models import Quota, Registration, TicketType
from speakers.models import Speaker

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


def morning_zone() -> str:
    """A time zone where it is morning now, for tests of what is left of today."""
    hours = max(-12, 9 - datetime.now(UTC).hour)
    return f"Etc/GMT{-hours:+d}"  # POSIX counts them from the other side


def make_user(**fields: Any) -> User:
    number = next(_numbers)
    password = fields.pop("password", None)
    return User.objects.create_user(f"user-{number}@example.org", password, **fields)


def make_speaker(**fields: Any) -> Speaker:
    """A published speaker, of a new conference unless told otherwise."""
    number = next(_numbers)
    defaults = {
        "given_name": "Ada",
        "family_name": f"Lovelace {number}",
        "affiliation_fr": "Société savante",
        "affiliation_en": "Learned society",
        "biography_fr": "Une biographie.",
        "biography_en": "A biography.",
        "is_published": True,
    }
    if "conference" not in fields:
        fields["conference"] = make_conference()
    return Speaker.objects.create(**defaults | fields)


def make_theme(**fields: Any) -> Theme:
    number = next(_numbers)
    defaults = {
        "slug": f"theme-{number}",
        "name_fr": f"Thème {number}",
        "name_en": f"Theme {number}",
    }
    if "conference" not in fields:
        fields["conference"] = make_conference()
    return Theme.objects.create(**defaults | fields)


def make_room(**fields: Any) -> Room:
    number = next(_numbers)
    defaults = {
        "slug": f"room-{number}",
        "name_fr": f"Salle {number}",
        "name_en": f"Room {number}",
    }
    if "conference" not in fields:
        fields["conference"] = make_conference()
    return Room.objects.create(**defaults | fields)


def make_session(**fields: Any) -> Session:
    number = next(_numbers)
    defaults = {
        "kind": Session.Kind.LECTURE,
        "title_fr": f"Séance {number}",
        "title_en": f"Session {number}",
        "abstract_fr": "Un résumé.",
        "abstract_en": "An abstract.",
    }
    if "conference" not in fields:
        fields["conference"] = make_conference()
    return Session.objects.create(**defaults | fields)


def make_talk(**fields: Any) -> Talk:
    number = next(_numbers)
    return Talk.objects.create(
        **{"title_fr": f"Exposé {number}", "title_en": f"Talk {number}"} | fields
    )


def make_participation(**fields: Any) -> Participation:
    if "speaker" not in fields:
        fields["speaker"] = make_speaker(conference=fields["session"].conference)
    return Participation.objects.create(**fields)


def make_slot(**fields: Any) -> Slot:
    """A draft slot of one hour in a room of its own, on the morning of 4 February 2027."""
    session = fields.setdefault("session", None) or make_session()
    starts_at = fields.get("starts_at", datetime(2027, 2, 4, 8, tzinfo=UTC))
    defaults = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
    if "room" not in fields:
        fields["room"] = make_room(conference=session.conference)
    return Slot.objects.create(**defaults | fields | {"session": session})


def make_release(conference: Conference, **fields: Any) -> Release:
    """The draft of ``conference``, published, and nobody told unless asked."""
    fields.setdefault("announce", False)
    version = fields.pop("version", f"v{next(_numbers)}")
    return programme_services.publish(conference, version=version, **fields)


def make_outlet(**fields: Any) -> Outlet:
    defaults = {
        "name": f"Le Courrier {next(_numbers)}",
        "kind": "daily",
        "country": "FR",
        "language": "fr",
    }
    return Outlet.objects.create(**defaults | fields)


def make_beat(**fields: Any) -> Beat:
    number = next(_numbers)
    defaults = {
        "slug": f"beat-{number}",
        "name_fr": f"Rubrique {number}",
        "name_en": f"Beat {number}",
    }
    return Beat.objects.create(**defaults | fields)


def make_journalist(**fields: Any) -> Journalist:
    """A journalist, now at ``outlet`` (with ``role``) if there is one, following ``beats``."""
    number = next(_numbers)
    outlet, role = fields.pop("outlet", None), fields.pop("role", "")
    beats = fields.pop("beats", [])
    defaults = {
        "given_name": "Ada",
        "family_name": f"Lovelace {number:04}",
        "email": f"journalist-{number}@example.org",
        "country": "FR",
        "languages": ["fr"],
        "source": "person",
    }
    journalist = Journalist.objects.create(**defaults | fields)
    journalist.beats.set(beats)
    if outlet:
        Affiliation.objects.create(journalist=journalist, outlet=outlet, role=role)
    return journalist


def make_media_list(**fields: Any) -> MediaList:
    """A list that asks for everyone, unless told otherwise."""
    beats, outlets = fields.pop("beats", []), fields.pop("outlets", [])
    owner = fields.pop("owner", None) or make_user(is_staff=True)
    defaults = {"name": f"List {next(_numbers)}"}
    media_list = MediaList.objects.create(owner=owner, **defaults | fields)
    media_list.beats.set(beats)
    media_list.outlets.set(outlets)
    return media_list


def make_press_contact(**fields: Any) -> PressContact:
    if "conference" not in fields:
        fields["conference"] = make_conference()
    defaults = {
        "name": "Lison Behra",
        "email": "press@example.org",
        "phone": "+33 1 99 00 10 02",
        "languages": ["fr", "en"],
    }
    return PressContact.objects.create(**defaults | fields)


def make_press_release(**fields: Any) -> PressRelease:
    """A release published an hour ago, without embargo."""
    number = next(_numbers)
    if "conference" not in fields:
        fields["conference"] = make_conference()
    defaults = {
        "slug": f"press-release-{number}",
        "title_fr": f"Communiqué {number}",
        "title_en": f"Release {number}",
        "standfirst_fr": "Le chapeau.",
        "standfirst_en": "The standfirst.",
        "body_fr": "Le **texte**.",
        "body_en": "The **text**.",
        "published_at": timezone.now() - timedelta(hours=1),
    }
    return PressRelease.objects.create(**defaults | fields)


def make_quota(**fields: Any) -> Quota:
    if "conference" not in fields:
        fields["conference"] = make_conference()
    return Quota.objects.create(**{"name_fr": "Salle", "name_en": "Hall", "size": 100} | fields)


def make_ticket_type(*, seats: int | None = None, **fields: Any) -> TicketType:
    """A ticket type that anybody may have now; with ``seats``, no more than so many."""
    number = next(_numbers)
    if "conference" not in fields:
        fields["conference"] = make_conference()
    quotas = fields.pop("quotas", [])
    defaults = {
        "slug": f"participant-{number}",
        "name_fr": "Participation",
        "name_en": "Participant",
        "badge_role_fr": "Participation",
        "badge_role_en": "Participant",
    }
    ticket_type = TicketType.objects.create(**defaults | fields)
    if seats is not None:
        quotas = [*quotas, make_quota(conference=ticket_type.conference, size=seats)]
    ticket_type.quotas.set(quotas)
    return ticket_type


def make_registration(**fields: Any) -> Registration:
    """A confirmed registration through the service, so with its seats, secrets and mail."""
    number = next(_numbers)
    if "ticket_type" not in fields:
        conference = fields.pop("conference", None) or make_conference()
        fields["ticket_type"] = make_ticket_type(conference=conference)
    defaults: dict[str, Any] = {
        "given_name": "Ada",
        "family_name": "Lovelace",
        "email": f"person-{number}@example.org",
        "country": "FR",
        "language": "fr",
        "key": uuid.uuid4(),
        "invited": True,
    }
    return services.register(**defaults | fields)


def sign_in(client: Client, user: User, *, factor: bool | None = None) -> Client:
    """``user`` in that browser, with a second factor shown just now (staff, unless told)."""
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    if user.is_staff if factor is None else factor:
        shown = Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
        session = client.session
        session["account_authentication_methods_user"] = str(user.pk)
        session["account_authentication_methods"] = [
            {"method": "password", "at": time.time()},
            {"method": "mfa", "at": time.time(), "id": shown.pk, "type": "totp"},
        ]
        session.save()
    return client
