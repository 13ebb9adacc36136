"""The small form that brings one session to a room and a time: the board without a mouse."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils import formats, timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conference.i18n import text_of
from conference.models import Conference
from programme import board
from programme.models import Session, Slot

# An end before the start is meant for the small hours of the next day, up to so long a session.
LONGEST_NIGHT = timedelta(hours=12)
FIRST_HOUR = time(9)
ORDINARY = 60  # minutes


class BoardForm(forms.Form):
    room = forms.ChoiceField(label=_("Room"))
    day = forms.ChoiceField(label=_("Day"))
    start = forms.TimeField(label=_("Start"), widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    end = forms.TimeField(
        label=_("End"),
        widget=forms.TimeInput({"type": "time"}, "%H:%M"),
        help_text=_("Before the start: on the next day."),
    )
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, conference: Conference, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conference = conference
        self.fields["room"].choices = room_choices(conference)  # type: ignore[attr-defined]
        self.fields["day"].choices = [  # type: ignore[attr-defined]
            (day.isoformat(), formats.date_format(day, "l j F")) for day in days(conference)
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if {"room", "day", "start", "end"} <= data.keys():
            day = date.fromisoformat(data["day"])
            starts_at, ends_at = interval(self.conference, day, data["start"], data["end"])
            data["where"] = board.Place(int(data["room"]), starts_at, ends_at)
        return data


def interval(
    conference: Conference, day: date, start: time, end: time
) -> tuple[datetime, datetime]:
    """The two instants as the clocks of the conference show them, or a ``ValidationError``."""
    naive = datetime.combine(day, start), datetime.combine(day, end)
    if naive[1] <= naive[0]:
        naive = naive[0], naive[1] + timedelta(days=1)
        if naive[1] - naive[0] > LONGEST_NIGHT:
            raise ValidationError({"end": gettext("A session ends after it starts.")})
    with timezone.override(conference.zone):
        starts_at, ends_at = (from_current_timezone(each) for each in naive)
    assert starts_at is not None and ends_at is not None
    return starts_at, ends_at


def room_choices(conference: Conference) -> list[tuple[str, str]]:
    rooms = conference.rooms.order_by("position", "pk")
    return [(str(room.pk), str(text_of(room, "name"))) for room in rooms]


def days(conference: Conference) -> list[date]:
    """The days of the conference, and whatever other day the draft has something on."""
    drafted = Slot.objects.draft().filter(session__conference=conference)
    instants = drafted.values_list("starts_at", flat=True)
    others = {timezone.localdate(each, conference.zone) for each in instants}
    return sorted(others.union(own_days(conference)))


def own_days(conference: Conference) -> list[date]:
    count = (conference.ends_on - conference.starts_on).days + 1
    return [conference.starts_on + timedelta(days=number) for number in range(count)]


def initial(conference: Conference, session: Session, slot: Slot | None) -> dict[str, Any]:
    """Where the session is; else the first hour of the conference, for as long as it takes."""
    if slot is None:
        start = datetime.combine(conference.starts_on, FIRST_HOUR)
        end = start + timedelta(minutes=length(session))
        version = board.NOWHERE
    else:
        start = timezone.localtime(slot.starts_at, conference.zone)
        end = timezone.localtime(slot.ends_at, conference.zone)
        version = slot.version
    return {
        "room": slot and slot.room_id,
        "day": start.date().isoformat(),
        "start": start.time(),
        "end": end.time(),
        "version": version,
    }


def length(session: Session) -> int:
    """How many minutes to give a session that has no time yet: those of its talks, or an hour."""
    return sum(talk.minutes or 0 for talk in session.talks.all()) or ORDINARY
