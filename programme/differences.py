"""What a publication changes, exactly: for staff before it, for the record after it."""

import hashlib
import json
from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Literal, TypedDict

from django.db import models

from programme.contents import LANGUAGES, Content, Texts
from programme.models import Slot

Kind = Literal["new", "moved", "room", "text", "removed"]


class Place(TypedDict):
    """Where and when, in words that outlive the room's own name."""

    room: dict[str, str]
    starts_at: str
    ends_at: str


class TextChange(TypedDict):
    """One text in one language; ``talk`` is the title of the talk it belongs to, by language."""

    field: str
    language: str
    talk: dict[str, str] | None
    before: str
    after: str


class FactChange(TypedDict):
    """``field`` is one of ``contents.FACTS``, ``theme``, ``organisation``, ``minutes`` …"""

    field: str
    before: str
    after: str


class PersonChange(TypedDict):
    speaker: int
    name: str
    role: str


# “from” is a keyword of Python and the plainest word for the reader of the JSON.
Change = TypedDict(
    "Change",
    {
        # What happened to its place; “text” when it stays where it is.
        "kind": Kind,
        "session": str,
        "code": str,
        "title": dict[str, str],
        "from": Place | None,
        "to": Place | None,
        "texts": list[TextChange],
        "facts": list[FactChange],
        "talks_added": list[dict[str, str]],
        "talks_gone": list[dict[str, str]],
        "people_added": list[PersonChange],
        "people_gone": list[PersonChange],
    },
)


def compare(before: Iterable[Slot], after: Iterable[Slot]) -> list[Change]:
    """The changes from one set of slots to another, in the order of the later schedule; what is
    removed comes last. Each slot is read with its room and carries its ``content``."""
    old = {slot.session_id: slot for slot in before}
    new = {slot.session_id: slot for slot in after}
    changes = [
        change
        for slot in sorted(new.values(), key=reading_order)
        if (change := change_between(old.get(slot.session_id), slot))
    ]
    gone = [slot for key, slot in old.items() if key not in new]
    return changes + [removal(slot) for slot in sorted(gone, key=reading_order)]


def change_between(before: Slot | None, after: Slot) -> Change | None:
    """What became of one session; ``None`` when nothing did."""
    found: Change = {
        "kind": kind_of(before, after),
        "session": after.content["guid"],
        "code": after.content["code"],
        "title": written(after.content["texts"]["title"]),
        "from": place(before) if before else None,
        "to": place(after),
        "texts": [],
        "facts": [],
        "talks_added": [],
        "talks_gone": [],
        "people_added": [],
        "people_gone": [],
    }
    if before is None:
        return found
    old, new = before.content, after.content
    found["texts"] = text_changes(old, new)
    found["facts"] = fact_changes(old, new)
    found["talks_added"], found["talks_gone"] = one_way(talk_titles(old), talk_titles(new))
    found["facts"] += part_changes(old, new)
    people = staying_people(old, new)
    found["people_added"], found["people_gone"] = (
        [person for person in one if (person["speaker"], person["role"]) not in people]
        for one in one_way(people_in(old), people_in(new))
    )
    # A release prints the names of today: another name is no change of it.
    return None if found["kind"] == "text" and not says_something(found) else found


def says_something(change: Change) -> bool:
    """Whether anything is told of it besides its place."""
    return any(
        change[part]
        for part in ("texts", "facts", "talks_added", "talks_gone", "people_added", "people_gone")
    )


def removal(slot: Slot) -> Change:
    return {
        "kind": "removed",
        "session": slot.content["guid"],
        "code": slot.content["code"],
        "title": written(slot.content["texts"]["title"]),
        "from": place(slot),
        "to": None,
        "texts": [],
        "facts": [],
        "talks_added": [],
        "talks_gone": [],
        "people_added": [],
        "people_gone": [],
    }


def kind_of(before: Slot | None, after: Slot) -> Kind:
    if before is None:
        return "new"
    if (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at):
        return "moved"
    return "room" if before.room_id != after.room_id else "text"


