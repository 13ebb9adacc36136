"""The booklet: the released programme as a printed book of A5 pages.

Each part (front, days, rooms, speakers, index) is laid out by itself and in order, so that the
page of everything before it is known; only the front, which is short, is laid out twice: once to
know how many pages it takes, and once the numbers of its contents are known.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from html import escape
from itertools import groupby
from typing import Any

from django.conf import settings

from conference import motif, pdf, theme
from conference.binding import Painted
from conference.images import for_paper
from conference.models import Conference
from conference.papers.kinds import Progress
from programme import released
from programme.models import Release, Room, Session
from programme.paper.days import Day, days_of
from programme.paper.sheets import context_of, languages_of
from programme.released import ReleasedSlot
from speakers.models import Speaker

STYLES = ("css/pdf/tokens.css", "css/pdf/booklet.css")
# Contents name each session of a small programme, and the great moments of a large one.
MOST_IN_CONTENTS = 48
GREAT = (
    Session.Kind.OPENING,
    Session.Kind.PLENARY,
    Session.Kind.CEREMONY,
    Session.Kind.CLOSING,
)
ABSTRACT_LENGTH, BIOGRAPHY_LENGTH = 320, 420
AT_ONCE = 80  # people laid out in one portion
PORTRAIT_PIXELS = 220  # 18 mm at 300 dots an inch


@dataclass(frozen=True, slots=True)
class Choices:
    """What staff choose: languages, how much of each abstract, and whether people are shown."""

    language: str = "both"
    abstracts: str = "short"
    people: bool = True

    @property
    def languages(self) -> tuple[str, ...]:
        return languages_of(self.language)

    @property
    def abstract_length(self) -> int:
        """In letters; 0 is the whole of it."""
        return ABSTRACT_LENGTH if self.abstracts == "short" else 0


@dataclass(slots=True)
class Entry:
    """A person in the index: where the biography stands, and each session."""

    speaker: Speaker
    biography: int | None = None
    pages: list[int] = field(default_factory=list)

    @property
    def letter(self) -> str:
        return plain_order(self.speaker.family_name)[:1].upper()


@dataclass(slots=True)
class Book:
    """The parts laid out so far, and on which page everything in them stands."""

    conference: Conference
    choices: Choices
    release: Release
    paper: pdf.Book = field(default_factory=pdf.Book)
    parts: list[Painted] = field(default_factory=list)
    anchors: dict[str, int] = field(default_factory=dict)
    length: int = 0

    def add(self, template: str, context: Mapping[str, Any]) -> None:
        self.take(self.laid_out(template, context))

    def add_people(self, people: list[Entry]) -> None:
        """In portions, so that a thousand portraits are never laid out together."""
        rest = people
        while rest:
            portion = rest[:AT_ONCE]
            pages = self.laid_out(
                "booklet_speakers",
                {
                    "entries": portion,
                    "is_first": rest is people,
                    "biography_length": BIOGRAPHY_LENGTH,
                },
                pictures=portraits_of(portion),
            )
            if len(portion) < len(rest):
                portion = without_last_page(pages, portion)
            self.take(pages)
            rest = rest[len(portion) :]

    def take(self, pages: pdf.Pages) -> None:
        for name, number in pdf.anchors_of(pages).items():
            self.anchors.setdefault(name, self.length + number + 1)
        self.length += len(pages.pages)
        self.parts.append(self.paper.paint(pages, self.anchors))

    def laid_out(
        self,
        template: str,
        context: Mapping[str, Any],
        pictures: Mapping[str, pdf.Picture] | None = None,
        first: int | None = None,
    ) -> pdf.Pages:
        """``template`` as pages whose numbers follow those that are there."""
        number = self.length + 1 if first is None else first
        languages = self.choices.languages
        found = context_of(self.conference, languages) | {
            "choices": self.choices,
            "release": self.release,
            "first_page": number,
            "side": "right" if number % 2 else "left",
            **context,
        }
        return pdf.lay_out_part(
            f"programme/pdf/{template}.html",
            found,
            language=languages[0],
            stylesheets=STYLES,
            pictures=pictures,
        )


class NothingReleased(Exception):
    """There is no programme to print yet."""


def quietly(done: int, total: int | None = None) -> None:
    """Nobody watches."""


def render(
    conference: Conference,
    *,
    language: str = "both",
    abstracts: str = "short",
    people: bool = True,
    progress: Progress = quietly,
) -> bytes:
    """The booklet of the current release, or ``NothingReleased``."""
    release = released.current_release(conference)
    if release is None:
        raise NothingReleased
    slots = released.slots(conference, release=release)
    return draw(conference, release, slots, Choices(language, abstracts, people), progress)


def draw(
    conference: Conference,
    release: Release,
    slots: list[ReleasedSlot],
    choices: Choices,
    progress: Progress = quietly,
) -> bytes:
    """The booklet of what ``release`` holds (``slots``, in reading order)."""
    book = Book(conference, choices, release)
    found = days_of(slots, conference.zone)
    front = front_of(book, found, people_of(slots))
    draft = book.laid_out("booklet_front", front, pictures=motif_of(conference))
    book.length = len(draft.pages)
    total = len(found) + 5
    progress(1, total)
    for number, day in enumerate(found, start=2):
        book.add("booklet_day", {"day": day})
        progress(number)
    book.add("booklet_rooms", {"places": places_of(slots)})
    people = entries(slots, book.anchors)
    if people and choices.people:
        book.add_people(people)
        for entry in people:
            entry.biography = book.anchors[f"speaker-{entry.speaker.code}"]
    progress(len(found) + 3)
    if people:
        book.add("booklet_index", {"letters": by_letter(people)})
    front["pages"] = book.anchors | {
        name: number + 1 for name, number in pdf.anchors_of(draft).items()
    }
    final = book.laid_out("booklet_front", front, first=1, pictures=motif_of(conference))
    assert len(final.pages) == len(draft.pages)
    progress(len(found) + 4)
    front_matter = book.paper.paint(final, book.anchors)
    content = book.paper.bound([front_matter, *book.parts])
    progress(len(found) + 5)
    return content


def without_last_page(pages: pdf.Pages, portion: list[Entry]) -> list[Entry]:
    """Those of ``portion`` who stand before the last page, which is taken off: who stands on it
    begins the next portion, so that no page stays half empty. Nobody is broken over two pages.
    """
    places, last = pdf.anchors_of(pages), len(pages.pages) - 1
    kept = [entry for entry in portion if places[f"speaker-{entry.speaker.code}"] < last]
    if not kept:
        return portion
    del pages.pages[last]
    return kept


def front_of(book: Book, found: list[Day], people: list[Speaker]) -> dict[str, Any]:
    count = sum(not slot.session.is_break for day in found for slot in day.slots)
    return {
        "days": [(day, in_contents(day, count)) for day in found],
        "people": people,
        "host": book.conference.host,
        "venue": book.conference.venue,
        "pages": {},
        "site": f"{settings.SITE_URL}{book.conference.get_absolute_url()}",
        "partners": list(
            book.conference.partners.select_related("organisation").order_by("position", "pk")
        ),
    }


def in_contents(day: Day, count: int) -> list[ReleasedSlot]:
    return [
        slot
        for slot in day.slots
        if not slot.session.is_break and (count <= MOST_IN_CONTENTS or slot.session.kind in GREAT)
    ]


def people_of(slots: Iterable[ReleasedSlot]) -> list[Speaker]:
    """Everyone who has a part, once, in the order of names."""
    found = {speaker.pk: speaker for slot in slots for speaker in slot.session.people}
    return sorted(found.values(), key=name_order)


def name_order(speaker: Speaker) -> tuple[str, str, int]:
    return plain_order(speaker.family_name), plain_order(speaker.given_name), speaker.pk


def plain_order(text: str) -> str:
    """As an index sorts: without accents, capitals, apostrophes and hyphens."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in letters if letter.isalnum() or letter == " ").strip()


