"""What awaits the registration desk, in figures."""

from dataclasses import dataclass

from django.utils import timezone

from conference.models import Conference
from registration.models import Quota, Registration


@dataclass(frozen=True, slots=True)
class Figures:
    today: int
    confirmed: int
    requested: int


def registrations_today(conference: Conference) -> int:
    """Live registrations made since midnight, where the conference takes place."""
    midnight = (
        timezone.now()
        .astimezone(conference.zone)
        .replace(hour=0, minute=0, second=0, microsecond=0)
    )
    return conference.registrations.live().filter(created_at__gte=midnight).count()


def figures(conference: Conference) -> Figures:
    by_state = conference.registrations.in_state_counts()
    return Figures(
        today=registrations_today(conference),
        confirmed=by_state.get(Registration.State.CONFIRMED, 0),
        requested=by_state.get(Registration.State.REQUESTED, 0),
    )


def quota_figures(conference: Conference) -> list[Quota]:
    """The quotas of ticket types, in order: what is taken and what is left."""
    return list(conference.quotas.filter(session__isnull=True).order_by("pk"))
