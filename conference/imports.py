"""What every import has in common: a file that is looked at first, then taken over whole or not.

Readers (``programme/imports``, ``speakers/imports``) turn a file into plain data and say in
``Notes`` what they refuse, and where; a plan compares that with the database; only a plan without
errors is carried out, in one transaction. Pages are in ``conference/import_pages.py``.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import PurePath
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.utils import timezone
from django.utils.translation import gettext as _

from conference.accounts.models import User
from conference.locks import wait_for_locks
from conference.models import Conference, ImportRun

MOST_BYTES = 10 * 2**20
MOST_ROWS = 5_000
LONGEST_TEXT = 50_000  # characters
MOST_NOTES = 200  # what is shown of one kind; the rest is counted
KEPT = timedelta(days=1)

# Control characters but tab and ends of line, and halves of pairs: no page could print them.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
MARKUP = re.compile(r"<(?:[a-zA-Z/!?][^<>]*>|script|!--)", re.IGNORECASE)
CODE = re.compile(r"[A-Z0-9]{1,12}\Z")


class Where(NamedTuple):
    """A place in a file: the line (the row of a sheet), and what is written there."""

    line: int = 0
    path: str = ""

    def __str__(self) -> str:
        words = [_("line %(line)s") % {"line": self.line}] if self.line else []
        return ", ".join([*words, *([self.path] if self.path else [])])

    def at(self, name: str) -> "Where":
        return Where(self.line, f"{self.path}.{name}" if self.path else name)


@dataclass(frozen=True, slots=True)
class Note:
    where: Where
    text: str


@dataclass(slots=True)
class Unknown:
    """A field that nobody here knows, with how often it is filled in and where first."""

    name: str
    where: Where
    count: int = 1


class CannotRead(Exception):
    """The file as a whole cannot be read."""

    def __init__(self, text: str, where: Where | None = None) -> None:
        super().__init__(text)
        self.note = Note(where or Where(), text)


class CannotImport(ValidationError):
    """Nothing was imported; the message tells staff why."""


@dataclass(slots=True)
class Notes:
    """What a reader and a plan have to say of a file; with an error nothing is imported."""

    errors: list[Note] = field(default_factory=list)
    remarks: list[Note] = field(default_factory=list)
    unknown: dict[str, Unknown] = field(default_factory=dict)

    def refuse(self, where: Where, text: str) -> None:
        self.errors.append(Note(where, text))

    def remark(self, where: Where, text: str) -> None:
        self.remarks.append(Note(where, text))

    def pass_over(self, name: str, where: Where) -> None:
        if known := self.unknown.get(name):
            known.count += 1
        else:
            self.unknown[name] = Unknown(name, where)

    def has_error_at(self, where: Where) -> bool:
        """Whether something of that line, or of that part of a tree, is refused already."""
        return any(
            note.where.line == where.line and note.where.path.startswith(where.path)
            for note in self.errors
        )

    # --- Values ---------------------------------------------------------------------------------

    def line_of(self, value: object, where: Where, *, longest: int = 250) -> str:
        """A text on one line; “” and a note where it is none."""
        text = " ".join(self.text_of(value, where).split())
        if len(text) > longest:
            self.refuse(where, too_long(len(text), longest))
            return ""
        if MARKUP.search(text):
            self.refuse(where, _("There is markup in this text; write it plainly."))
            return ""
        return text

    def text_of(self, value: object, where: Where) -> str:
        """A text of several lines; “” and a note where it is none."""
        if value is None:
            return ""
        if not isinstance(value, str):
            self.refuse(where, _("A text is expected here."))
            return ""
        text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
        if UNPRINTABLE.search(text):
            self.refuse(where, _("This text holds characters that cannot be printed."))
            return ""
        if len(text) > LONGEST_TEXT:
            self.refuse(where, too_long(len(text), LONGEST_TEXT))
            return ""
        return text

    def guid_of(self, value: object, where: Where) -> UUID | None:
        if value in (None, ""):
            return None
        try:
            found = UUID(value) if isinstance(value, str) else None
        except ValueError:
            found = None
        if found is None:
            self.refuse(where, _("“%(value)s” is not a GUID.") % {"value": short(value)})
        return found

    def code_of(self, value: object, where: Where) -> str:
        code = self.line_of(value, where).upper()
        if code and not CODE.match(code):
            self.refuse(
                where,
                _("“%(value)s” is not a code: up to 12 letters without accents and digits.")
                % {"value": short(code)},
            )
            return ""
        return code

    def checked(self, validate: Callable[[str], None], value: str, where: Where) -> str:
        """``value`` where ``validate`` accepts it, else “” and what it says."""
        try:
            if value:
                validate(value)
        except ValidationError as refusal:
            self.refuse(where, " ".join(refusal.messages))
            return ""
        return value


def too_long(length: int, longest: int) -> str:
    return _("This text has %(length)s characters; %(longest)s are allowed.") % {
        "length": length,
        "longest": longest,
    }


def short(value: object) -> str:
    text = UNPRINTABLE.sub("�", str(value))
    return text if len(text) <= 60 else f"{text[:59]}…"


# --- Differences ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one thing, before and after, as people read it; ``key`` says the same in every
    language."""

    field: str
    label: str
    before: str
    after: str
    key: str


