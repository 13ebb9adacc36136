"""Marks in a stored text where something is put in when the mail leaves.

A mark holds the mail's random identifier, so that nothing a visitor types can pass for one.
"""

import re
import uuid
from collections.abc import Mapping
from html import escape

from .models import OutgoingMail

# The line that tells that an attachment could not be made.
NOTE = "attachment-note"


def placeholder(pk: uuid.UUID, name: str) -> str:
    return f"late-{pk.hex}-{name}-end"


def is_in(pk: uuid.UUID, text: str) -> bool:
    return f"late-{pk.hex}-" in text


def fill(pk: uuid.UUID, text: str, values: Mapping[str, str]) -> str:
    """``text`` with each mark replaced, in one pass, by its value or by nothing."""
    marks = re.compile(rf"late-{pk.hex}-([\w-]+?)-end")
    return marks.sub(lambda mark: values.get(mark[1], ""), text)


def text_with(mail: OutgoingMail, values: Mapping[str, str], note: str = "") -> str:
    """The plain part; ``note`` is a paragraph of its own."""
    filled = fill(mail.pk, mail.text, {**values, NOTE: f"{note}\n\n" if note else ""})
    if note and not is_in(mail.pk, mail.text):
        filled += f"\n{note}\n"
    return re.sub(r"\n{3,}", "\n\n", filled)


def html_with(mail: OutgoingMail, values: Mapping[str, str], note: str = "") -> str:
    """The HTML part, if there is one; values and ``note`` are text, and escaped here."""
    escaped = {name: escape(value) for name, value in values.items()}
    return fill(mail.pk, mail.html, {**escaped, NOTE: f"<p>{escape(note)}</p>" if note else ""})


def renamed(text: str, old: uuid.UUID, new: uuid.UUID) -> str:
    """``text`` for a copy of the mail."""
    return text.replace(f"late-{old.hex}-", f"late-{new.hex}-")
