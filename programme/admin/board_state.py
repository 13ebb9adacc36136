"""What the screen of the planning board is told, as plain data in the conference's time."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from conference.i18n import text_of
from conference.models import Conference
from programme import board, warnings
from programme.admin.board_form import length
from programme.models import DraftMove, Participation, Session, Slot


def sessions(conference: Conference) -> list[dict[str, Any]]:
    """What every session is called, and for how long: three queries."""
    found = (
        conference.sessions.select_related("theme").prefetch_related("talks").order_by("title_fr")
    )
    people = people_of(conference)
    return [
        {
            "id": session.pk,
            "code": session.code,
            "title": str(text_of(session, "title")) or session.code,
            "kind": session.kind,
            "kindName": session.get_kind_display(),
            "theme": session.theme and session.theme.pk,
            "themeName": str(text_of(session.theme, "name")) if session.theme else "",
            "mark": session.theme.mark if session.theme else 0,
            "people": ", ".join(people[session.pk]),
            "minutes": length(session),
            "form": reverse("admin:programme_board_session", args=[session.pk]),
            "change": reverse("admin:programme_session_change", args=[session.pk]),
        }
        for session in found
    ]


def people_of(conference: Conference) -> defaultdict[int, list[str]]:
    """The family names of who takes part, by session, each once."""
    found: defaultdict[int, dict[int, str]] = defaultdict(dict)
    parts = Participation.objects.filter(session__conference=conference).order_by("position", "pk")
    for session, speaker, name in parts.values_list(
        "session_id", "speaker_id", "speaker__family_name"
    ):
        found[session][speaker] = name
    return defaultdict(list, {session: list(names.values()) for session, names in found.items()})


def rooms(conference: Conference) -> list[dict[str, Any]]:
    return [
        {"id": room.pk, "name": str(text_of(room, "name")), "capacity": room.capacity}
        for room in conference.rooms.order_by("position", "pk")
    ]


def state(conference: Conference, since: int | None = None) -> dict[str, Any]:
    """Where everything stands now, what is wrong with it, and who moved what after ``since``."""
    # The stamp first: what changes meanwhile is then told once more, never missed.
    stamp = board.stamp(conference)
    last = conference.draft_moves.aggregate(last=Max("pk"))["last"] or 0
    moves = [] if since is None else board.moves_since(conference, since)
    slots = Slot.objects.draft().filter(session__conference=conference).order_by("pk")
    zone = conference.zone
    return {
        "stamp": stamp,
        "last": max([last, *(move.pk for move in moves)]),
        "slots": [
            {
                "session": slot.session_id,
                "room": slot.room_id,
                "start": wall(slot.starts_at, conference),
                "end": wall(slot.ends_at, conference),
                "version": slot.version,
            }
            for slot in slots
        ],
        "warnings": [
            {
                "kind": warning.kind.value,
                "label": str(warning.kind.label),
                "isGrave": warning.kind.is_grave,
                "sentence": warning.sentence,
                "url": warning.url,
                "sessions": warning.sessions,
            }
            for warning in warnings.warnings(conference)
        ],
        "moves": [{"by": move.made_by_id, "text": told(move, zone)} for move in moves],
    }


def wall(instant: datetime, conference: Conference) -> str:
    """As the clocks of the conference show it: “2025-02-06T09:00”."""
    return timezone.localtime(instant, conference.zone).strftime("%Y-%m-%dT%H:%M")


def told(move: DraftMove, zone: Any) -> str:
    """Who did what, in a sentence."""
    user = move.made_by
    words = {
        "name": (user.get_full_name() or user.email) if user else "–",
        "title": text_of(move.session, "title") or move.session.code,
    }
    where = board.Place.read(move.after)
    if where is None:
        return _("%(name)s put “%(title)s” back among the sessions to be placed.") % words
    words["time"] = timezone.localtime(where.starts_at, zone).strftime("%d/%m %H:%M")
    if move.before is None:
        return _("%(name)s placed “%(title)s” at %(time)s.") % words
    return _("%(name)s moved “%(title)s” to %(time)s.") % words


def drawer(conference: Conference, wanted: dict[str, str]) -> list[Session]:
    """Sessions without a slot in the draft, narrowed as the filters say."""
    placed = Slot.objects.draft().values("session")
    found = conference.sessions.exclude(pk__in=placed).select_related("theme")
    if wanted.get("kind"):
        found = found.filter(kind=wanted["kind"])
    if wanted.get("theme", "").isdecimal():
        found = found.filter(theme=int(wanted["theme"][:18]))
    if text := wanted.get("q"):
        found = found.filter(title_fr__icontains=text) | found.filter(title_en__icontains=text)
    return list(found.order_by("title_fr", "pk"))


def table(conference: Conference) -> list[dict[str, Any]]:
    """The draft day by day in reading order, for the plain page."""
    slots = (
        Slot.objects.draft()
        .filter(session__conference=conference)
        .select_related("session", "room")
        .order_by("starts_at", "room__position", "pk")
    )
    people = people_of(conference)
    found: dict[Any, list[Any]] = {}
    for slot in slots:
        day = timezone.localdate(slot.starts_at, conference.zone)
        row = {"slot": slot, "people": ", ".join(people[slot.session_id])}
        found.setdefault(day, []).append(row)
    return [{"day": day, "rows": rows} for day, rows in found.items()]
