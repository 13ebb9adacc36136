"""What of the database a name in a file means: rooms, themes and speakers, read once each."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from conference.codes import new_code
from conference.i18n import text_of
from conference.import_words import as_read, folded, split_name
from conference.imports import Item, Notes, Where, short
from conference.models import Conference
from conference.people import NAME_LENGTH
from programme.imports.form import NamedIn, PersonIn
from programme.models import Room, Theme
from speakers.models import Speaker

LANGUAGES = ("fr", "en")
Place = Room | Theme
May = Callable[[str], bool]


class Places[P: (Room, Theme)]:
    """Rooms or themes of a conference, and those that the file would make."""

    def __init__(
        self, model: type[P], conference: Conference, notes: Notes, may: May, right: str
    ) -> None:
        self.model: type[P] = model
        self.conference, self.notes = conference, notes
        self.may, self.right = may, right
        self.known: list[P] = list(model.objects.filter(conference=conference).order_by("pk"))
        self.new: list[P] = []
        self.renamed: list[P] = []
        self.items: list[Item] = []
        self.found: dict[str, P] = {}

    def match(self, entries: dict[str, NamedIn], used: dict[str, set[int]]) -> None:
        """Find each entry by GUID, slug, name, or by what all its sessions have already.

        ``used`` tells which places the sessions that name an entry have in the database.
        """
        for key, entry in entries.items():
            place = (
                self.by_identity(entry)
                or self.by_name(entry, used.get(key, set()))
                or self.by_use(entry, used.get(key, set()))
            )
            if place is None and key in used:
                place = self.make(entry)
            if place is not None:
                self.found[key] = place
                self.name(place, entry)

    def by_identity(self, entry: NamedIn) -> P | None:
        for place in self.known:
            if entry.guid and getattr(place, "guid", None) == entry.guid:
                return place
        return next((one for one in self.known if entry.slug and one.slug == entry.slug), None)

    def by_name(self, entry: NamedIn, used: set[int]) -> P | None:
        """The place of that name; of several, the one that its sessions have."""
        wanted = {folded(name) for name in entry.names.values()}
        found = [one for one in self.known if wanted & set(map(folded, names_of(one)))]
        found.sort(key=lambda one: one.pk not in used)
        return found[0] if found else None

    def by_use(self, entry: NamedIn, used: set[int]) -> P | None:
        """The only place of all its sessions, as long as that has no name in this language."""
        if len(used) != 1:
            return None
        place = next((one for one in self.known if one.pk in used), None)
        if place is None or place in self.found.values():
            return None
        is_free = not any(getattr(place, f"name_{language}") for language in entry.names)
        return place if is_free else None

    def make(self, entry: NamedIn) -> P | None:
        if not self.may(f"programme.add_{self.right}"):
            self.notes.refuse(entry.where, self.refusal(entry))
            return None
        place = self.model(conference=self.conference)
        for language, name in entry.names.items():
            setattr(place, f"name_{language}", name)
        taken = {one.slug for one in [*self.known, *self.new]}
        place.slug = free_slug(entry.slug or slugify(next(iter(entry.names.values()))), taken)
        place.position = max((one.position for one in [*self.known, *self.new]), default=0) + 1
        if isinstance(place, Room):
            place.capacity = entry.capacity
            place.guid = entry.guid or uuid.uuid4()
        else:
            place.mark = len(taken) % 8 + 1
        self.new.append(place)
        item = Item(f"{self.right}:new:{place.slug}", self.title(entry), entry.where, is_new=True)
        self.items.append(item)
        return place

    def name(self, place: P, entry: NamedIn) -> None:
        """Give ``place`` the name that it has not in this language, and its seats."""
        item = Item(f"{self.right}:{place.pk}", self.title(entry), entry.where)
        for language, name in entry.names.items():
            column = f"name_{language}"
            if not getattr(place, column) and name not in names_of(place):
                item.change(column, _("name (%(language)s)") % {"language": language}, "", name)
                setattr(place, column, name)
        if isinstance(place, Room) and place.capacity is None and entry.capacity is not None:
            item.change("capacity", _("capacity"), "", entry.capacity)
            place.capacity = entry.capacity
        if item.changes and place.pk:
            if not self.may(f"programme.change_{self.right}"):
                self.notes.refuse(entry.where, self.refusal(entry))
            self.renamed.append(place)
            self.items.append(item)

    def title(self, entry: NamedIn) -> str:
        name = next(iter(entry.names.values()))
        if self.right == "room":
            return _("Room “%(name)s”") % {"name": name}
        return _("Theme “%(name)s”") % {"name": name}

    def refusal(self, entry: NamedIn) -> str:
        return _("%(what)s is not there as the file has it, and you may not change that.") % {
            "what": self.title(entry)
        }


def names_of(place: Any) -> list[str]:
    names = [getattr(place, f"name_{language}") for language in LANGUAGES]
    return [name for name in names if name]


def free_slug(wanted: str, taken: Iterable[str]) -> str:
    wanted = wanted[:70].strip("-") or "x"
    if wanted not in taken:
        return wanted
    return next(f"{wanted}-{n}" for n in range(2, 10_000) if f"{wanted}-{n}" not in taken)


# --- People -----------------------------------------------------------------------------------


class People:
    """The speakers of a conference, and those that the file would make."""

    def __init__(self, conference: Conference, notes: Notes, may: May) -> None:
        self.conference, self.notes, self.may = conference, notes, may
        self.known = list(Speaker.objects.filter(conference=conference).order_by("pk"))
        self.by_guid = {speaker.guid: speaker for speaker in self.known}
        self.by_code = {speaker.code: speaker for speaker in self.known}
        self.by_name: dict[str, list[Speaker]] = {}
        for speaker in self.known:
            self.by_name.setdefault(folded(speaker.full_name), []).append(speaker)
        self.new: list[Speaker] = []
        self.items: list[Item] = []
        self.found: dict[str, Speaker] = {}
        self.differing = 0

    def match(self, people: dict[str, PersonIn]) -> None:
        wanted = {person.guid for person in people.values() if person.guid} - set(self.by_guid)
        elsewhere = set(Speaker.objects.filter(guid__in=wanted).values_list("guid", flat=True))
        sure = {key: found for key, one in people.items() if (found := self.by_identity(one))}
        self.claimed = {speaker.pk for speaker in sure.values()}
        for key, person in people.items():
            namesakes = [] if key in sure else self.namesakes(person)
            if len(namesakes) > 1:
                self.refuse_namesakes(person, len(namesakes))
                continue
            speaker = sure.get(key) or next(iter(namesakes), None)
            if speaker is None:
                speaker = self.make(person, elsewhere)
            elif speaker.pk and any(differs(speaker, person)):
                self.differing += 1
            if speaker is not None:
                self.found[key] = speaker
        if self.differing:
            self.notes.remark(
                Where(),
                _("%(count)s biographies differ and stay as they are: speakers are imported apart.")
                % {"count": self.differing},
            )

    def by_identity(self, person: PersonIn) -> Speaker | None:
        if person.guid and person.guid in self.by_guid:
            return self.by_guid[person.guid]
        return self.by_code.get(person.code or person.name)

    def namesakes(self, person: PersonIn) -> list[Speaker]:
        """Whoever has that name; of people with a GUID, nobody who is another one for sure."""
        found = self.by_name.get(folded(person.name), [])
        if not (person.guid or person.code):
            return found
        return [one for one in found if one.pk and one.pk not in self.claimed]

    def refuse_namesakes(self, person: PersonIn, count: int) -> None:
        self.notes.refuse(
            person.where,
            _("%(count)s speakers are called “%(name)s”: write the code instead.")
            % {"count": count, "name": short(person.name)},
        )

    def make(self, person: PersonIn, elsewhere: set[Any]) -> Speaker | None:
        if not self.may("speakers.add_speaker"):
            self.notes.refuse(
                person.where,
                _("“%(name)s” is not among the speakers, and you may not add any.")
                % {"name": short(person.name)},
            )
            return None
        given, family = split_name(person.name)
        if max(len(given), len(family)) > NAME_LENGTH:
            self.notes.refuse(person.where, _("This name is too long."))
            return None
        code = person.code if person.code and person.code not in self.by_code else new_code()
        speaker = Speaker(
            conference=self.conference,
            code=code,
            guid=person.guid if person.guid and person.guid not in elsewhere else uuid.uuid4(),
            given_name=given,
            family_name=family,
        )
        for language, text in person.biography.items():
            setattr(speaker, f"biography_{language}", text)
        self.new.append(speaker)
        self.by_code[code] = speaker
        self.by_name.setdefault(folded(person.name), []).append(speaker)
        title = _("Speaker “%(name)s”") % {"name": person.name}
        key = f"speaker:new:{person.guid or person.code or folded(person.name)}"
        self.items.append(Item(key, title, person.where, is_new=True))
        return speaker


def differs(speaker: Speaker, person: PersonIn) -> Iterable[bool]:
    for language, text in person.biography.items():
        kept = getattr(speaker, f"biography_{language}") or ""
        is_fallback = not kept and text in {as_read(text_of(speaker, "biography").value)}
        yield not is_fallback and as_read(kept) != text
