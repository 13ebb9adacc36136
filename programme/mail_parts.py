"""What the outbox asks for when a mail of ours leaves: calendar entries, and private links."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from conference import ical, mail
from conference.models import Conference
from conference.secrets import derive
from programme import calendars, released
from programme.agenda import proof_of
from programme.emails import sessions_named
from programme.models import Agenda
from programme.released import ReleasedSlot


@mail.attachment("programme.calendar")
def calendar(argument: str) -> mail.File:
    """The entries as the feeds have them now, be they withdrawn since."""
    conference, slots = slots_named(argument)
    return calendar_file(conference, slots, "PUBLISH", conference.slug)


@mail.attachment("programme.cancelled")
def cancelled(argument: str) -> mail.File:
    """Those that are still withdrawn when the mail leaves; ``LookupError`` when none is."""
    conference, slots = slots_named(argument)
    withdrawn = [slot for slot in slots if slot.is_cancelled]
    if not withdrawn:
        raise LookupError("They are back in the programme.")
    return calendar_file(conference, withdrawn, "CANCEL", f"{conference.slug}-cancelled")


def slots_named(argument: str) -> tuple[Conference, list[ReleasedSlot]]:
    key, sessions = sessions_named(argument)
    conference = Conference.objects.select_related("venue").get(pk=key)
    slots = released.slots(
        conference, lambda found: found.filter(session__in=sessions), with_withdrawn=True
    )
    return conference, slots


def calendar_file(
    conference: Conference, slots: list[ReleasedSlot], method: ical.Method, name: str
) -> mail.File:
    content = calendars.programme_calendar(conference, slots, method=method)
    return mail.File(f"{name}.ics", content, f"text/calendar; charset=utf-8; method={method}")


@mail.late_value("programme.agenda_link")
def agenda_link(argument: str) -> str:
    """Raises ``DoesNotExist`` when the agenda is gone or its address is another by now: then no
    mail is wanted either."""
    key, _, email = argument.partition(":")
    agenda = Agenda.objects.select_related("conference").get(
        pk=key, email=email, confirmed_at__isnull=False
    )
    with translation.override(agenda.language):
        token = derive("agenda", agenda.nonce, agenda.digest)
        address = reverse("programme:agenda_page", args=[agenda.conference.slug, token])
        return f"{settings.SITE_URL}{address}"


@mail.late_value("programme.agenda_news_link")
def agenda_news_link(argument: str) -> str:
    """Where its address is confirmed, and where the mails are stopped; told to that address alone,
    since it proves that one reads it. Raises ``DoesNotExist`` as above."""
    key, _, email = argument.partition(":")
    agendas = Agenda.objects.select_related("conference").exclude(email="")
    agenda = agendas.get(pk=key, email=email)
    with translation.override(agenda.language):
        values = [agenda.conference.slug, agenda.pk, proof_of(agenda)]
        return f"{settings.SITE_URL}{reverse('programme:agenda_news', args=values)}"
