"""The only door to iCalendar (RFC 5545): events and the calendars that carry them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vDuration,
)

CONTENT_TYPE = "text/calendar; charset=utf-8"

# Enough to tell “the last Sunday” from “the fourth”.
YEARS_DEFINED = 12
SECOND = timedelta(seconds=1)
# How soon a calendar that somebody subscribed to may look for news.
ASKED_AGAIN = timedelta(hours=1)
# Of 75 octets in a line, the first of all but the first line is a space.
PIECE = 74
ESCAPES = b"\\^"
# Controls and lone halves of surrogate pairs (Cc, Cs).
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

Method = Literal["PUBLISH", "CANCEL"]
type Entry = Event


def event(
    *,
    uid: str,
    summary: str,
    starts_at: date,
    ends_at: date,
    zone: ZoneInfo,
    changed_at: datetime,
    sequence: int = 0,
    is_cancelled: bool = False,
    location: str = "",
    url: str = "",
    description: str = "",
    categories: Sequence[str] = (),
) -> Event:
    """One event in local time of ``zone``; the same ``uid`` with a higher ``sequence`` replaces it.

    With dates instead of instants it lasts whole days, ``ends_at`` being the first day after it.
    ``changed_at`` is when what it says last changed: the same words are the same bytes, so that
    feeds can be compared and cached. Nobody is named as organiser or attendee.
    """
    result = Event()
    result.add("uid", uid)
    result.add("dtstamp", changed_at)
    result.add("last-modified", changed_at)
    result.add("sequence", sequence)
    result.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    result.add("dtstart", local(starts_at, zone))
    result.add("dtend", local(ends_at, zone))
    result.add("summary", printable(summary))
    for name, text in [("location", location), ("description", description)]:
        if text:
            result.add(name, printable(text))
    if url:
        result.add("url", url)
    if categories:
        result.add("categories", [printable(category) for category in categories])
    return result


def local(instant: date, zone: ZoneInfo) -> date:
    """In the time of day of ``zone``; in UTC where that hour comes twice and the second is meant,
    which local time cannot say (§3.3.5)."""
    if not isinstance(instant, datetime):
        return instant
    result = instant.astimezone(zone)
    return result.astimezone(UTC) if result.fold else result


def calendar(
    events: Iterable[Event],
    *,
    name: str,
    prodid: str,
    method: Method = "PUBLISH",
    zone: ZoneInfo | None = None,
    source: str = "",
) -> bytes:
    """A calendar file with the zones its events need, folded at 75 octets, lines ended by CRLF.

    ``prodid`` tells one export from another: ``programme``, ``registration``. One without events
    has ``zone`` in it, for a calendar is never empty (§3.6). ``source`` is the address at which a
    calendar that people subscribe to is found again.
    """
    result = Calendar()
    result.add("prodid", f"-//Colloque//{prodid}//EN")
    result.add("version", "2.0")
    result.add("calscale", "GREGORIAN")
    result.add("method", method)
    if name:
        # RFC 7986 for those who know it, the older name for the others.
        result.add("name", printable(name))
        result.add("x-wr-calname", printable(name))
    if source:
        result.add("source", source, parameters={"VALUE": "URI"})
        result.add("refresh-interval", ASKED_AGAIN, parameters={"VALUE": "DURATION"})
        result.add("x-published-ttl", vDuration(ASKED_AGAIN))
    held = list(events)
    for definition in zones(held, zone):
        result.add_component(definition)
    for entry in held:
        result.add_component(entry)
    return b"".join(folded(line) for line in result.content_lines() if line)


def zones(events: Sequence[Event], otherwise: ZoneInfo | None = None) -> list[Timezone]:
    """A VTIMEZONE for each zone in use; of ``otherwise`` where there is no event."""
    instants = [entry.decoded(name) for entry in events for name in ("dtstart", "dtend")]
    starts = [instant for instant in instants if isinstance(instant, datetime)]
    names = sorted({zone_name(start) for start in starts} - {"UTC"})
    if otherwise and not events:
        return [definition(otherwise.key, datetime.now(UTC).year)]
    return [definition(name, min(starts).year) for name in names]


def zone_name(start: datetime) -> str:
    """The zone it is local to; UTC is written with a Z and needs no definition."""
    return start.tzinfo.key if isinstance(start.tzinfo, ZoneInfo) else "UTC"


@lru_cache(maxsize=64)
def definition(name: str, year: int) -> Timezone:
    """The VTIMEZONE of ``name`` from the year before ``year`` on, by rule wherever there is one.

    icalendar 7.3 draws its own, but puts the spring change at the new time of day, an hour late.
    """
    zone = ZoneInfo(name)
    result = Timezone()
    result.add("tzid", name)
    start = datetime(year - 1, 1, 1, tzinfo=UTC)
    result.add_component(observance(zone, start, start, [start.astimezone(zone)]))
    changes: dict[tuple[timedelta | None, timedelta | None, str | None], list[datetime]] = {}
    for instant in transitions(zone, start, YEARS_DEFINED):
        before, after = (instant - SECOND).astimezone(zone), instant.astimezone(zone)
        key = (before.utcoffset(), after.utcoffset(), after.tzname())
        changes.setdefault(key, []).append(instant)
    for instants in changes.values():
        before = (instants[0] - SECOND).astimezone(zone)
        offset = before.utcoffset() or timedelta()
        local = [instant.astimezone(timezone(offset)) for instant in instants]
        result.add_component(observance(zone, instants[0] - SECOND, instants[0], local))
    return result


def observance(
    zone: ZoneInfo, before: datetime, after: datetime, starts: Sequence[datetime]
) -> TimezoneStandard | TimezoneDaylight:
    """What holds from ``starts``, each told in the time of day that ended there (§3.6.5)."""
    then, now = before.astimezone(zone), after.astimezone(zone)
    result = TimezoneDaylight() if now.dst() else TimezoneStandard()
    result.add("dtstart", starts[0].replace(tzinfo=None))
    if rule := yearly_rule(starts):
        result.add("rrule", rule)
    else:
        for start in starts[1:]:
            result.add("rdate", start.replace(tzinfo=None))
    result.add("tzname", now.tzname())
    result.add("tzoffsetfrom", then.utcoffset())
    result.add("tzoffsetto", now.utcoffset())
    return result


def yearly_rule(starts: Sequence[datetime]) -> dict[str, str | int] | None:
    """“The last Sunday of March, every year”, when that is how ``starts`` fall."""
    years = [start.year for start in starts]
    if len(years) < YEARS_DEFINED - 1 or years != list(range(years[0], years[0] + len(years))):
        return None
    if len({(start.month, start.weekday(), start.time()) for start in starts}) > 1:
        return None
    from_start = {(start.day - 1) // 7 + 1 for start in starts}
    is_last = all((start + timedelta(days=7)).month != start.month for start in starts)
    if not is_last and len(from_start) > 1:
        return None
    nth = -1 if is_last else from_start.pop()
    weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[starts[0].weekday()]
    return {"freq": "yearly", "bymonth": starts[0].month, "byday": f"{nth}{weekday}"}


def transitions(zone: ZoneInfo, start: datetime, years: int) -> Iterator[datetime]:
    """The instants at which clocks of ``zone`` change, to the second."""
    day = start
    while day.year < start.year + years:
        following = day + timedelta(days=1)
        if day.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
            low, high = day, following
            while high - low > SECOND:
                middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
                if middle.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset():
                    low = middle
                else:
                    high = middle
            yield high
        day = following


def folded(line: str) -> bytes:
    """A content line in pieces of at most 75 octets, cut between characters (§3.1).

    As icalendar cuts them, which tries each character in turn and so takes as long as all the rest.
    """
    octets = line.encode()
    pieces, start = [], 0
    while len(octets) - start > PIECE:
        cut = start + PIECE
        while octets[cut] & 0xC0 == 0x80:
            cut -= 1
        if octets[cut - 1] in ESCAPES:
            # Some readers want an escape and what it escapes in one piece.
            cut -= 1
        pieces.append(octets[start:cut])
        start = cut
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces) + b"\r\n"


def printable(text: str) -> str:
    """Without the control characters that a calendar may not hold; lines and tabs are kept."""
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def host_name() -> str:
    """What follows the @ of a UID: the name that this installation is known by."""
    return settings.SITE_URL.partition("://")[2].partition(":")[0].partition("/")[0] or "localhost"
