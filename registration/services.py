"""What can happen to a registration; each function is one transaction.

Every function locks in the same order (the form's key, the registration, its ticket type, the
quotas by primary key), so that no two of them wait for each other. Mails are rows written before
the quotas are locked: nothing slow happens while others wait for the last seat.
"""

import hashlib
import json
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from conference.accounts.models import User
from conference.codes import new_code
from conference.locks import take_turns, wait_for_locks
from conference.privacy.models import Notice
from conference.secrets import derive, digest_of
from registration import capacity, emails
from registration.addresses import email_key, normal_email
from registration.models import Registration, Secret, Submission, TicketType
from registration.refusals import ByInvitation, Ended, KeyReused, NotOpen, WrongState

State = Registration.State
ONE_LIVE = "registration_one_live_per_person"
BADGE_NAME_LENGTH = 120
NOT_TYPED = {"conference", "ticket_type", "notice", "user", "uuid", "code"}


@transaction.atomic
def register(
    *,
    ticket_type: TicketType,
    language: str,
    key: UUID,
    family_name: str,
    email: str,
    country: str,
    given_name: str = "",
    organisation: str = "",
    role_title: str = "",
    badge_name: str = "",
    badge_organisation: str = "",
    needs: str = "",
    allows_photographs: bool = False,
    notice: Notice | None = None,
    user: User | None = None,
    invited: bool = False,
) -> Registration:
    """Register a person and promise the mail that says so; raise ``Refused`` or ``ValidationError``.

    The same ``key`` with the same answers is the same registration while that is live. A person
    who is registered already stays so and receives her mail again, and the caller cannot tell the
    difference.
    ``invited``: staff, an accreditation or a voucher decided; window and approval do not apply.
    """
    answers = {name: value for name, value in locals().items() if name not in ("key", "user")}
    digest = digest_of_answers(answers)
    wait_for_locks()
    take_turns(f"registration.submission:{key}")
    if earlier := Submission.objects.filter(pk=key).select_related("registration").first():
        if earlier.digest != digest:
            raise KeyReused
        if earlier.registration.state not in State.live():
            raise Ended
        return earlier.registration

    address = normal_email(email)
    state = first_state(ticket_type, address, invited=invited)
    capacity.require_seats(ticket_type.quotas.all())
    registration = Registration(
        conference=ticket_type.conference,
        ticket_type=ticket_type,
        state=state,
        given_name=given_name,
        family_name=family_name,
        email=address,
        email_key=email_key(address),
        organisation=organisation,
        role_title=role_title,
        country=country,
        badge_name=badge_name or f"{given_name} {family_name}".strip()[:BADGE_NAME_LENGTH],
        badge_organisation=badge_organisation or organisation,
        needs=needs,
        allows_photographs=allows_photographs,
        allows_photographs_at=timezone.now(),
        language=language,
        notice=notice,
        user=user,
    )
    registration.clean_fields(exclude=NOT_TYPED)
    if existing := add(registration):
        registration = existing
        emails.remind(registration, key)
    else:
        make_secrets(registration)
        emails.registered(registration)
    # Known or not, all are refused alike when the last seat has gone.
    quotas = capacity.lock_quotas(ticket_type)
    capacity.require_seats(quotas)
    if existing is None and state == State.CONFIRMED:
        capacity.take_seats(registration, quotas)
    Submission.objects.create(key=key, digest=digest, registration=registration)
    return registration


def digest_of_answers(answers: dict[str, Any]) -> str:
    """One value for all that a form said."""
    plain = {name: getattr(value, "pk", value) for name, value in answers.items()}
    return hashlib.sha256(json.dumps(plain, sort_keys=True, default=str).encode()).hexdigest()


def first_state(ticket_type: TicketType, email: str, *, invited: bool) -> Registration.State:
    """Where a new registration starts by the rule of its ticket type, or raise ``Refused``."""
    if invited:
        return State.CONFIRMED
    if not ticket_type.is_open():
        raise NotOpen
    match ticket_type.approval:
        case TicketType.Approval.AUTOMATIC:
            return State.CONFIRMED
        case TicketType.Approval.DOMAIN if is_of_domain(email, ticket_type.email_domains):
            return State.CONFIRMED
        case TicketType.Approval.INVITATION:
            raise ByInvitation
    return State.REQUESTED


