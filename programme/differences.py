"""What a publication changes, exactly: for staff before it, for the record after it."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, TypedDict
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from programme.models import Slot

Kind = Literal["new", "moved", "room", "removed"]


class Place(TypedDict):
    """Where and when, in words that outlive the room's own name."""

    room: dict[str, str]
    starts_at: str
    ends_at: str


# “from” is a keyword of Python and the plainest word for the reader of the JSON.
Change = TypedDict(
    "Change",
    {
        "kind": Kind,
        "session": str,
        "code": str,
        "title": dict[str, str],
        "from": Place | None,
        "to": Place | None,
    },
)


def compare(before: Iterable[Slot], after: Iterable[Slot]) -> list[Change]:
    """The changes from one set of slots to another, in the order of the later schedule; what is
    removed comes last. Both are read with their session and room."""
    old = {slot.session_id: slot for slot in before}
    new = {slot.session_id: slot for slot in after}
    ordered = sorted(new.values(), key=reading_order)
    changes = [
        change(kind, old.get(slot.session_id), slot)
        for slot in ordered
        if (kind := kind_of(old.get(slot.session_id), slot))
    ]
    gone = [slot for key, slot in old.items() if key not in new]
    return changes + [change("removed", slot, None) for slot in sorted(gone, key=reading_order)]


def kind_of(before: Slot | None, after: Slot) -> Kind | None:
    if before is None:
        return "new"
    if (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at):
        return "moved"
    return "room" if before.room_id != after.room_id else None


def change(kind: Kind, before: Slot | None, after: Slot | None) -> Change:
    slot = after or before
    assert slot is not None
    return {
        "kind": kind,
        "session": str(slot.session.guid),
        "code": slot.session.code,
        "title": in_each_language(slot.session, "title"),
        "from": place(before) if before else None,
        "to": place(after) if after else None,
    }


def place(slot: Slot) -> Place:
    return {
        "room": in_each_language(slot.room, "name"),
        "starts_at": slot.starts_at.isoformat(),
        "ends_at": slot.ends_at.isoformat(),
    }


def digest(changes: list[Change]) -> str:
    """A short word that stands for exactly these changes."""
    content = json.dumps(changes, sort_keys=True).encode()
    return hashlib.blake2b(content, digest_size=12).hexdigest()


def in_each_language(instance: models.Model, field: str) -> dict[str, str]:
    values: dict[str, Any] = {
        code: getattr(instance, f"{field}_{code}") for code, name in settings.LANGUAGES
    }
    return {code: value for code, value in values.items() if value}


def reading_order(slot: Slot) -> tuple[Any, ...]:
    return (slot.starts_at, slot.room.position, slot.session_id)


# --- In words --------------------------------------------------------------------------------


def sentence(change: Change, zone: ZoneInfo) -> str:
    """One change in the active language, at the times of ``zone``."""
    before, after = change["from"], change["to"]
    words = {
        "title": in_active_language(change["title"]) or change["code"],
        "before": in_words(before, zone) if before else "",
        "after": in_words(after, zone) if after else "",
    }
    match change["kind"]:
        case "new":
            return _("New: “%(title)s”, %(after)s") % words
        case "removed":
            return _("Removed: “%(title)s”, until now %(before)s") % words
        case "moved":
            return _("Moved: “%(title)s”, from %(before)s to %(after)s") % words
    rooms = {
        "before": in_active_language(before["room"]) if before else "",
        "after": in_active_language(after["room"]) if after else "",
    }
    return _("Another room: “%(title)s”, from %(before)s to %(after)s") % (words | rooms)


def in_words(place: Place, zone: ZoneInfo) -> str:
    """“4 February 09:00–10:00, Main amphitheatre”."""
    start, end = (
        datetime.fromisoformat(instant).astimezone(zone)
        for instant in (place["starts_at"], place["ends_at"])
    )
    day = date_format(start, "j F")
    return f"{day} {start:%H:%M}–{end:%H:%M}, {in_active_language(place['room'])}"


def in_active_language(texts: dict[str, str]) -> str:
    """The text in the active language, else in any other."""
    return texts.get(get_language() or "") or next(iter(texts.values()), "")