def entries(slots: list[ReleasedSlot], anchors: Mapping[str, int]) -> list[Entry]:
    """Everyone with the pages of their sessions, each page once."""
    found = {speaker.pk: Entry(speaker) for speaker in people_of(slots)}
    for slot in slots:
        page = anchors[f"session-{slot.session.code}"]
        for speaker in slot.session.people:
            if page not in found[speaker.pk].pages:
                found[speaker.pk].pages.append(page)
    return list(found.values())


def by_letter(people: list[Entry]) -> list[tuple[str, list[Entry]]]:
    return [
        (letter, list(together)) for letter, together in groupby(people, key=lambda one: one.letter)
    ]


def places_of(slots: Iterable[ReleasedSlot]) -> list[tuple[Any, list[Room]]]:
    """The rooms in use, by their venue."""
    rooms = sorted({slot.room for slot in slots}, key=lambda room: (room.position, room.pk))
    by_venue: dict[Any, list[Room]] = {}
    for room in rooms:
        by_venue.setdefault(room.venue or room.conference.venue, []).append(room)
    return list(by_venue.items())


def portraits_of(people: Iterable[Entry]) -> dict[str, pdf.Picture]:
    return {entry.speaker.code: partial(portrait, entry.speaker) for entry in people}


def portrait(speaker: Speaker) -> tuple[bytes, str]:
    """As small as paper needs it; who has none, or whose file is lost, is a tile with initials."""
    try:
        return for_paper(speaker.portrait, PORTRAIT_PIXELS), "image/jpeg"
    except (OSError, ValueError):
        return tile(speaker), "image/svg+xml"


def tile(speaker: Speaker) -> bytes:
    colours = theme.palette(speaker.conference.accent, theme.LIGHT)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
        f'<rect width="100" height="100" fill="{colours.accent_wash}"/>'
        f'<text x="50" y="63" font-size="36" text-anchor="middle" fill="{colours.accent}" '
        f"font-family=\"'Colloque Serif'\">{escape(speaker.initials)}</text></svg>"
    ).encode()


def motif_of(conference: Conference) -> dict[str, pdf.Picture]:
    """The drawing of this edition, in its accent, for the cover."""
    drawing = motif.svg(conference.slug, first=conference.starts_on, last=conference.ends_on)
    colour = theme.palette(conference.accent, theme.LIGHT).accent
    image = drawing.replace(
        "<svg ",
        f'<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="{colour}" stroke-width="0.8" ',
        1,
    )
    return {"motif": lambda: (image.encode(), "image/svg+xml")}
