"""What the outbox asks for when a mail to a speaker leaves: the private link."""

from conference import mail
from speakers import links
from speakers.models import By, Logistics, SpeakerLink


@mail.late_value("speakers.private_link")
def private_link(argument: str) -> str:
    """Raises ``LookupError`` or ``DoesNotExist`` once the link is revoked, or the address that the
    mail was written to is theirs no more: such a mail leaves no more."""
    holder, pk, address = argument.split(":", 2)
    link = SpeakerLink.objects.select_related("speaker__conference").get(
        speaker=int(pk), holder=holder, revoked_at__isnull=True
    )
    if address.casefold() != address_of(link).casefold():
        raise LookupError("The mail was written to an address that is not the holder's any more.")
    return links.url(link)


def address_of(link: SpeakerLink) -> str:
    """Where its holder is written to now."""
    if link.holder == By.SPEAKER:
        return link.speaker.email
    found = Logistics.objects.filter(speaker=link.speaker_id).values_list("assistant_email")
    return found[0][0] if found else ""
