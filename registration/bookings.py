"""What registration tells the programme: how full each session is."""

from conference.models import Conference
from registration.models import Quota


def session_seats(conference: Conference) -> dict[int, tuple[int, int]]:
    """``{session id: (taken, size)}`` of the sessions whose seats are counted."""
    quotas = Quota.objects.filter(conference=conference, session__isnull=False)
    return {
        session: (taken, size)
        for session, taken, size in quotas.values_list("session_id", "taken", "size")
        if session is not None
    }
