"""What the outbox asks for when a mail to a speaker leaves: the private link."""

from conference import mail
from speakers import links
from speakers.models import SpeakerLink


@mail.late_value("speakers.private_link")
def private_link(argument: str) -> str:
    """Raises ``DoesNotExist`` once the link is revoked: such a mail leaves no more."""
    holder, _, pk = argument.partition(":")
    link = SpeakerLink.objects.select_related("speaker__conference").get(
        speaker=int(pk), holder=holder, revoked_at__isnull=True
    )
    return links.url(link)
