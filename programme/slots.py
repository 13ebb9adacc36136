"""What is compared and published: slots with their room and the content they have or would have."""

from conference.models import Conference
from programme import contents
from programme.models import Release, Slot


def draft_slots(conference: Conference) -> list[Slot]:
    """The draft in reading order, each slot with the ``content`` that it would be published with.

    Four queries whatever its length.
    """
    sessions = contents.with_contents(
        conference.sessions.filter(slots__in=Slot.objects.draft()).order_by("pk")
    )
    known = {session.pk: session for session in sessions}
    slots = list(
        Slot.objects.draft()
        .filter(session__conference=conference)
        .select_related("room")
        .order_by("starts_at", "room__position", "pk")
    )
    # What was scheduled between two of the queries is read next time.
    slots = [slot for slot in slots if slot.session_id in known]
    for slot in slots:
        slot.session = known[slot.session_id]
        slot.session.conference = conference
        slot.content = contents.content_of(slot.session)
    return slots


def slots_of(release: Release | None) -> list[Slot]:
    """What a release holds, each with its room and its content."""
    return [slot for slot in all_slots_of(release) if not slot.is_cancelled]


def all_slots_of(release: Release | None) -> list[Slot]:
    """The same with what was withdrawn."""
    if release is None:
        return []
    return list(release.slots.select_related("room").defer("search_fr", "search_en"))
