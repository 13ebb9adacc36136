"""What happens, where and when: drafted freely, public only in a release."""

from programme.models.agendas import Agenda, Star
from programme.models.places import Room, Theme
from programme.models.releases import (
    Announcement,
    DraftMove,
    Release,
    Slot,
    SlotQuerySet,
    TsTzRange,
)
from programme.models.sessions import (
    LANGUAGES,
    Participation,
    Session,
    SessionQuerySet,
    Talk,
    TalkFile,
)

__all__ = [
    "LANGUAGES",
    "Agenda",
    "Announcement",
    "DraftMove",
    "Participation",
    "Release",
    "Room",
    "Session",
    "SessionQuerySet",
    "Slot",
    "SlotQuerySet",
    "Star",
    "Talk",
    "TalkFile",
    "Theme",
    "TsTzRange",
]
