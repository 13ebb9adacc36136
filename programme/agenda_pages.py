"""What an agenda's page prints: its days, and what cannot be heard together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from conference.i18n import text_of
from conference.models import Conference
from programme import agenda
from programme.released import ReleasedSlot
from programme.rows import Row, RowMaker, clock
from programme.schedule import local_date


@dataclass(frozen=True, slots=True)
class AgendaEntry:
    row: Row
    is_withdrawn: bool
    clashes: list[str]


@dataclass(frozen=True, slots=True)
class AgendaDay:
    date: date
    heading: str
    entries: list[AgendaEntry]


def agenda_days(conference: Conference, slots: list[ReleasedSlot]) -> list[AgendaDay]:
    """``slots`` by day, each with the words for what it overlaps."""
    maker, zone = RowMaker(conference), conference.zone
    clashes = agenda.overlaps(slots)
    return [
        AgendaDay(
            day,
            date_format(day, "l j F Y"),
            [
                AgendaEntry(
                    maker.row(slot),
                    slot.is_cancelled,
                    list(clash_words(slot, clashes.get(slot.pk, []))),
                )
                for slot in of_day
            ],
        )
        for day, of_day in groupby(slots, key=lambda slot: local_date(slot, zone))
    ]


def clash_words(slot: ReleasedSlot, others: Iterable[ReleasedSlot]) -> Iterable[str]:
    zone = slot.session.conference.zone
    for other in others:
        yield _("Overlaps with “%(title)s” (%(starts)s–%(ends)s).") % {
            "title": text_of(other.session, "title"),
            "starts": clock(other.starts_at.astimezone(zone)),
            "ends": clock(other.ends_at.astimezone(zone)),
        }
