"""Instants and durations as files write them, in the zone of the conference."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from conference.imports import Where, short
from conference.models import Conference
from programme.imports.form import SlotIn

LOCAL = re.compile(
    r"(\d{1,2})[./](\d{1,2})[./](\d{4})(?:[ T,]+(\d{1,2})[:hH](\d{2})(?::\d{2})?)?\Z"
)
CLOCK = re.compile(r"(\d{1,2})[:hH](\d{2})(?::\d{2}(?:\.0+)?)?\Z")
HOURS = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})\Z")
MINUTES = re.compile(r"(\d{1,4})(?:\.0+)?\s*(?:min|minutes|')?\Z", re.IGNORECASE)
LONGEST = timedelta(hours=24)
# A session may be held before and after the conference, but not in another year.
MARGIN = timedelta(days=31)


class BadTime(ValueError):
    """The message is for staff."""


def instant(text: str, zone: ZoneInfo) -> datetime:
    """``text`` by ISO 8601, or “04/02/2027 09:00”; without an offset it is local time.

    Raises ``BadTime``, also for what local clocks never show or show twice.
    """
    found = local_form(text) or iso_form(text)
    if found.tzinfo is not None:
        try:
            return found.astimezone(UTC)
        except OverflowError as error:
            raise BadTime(not_a_time(text)) from error
    return in_zone(found, zone)


def iso_form(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise BadTime(not_a_time(text)) from error


def local_form(text: str) -> datetime | None:
    match = LOCAL.match(text.strip())
    if not match:
        return None
    day, month, year, hour, minute = (int(part or 0) for part in match.groups())
    try:
        return datetime(year, month, day, hour, minute)  # noqa: DTZ001 – the zone comes next
    except ValueError as error:
        raise BadTime(not_a_time(text)) from error


def in_zone(local: datetime, zone: ZoneInfo) -> datetime:
    try:
        both = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
        real = [one for one in both if one.astimezone(zone).replace(tzinfo=None) == local]
    except (OverflowError, ValueError) as error:
        raise BadTime(not_a_time(str(local))) from error
    words = {"time": f"{local:%Y-%m-%d %H:%M}", "zone": zone.key}
    if not real:
        raise BadTime(_("There is no %(time)s in %(zone)s: clocks go forward over it.") % words)
    if len(real) > 1:
        raise BadTime(
            _(
                "%(time)s comes twice in %(zone)s, where clocks go back: add the offset, like +01:00."
            )
            % words
        )
    return real[0]


def clock(text: str) -> time | None:
    """“09:00” or “9h00” alone."""
    match = CLOCK.match(text.strip())
    if not match:
        return None
    try:
        return time(int(match[1]), int(match[2]))
    except ValueError as error:
        raise BadTime(not_a_time(text)) from error


def end_of(text: str, starts_at: datetime, zone: ZoneInfo) -> datetime:
    """An instant, or a time on the day of the start."""
    if at := clock(text):
        day = starts_at.astimezone(zone).date()
        return in_zone(datetime.combine(day, at), zone)
    return instant(text, zone)


def duration(text: str) -> timedelta:
    """“01:30”, “1:01:30” with days, “0:45:00” with seconds, or minutes. Raises ``BadTime``."""
    if not text.strip():
        raise BadTime(_("There is neither an end nor a duration."))
    if match := MINUTES.match(text.strip()):
        return timedelta(minutes=int(match[1]))
    match = HOURS.match(text.strip())
    if not match or int(match[3]) > 59:
        raise BadTime(_("“%(value)s” is not a duration like 01:30.") % {"value": short(text)})
    first, second, third = (int(part or 0) for part in match.groups())
    found = timedelta(days=first, hours=second, minutes=third)
    if match[1] is not None and found >= LONGEST:
        found = timedelta(hours=first, minutes=second, seconds=third)
    return found


def not_a_time(text: str) -> str:
    return _("“%(value)s” is not a date and time like 2027-02-04 09:00.") % {"value": short(text)}


def slot_of(
    conference: Conference, room: str, starts_at: datetime, ends_at: datetime, where: Where
) -> SlotIn:
    """Raises ``BadTime`` for what cannot be: ending before it starts, or in another year."""
    if ends_at <= starts_at:
        raise BadTime(_("A session ends after it starts."))
    if ends_at - starts_at > LONGEST:
        raise BadTime(_("A session takes no longer than a day."))
    day = starts_at.astimezone(conference.zone).date()
    if not conference.starts_on - MARGIN <= day <= conference.ends_on + MARGIN:
        raise BadTime(_("%(day)s is far from the days of the conference.") % {"day": iso_day(day)})
    return SlotIn(where=where, room=room, starts_at=starts_at, ends_at=ends_at)


def iso_day(day: date) -> str:
    return day.isoformat()
