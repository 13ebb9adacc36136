"""What every reader makes of its file: plain data, each with the place that it was read at."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from conference.imports import Where


@dataclass(slots=True, kw_only=True)
class NamedIn:
    """A room or a theme; ``names`` by language, in as many as the file has."""

    where: Where
    names: dict[str, str]
    guid: UUID | None = None
    slug: str = ""
    capacity: int | None = None


@dataclass(slots=True, kw_only=True)
class PersonIn:
    where: Where
    name: str
    guid: UUID | None = None
    code: str = ""
    biography: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class PartIn:
    """A person's part; without a ``role`` any part that this person has already will do."""

    where: Where
    person: str
    role: str = ""


@dataclass(slots=True, kw_only=True)
class SlotIn:
    where: Where
    room: str
    starts_at: datetime
    ends_at: datetime


@dataclass(slots=True, kw_only=True)
class TalkIn:
    where: Where
    guid: UUID | None = None
    # Unlike a session a talk has no code; with that of its row its GUID can be made again.
    code: str = ""
    values: dict[str, str | int] = field(default_factory=dict)
    parts: list[PartIn] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class SessionIn:
    """``values`` by the model's own fields; what the file leaves empty is not in it."""

    where: Where
    guid: UUID | None = None
    code: str = ""
    values: dict[str, str | bool] = field(default_factory=dict)
    theme: str | None = None
    slot: SlotIn | None = None
    parts: list[PartIn] = field(default_factory=list)
    talks: list[TalkIn] = field(default_factory=list)

    @property
    def title(self) -> str:
        titles = [str(self.values.get(name, "")) for name in ("title_fr", "title_en")]
        return next(filter(None, titles), self.code or str(self.guid or ""))


@dataclass(slots=True)
class ProgrammeIn:
    """Rooms, themes and people by the key that sessions name them by."""

    sessions: list[SessionIn] = field(default_factory=list)
    rooms: dict[str, NamedIn] = field(default_factory=dict)
    themes: dict[str, NamedIn] = field(default_factory=dict)
    people: dict[str, PersonIn] = field(default_factory=dict)

    def room(self, name: str, where: Where, languages: list[str]) -> str:
        return named(self.rooms, name, where, languages)

    def theme(self, name: str, where: Where, languages: list[str]) -> str:
        return named(self.themes, name, where, languages)

    def person(self, person: PersonIn) -> str:
        """The key of ``person``; whoever has a GUID or a code is not told apart by name."""
        key = str(person.guid or person.code or person.name.casefold())
        known = self.people.setdefault(key, person)
        for language, text in person.biography.items():
            known.biography.setdefault(language, text)
        return key


def named(known: dict[str, NamedIn], name: str, where: Where, languages: list[str]) -> str:
    key = name.casefold()
    known.setdefault(key, NamedIn(where=where, names=dict.fromkeys(languages, name)))
    return key
