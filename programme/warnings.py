"""What is not right yet in the draft: each warning in a sentence, with a link to put it right.

The draft may be wrong; most warnings do not keep it from being published. All of it is read in a
constant number of queries (``DraftPicture``) and looked through in sorted order, so that five
hundred sessions cost little more than five.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from conference.i18n import text_of
from conference.models import Conference
from programme.draft_picture import DraftPicture
from programme.models import Participation, Session, Slot, Talk
from speakers.models import Speaker

LANGUAGES = [code for code, _name in settings.LANGUAGES]
# Somebody leads these; a break or a ceremony does without.
CHAIRED = {
    Session.Kind.PLENARY,
    Session.Kind.LECTURE,
    Session.Kind.ROUND_TABLE,
    Session.Kind.WORKSHOP,
}
LEADERS = {Participation.Role.CHAIR, Participation.Role.MODERATOR}


class Kind(models.TextChoices):
    """In the order of their weight."""

    ROOM_OVERLAP = "room-overlap", gettext_lazy("Two sessions in one room")
    SPEAKER_TWICE = "speaker-twice", gettext_lazy("Speaker in two places")
    SPEAKER_AWAY = "speaker-away", gettext_lazy("Speaker not available")
    ROOM_TOO_SMALL = "room-too-small", gettext_lazy("Room too small")
    BREAK_OVERLAP = "break-overlap", gettext_lazy("Break overlapped")
    TOO_SHORT = "too-short", gettext_lazy("Shorter than its talks")
    TOO_LONG = "too-long", gettext_lazy("Longer than its talks")
    NO_CHAIR = "no-chair", gettext_lazy("Nobody in the chair")
    UNCONFIRMED = "unconfirmed", gettext_lazy("Speaker not confirmed")
    TEXT_MISSING = "text-missing", gettext_lazy("Text in one language only")

    @property
    def is_grave(self) -> bool:
        """Whether the draft cannot happen as it is; the rest is not finished."""
        return self in GRAVE


GRAVE = {
    Kind.ROOM_OVERLAP,
    Kind.SPEAKER_TWICE,
    Kind.SPEAKER_AWAY,
    Kind.ROOM_TOO_SMALL,
    Kind.BREAK_OVERLAP,
}


@dataclass(frozen=True, slots=True)
class DraftWarning:
    """One thing to be put right at ``url``, told of ``sessions`` (their keys)."""

    kind: Kind
    sentence: str
    url: str
    sessions: tuple[int, ...]


def warnings(conference: Conference) -> list[DraftWarning]:
    """Everything that somebody should look at before publishing, the gravest first."""
    picture = DraftPicture(conference)
    found = [warning for check in CHECKS for warning in check(picture)]
    weight = {kind: number for number, kind in enumerate(Kind)}
    return sorted(found, key=lambda warning: weight[warning.kind])  # and as found: by time


def running_together(slots: Iterable[Slot]) -> Iterator[tuple[Slot, Slot]]:
    """For each slot that begins while an earlier one still runs: the one that runs longest, and it.

    One pair a slot, not all pairs: a hall with everything in it at once is told in a line each.
    """
    longest: Slot | None = None
    for slot in slots:
        if longest and slot.starts_at < longest.ends_at:
            yield longest, slot
        if longest is None or slot.ends_at > longest.ends_at:
            longest = slot


def room_overlaps(picture: DraftPicture) -> Iterator[DraftWarning]:
    by_room: dict[int, list[Slot]] = defaultdict(list)
    for slot in picture.slots:
        by_room[slot.room_id].append(slot)
    for in_room in by_room.values():
        for one, other in running_together(in_room):
            sentence = _("“%(one)s” and “%(other)s” are both in %(room)s on %(time)s.") % {
                **both(one, other),
                "room": text_of(other.room, "name"),
                "time": picture.when(other),
            }
            yield about(Kind.ROOM_OVERLAP, sentence, other, one)


def break_overlaps(picture: DraftPicture) -> Iterator[DraftWarning]:
    """A session that runs on, or begins, while everybody has a break."""
    running: list[Slot] = []
    pause: Slot | None = None
    for slot in picture.slots:
        if slot.session.kind != Session.Kind.BREAK:
            running.append(slot)
            if pause and slot.starts_at < pause.ends_at:
                yield through_break(picture, slot, pause)
            continue
        running = [one for one in running if one.ends_at > slot.starts_at]
        for one in running:
            yield through_break(picture, one, slot)
        if pause is None or slot.ends_at > pause.ends_at:
            pause = slot


def through_break(picture: DraftPicture, slot: Slot, pause: Slot) -> DraftWarning:
    sentence = _("“%(title)s” (%(time)s) runs through “%(pause)s”.") % {
        "title": text_of(slot.session, "title"),
        "time": picture.when(slot),
        "pause": text_of(pause.session, "title"),
    }
    return about(Kind.BREAK_OVERLAP, sentence, slot, pause)


def speakers_twice(picture: DraftPicture) -> Iterator[DraftWarning]:
    """One person in two sessions at once, or without the time to get from one to the next."""
    for speaker, slots in picture.by_speaker:
        for one, other in unreachable(picture, slots):
            yield about(Kind.SPEAKER_TWICE, twice(picture, speaker, one, other), other, one)


def unreachable(picture: DraftPicture, slots: list[Slot]) -> Iterator[tuple[Slot, Slot]]:
    """Each slot with the next one that nobody who is in the first can reach in time."""
    for number, one in enumerate(slots):
        for other in slots[number + 1 :]:
            if other.starts_at >= one.ends_at + picture.longest_way:
                break
            if other.starts_at < one.ends_at + picture.way(one, other):
                yield one, other
                break


def twice(picture: DraftPicture, speaker: Speaker, one: Slot, other: Slot) -> str:
    words = {**both(one, other), "name": speaker.full_name, "time": picture.when(other)}
    if other.starts_at < one.ends_at:
        return _("%(name)s is in “%(one)s” and in “%(other)s” at the same time (%(time)s).") % words
    left = minutes(other.starts_at - one.ends_at)
    sentence = ngettext(
        "%(name)s has %(left)s minute from “%(one)s” to “%(other)s” (%(time)s): "
        "the way takes %(needed)s.",
        "%(name)s has %(left)s minutes from “%(one)s” to “%(other)s” (%(time)s): "
        "the way takes %(needed)s.",
        left,
    )
    return sentence % {**words, "left": left, "needed": minutes(picture.way(one, other))}


def speakers_away(picture: DraftPicture) -> Iterator[DraftWarning]:
    for speaker, slots in picture.by_speaker:
        for away in picture.away.get(speaker.pk, []):
            for slot in slots:
                if slot.starts_at < away.ends_at and away.starts_at < slot.ends_at:
                    sentence = _("%(name)s is not available for “%(title)s” (%(time)s).") % {
                        "name": speaker.full_name,
                        "title": text_of(slot.session, "title"),
                        "time": picture.when(slot),
                    }
                    yield about(Kind.SPEAKER_AWAY, sentence, slot)


def speakers_unconfirmed(picture: DraftPicture) -> Iterator[DraftWarning]:
    for speaker, slots in picture.by_speaker:
        if speaker.state != Speaker.State.ACCEPTED:
            sentence = _("%(name)s has not accepted (%(state)s), and is in “%(title)s”.") % {
                "name": speaker.full_name,
                "state": speaker.get_state_display(),
                "title": text_of(slots[0].session, "title"),
            }
            url = reverse("admin:speakers_speaker_change", args=[speaker.pk])
            sessions = tuple(slot.session_id for slot in slots)
            yield DraftWarning(Kind.UNCONFIRMED, sentence, url, sessions)


def rooms_too_small(picture: DraftPicture) -> Iterator[DraftWarning]:
    """The room holds fewer than have booked, or than may still book."""
    for slot in picture.slots:
        seats, capacity = picture.seats.get(slot.session_id), slot.room.capacity
        if seats is None or capacity is None or max(seats.taken, seats.size) <= capacity:
            continue
        sentence = _(
            "“%(title)s”: %(taken)s of %(size)s seats are booked, and %(room)s holds %(capacity)s."
        ) % {
            "title": text_of(slot.session, "title"),
            "taken": seats.taken,
            "size": seats.size,
            "room": text_of(slot.room, "name"),
            "capacity": capacity,
        }
        yield about(Kind.ROOM_TOO_SMALL, sentence, slot)


def lengths(picture: DraftPicture) -> Iterator[DraftWarning]:
    """A session that is not as long as its talks together; an unknown length may be any."""
    for slot in picture.slots:
        known = [talk.minutes for talk in picture.talks.get(slot.session_id, [])]
        total = sum(each for each in known if each)
        words = {
            "title": text_of(slot.session, "title"),
            "minutes": slot.minutes,
            "talks": total,
        }
        if total > slot.minutes:
            sentence = _("“%(title)s” lasts %(minutes)s minutes, its talks %(talks)s.") % words
            yield about_texts(Kind.TOO_SHORT, sentence, slot)
        elif known and all(known) and total < slot.minutes:
            sentence = _("“%(title)s” lasts %(minutes)s minutes, its talks only %(talks)s.") % words
            yield about_texts(Kind.TOO_LONG, sentence, slot)


def chairs_missing(picture: DraftPicture) -> Iterator[DraftWarning]:
    for slot in picture.slots:
        roles = {part.role for part in picture.parts.get(slot.session_id, [])}
        if slot.session.kind in CHAIRED and not roles & LEADERS:
            sentence = _("Nobody chairs “%(title)s” (%(time)s).") % {
                "title": text_of(slot.session, "title"),
                "time": picture.when(slot),
            }
            yield about_texts(Kind.NO_CHAIR, sentence, slot)


def texts_missing(picture: DraftPicture) -> Iterator[DraftWarning]:
    for slot in picture.slots:
        title = text_of(slot.session, "title") or slot.session.code
        if names := one_sided(slot.session, Session, ("title", "subtitle", "abstract")):
            sentence = _("“%(title)s” is in one language only: %(texts)s.") % {
                "title": title,
                "texts": ", ".join(names),
            }
            yield about_texts(Kind.TEXT_MISSING, sentence, slot)
        for talk in picture.talks.get(slot.session_id, []):
            if names := one_sided(talk, Talk, ("title", "abstract")):
                sentence = _(
                    "The talk “%(talk)s” in “%(title)s” is in one language only: %(texts)s."
                ) % {
                    "talk": text_of(talk, "title") or "–",
                    "title": title,
                    "texts": ", ".join(names),
                }
                yield about_texts(Kind.TEXT_MISSING, sentence, slot)


def one_sided(row: Any, model: type[Session] | type[Talk], fields: tuple[str, ...]) -> list[str]:
    """Which texts of ``row`` stand in one language and not in the other; a title is always due."""
    found = []
    for field in fields:
        there = [bool(getattr(row, f"{field}_{code}")) for code in LANGUAGES]
        if not all(there) and (any(there) or field == "title"):
            found.append(str(model._meta.get_field(field).verbose_name))  # type: ignore[union-attr]
    return found


CHECKS = (
    room_overlaps,
    speakers_twice,
    speakers_away,
    rooms_too_small,
    break_overlaps,
    lengths,
    chairs_missing,
    speakers_unconfirmed,
    texts_missing,
)


def both(one: Slot, other: Slot) -> dict[str, Any]:
    return {"one": text_of(one.session, "title"), "other": text_of(other.session, "title")}


def minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


def about(kind: Kind, sentence: str, slot: Slot, *others: Slot) -> DraftWarning:
    """What is put right by moving ``slot``."""
    sessions = (slot.session_id, *(other.session_id for other in others))
    url = reverse("admin:programme_board_session", args=[slot.session_id])
    return DraftWarning(kind, sentence, url, sessions)


def about_texts(kind: Kind, sentence: str, slot: Slot) -> DraftWarning:
    """What is put right in the session itself: its texts, its talks, its people."""
    url = reverse("admin:programme_session_change", args=[slot.session_id])
    return DraftWarning(kind, sentence, url, (slot.session_id,))
