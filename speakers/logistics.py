"""How speakers come, stay and are looked after, as lists for those who look after them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext_lazy as _

from conference.exports import Column, Format, export_response
from speakers.models import Logistics, Speaker

DATASET = "speakers-logistics"

COLUMNS = [
    Column("family_name", _("Family name"), lambda plan: plan.speaker.family_name, 24),
    Column("given_name", _("Given name"), lambda plan: plan.speaker.given_name, 18),
    Column("state", _("State"), lambda plan: str(plan.speaker.get_state_display()), 12),
    Column("email", _("E-mail"), lambda plan: plan.speaker.email, 34),
    Column("phone", _("Telephone on the day"), lambda plan: plan.phone, 20),
    Column("arrives_at", _("Arrives"), lambda plan: plan.arrives_at, 18),
    Column("arrival_by", _("Arrival by"), lambda plan: plan.arrival_by, 28),
    Column("departs_at", _("Leaves"), lambda plan: plan.departs_at, 18),
    Column("departure_by", _("Departure by"), lambda plan: plan.departure_by, 28),
    Column("hotel", _("Hotel"), lambda plan: plan.hotel, 28),
    Column("nights_from", _("First night"), lambda plan: plan.nights_from, 12),
    Column("nights_until", _("Day of departure"), lambda plan: plan.nights_until, 12),
    Column("nights", _("Nights"), lambda plan: nights_of(plan), 8),
    Column("diet", _("Diet"), lambda plan: plan.diet, 28),
    Column("needs", _("Needs for access"), lambda plan: plan.needs, 34),
    Column("companion", _("Accompanied by"), lambda plan: plan.companion, 24),
    Column("assistant_name", _("Assistant"), lambda plan: plan.assistant_name, 24),
    Column("assistant_email", _("Assistant’s e-mail"), lambda plan: plan.assistant_email, 34),
    Column("assistant_phone", _("Assistant’s telephone"), lambda plan: plan.assistant_phone, 20),
    Column("equipment", _("Equipment"), lambda plan: plan.equipment, 34),
    Column("staff_note", _("Note of the staff"), lambda plan: plan.staff_note, 34),
]


def nights_of(plan: Logistics) -> int | None:
    if plan.nights_from is None or plan.nights_until is None:
        return None
    return (plan.nights_until - plan.nights_from).days


def export(
    request: HttpRequest,
    plans: Iterable[Logistics],
    *,
    format: str,
    columns: list[str],
    purpose: str,
) -> FileResponse:
    """The file, logged before it leaves; the log holds how many and what for, nothing of them."""
    return export_response(
        request,
        dataset=DATASET,
        format=Format(format),
        columns=[column for column in COLUMNS if column.name in columns],
        rows=plans,
        purpose=purpose,
        question={"rows": "selection"},
    )


@dataclass(slots=True)
class Day:
    """Who comes and who leaves on one day, and who sleeps where in the night after it."""

    day: date
    arrivals: list[Logistics] = field(default_factory=list)
    departures: list[Logistics] = field(default_factory=list)
    hotels: Counter[str] = field(default_factory=Counter)

    @property
    def beds(self) -> list[tuple[str, int]]:
        """How many sleep in which house, for a template: it would ask a counter for its “items”."""
        return sorted(self.hotels.items())


# Beyond this a date is a slip of the pen, and no list of days is made of it.
LONGEST_STAY = timedelta(days=60)


def days(plans: Iterable[Logistics], zone: ZoneInfo) -> list[Day]:
    """Every day on which something happens, in order; times are those of the place."""
    found: dict[date, Day] = {}

    def on(day: date) -> Day:
        return found.setdefault(day, Day(day))

    for plan in plans:
        if plan.arrives_at:
            on(local_day(plan.arrives_at, zone)).arrivals.append(plan)
        if plan.departs_at:
            on(local_day(plan.departs_at, zone)).departures.append(plan)
        for night in nights(plan):
            on(night).hotels[plan.hotel] += 1
    for day in found.values():
        day.arrivals.sort(key=lambda plan: (plan.arrives_at, plan.pk))
        day.departures.sort(key=lambda plan: (plan.departs_at, plan.pk))
    return [found[day] for day in sorted(found)]


def nights(plan: Logistics) -> list[date]:
    """The evening of each night that is spent here."""
    if plan.nights_from is None or plan.nights_until is None:
        return []
    count = min(plan.nights_until - plan.nights_from, LONGEST_STAY).days
    return [plan.nights_from + timedelta(days=number) for number in range(count)]


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()


def coming() -> list[Speaker.State]:
    """Whose journey still counts."""
    return [Speaker.State.INVITED, Speaker.State.ACCEPTED, Speaker.State.PROPOSED]
