"""The private link: who holds it looks after one speaker's page, or assists with it."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone, translation

from conference.locks import wait_for_locks
from conference.models import Conference
from conference.secrets import derive, digest_of
from speakers.models import By, Speaker, SpeakerLink

OPEN_AFTER_THE_EVENT = timedelta(days=30)


@transaction.atomic
def make(speaker: Speaker, holder: By = By.SPEAKER) -> SpeakerLink:
    """A new link for ``holder``; the one before opens nothing any more."""
    hold(speaker)
    in_force(speaker, holder).update(revoked_at=timezone.now())
    return new(speaker, holder)


@transaction.atomic
def ensure(speaker: Speaker, holder: By = By.SPEAKER) -> SpeakerLink:
    """The link of ``holder`` that is in force, made where there is none."""
    hold(speaker)
    return in_force(speaker, holder).first() or new(speaker, holder)


def new(speaker: Speaker, holder: By) -> SpeakerLink:
    link = SpeakerLink(speaker=speaker, holder=holder)
    link.digest = digest_of(derive(purpose_of(holder), link.nonce))
    link.save(force_insert=True)
    return link


def purpose_of(holder: By) -> str:
    """As ``SpeakerLink.reveal`` names it."""
    return f"speaker-{By(holder).value}"


def hold(speaker: Speaker) -> None:
    """Keep the speaker's row until the transaction ends, so that links are made one by one."""
    wait_for_locks()
    Speaker.objects.select_for_update(no_key=True).get(pk=speaker.pk)


def in_force(speaker: Speaker, holder: By) -> "models.QuerySet[SpeakerLink]":
    return SpeakerLink.objects.filter(speaker=speaker, holder=holder, revoked_at__isnull=True)


def revoke(link: SpeakerLink) -> None:
    """It opens nothing any more; revoking twice keeps the first date."""
    SpeakerLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(
        revoked_at=timezone.now()
    )


def close_old_addresses(speakers: Iterable[Speaker]) -> None:
    """Whoever read the address that a speaker had before holds no key any more; the next mail to
    the new one brings another. To be called where ``email`` is changed, in the same transaction."""
    SpeakerLink.objects.filter(
        speaker__in=[speaker.pk for speaker in speakers],
        holder=By.SPEAKER,
        revoked_at__isnull=True,
    ).update(revoked_at=timezone.now())


def find(token: str, conference: Conference | None = None) -> SpeakerLink | None:
    """What ``token`` opens (in ``conference``, when told), or ``None``; with its speaker.

    One look-up by digest: neither the time nor the answer tells how near a guess was.
    """
    link = (
        SpeakerLink.objects.filter(digest=digest_of(token), revoked_at__isnull=True)
        .select_related("speaker__conference")
        .first()
    )
    if link is None or not is_still_open(link.speaker.conference):
        return None
    if conference is not None and link.speaker.conference_id != conference.pk:
        return None
    return link


def is_still_open(conference: Conference) -> bool:
    """Until thirty days after the last day, where the conference takes place; the event of the
    demonstration is past and may be tried all the same."""
    if settings.DEMO:
        return True
    today = timezone.now().astimezone(conference.zone).date()
    return today <= conference.ends_on + OPEN_AFTER_THE_EVENT


def url(link: SpeakerLink) -> str:
    """The whole address, in the speaker's language; a secret, for mails and nothing else."""
    speaker = link.speaker
    with translation.override(speaker.language):
        path = reverse("speakers:space", args=[speaker.conference.slug, link.reveal()])
    return f"{settings.SITE_URL}{path}"