def text_changes(old: Content, new: Content) -> list[TextChange]:
    """The session's own texts, then those of each talk that was there before as well."""
    found = texts_between(old["texts"], new["texts"], None)
    earlier = {talk["guid"]: talk for talk in old["talks"]}
    for talk in new["talks"]:
        if known := earlier.get(talk["guid"]):
            title = written(talk["texts"]["title"])
            found += texts_between(known["texts"], talk["texts"], title)
    return found


def texts_between(old: Texts, new: Texts, talk: dict[str, str] | None) -> list[TextChange]:
    return [
        {
            "field": field,
            "language": language,
            "talk": talk,
            "before": old[field][language],
            "after": text,
        }
        for field, texts in new.items()
        for language, text in texts.items()
        if old[field][language] != text
    ]


def fact_changes(old: Content, new: Content) -> list[FactChange]:
    before = {**old["facts"], "theme": old["theme"], "organisation": old["organisation"]}
    after = {**new["facts"], "theme": new["theme"], "organisation": new["organisation"]}
    found: list[FactChange] = [
        {"field": name, "before": str(before[name]), "after": str(after[name])}
        for name in after
        if before[name] != after[name]
    ]
    if is_reordered(
        [talk["guid"] for talk in old["talks"]], [talk["guid"] for talk in new["talks"]]
    ):
        found.append({"field": "talk_order", "before": "", "after": ""})
    minutes = {talk["guid"]: talk["minutes"] for talk in old["talks"]}
    for talk in new["talks"]:
        if talk["guid"] in minutes and minutes[talk["guid"]] != talk["minutes"]:
            known = str(minutes[talk["guid"]] or "")
            found.append({"field": "minutes", "before": known, "after": str(talk["minutes"] or "")})
    return found


def part_changes(old: Content, new: Content) -> list[FactChange]:
    """What became of those who stay: other talks, or another order."""
    before, after = list(people_in(old)), list(people_in(new))
    found: list[FactChange] = []
    moved = {key[:2] for key in set(before) ^ set(after)} & staying_people(old, new)
    if moved:
        found.append({"field": "parts", "before": "", "after": ""})
    if is_reordered(before, after):
        found.append({"field": "people_order", "before": "", "after": ""})
    return found


def staying_people(old: Content, new: Content) -> set[tuple[int, str]]:
    """Who is there in the same role before and after, be it in another talk."""
    before, after = (
        {(part["speaker"], part["role"]) for part in content["people"]} for content in (old, new)
    )
    return before & after


def is_reordered(before: Sequence[Hashable], after: Sequence[Hashable]) -> bool:
    """Whether what is in both stands in another order."""
    stay = set(before) & set(after)
    return [one for one in before if one in stay] != [one for one in after if one in stay]


def talk_titles(content: Content) -> dict[str, dict[str, str]]:
    return {talk["guid"]: written(talk["texts"]["title"]) for talk in content["talks"]}


def people_in(content: Content) -> dict[tuple[int, str, str | None], PersonChange]:
    """Each part in the session by who, as what, and in which talk."""
    return {
        (part["speaker"], part["role"], part["talk"]): {
            "speaker": part["speaker"],
            "name": part["name"],
            "role": part["role"],
        }
        for part in content["people"]
    }


def one_way[K, V](old: dict[K, V], new: dict[K, V]) -> tuple[list[V], list[V]]:
    """What is only in ``new``, and what was only in ``old``."""
    added = [value for key, value in new.items() if key not in old]
    gone = [value for key, value in old.items() if key not in new]
    return added, gone


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
    return written({code: getattr(instance, f"{field}_{code}") for code in LANGUAGES})


def written(texts: dict[str, str]) -> dict[str, str]:
    return {code: text for code, text in texts.items() if text}


def reading_order(slot: Slot) -> tuple[Any, ...]:
    return (slot.starts_at, slot.room.position, slot.session_id)
