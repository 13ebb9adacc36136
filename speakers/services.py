"""What happens to an invitation: every step is allowed by one table and leaves its trace.

Each verb writes the state, its date and a ``StateChange`` in one transaction, or raises
``Refused`` and writes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from conference.accounts.models import User
from conference.locks import wait_for_locks
from speakers import emails, links, portraits
from speakers.models import By, Speaker, StateChange
from speakers.refusals import NoAddress, Refused, WrongState

State = Speaker.State

# From one state to another, and by whom. What is not here does not happen.
STEPS: dict[tuple[Speaker.State, Speaker.State], frozenset[By]] = {
    (State.PROPOSED, State.INVITED): frozenset({By.STAFF}),
    # Agreed upon by word of mouth, before any mail.
    (State.PROPOSED, State.ACCEPTED): frozenset({By.STAFF}),
    (State.PROPOSED, State.DECLINED): frozenset({By.STAFF}),
    (State.INVITED, State.ACCEPTED): frozenset({By.STAFF, By.SPEAKER}),
    (State.INVITED, State.DECLINED): frozenset({By.STAFF, By.SPEAKER}),
    # The invitation is taken back.
    (State.INVITED, State.WITHDRAWN): frozenset({By.STAFF}),
    (State.ACCEPTED, State.WITHDRAWN): frozenset({By.STAFF, By.SPEAKER}),
    (State.DECLINED, State.INVITED): frozenset({By.STAFF}),
    (State.WITHDRAWN, State.INVITED): frozenset({By.STAFF}),
}
ANSWERS = frozenset({State.ACCEPTED, State.DECLINED})
# Who is in one of these is on no public page.
GONE = frozenset({State.DECLINED, State.WITHDRAWN})


def may(speaker: Speaker, state: Speaker.State, by: By) -> bool:
    """Whether ``by`` may take the invitation to ``state`` from where it is."""
    return by in STEPS.get((State(speaker.state), state), frozenset())


@transaction.atomic
def set_state(
    speaker: Speaker, state: Speaker.State, *, by: By, user: User | None = None, note: str = ""
) -> StateChange:
    """One step; who declines or withdraws leaves the public pages at once.

    Raises ``WrongState``. ``speaker`` is brought up to date.
    """
    hold(speaker)
    if not may(speaker, state, by):
        raise WrongState
    speaker.state = state
    if state == State.INVITED:
        speaker.invited_at, speaker.answered_at = timezone.now(), None
    elif state in ANSWERS:
        speaker.answered_at = timezone.now()
    if state in GONE:
        if speaker.is_published:
            portraits.rename(speaker)
        speaker.is_published = False
        emails.withdraw(speaker)
    fields = ["state", "invited_at", "answered_at", "is_published", "portrait", "updated_at"]
    speaker.save(update_fields=fields)
    return StateChange.objects.create(
        speaker=speaker, state=state, by=by, user=user, note=note.strip()[:1000]
    )


@dataclass(slots=True)
class Invited:
    """What came of inviting several people at once."""

    done: list[Speaker] = field(default_factory=list)
    left_out: list[tuple[Speaker, Refused]] = field(default_factory=list)


def invite(
    speakers: Iterable[Speaker], user: User | None, messages: Mapping[str, str] | None = None
) -> Invited:
    """Invite each one who can be, by a mail with the private link; the others are told apart.

    ``messages`` is what staff wrote, by language; each person reads it in their own.
    """
    result = Invited()
    for speaker in speakers:
        try:
            invite_one(speaker, user, messages or {})
        except Refused as refusal:
            result.left_out.append((speaker, refusal))
        else:
            result.done.append(speaker)
    return result


@transaction.atomic
def invite_one(speaker: Speaker, user: User | None, messages: Mapping[str, str]) -> StateChange:
    """Raises ``WrongState``, or ``NoAddress``."""
    if not speaker.email:
        raise NoAddress
    change = set_state(speaker, State.INVITED, by=By.STAFF, user=user)
    links.ensure(speaker)
    emails.invitation(speaker, change, messages.get(speaker.language, ""))
    return change


@transaction.atomic
def answer(
    speaker: Speaker, state: Speaker.State, by: By, note: str = "", user: User | None = None
) -> StateChange:
    """Accept or decline; the same answer twice is one. A speaker's own is confirmed by mail.

    Raises ``WrongState``.
    """
    if state not in ANSWERS:
        raise ValueError(f"{state} is no answer.")
    hold(speaker)
    if speaker.state == state and (last := speaker.state_changes.last()):
        return last
    change = set_state(speaker, state, by=by, user=user, note=note)
    if by != By.STAFF and speaker.email:
        emails.answer_received(speaker, change)
    return change


@transaction.atomic
def withdraw(speaker: Speaker, by: By, note: str = "", user: User | None = None) -> StateChange:
    """Not coming after all; off the public pages at once. A speaker's own is confirmed by mail.

    Raises ``WrongState``.
    """
    change = set_state(speaker, State.WITHDRAWN, by=by, user=user, note=note)
    if by != By.STAFF and speaker.email:
        emails.answer_received(speaker, change)
    return change


def hold(speaker: Speaker) -> None:
    """Make ``speaker`` the newest version of its row, ours until the transaction ends."""
    wait_for_locks()
    speaker.refresh_from_db(
        fields=[
            *("state", "invited_at", "answered_at", "is_published"),
            *("email", "language", "portrait"),
        ],
        from_queryset=Speaker.objects.select_for_update(no_key=True),
    )
