"""What a confirmed person carries: the ticket on paper, and the entry in the calendar."""

from datetime import timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from conference import ical, qr
from conference.pdf import render_pdf
from registration.models import Registration, Secret

CALENDAR_TYPE = ical.CONTENT_TYPE
STYLES = ("css/pdf/tokens.css", "css/pdf/ticket.css")


def file_name(registration: Registration, extension: str) -> str:
    """The same name in every language: “ai-science-society-K4T9WX.pdf”."""
    return f"{registration.conference.slug}-{registration.code}.{extension}"


def pdf(registration: Registration) -> bytes:
    """The ticket in the person's language; its code is read at the door."""
    token = registration.secret(Secret.Purpose.TICKET)
    context = {
        "registration": registration,
        "conference": registration.conference,
        "qr": qr.svg(token, label=gettext_lazy("Code of the ticket")),
    }
    return render_pdf(
        "registration/pdf/ticket.html",
        context,
        language=registration.language,
        stylesheets=STYLES,
    )


def calendar_entry(registration: Registration) -> bytes:
    """The days of the conference; no secret in it, as people share their calendars."""
    conference = registration.conference
    with translation.override(registration.language):
        entry = ical.event(
            uid=f"colloque-{conference.slug}-{registration.uuid}@{ical.host_name()}",
            summary=conference.name,
            starts_at=conference.starts_on,
            ends_at=conference.ends_on + timedelta(days=1),
            zone=conference.zone,
            changed_at=registration.state_changed_at,
            location=f"{conference.venue.name}, {conference.venue.postal_address}",
            url=f"{settings.SITE_URL}{conference.get_absolute_url()}",
            description=gettext("Your registration: %(code)s") % {"code": registration.code},
        )
        return ical.calendar([entry], name="", prodid="registration")
