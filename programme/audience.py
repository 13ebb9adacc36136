"""Who is told of changes: the speakers concerned, and everybody who follows a session.

The programme itself knows one kind of follower, the agenda whose owner confirmed an address. An
app above that knows others (people who booked a seat) registers a provider from its
``AppConfig.ready``, as in ``programme/bookings.py``.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from conference.models import Conference
from programme.models import Agenda, Star
from speakers.models import Speaker


@dataclass(frozen=True, slots=True)
class Link:
    """A private page of a follower: a late value of the mail (``mail_parts.py``), and its name."""

    provider: str
    argument: str
    label: Any


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody who asked to hear of ``sessions`` (their keys), and the pages where that ends."""

    email: str
    language: str
    sessions: frozenset[int]
    links: tuple[Link, ...]
    name: str = ""


type Provider = Callable[[Conference, Collection[int]], Iterable[Follower]]

_providers: list[Provider] = []


def provider(function: Provider) -> Provider:
    """Let ``function(conference, sessions)`` tell who follows any of ``sessions`` (their keys).

    It costs the same number of queries whatever their number, and gives confirmed addresses only.
    """
    if function not in _providers:
        _providers.append(function)
    return function


@provider
def with_an_agenda(conference: Conference, sessions: Collection[int]) -> Iterable[Follower]:
    """Those who starred a session and confirmed the address at which to be told."""
    agendas: dict[int, Agenda] = {}
    starred: dict[int, set[int]] = {}
    stars = Star.objects.filter(
        agenda__conference=conference,
        agenda__confirmed_at__isnull=False,
        session__in=sessions,
    )
    for star in stars.exclude(agenda__email="").select_related("agenda").order_by("pk"):
        agendas[star.agenda_id] = star.agenda
        starred.setdefault(star.agenda_id, set()).add(star.session_id)
    for key, agenda in agendas.items():
        # The secrets of an agenda go to the address that it has when they leave, and no other.
        to = f"{key}:{agenda.email}"
        links = (
            Link("programme.agenda_link", to, _("My agenda")),
            Link("programme.agenda_news_link", to, _("Receive no more of these mails")),
        )
        yield Follower(agenda.email, agenda.language, frozenset(starred[key]), links)


def followers(conference: Conference, sessions: Collection[int]) -> dict[str, Follower]:
    """Everybody who follows any of ``sessions``, once each, by address."""
    found: dict[str, Follower] = {}
    if not sessions:
        return found
    for one in (one for known in _providers for one in known(conference, sessions)):
        key = one.email.casefold()
        found[key] = together(found[key], one) if key in found else one
    return found


def together(one: Follower, other: Follower) -> Follower:
    """The same person twice: all that they follow, and every page where they do."""
    return replace(
        one,
        sessions=one.sessions | other.sessions,
        links=one.links + tuple(link for link in other.links if link not in one.links),
        name=one.name or other.name,
    )


def speakers(keys: Collection[int]) -> list[Speaker]:
    """Those of ``keys`` who are expected, or at least invited, in the order of their names."""
    expected = [Speaker.State.INVITED, Speaker.State.ACCEPTED]
    return list(
        Speaker.objects.filter(pk__in=keys, state__in=expected).order_by(
            "family_name", "given_name", "pk"
        )
    )
