"""Released sessions as rows of a list: everything in words already, for one flat loop.

A programme of five hundred sessions is one page. What its template prints is made here, each name
once, so that the template looks nothing up and includes nothing for a row.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from conference import dates
from conference.models import Conference
from conference.templatetags.bilingual import plain, text
from programme.models import LANGUAGES, Room, Session, Theme
from programme.released import ReleasedSlot
from programme.search import Hit
from speakers.models import Speaker


@dataclass(slots=True)
class ThemeTag:
    url: str
    mark: int
    name: SafeString


@dataclass(slots=True)
class Row:
    """A session at its time; ``title``, ``room``, ``people`` and ``excerpt`` are markup."""

    code: str
    url: str
    title: SafeString
    name: str
    kind: str
    kind_label: str
    room: SafeString
    starts_at: str
    ends_at: str
    starts: str
    ends: str
    language: str
    access: str
    people: SafeString
    theme: ThemeTag | None
    is_break: bool
    excerpt: SafeString | str = ""
    day: str = ""
    place: str = ""
    note: str = ""


class RowMaker:
    """Makes the rows of one page, in the active language and the conference's time."""

    def __init__(self, conference: Conference, hits: dict[int, Hit] | None = None) -> None:
        self.zone = conference.zone
        self.hits = hits or {}
        self.kinds = {value: str(label) for value, label in Session.Kind.choices}
        self.languages = {code: str(name) for code, name in LANGUAGES}
        # What everybody registered may enter needs no word.
        self.accesses = {
            value: str(label)
            for value, label in Session.Access.choices
            if value != Session.Access.OPEN
        }
        self.rooms: dict[int, SafeString] = {}
        self.themes: dict[int, ThemeTag] = {}
        self.names: dict[int, SafeString] = {}

    def row(self, slot: ReleasedSlot, *, dated: bool = False, note: str = "") -> Row:
        session = slot.session
        starts, ends = slot.starts_at.astimezone(self.zone), slot.ends_at.astimezone(self.zone)
        hit = self.hits.get(slot.pk)
        is_break = session.is_break
        return Row(
            code=session.code,
            url=session.get_absolute_url(),
            title=hit.title if hit else text(session, "title"),
            name=plain(session, "title"),
            kind=session.kind,
            kind_label=self.kinds[session.kind],
            room=self.room(slot.room),
            starts_at=starts.isoformat(),
            ends_at=ends.isoformat(),
            starts=clock(starts),
            ends=end_clock(starts, ends),
            language="" if is_break else self.languages[session.language],
            access="" if is_break else self.accesses.get(session.access, ""),
            people=self.people(session.people, hit),
            theme=self.theme(session.theme),
            is_break=is_break,
            excerpt=hit.excerpt if hit else "",
            day=date_format(starts, "l j F") if dated else "",
            note=note,
        )

    def room(self, room: Room) -> SafeString:
        if room.pk not in self.rooms:
            self.rooms[room.pk] = text(room, "name")
        return self.rooms[room.pk]

    def theme(self, theme: Theme | None) -> ThemeTag | None:
        if theme is None:
            return None
        if theme.pk not in self.themes:
            self.themes[theme.pk] = ThemeTag(
                theme.get_absolute_url(), theme.mark, text(theme, "name")
            )
        return self.themes[theme.pk]

    def people(self, people: Iterable[Speaker], hit: Hit | None) -> SafeString:
        return mark_safe(", ".join(self.person(speaker, hit) for speaker in people))  # noqa: S308 — of escaped names

    def person(self, speaker: Speaker, hit: Hit | None) -> SafeString:
        if speaker.pk not in self.names:
            name = speaker.full_name
            self.names[speaker.pk] = hit.marked(name) if hit else conditional_escape(name)
        return self.names[speaker.pk]


def clock(local: datetime) -> str:
    """“09:30”, quicker than ``strftime``."""
    return f"{local.hour:02}:{local.minute:02}"


def end_clock(starts: datetime, ends: datetime) -> str:
    """“10:30”; “6 February, 18:00” of what goes on for a day or more."""
    if ends - starts < timedelta(days=1):
        return clock(ends)
    return f"{dates.day_number(ends)} {date_format(ends, 'F')}, {clock(ends)}"


def dated_rows(conference: Conference, slots: Iterable[ReleasedSlot]) -> list[Row]:
    """Rows that name their day, for lists without day headings."""
    maker = RowMaker(conference)
    return [maker.row(slot, dated=True) for slot in slots]
