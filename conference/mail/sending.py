"""Write a mail into the outbox, rendered, and wake the relay once that is committed."""

import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.utils import parseaddr
from functools import lru_cache
from typing import Any, TypedDict, Unpack

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import mailers
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from conference import theme
from conference.i18n import text_of
from conference.models import Conference

from . import late, parts
from .models import OutgoingMail
from .nudge import nudge_on_commit

# Control characters but for tab and newline, and halves of characters: neither PostgreSQL nor a
# mail server takes them.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Marks that would turn the rest of a header around.
_DIRECTION = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_OUR_HEADERS = {
    *("auto-submitted", "bcc", "cc", "content-type", "date", "from", "message-id", "mime-version"),
    *("reply-to", "return-path", "sender", "subject", "to"),
}

Part = tuple[str, str]


class Promise(TypedDict, total=False):
    """What a mail may be told beside its words.

    ``late_values`` (name in the templates → provider and argument) and ``attachments`` (provider
    and argument) are made when the mail leaves. The same ``dedupe`` twice is the same mail. After
    ``expires_at`` it is not sent any more. A ``confidential`` text is shown to no staff and
    forgotten once it is sent.
    """

    conference: Conference | None
    reply_to: str
    attachments: Sequence[Part]
    late_values: Mapping[str, Part] | None
    dedupe: str | None
    mailer: str
    expires_at: datetime | None
    headers: Mapping[str, str] | None
    confidential: bool
    pk: uuid.UUID


def send(
    template: str,
    *,
    to: str,
    language: str,
    context: Mapping[str, Any],
    **promise: Unpack[Promise],
) -> OutgoingMail:
    """Promise a mail: it leaves if and only if the caller's transaction is committed.

    ``<template>.subject.txt``, ``.txt`` and, where there is one, ``.html`` are rendered now and in
    ``language``.

    Raises ``ValidationError`` for an address that is not one.
    """
    return write(drafted(template, to=to, language=language, context=context, **promise))


def send_rendered(
    *,
    kind: str,
    to: str,
    language: str,
    subject: str,
    text: str,
    html: str = "",
    **promise: Unpack[Promise],
) -> OutgoingMail:
    """As ``send``, for a mail that something else has rendered."""
    return write(
        row(kind=kind, to=to, language=language, subject=subject, text=text, html=html, **promise)
    )


def drafted(
    template: str,
    *,
    to: str,
    language: str,
    context: Mapping[str, Any],
    **promise: Unpack[Promise],
) -> OutgoingMail:
    """What ``send`` would promise, written nowhere yet."""
    pk = promise.setdefault("pk", uuid.uuid4())
    conference = promise.get("conference")
    with translation.override(language):
        values = {
            "conference": conference,
            "site_url": settings.SITE_URL,
            "language": language,
            "direction": "rtl" if translation.get_language_bidi() else "ltr",
            "colours": _colours(conference.accent if conference else theme.DEFAULT_ACCENT),
            "to": to,
            "reply_to": promise.get("reply_to", ""),
            **context,
            **{name: late.placeholder(pk, name) for name in promise.get("late_values") or {}},
            "attachment_note": (
                late.placeholder(pk, late.NOTE) if promise.get("attachments") else ""
            ),
        }
        subject = get_template(f"{template}.subject.txt").render(values)
        values["subject"] = one_line(subject)
        text = get_template(f"{template}.txt").render(values)
        html = _optional(f"{template}.html", values)
    return row(
        kind=template, to=to, language=language, subject=subject, text=text, html=html, **promise
    )


