"""What is on at this instant, and what comes next: the same for every visitor, wherever.

The server answers for the present instant in the conference's own time; the page that prints it is
kept until the next session begins or ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from conference.models import Conference
from conference.public import keep_until
from programme.released import ReleasedSlot
from programme.rows import Row, RowMaker, clock

# A coming day is announced the evening before it as well.
SOON = timedelta(hours=18)


@dataclass(slots=True)
class Moment:
    """``state``: ``future``, ``now`` (something is on or comes soon), ``between`` or ``past``."""

    state: str
    current: list[Row] = field(default_factory=list)
    following: list[Row] = field(default_factory=list)
    next_clock: str = ""
    next_day: str = ""
    next_at: str = ""
    until: datetime | None = None

    @property
    def until_at(self) -> str:
        return self.until.isoformat() if self.until else ""


def moment(
    conference: Conference, slots: Sequence[ReleasedSlot], at: datetime | None = None
) -> Moment | None:
    """What ``slots`` say at the instant ``at`` (the present one); nothing without slots."""
    if not slots:
        return None
    at = at or timezone.now()
    current = [slot for slot in slots if slot.starts_at <= at < slot.ends_at]
    coming = [slot for slot in slots if slot.starts_at > at]
    if not current and not coming:
        return Moment("past")
    starts = min((slot.starts_at for slot in coming), default=None)
    following = [slot for slot in coming if slot.starts_at == starts]
    maker = RowMaker(conference)
    found = Moment(
        state_of(slots, at, starts, is_on=bool(current)),
        [maker.row(slot) for slot in current],
        [maker.row(slot) for slot in following],
        until=min(boundaries(current, starts, at)),
    )
    if starts:
        local = starts.astimezone(conference.zone)
        found.next_clock, found.next_at = clock(local), local.isoformat()
        if local.date() != at.astimezone(conference.zone).date():
            found.next_day = date_format(local, "l j F")
    return found


def state_of(
    slots: Sequence[ReleasedSlot], at: datetime, starts: datetime | None, *, is_on: bool
) -> str:
    if is_on or (starts and starts - at <= SOON):
        return "now"
    return "future" if at < min(slot.starts_at for slot in slots) else "between"


def boundaries(
    current: Sequence[ReleasedSlot], starts: datetime | None, at: datetime
) -> list[datetime]:
    """When what is told at ``at`` stops being true."""
    ends = [slot.ends_at for slot in current]
    if starts is None:
        return ends
    return [*ends, starts, *([starts - SOON] if starts - SOON > at else [])]


def moment_on(
    request: HttpRequest, conference: Conference, slots: Sequence[ReleasedSlot]
) -> Moment | None:
    """``moment`` for a public page, which is kept no longer than that is true."""
    at = timezone.now()
    found = moment(conference, slots, at)
    keep_until(request, found.until if found else None, since=at)
    return found
