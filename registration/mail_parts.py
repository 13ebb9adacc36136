"""What the outbox asks for when a mail of ours leaves: files, and the private link."""

from django.conf import settings
from django.utils import translation

from conference import mail
from registration import tickets
from registration.links import manage_url
from registration.models import Registration
from registration.refusals import WrongState


def registration_of(argument: str) -> Registration:
    return Registration.objects.select_related(
        "ticket_type", "conference__venue", "conference__host"
    ).get(pk=argument)


@mail.attachment("registration.ticket")
def ticket(argument: str) -> mail.File:
    registration = registration_of(argument)
    return mail.File(
        tickets.file_name(registration, "pdf"), tickets.pdf(registration), "application/pdf"
    )


@mail.attachment("registration.calendar")
def calendar(argument: str) -> mail.File:
    registration = registration_of(argument)
    return mail.File(
        tickets.file_name(registration, "ics"),
        tickets.calendar_entry(registration),
        "text/calendar; charset=utf-8; method=PUBLISH",
    )


@mail.late_value("registration.private_link")
def private_link(argument: str) -> str:
    """Raises ``WrongState`` once the registration is over: no mail says “confirmed” then."""
    registration = registration_of(argument)
    if registration.state not in Registration.State.live():
        raise WrongState
    with translation.override(registration.language):
        return f"{settings.SITE_URL}{manage_url(registration)}"
