"""What registration writes to people: each mail is a row in the caller's transaction.

A template of a mail prints ``private_link`` where the address goes; the outbox fills it in at the
last moment, so that the table holds no secret.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from conference import mail
from conference.mail.models import OutgoingMail
from registration.models import Registration

State = Registration.State
# What strangers can make us send to one address: form after form, three mails a day.
REMINDERS_A_DAY = 3


def registered(registration: Registration) -> OutgoingMail | None:
    """The mail that its state deserves: the confirmation, or that the request has arrived."""
    if registration.state == State.CONFIRMED:
        return confirmation(registration, f"confirmed:{registration.pk}:v1")
    if registration.state == State.REQUESTED:
        return requested(registration, f"requested:{registration.pk}:v1")
    return None


def remind(registration: Registration, key: UUID) -> OutgoingMail | None:
    """The same mail once more for somebody who registers again, up to the day's limit.

    The caller holds the registration's row, so that parallel forms are counted one by one. Past
    the limit the mail is made all the same and taken back: no clock tells who is known.
    """
    sent_today = OutgoingMail.objects.filter(
        to=registration.email,
        kind__startswith="registration/",
        created_at__gt=timezone.now() - timedelta(days=1),
    )
    is_over = sent_today.count() >= REMINDERS_A_DAY
    reminder = again(registration, key)
    if is_over:
        OutgoingMail.objects.filter(pk=reminder.pk).delete()
    return None if is_over else reminder


def again(registration: Registration, key: UUID | None = None) -> OutgoingMail:
    dedupe = f"{registration.state}:{registration.pk}:again:{key or uuid4()}"
    if registration.state == State.CONFIRMED:
        return confirmation(registration, dedupe)
    return requested(registration, dedupe)


def confirmation(registration: Registration, dedupe: str) -> OutgoingMail:
    pk = str(registration.pk)
    attachments = [("registration.ticket", pk), ("registration.calendar", pk)]
    return write("confirmation", registration, dedupe, attachments=attachments)


def requested(registration: Registration, dedupe: str) -> OutgoingMail:
    return write("requested", registration, dedupe)


def refused(registration: Registration) -> OutgoingMail:
    withdraw(registration)
    return write("refused", registration, f"refused:{registration.pk}:v1", link=False)


def cancelled(registration: Registration) -> OutgoingMail:
    withdraw(registration)
    return write("cancelled", registration, f"cancelled:{registration.pk}:v1", link=False)


def withdraw(registration: Registration) -> None:
    """What has not left yet says what is not true any more: it would come after the news."""
    OutgoingMail.objects.filter(
        to=registration.email,
        dedupe_key__regex=rf"^[a-z_]+:{registration.pk}:",
        kind__startswith="registration/",
        state__in=OutgoingMail.State.waiting(),
    ).update(state=OutgoingMail.State.EXPIRED)


def write(
    name: str,
    registration: Registration,
    dedupe: str,
    *,
    link: bool = True,
    attachments: list[tuple[str, str]] | None = None,
) -> OutgoingMail:
    conference = registration.conference
    options: dict[str, Any] = {}
    if link:
        options["late_values"] = {
            "private_link": ("registration.private_link", str(registration.pk))
        }
    return mail.send(
        f"registration/emails/{name}",
        to=registration.email,
        language=registration.language,
        context={
            "registration": registration,
            "ticket_type": registration.ticket_type,
            "conference": conference,
        },
        conference=conference,
        reply_to=conference.contact_email,
        attachments=attachments or [],
        dedupe=dedupe,
        **options,
    )