def row(
    *,
    kind: str,
    to: str,
    language: str,
    subject: str,
    text: str,
    html: str,
    **promise: Unpack[Promise],
) -> OutgoingMail:
    """The row of the outbox, tidied and checked, not saved."""
    pk = promise.get("pk") or uuid.uuid4()
    conference, reply_to = promise.get("conference"), promise.get("reply_to", "")
    return OutgoingMail(
        pk=pk,
        conference=conference,
        dedupe_key=promise.get("dedupe"),
        kind=kind.replace("/emails/", "/")[:100],
        mailer=_known_mailer(promise.get("mailer", "default")),
        language=language,
        to=_address(to),
        from_email=sender(conference, language),
        reply_to=_address(reply_to) if reply_to else "",
        subject=_subject(pk, subject),
        text=_tidy(text),
        html=_printable(html).strip(),
        headers=_headers(promise.get("headers") or {}),
        late_values={
            name: list(_value(part)) for name, part in (promise.get("late_values") or {}).items()
        },
        attachments=[list(_file(part)) for part in promise.get("attachments", ())],
        expires_at=promise.get("expires_at"),
        is_confidential=promise.get("confidential", False),
    )


def write_all(mails: Sequence[OutgoingMail]) -> None:
    """``write`` for many, each of which names its promise (``dedupe``)."""
    OutgoingMail.objects.bulk_create(mails, batch_size=200, ignore_conflicts=True)
    nudge_on_commit()


def write(mail: OutgoingMail) -> OutgoingMail:
    """Put the row in, or find the one that keeps the same promise already."""
    if mail.dedupe_key is None:
        mail.save(force_insert=True)
    else:
        # Waits for another transaction that makes the same promise, then leaves it in place.
        OutgoingMail.objects.bulk_create([mail], ignore_conflicts=True)
        mail = OutgoingMail.objects.get(dedupe_key=mail.dedupe_key)
    nudge_on_commit()
    return mail


def sender(conference: Conference | None, language: str) -> str:
    """Our address under the conference's name."""
    if conference is None:
        return settings.DEFAULT_FROM_EMAIL
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    name = one_line(text_of(conference, "name", language).value)
    return str(Address(display_name=name, addr_spec=address))


def one_line(text: str) -> str:
    """What may stand in a header: no control characters, and single spaces only."""
    return " ".join(_DIRECTION.sub("", _printable(text)).split())


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _tidy(text: str) -> str:
    """Plain text without the gaps that template tags leave."""
    lines = [line.rstrip() for line in _printable(text).split("\n")]
    # Two hyphens and a space begin what a reply does not quote (RFC 3676 §4.3).
    whole = "\n".join("-- " if line == "--" else line for line in lines)
    return re.sub(r"\n{3,}", "\n\n", whole).strip() + "\n"


def _subject(pk: uuid.UUID, subject: str) -> str:
    line = one_line(subject)
    if not line:
        raise ValueError("A mail has a subject.")
    if late.is_in(pk, line):
        raise ValueError("A late value cannot stand in a subject: it may be a secret.")
    return line if len(line) <= 400 else f"{line[:399]}…"


def _address(address: str) -> str:
    """``address`` itself; ``ValidationError`` unless it is exactly one plain address."""
    OutgoingMail._meta.get_field("to").run_validators(address)
    if not address:
        raise ValidationError(_("A mail needs an address."))
    return address


def _known_mailer(alias: str) -> str:
    if alias not in mailers:
        raise ValueError(f"MAILERS has no {alias}.")
    return alias


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    for name in headers:
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _OUR_HEADERS:
            raise ValueError(f"{name!r} is not a header that a mail may bring.")
    return {name: one_line(value) for name, value in headers.items()}


def _file(part: Part) -> Part:
    """``part``, after a look whether somebody makes such a file (``LookupError``)."""
    parts.file_maker(part[0])
    return part


def _value(part: Part) -> Part:
    """``part``, after a look whether somebody finds such a value (``LookupError``)."""
    parts.value_maker(part[0])
    return part


def _optional(template: str, values: dict[str, Any]) -> str:
    try:
        found = get_template(template)
    except TemplateDoesNotExist as error:
        if str(error) != template:
            raise
        return ""
    return found.render(values)


@lru_cache(maxsize=64)
def _colours(accent: str) -> dict[str, theme.Palette]:
    return {
        "light": theme.palette(accent, theme.LIGHT),
        "dark": theme.palette(accent, theme.DARK),
    }
