"""The run sheet of a day: for those who make it happen, and for nobody else.

The one sheet that knows telephones, arrivals and needs: only who may see logistics gets it, and
it says on each page who asked for it and when.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from conference import pdf
from conference.accounts.models import User
from conference.models import Conference
from programme.models import Participation, Slot
from programme.paper.booklet import name_order
from programme.paper.days import Day, days_of
from programme.paper.sheets import context_of
from programme.released import ReleasedSlot
from speakers.models import Logistics, Speaker

STYLES = ("css/pdf/tokens.css", "css/pdf/runsheet.css")
HOLDS = (
    "phone",
    "arrives_at",
    "arrival_by",
    "departs_at",
    "departure_by",
    "assistant_name",
    "assistant_phone",
    "equipment",
    "needs",
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's part in a session, announced to the public or not."""

    speaker: Speaker
    role: str
    logistics: Logistics | None

    @property
    def role_name(self) -> str:
        return str(Participation.Role(self.role).label)

    @property
    def is_coming(self) -> bool:
        return self.speaker.state == Speaker.State.ACCEPTED


@dataclass(frozen=True, slots=True)
class Row:
    slot: ReleasedSlot
    people: list[Person]

    @property
    def wishes(self) -> list[Person]:
        """Those with something to prepare in the room."""
        return [
            person
            for person in once(self.people)
            if person.logistics and (person.logistics.equipment or person.logistics.needs)
        ]


def once(people: Iterable[Person]) -> list[Person]:
    return list({person.speaker.pk: person for person in people}.values())


def people_by_slot(slots: Iterable[ReleasedSlot]) -> dict[int, list[Person]]:
    """Everyone whom the release names, those included whom the public does not see."""
    keys = [slot.pk for slot in slots]
    contents = dict(Slot.objects.filter(pk__in=keys).values_list("pk", "content__people"))
    wanted = {person["speaker"] for people in contents.values() for person in people}
    speakers = Speaker.objects.in_bulk(wanted)
    logistics = {found.speaker_id: found for found in Logistics.objects.filter(speaker__in=wanted)}
    return {
        key: [
            Person(speakers[part["speaker"]], part["role"], logistics.get(part["speaker"]))
            for part in people
            if part["speaker"] in speakers
        ]
        for key, people in contents.items()
    }


def day_of(slots: Iterable[ReleasedSlot], conference: Conference, wanted: date) -> Day | None:
    days = days_of(slots, conference.zone)
    return next((day for day in days if day.date == wanted), None)


def render(
    day: Day, conference: Conference, *, language: str, user: User, now: datetime
) -> tuple[bytes, int]:
    """The sheet, and how many people are on it."""
    found = people_by_slot(day.slots)
    rows = [Row(slot, found[slot.pk]) for slot in day.slots]
    people = sorted(
        once(person for row in rows for person in row.people),
        key=lambda person: name_order(person.speaker),
    )
    context = context_of(conference, (language,)) | {
        "day": day,
        "rows": rows,
        "people": people,
        "asked_by": user.get_full_name() or user.email,
        "now": now,
    }
    content = pdf.render_pdf(
        "programme/pdf/runsheet.html", context, language=language, stylesheets=STYLES
    )
    return content, len(people)
