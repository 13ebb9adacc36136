"""What is written to speakers: each mail is a row in the caller's transaction.

A template of a mail prints ``private_link`` where the address goes; the outbox fills it in at the
last moment, so that the table holds no secret.
"""

from collections.abc import Sequence
from typing import Any

from conference import mail
from conference.mail.models import OutgoingMail
from speakers.models import By, ProposedChange, Speaker, SpeakerLink, StateChange

REMINDER = "speakers/reminder"
# What makes no sense any more once somebody declines or withdraws.
CALLS = ("speakers/invitation", REMINDER)


def invitation(speaker: Speaker, change: StateChange, message: str) -> OutgoingMail:
    key = f"speaker:{speaker.pk}:invitation:{change.pk}"
    return write("invitation", speaker, key, context={"message": message})


def reminder(speaker: Speaker, missing: Sequence[str], key: str) -> OutgoingMail:
    """Exactly what is still missing, in the words of ``speakers/todo.py``."""
    context = {"missing": list(missing)}
    return write("reminder", speaker, f"speaker:{speaker.pk}:reminder:{key}", context=context)


def answer_received(speaker: Speaker, change: StateChange) -> OutgoingMail:
    key = f"speaker:{speaker.pk}:answer:{change.pk}"
    return write("answer_received", speaker, key, context={"change": change})


def review_outcome(change: ProposedChange, subject: str) -> OutgoingMail:
    """``subject`` is its name in the speaker's language."""
    key = f"speaker:{change.speaker_id}:review:{change.pk}"
    context = {"change": change, "subject_name": subject}
    return write("review_outcome", change.speaker, key, context=context)


def link_again(link: SpeakerLink, key: str) -> OutgoingMail:
    return write("link_again", link.speaker, f"speaker:{link.speaker_id}:link:{key}", context={})


def assistant_link(link: SpeakerLink, to: str, key: str) -> OutgoingMail:
    """Of a kind of its own: the assistant's address is for the Speakers group alone."""
    return write(
        "assistant_link",
        link.speaker,
        f"speaker:{link.speaker_id}:link:{key}",
        context={},
        holder=By.ASSISTANT,
        to=to,
    )


def was_given_elsewhere(link: SpeakerLink, to: str) -> bool:
    """Whether the latest mail with an assistant's link went to another address than ``to``."""
    sent = OutgoingMail.objects.filter(
        kind="speakers/assistant_link",
        dedupe_key__startswith=f"speaker:{link.speaker_id}:link:",
        created_at__gte=link.created_at,
    )
    return sent.exclude(to__iexact=to).exists()


def withdraw(speaker: Speaker) -> None:
    """What has not left yet calls for an answer that was given."""
    OutgoingMail.objects.filter(
        dedupe_key__startswith=f"speaker:{speaker.pk}:",
        kind__in=CALLS,
        state__in=OutgoingMail.State.waiting(),
    ).update(state=OutgoingMail.State.EXPIRED)


def write(
    name: str,
    speaker: Speaker,
    dedupe: str,
    *,
    context: dict[str, Any],
    holder: By = By.SPEAKER,
    to: str = "",
) -> OutgoingMail:
    conference = speaker.conference
    to = to or speaker.email
    return mail.send(
        f"speakers/emails/{name}",
        to=to,
        language=speaker.language,
        context={"speaker": speaker, **context},
        conference=conference,
        reply_to=conference.contact_email,
        late_values={
            "private_link": ("speakers.private_link", f"{holder.value}:{speaker.pk}:{to}")
        },
        dedupe=dedupe,
    )
