"""How many files come through one page in an hour; how many are kept is limited by the database."""

from conference.throttle import count
from speakers.space.access import Visitor

HOUR = 3600
UPLOADS_AN_HOUR = 40


def is_too_often(visitor: Visitor) -> bool:
    """Count this upload, and tell whether it is one too many."""
    subject = f"{visitor.by}:{visitor.speaker.pk}"
    return count("speaker-space", subject, HOUR) > UPLOADS_AN_HOUR
