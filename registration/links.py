"""The private link: who holds it may see and change one registration."""

from datetime import timedelta

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from conference.models import Conference
from conference.secrets import digest_of
from registration.models import Registration, Secret

OPEN_AFTER_THE_EVENT = timedelta(days=7)


def manage_url(registration: Registration) -> str:
    """The path of its page, in the active language."""
    token = registration.secret(Secret.Purpose.MANAGE)
    return reverse("registration:manage", args=[registration.conference.slug, token])


def registration_behind(token: str, conference: Conference) -> Registration:
    """The registration that ``token`` opens; 404 when it opens none, or none any more."""
    secret = (
        Secret.objects.in_force()
        .filter(
            digest=digest_of(token),
            purpose=Secret.Purpose.MANAGE,
            registration__conference=conference,
        )
        .select_related("registration__ticket_type")
        .first()
    )
    if secret is None:
        raise Http404
    registration = secret.registration
    registration.conference = registration.ticket_type.conference = conference
    if not is_still_open(registration):
        raise Http404
    return registration


def is_still_open(registration: Registration) -> bool:
    """Until a week after the event, or after the end of registration where that is later."""
    now, conference = timezone.now(), registration.conference
    if now.astimezone(conference.zone).date() <= conference.ends_on + OPEN_AFTER_THE_EVENT:
        return True
    closes_at = registration.ticket_type.closes_at
    return closes_at is not None and now <= closes_at + OPEN_AFTER_THE_EVENT
