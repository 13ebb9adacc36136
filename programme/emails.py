"""The mails of the programme: what changed, to whom it concerns."""

from hashlib import blake2b
from typing import Any
from uuid import uuid4

from django.utils import translation

from conference.mail import late, sending
from conference.mail.models import OutgoingMail
from conference.models import Conference
from programme import wording
from programme.letters import Letter

Part = tuple[str, str]


def drafted(letter: Letter, conference: Conference, *, announcement: int = 0) -> OutgoingMail:
    """The mail as it would leave, not written yet.

    One announcement (its key) never writes twice to the same person.
    """
    pk = uuid4()
    with translation.override(letter.language):
        context = {
            "name": letter.name,
            "own": [wording.told(change, conference) for change in letter.own],
            "left": [wording.title_of(change) for change in letter.left],
            "followed": [wording.told(change, conference) for change in letter.followed],
            "has_calendar": bool(letter.entries or letter.withdrawn),
            # Their addresses are secrets, found when the mail leaves.
            "links": [
                {"label": str(link.label), "url": late.placeholder(pk, f"link_{number}")}
                for number, link in enumerate(letter.links, start=1)
            ],
        }
    return sending.drafted(
        f"programme/emails/{'speaker' if letter.speaker else 'agenda'}_changes",
        pk=pk,
        to=letter.to,
        language=letter.language,
        context=context,
        conference=conference,
        reply_to=conference.contact_email,
        late_values=late_values(letter),
        attachments=attachments(letter, conference),
        dedupe=f"announcement:{announcement}:{digest(letter.key)}" if announcement else None,
    )


def late_values(letter: Letter) -> dict[str, Part]:
    return {
        f"link_{number}": (link.provider, link.argument)
        for number, link in enumerate(letter.links, start=1)
    }


def attachments(letter: Letter, conference: Conference) -> list[Part]:
    """The calendar entries of a speaker's sessions; what is withdrawn has a file of its own, for
    a file says but once what is to be done with its entries (RFC 5546 §3.2)."""
    files = [("programme.calendar", letter.entries), ("programme.cancelled", letter.withdrawn)]
    return [
        (provider, ":".join([str(conference.pk), *map(str, sessions)]))
        for provider, sessions in files
        if sessions
    ]


def digest(key: str) -> str:
    """Short enough for a promise's name, however long an address is."""
    return blake2b(key.encode(), digest_size=16).hexdigest()


def sessions_named(argument: str) -> tuple[int, Any]:
    """What ``attachments`` wrote down."""
    conference, *sessions = (int(number) for number in argument.split(":"))
    return conference, sessions
