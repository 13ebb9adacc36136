"""Whom a journalist may ask, those who speak the reader's language first."""

from django.utils.translation import get_language

from conference.models import Conference
from press.models import PressContact


def contacts_of(conference: Conference) -> list[PressContact]:
    """Persons first, those who speak the active language before the others, then mailboxes."""
    language = get_language()
    return sorted(
        conference.press_contacts.all(),
        key=lambda contact: (
            contact.is_copied,
            language not in contact.languages,
            contact.position,
            contact.pk,
        ),
    )
