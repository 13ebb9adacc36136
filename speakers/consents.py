"""What speakers agree to: the very words that were put to them, and their latest answers."""

from collections.abc import Iterable

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from speakers.models import By, Consent, Speaker
from speakers.refusals import NotForAssistants

Purpose = Consent.Purpose

# Each stands for the whole question: who changes a word changes what later answers mean.
WORDINGS: dict[Consent.Purpose, Promise] = {
    Purpose.PHOTOGRAPH: _(
        "I agree that photographs of me taken at the conference are used in its reports, on its "
        "site and by the press."
    ),
    Purpose.RECORDING: _(
        "I agree that my talk is transmitted live, recorded, and put on line with the recordings "
        "of the conference."
    ),
    Purpose.SLIDES: _(
        "I agree that the slides I hand in are put on line on the page of my session, for anybody "
        "to read and to download."
    ),
}


def wording(purpose: Consent.Purpose, language: str) -> str:
    """The words of the question in ``language``: what the form shows and the record keeps."""
    with translation.override(language):
        return str(WORDINGS[purpose])


def record(
    speaker: Speaker, purpose: Consent.Purpose, is_given: bool, *, by: By, language: str
) -> Consent:
    """Write down an answer; the same answer to the same words twice is written down once.

    Raises ``NotForAssistants``: nobody agrees to pictures of somebody else.
    """
    if by == By.ASSISTANT:
        raise NotForAssistants
    words = wording(purpose, language)
    earlier = latest(speaker).get(purpose)
    if earlier and (earlier.is_given, earlier.wording, earlier.by) == (is_given, words, by):
        return earlier
    return Consent.objects.create(
        speaker=speaker, purpose=purpose, is_given=is_given, wording=words, by=by
    )


def latest(speaker: Speaker) -> dict[Consent.Purpose, Consent]:
    """The answers that count; a question that was never answered is not in it."""
    return latest_of([speaker]).get(speaker.pk, {})


def latest_of(speakers: Iterable[Speaker]) -> dict[int, dict[Consent.Purpose, Consent]]:
    """``latest`` of many speakers, by their keys, in one query."""
    rows = (
        Consent.objects.filter(speaker__in=list(speakers))
        .order_by("speaker_id", "purpose", "-pk")
        .distinct("speaker_id", "purpose")
    )
    found: dict[int, dict[Consent.Purpose, Consent]] = {}
    for row in rows:
        found.setdefault(row.speaker_id, {})[Purpose(row.purpose)] = row
    return found