@dataclass(slots=True)
class Item:
    """What the import would do with one thing; ``key`` is the same in every language."""

    key: str
    title: str
    where: Where
    is_new: bool = False
    summary: str = ""
    changes: list[Change] = field(default_factory=list)
    stays: list[str] = field(default_factory=list)

    @property
    def is_unchanged(self) -> bool:
        return not (self.is_new or self.changes)

    def change(
        self, name: str, label: object, before: object, after: object, key: str = ""
    ) -> None:
        """Note a change; with a ``key`` where its words depend on the reader's language."""
        key = key or f"{before}\0{after}"
        self.changes.append(Change(name, str(label), str(before), str(after), key))


@dataclass(slots=True)
class Plan:
    """All that an import would do, and all that speaks against it."""

    notes: Notes
    items: list[Item] = field(default_factory=list)
    # Rooms, themes and speakers that would be made or renamed on the way, in words.
    besides: list[Item] = field(default_factory=list)

    @property
    def new(self) -> list[Item]:
        return [item for item in self.items if item.is_new]

    @property
    def changed(self) -> list[Item]:
        return [item for item in self.items if item.changes and not item.is_new]

    @property
    def unchanged_count(self) -> int:
        return sum(item.is_unchanged for item in self.items)

    @property
    def is_empty(self) -> bool:
        return not self.besides and all(item.is_unchanged for item in self.items)

    @property
    def digest(self) -> str:
        """A short word for exactly these changes, from exactly what is there now."""
        told = [
            (item.key, item.is_new, [(one.field, one.key) for one in item.changes])
            for item in [*self.besides, *self.items]
            if not item.is_unchanged
        ]
        return hashlib.blake2b(json.dumps(told).encode(), digest_size=12).hexdigest()

    @property
    def counts(self) -> dict[str, int]:
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "unchanged": self.unchanged_count,
            "besides": len(self.besides),
        }


def hold(conference: Conference) -> None:
    """Lock ``conference`` against other imports and publications until the transaction ends."""
    wait_for_locks()
    Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)


def refuse_other(plan: Plan, expected: str) -> None:
    """Raise ``CannotImport`` unless ``plan`` is what somebody has seen, and without errors."""
    if plan.notes.errors:
        raise CannotImport(_("There are errors in the file: nothing was imported."))
    if plan.digest != expected:
        raise CannotImport(_("The data has changed since this preview: please look at it again."))


# --- Files ------------------------------------------------------------------------------------


def ask(
    *,
    conference: Conference,
    kind: str,
    user: User,
    file: "File[Any]",
    options: dict[str, str],
) -> ImportRun:
    """Keep ``file`` in the private storage for a day, to be looked at."""
    run = ImportRun(conference=conference, kind=kind, requested_by=user)
    run.name = short(PurePath(file.name or "file").name)
    run.result = {"options": options}
    run.file = storages["private"].save(f"imports/{run.pk}", file)
    run.save()
    return run


def keep_pictures(run: ImportRun, content: bytes) -> None:
    run.pictures = storages["private"].save(f"imports/{run.pk}.pictures", ContentFile(content))
    run.save(update_fields=["pictures", "result"])


def content_of(name: str) -> bytes:
    """The bytes of a file in the private storage; raises ``CannotRead`` when it is gone."""
    try:
        with storages["private"].open(name) as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        raise CannotRead(_("This file is no longer kept: please upload it again.")) from error


def finish(run: ImportRun, plan: Plan) -> None:
    """Write down that it was carried out, and what came of it."""
    run.applied_at = timezone.now()
    run.result = {**run.result, "counts": plan.counts}
    run.save(update_fields=["applied_at", "result"])


def forget(runs: Iterable[ImportRun]) -> None:
    """Delete the files first: a row without its file is found again, a file without row is not."""
    for run in runs:
        for name in filter(None, (run.file, run.pictures)):
            storages["private"].delete(name)
        run.delete()


def tidy() -> None:
    forget(ImportRun.objects.filter(created_at__lt=timezone.now() - KEPT))
