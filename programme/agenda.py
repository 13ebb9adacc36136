"""My agenda: somebody's choice of sessions, kept without an account.

The first star makes it. A secret opens it, on any device; nothing else names its owner. Whoever
wants to be told of changes leaves an address, which counts once it has answered.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conference import mail
from conference.mail.models import OutgoingMail
from conference.models import Conference
from conference.secrets import derive, digest_of
from programme import released
from programme.models import Agenda, Session, Slot
from programme.released import ReleasedSlot

PURPOSE = "agenda"
# More than anybody hears; nobody fills our tables with stars.
MOST_STARS = 400
# What strangers can make us send to one address in a day.
CONFIRMATIONS_A_DAY = 3


def new(conference: Conference, language: str) -> Agenda:
    nonce = uuid4()
    return Agenda.objects.create(
        conference=conference,
        nonce=nonce,
        digest=digest_of(derive(PURPOSE, nonce)),
        language=language,
    )


def secret_of(agenda: Agenda) -> str:
    """What opens it, made again; raises ``LookupError`` when its key was thrown away."""
    return derive(PURPOSE, agenda.nonce, agenda.digest)


def behind(token: str, conference: Conference) -> Agenda | None:
    """The agenda that ``token`` opens, if there is one."""
    found = Agenda.objects.filter(digest=digest_of(token), conference=conference).first()
    if found:
        found.conference = conference
    return found


# --- Stars ---------------------------------------------------------------------------------------


def session_with(conference: Conference, code: str) -> Session | None:
    """The session of this code that may be starred: released, and not a break."""
    slot = (
        Slot.objects.public()
        .filter(release__conference=conference, session__code=code)
        .exclude(content__facts__kind=Session.Kind.BREAK)
        .select_related("session")
        .first()
    )
    return slot.session if slot else None


@transaction.atomic
def star(agenda: Agenda, session: Session) -> None:
    """Put ``session`` in; twice is once. Raises ``TooManyStars``."""
    touch(agenda)
    if agenda.stars.count() >= MOST_STARS:
        raise TooManyStars
    agenda.stars.get_or_create(session=session)


def unstar(agenda: Agenda, code: str) -> None:
    """Take a session out, be it withdrawn or not; what is not in it is no mistake."""
    agenda.stars.filter(session__code=code).delete()
    touch(agenda)


def clear(agenda: Agenda) -> None:
    agenda.stars.all().delete()
    touch(agenda)


def touch(agenda: Agenda) -> None:
    """Note that it is in use; stars of one agenda wait for one another here."""
    Agenda.objects.filter(pk=agenda.pk).update(changed_at=timezone.now())


class TooManyStars(Exception):
    """Nothing was changed; ``str()`` says why, in the active language."""

    def __str__(self) -> str:
        return _("An agenda holds %(count)d sessions at most.") % {"count": MOST_STARS}


def codes(agenda: Agenda) -> list[str]:
    return list(agenda.stars.order_by("pk").values_list("session__code", flat=True))


def slots(agenda: Agenda) -> list[ReleasedSlot]:
    """What is starred as the current release has it, with what was withdrawn from it."""
    starred = agenda.stars.values_list("session", flat=True)
    return released.slots(agenda.conference, released.with_sessions(starred), with_withdrawn=True)


def overlaps(slots: Iterable[ReleasedSlot]) -> dict[int, list[ReleasedSlot]]:
    """For each slot (by key) the others that one would miss for it."""
    going = [slot for slot in slots if not slot.is_cancelled]
    return {
        slot.pk: others
        for slot in going
        if (others := [other for other in going if other is not slot and other.overlaps(slot)])
    }


# --- News by mail --------------------------------------------------------------------------------


@transaction.atomic
def ask_for_news(agenda: Agenda, email: str) -> bool:
    """Write to ``email`` whether it wants to be told of changes; whether a mail will leave.

    An address gets no more than a few of these mails a day, whoever asks.
    """
    agenda = Agenda.objects.select_for_update().select_related("conference").get(pk=agenda.pk)
    if agenda.email == email and agenda.confirmed_at:
        return True
    sent_today = OutgoingMail.objects.filter(
        # However it is written, it is one mailbox.
        to__iexact=email,
        kind="programme/agenda_confirm",
        created_at__gt=timezone.now() - timedelta(days=1),
    )
    if sent_today.count() >= CONFIRMATIONS_A_DAY:
        return False
    agenda.email, agenda.confirmed_at = email, None
    agenda.save(update_fields=["email", "confirmed_at"])
    mail.send(
        "programme/emails/agenda_confirm",
        to=email,
        language=agenda.language,
        context={},
        conference=agenda.conference,
        reply_to=agenda.conference.contact_email,
        late_values={"confirm_link": ("programme.agenda_news_link", f"{agenda.pk}:{email}")},
    )
    return True


def proof_of(agenda: Agenda) -> str:
    """What only a mail to its address tells: who has it reads that mailbox."""
    return derive(f"agenda-news:{agenda.email}", agenda.nonce)


def with_proof(conference: Conference, pk: int, proof: str) -> Agenda | None:
    """The agenda whose present address this proof was sent to."""
    found = Agenda.objects.filter(conference=conference, pk=pk).exclude(email="").first()
    if found is None:
        return None
    found.conference = conference
    try:
        # Finds a key, among those in use, that made it.
        derive(f"agenda-news:{found.email}", found.nonce, digest_of(proof))
    except LookupError:
        return None
    return found


def confirm(agenda: Agenda) -> None:
    Agenda.objects.filter(pk=agenda.pk, email=agenda.email, confirmed_at=None).update(
        confirmed_at=timezone.now()
    )


def stop(agenda: Agenda) -> None:
    """Forget the address."""
    Agenda.objects.filter(pk=agenda.pk).update(email="", confirmed_at=None)


# --- Forgetting ----------------------------------------------------------------------------------


def tidy() -> int:
    """Delete agendas that nobody filled or of conferences long past, and addresses not needed.

    Returns how many agendas went.
    """
    now = timezone.now()
    week, month, year = (timedelta(days=days) for days in (7, 30, 365))
    today = timezone.localdate()
    Agenda.objects.filter(conference__ends_on__lt=today - month).exclude(email="").update(
        email="", confirmed_at=None
    )
    Agenda.objects.filter(confirmed_at=None, changed_at__lt=now - week).exclude(email="").update(
        email=""
    )
    empty = Agenda.objects.filter(stars=None, email="", changed_at__lt=now - week)
    past = Agenda.objects.filter(conference__ends_on__lt=today - year)
    return sum(agendas.delete()[1].get("programme.Agenda", 0) for agendas in (empty, past))
