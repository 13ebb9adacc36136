"""Send a mail again, because a person asks for it."""

import uuid

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from . import late, sending
from .models import OutgoingMail
from .nudge import nudge_on_commit

State = OutgoingMail.State


class CannotSendAgain(Exception):
    """The text is for the person who asked."""


@transaction.atomic
def send_again(pk: uuid.UUID) -> OutgoingMail:
    """Give a mail that did not leave another three days; send a copy of one that did.

    Raises ``CannotSendAgain`` where there is nothing left to send, or somebody is sending it.
    """
    mail = OutgoingMail.objects.select_for_update().get(pk=pk)
    if mail.is_confidential:
        raise CannotSendAgain(_("This mail held a code, which is of no use any more."))
    if mail.state == State.EXPIRED:
        raise CannotSendAgain(
            _("This mail was withdrawn or came too late: what it said is not true any more.")
        )
    if not mail.text:
        raise CannotSendAgain(_("The text of this mail has been forgotten: it is too old."))
    if mail.state == State.SENDING:
        raise CannotSendAgain(_("This mail is being sent right now."))
    if mail.state in {State.SENT, State.BOUNCED}:
        return sending.write(_copy(mail))
    _queue_again(mail)
    return mail


def _copy(mail: OutgoingMail) -> OutgoingMail:
    pk = uuid.uuid4()
    return OutgoingMail(
        pk=pk,
        conference=mail.conference,
        kind=mail.kind,
        mailer=mail.mailer,
        language=mail.language,
        to=mail.to,
        from_email=mail.from_email,
        reply_to=mail.reply_to,
        subject=mail.subject,
        text=late.renamed(mail.text, mail.pk, pk),
        html=late.renamed(mail.html, mail.pk, pk),
        headers=mail.headers,
        late_values=mail.late_values,
        attachments=mail.attachments,
    )


def _queue_again(mail: OutgoingMail) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=State.QUEUED,
        attempts=0,
        failures=0,
        lost_leases=0,
        queued_at=Now(),
        next_attempt_at=Now(),
    )
    nudge_on_commit()
