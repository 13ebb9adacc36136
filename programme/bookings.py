"""How many seats of sessions are taken: what an app above tells the programme.

The programme knows nothing of registrations. An app that does registers a provider from its
``AppConfig.ready``; without any, no session has a limited number of seats.
"""

from collections.abc import Callable
from dataclasses import dataclass

from conference.models import Conference


@dataclass(frozen=True, slots=True)
class Seats:
    """The seats of one session that is booked."""

    taken: int
    size: int

    @property
    def left(self) -> int:
        return max(self.size - self.taken, 0)

    @property
    def is_full(self) -> bool:
        return self.taken >= self.size


type Provider = Callable[[Conference], dict[int, tuple[int, int]]]

_providers: list[Provider] = []


def provider(function: Provider) -> Provider:
    """Let ``function(conference)`` tell ``{session id: (taken, size)}``, in one query."""
    if function not in _providers:
        _providers.append(function)
    return function


def seats(conference: Conference) -> dict[int, Seats]:
    """The seats of each session of ``conference`` that has to be booked, by the session's key."""
    return {
        session: Seats(*figures)
        for found in _providers
        for session, figures in found(conference).items()
    }
