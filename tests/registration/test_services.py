"""What a registration may become, and what it never does."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from conference import mail
from conference.mail.composing import compose
from conference.mail.models import OutgoingMail
from conference.mail.verdicts import Unmade
from conference.secrets import digest_of
from registration import services
from registration.models import Quota, Registration, Secret, Submission
from registration.refusals import ByInvitation, KeyReused, NotOpen, SoldOut, WrongState
from registration.tasks import forget_submissions
from tests.factories import make_conference, make_quota, make_registration, make_ticket_type

pytestmark = pytest.mark.django_db
State = Registration.State
ADA = {
    "given_name": "Ada",
    "family_name": "Lovelace",
    "email": "ada@example.org",
    "country": "GB",
    "language": "en",
}


def register(ticket_type, **fields):
    return services.register(**{"ticket_type": ticket_type, "key": uuid.uuid4()} | ADA | fields)


def test_register_takes_a_seat_and_promises_the_confirmation():
    ticket_type = make_ticket_type(seats=2)

    registration = register(ticket_type)

    quota = Quota.objects.get()
    mail = OutgoingMail.objects.get()
    assert registration.state == State.CONFIRMED
    assert (quota.taken, registration.seats.count()) == (1, 1)
    assert (mail.to, mail.language) == ("ada@example.org", "en")
    assert mail.reply_to == ticket_type.conference.contact_email
    assert [attachment[0] for attachment in mail.attachments] == [
        "registration.ticket",
        "registration.calendar",
    ]


def test_register_takes_a_seat_in_every_quota():
    conference = make_conference()
    quotas = [make_quota(conference=conference) for _ in range(3)]

    register(make_ticket_type(conference=conference, quotas=quotas))

    assert list(Quota.objects.values_list("taken", flat=True)) == [1, 1, 1]


def test_register_refuses_the_seat_after_the_last_one():
    ticket_type = make_ticket_type(seats=0)

    with pytest.raises(SoldOut):
        register(ticket_type)

    assert not Registration.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert not Submission.objects.exists()


def test_one_full_quota_of_several_leaves_the_others_untouched():
    conference = make_conference()
    quotas = [make_quota(conference=conference), make_quota(conference=conference, size=0)]
    ticket_type = make_ticket_type(conference=conference, quotas=quotas)

    with pytest.raises(SoldOut):
        register(ticket_type)

    assert list(Quota.objects.values_list("taken", flat=True)) == [0, 0]


def test_the_secrets_are_stored_as_digests_alone():
    registration = make_registration()

    secrets = {purpose: registration.secret(purpose) for purpose in Secret.Purpose}

    assert len(set(secrets.values())) == 3
    for secret in registration.secrets.all():
        assert secret.digest == digest_of(secrets[Secret.Purpose(secret.purpose)])
        assert all(
            secrets[Secret.Purpose(secret.purpose)] not in str(value)
            for value in vars(secret).values()
        )


def test_reissue_revokes_the_secret_before():
    registration = make_registration()
    before = registration.secret(Secret.Purpose.TICKET)

    services.reissue(registration, Secret.Purpose.TICKET)

    assert registration.secret(Secret.Purpose.TICKET) != before
    assert registration.secrets.count() == 4


def test_the_same_form_twice_is_one_registration():
    ticket_type, key = make_ticket_type(seats=5), uuid.uuid4()

    first = register(ticket_type, key=key)
    second = register(ticket_type, key=key)

    assert first == second
    assert OutgoingMail.objects.count() == 1
    assert Quota.objects.get().taken == 1


def test_the_same_form_twice_is_answered_even_after_the_last_seat():
    ticket_type, key = make_ticket_type(seats=1), uuid.uuid4()
    first = register(ticket_type, key=key)

    assert register(ticket_type, key=key) == first


def test_another_form_under_the_same_key_is_refused():
    ticket_type, key = make_ticket_type(), uuid.uuid4()
    register(ticket_type, key=key)

    with pytest.raises(KeyReused):
        register(ticket_type, key=key, family_name="Byron")


def test_another_form_under_the_same_key_is_refused_when_the_address_was_known_as_well():
    ticket_type, key = make_ticket_type(), uuid.uuid4()
    register(ticket_type)
    register(ticket_type, key=key)

    with pytest.raises(KeyReused):
        register(ticket_type, key=key, family_name="Byron")


@pytest.mark.parametrize(
    "email", ["ada@example.org", "ADA@Example.ORG", "ａｄａ@example.org", " ada@example.org "]
)
def test_a_known_address_gets_its_confirmation_again_and_nothing_else(email):
    ticket_type = make_ticket_type(seats=5)
    first = register(ticket_type)

    again = register(ticket_type, email=email, family_name="Byron", organisation="Elsewhere")

    assert again == first
    assert again.family_name == "Lovelace"
    assert Quota.objects.get().taken == 1
    mails = OutgoingMail.objects.all()
    assert {mail.to for mail in mails} == {"ada@example.org"}
    assert {mail.subject for mail in mails} == {mails[0].subject}
    assert len(mails) == 2


def test_a_stranger_can_make_us_send_three_mails_a_day_to_one_address():
    ticket_type = make_ticket_type()

    for _ in range(20):
        register(ticket_type)

    assert OutgoingMail.objects.count() == 3


def test_past_the_limit_a_mail_is_made_all_the_same_so_that_no_clock_tells(monkeypatch):
    made = []
    really_send = mail.send
    monkeypatch.setattr(mail, "send", lambda *a, **k: made.append(a) or really_send(*a, **k))
    ticket_type = make_ticket_type()

    for _ in range(5):
        register(ticket_type)

    assert (len(made), OutgoingMail.objects.count()) == (5, 3)


def test_forms_are_forgotten_after_a_week():
    register(make_ticket_type())
    forget_submissions()
    assert Submission.objects.count() == 1

    Submission.objects.update(created_at=timezone.now() - timedelta(days=8))
    forget_submissions()

    assert (Submission.objects.count(), Registration.objects.count()) == (0, 1)


def test_a_known_address_and_a_new_one_are_refused_alike_when_sold_out():
    ticket_type = make_ticket_type(seats=1)
    register(ticket_type)

    for email in ("ada@example.org", "new@example.org"):
        with pytest.raises(SoldOut):
            register(ticket_type, email=email)

    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize("end", [services.cancel, services.refuse])
def test_what_is_over_leaves_no_code_in_force_and_no_earlier_mail_to_come(end):
    ticket_type = make_ticket_type(approval="staff")
    others = register(ticket_type, email="other@example.org")
    registration = register(ticket_type)
    if end is services.cancel:
        services.confirm(registration)
        services.resend_confirmation(registration)

    end(registration)

    assert list(OutgoingMail.objects.due().filter(to=registration.email)) == [
        OutgoingMail.objects.get(kind__in=["registration/cancelled", "registration/refused"])
    ]
    assert OutgoingMail.objects.due().filter(to=others.email).exists()
    in_force = registration.secrets.in_force().values_list("purpose", flat=True)
    assert list(in_force) == [Secret.Purpose.MANAGE]


def test_no_mail_with_the_private_link_leaves_for_what_is_cancelled():
    registration = register(make_ticket_type())
    confirmation = OutgoingMail.objects.get()
    services.cancel(registration)

    with pytest.raises(Unmade):
        compose(confirmation)


def test_an_idn_domain_is_one_address_in_both_spellings():
    ticket_type = make_ticket_type()
    first = register(ticket_type, email="ada@bücher.example")

    assert register(ticket_type, email="ada@xn--bcher-kva.example") == first


def test_dots_and_tags_make_other_addresses():
    ticket_type = make_ticket_type()

    register(ticket_type, email="ada+one@example.org")
    register(ticket_type, email="ada@example.org")
    register(ticket_type, email="a.da@example.org")

    assert Registration.objects.count() == 3


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"approval": "automatic"}, State.CONFIRMED),
        ({"approval": "staff"}, State.REQUESTED),
        ({"approval": "domain", "email_domains": ["example.org"]}, State.CONFIRMED),
        ({"approval": "domain", "email_domains": ["org"]}, State.CONFIRMED),
        ({"approval": "domain", "email_domains": ["ample.org"]}, State.REQUESTED),
        ({"approval": "domain", "email_domains": ["example.com"]}, State.REQUESTED),
    ],
)
def test_the_rule_of_the_ticket_type_decides_the_first_state(fields, state):
    registration = register(make_ticket_type(seats=1, **fields))

    assert registration.state == state
    assert Quota.objects.get().taken == (1 if state == State.CONFIRMED else 0)
    assert OutgoingMail.objects.get().kind.endswith(
        "confirmation" if state == State.CONFIRMED else "requested"
    )


def test_by_invitation_nobody_else_comes_in():
    ticket_type = make_ticket_type(approval="invitation")

    with pytest.raises(ByInvitation):
        register(ticket_type)

    assert register(ticket_type, invited=True).state == State.CONFIRMED


@pytest.mark.parametrize(
    "window",
    [
        {"opens_at": timezone.now() + timedelta(hours=1)},
        {"closes_at": timezone.now() - timedelta(hours=1)},
    ],
)
def test_outside_its_window_nobody_registers(window):
    with pytest.raises(NotOpen):
        register(make_ticket_type(**window))


def test_a_window_without_an_end_closes_with_the_conference():
    conference = make_conference(starts_on="2024-01-01", ends_on="2024-01-02")

    with pytest.raises(NotOpen):
        register(make_ticket_type(conference=conference))


@pytest.mark.parametrize(
    "fields",
    [
        {"family_name": ""},
        {"family_name": "x" * 101},
        {"family_name": "Ada\r\nBcc: all@example.org"},
        {"given_name": "see https://evil.example"},
        {"email": "ada"},
        {"email": "ada@example.org, eve@example.org"},
        {"email": "ada@example.org\r\nBcc: eve@example.org"},
        {"country": "ZZ"},
        {"language": "de"},
    ],
)
def test_bad_answers_change_nothing(fields):
    with pytest.raises(ValidationError):
        register(make_ticket_type(), **fields)

    assert not Registration.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_cancel_frees_the_seat_and_tells_the_person_once():
    ticket_type = make_ticket_type(seats=1)
    registration = register(ticket_type)

    assert services.cancel(registration)
    assert not services.cancel(registration)

    registration.refresh_from_db()
    assert registration.state == State.CANCELLED
    assert Quota.objects.get().taken == 0
    assert OutgoingMail.objects.filter(kind__endswith="cancelled").count() == 1
    in_force = registration.secrets.in_force().values_list("purpose", flat=True)
    assert list(in_force) == [Secret.Purpose.MANAGE]
    assert register(ticket_type).pk != registration.pk


def test_confirm_takes_the_seat_of_a_request():
    ticket_type = make_ticket_type(seats=1, approval="staff")
    registration = register(ticket_type)

    services.confirm(registration)

    registration.refresh_from_db()
    assert registration.state == State.CONFIRMED
    assert Quota.objects.get().taken == 1
    with pytest.raises(WrongState):
        services.confirm(registration)


def test_confirm_without_a_seat_leaves_the_request():
    ticket_type = make_ticket_type(seats=1, approval="staff")
    requests = [register(ticket_type, email=f"p{i}@example.org") for i in range(2)]
    services.confirm(requests[0])

    with pytest.raises(SoldOut):
        services.confirm(requests[1])

    requests[1].refresh_from_db()
    assert requests[1].state == State.REQUESTED


def test_refuse_says_so_and_ends_the_request():
    registration = register(make_ticket_type(approval="staff"))

    services.refuse(registration)

    registration.refresh_from_db()
    assert registration.state == State.REFUSED
    assert OutgoingMail.objects.filter(kind__endswith="refused").count() == 1
    with pytest.raises(WrongState):
        services.confirm(registration)


def test_staff_may_send_the_confirmation_again_without_limit():
    registration = make_registration()

    for _ in range(5):
        services.resend_confirmation(registration)

    assert OutgoingMail.objects.count() == 6


def test_correct_badge_changes_the_badge_alone():
    registration = make_registration(family_name="Lovelace")

    services.correct_badge(registration, badge_name="Countess Ada", badge_organisation="")

    registration.refresh_from_db()
    assert (registration.badge_name, registration.badge_organisation) == ("Countess Ada", "")
    assert registration.family_name == "Lovelace"


def test_a_cancelled_badge_is_not_corrected():
    registration = make_registration()
    services.cancel(registration)

    with pytest.raises(WrongState):
        services.correct_badge(registration, badge_name="Ada", badge_organisation="")