def is_of_domain(email: str, domains: list[str]) -> bool:
    """Whether the address belongs to one of ``domains`` or to a host below it."""
    domain = email_key(email).rpartition("@")[2]
    return any(
        domain == known or domain.endswith(f".{known}")
        for known in (email_key(f"@{name}").lstrip("@") for name in domains)
    )


def add(registration: Registration) -> Registration | None:
    """Insert it; the person's live registration, locked, where there is one already."""
    for _attempt in range(5):
        try:
            with transaction.atomic():
                registration.save(force_insert=True)
        except IntegrityError as error:
            match constraint_of(error):
                case constraint if constraint == ONE_LIVE:
                    if existing := live_registration(registration):
                        return existing
                case constraint if "code" in constraint:
                    registration.code = new_code()
                case _:
                    raise
        else:
            return None
    raise WrongState


def live_registration(like: Registration) -> Registration | None:
    return (
        Registration.objects.live()
        .filter(conference_id=like.conference_id, email_key=like.email_key)
        .select_related("conference", "ticket_type")
        .select_for_update(of=("self",), no_key=True)
        .first()
    )


def constraint_of(error: IntegrityError) -> str:
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", "") or ""


# --- What follows a registration ---------------------------------------------------------------


@transaction.atomic
def cancel(registration: Registration) -> bool:
    """Free the seats at once and tell the person; cancelling twice changes nothing."""
    locked = lock(registration)
    if locked.state not in State.live():
        return False
    move(locked, State.CANCELLED)
    revoke_codes(locked)
    emails.cancelled(locked)
    capacity.free_seats(locked)
    return True


@transaction.atomic
def confirm(registration: Registration) -> None:
    """Grant a request: take its seats, promise the confirmation; ``SoldOut`` leaves it requested."""
    locked = lock(registration)
    if locked.state != State.REQUESTED:
        raise WrongState
    move(locked, State.CONFIRMED)
    emails.registered(locked)
    capacity.take_seats(locked, capacity.lock_quotas(locked.ticket_type))


@transaction.atomic
def refuse(registration: Registration) -> None:
    """Decline a request and say so; it never held a seat."""
    locked = lock(registration)
    if locked.state != State.REQUESTED:
        raise WrongState
    move(locked, State.REFUSED)
    revoke_codes(locked)
    emails.refused(locked)


@transaction.atomic
def resend_confirmation(registration: Registration) -> None:
    """Promise the mail of its state once more, because staff asked for it."""
    locked = lock(registration)
    if locked.state not in (State.CONFIRMED, State.REQUESTED):
        raise WrongState
    emails.again(locked)


@transaction.atomic
def correct_badge(
    registration: Registration, *, badge_name: str, badge_organisation: str
) -> Registration:
    """Change how the badge reads, nothing else."""
    locked = lock(registration)
    if locked.state not in State.live():
        raise WrongState
    locked.badge_name, locked.badge_organisation = badge_name, badge_organisation
    locked.clean_fields(exclude=NOT_TYPED)
    locked.save(update_fields=["badge_name", "badge_organisation", "updated_at"])
    return locked


@transaction.atomic
def reissue(registration: Registration, purpose: Secret.Purpose) -> Secret:
    """Revoke the secret in force and make another: a lost badge, a ticket passed on."""
    locked = lock(registration)
    if locked.state not in State.live():
        raise WrongState
    locked.secrets.in_force().filter(purpose=purpose).update(revoked_at=timezone.now())
    return make_secrets(locked, [purpose])[0]


def lock(registration: Registration) -> Registration:
    """The newest version of the registration, ours until the transaction ends."""
    wait_for_locks()
    return (
        Registration.objects.select_related("conference", "ticket_type")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=registration.pk)
    )


def move(registration: Registration, state: Registration.State) -> None:
    registration.state, registration.state_changed_at = state, timezone.now()
    registration.save(update_fields=["state", "state_changed_at", "updated_at"])


def revoke_codes(registration: Registration) -> None:
    """Ticket and badge open no door any more; the private link still tells what happened."""
    codes = registration.secrets.in_force().exclude(purpose=Secret.Purpose.MANAGE)
    codes.update(revoked_at=timezone.now())


def make_secrets(
    registration: Registration, purposes: list[Secret.Purpose] | None = None
) -> list[Secret]:
    """One secret for each purpose (all, unless told); only digests are stored."""
    rows = [
        Secret(registration=registration, purpose=purpose) for purpose in purposes or Secret.Purpose
    ]
    for row in rows:
        row.digest = digest_of(derive(row.purpose, row.nonce))
    return Secret.objects.bulk_create(rows)
