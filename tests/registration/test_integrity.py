"""No path around the services sells a seat twice, and what disagrees is found."""

import pytest
from django.db import IntegrityError, connection, transaction

from conference.mail.models import OutgoingMail
from registration import reconciliation, services, tasks
from registration.models import Quota, Registration, Seat
from registration.refusals import SoldOut
from tests.factories import (
    make_conference,
    make_quota,
    make_registration,
    make_ticket_type,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def full():
    """A ticket type whose two seats are taken, and a registration that has none."""
    ticket_type = make_ticket_type(seats=2)
    make_registration(ticket_type=ticket_type)
    make_registration(ticket_type=ticket_type)
    elsewhere = make_registration(ticket_type=make_ticket_type(conference=ticket_type.conference))
    return ticket_type.quotas.get(), elsewhere


def refused(attack):
    with pytest.raises(IntegrityError), transaction.atomic():
        attack()


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_raw_sql_cannot_oversell(full):
    quota, other = full

    refused(
        lambda: sql(
            "INSERT INTO registration_seat (registration_id, quota_id) VALUES (%s, %s)",
            other.pk,
            quota.pk,
        )
    )
    refused(lambda: sql("UPDATE registration_quota SET size = 1 WHERE id = %s", quota.pk))


def test_taken_cannot_be_typed_by_any_path(full):
    quota, _other = full

    sql("UPDATE registration_quota SET taken = 0 WHERE id = %s", quota.pk)
    Quota.objects.filter(pk=quota.pk).update(taken=0)
    quota.taken = 0
    quota.save()

    quota.refresh_from_db()
    assert quota.taken == 2


def test_the_orm_cannot_oversell(full):
    quota, other = full

    refused(lambda: Seat.objects.create(registration=other, quota=quota))
    refused(lambda: Seat.objects.bulk_create([Seat(registration=other, quota=quota)]))
    refused(lambda: quota.seats.create(registration=other))


def test_a_seat_moved_from_another_quota_cannot_oversell(full):
    quota, other = full
    elsewhere = make_quota(conference=quota.conference, size=1)
    seat = Seat.objects.create(registration=other, quota=elsewhere)

    refused(lambda: Seat.objects.filter(pk=seat.pk).update(quota=quota))


def test_a_quota_cannot_be_lowered_below_what_is_taken(full):
    quota, _other = full

    refused(lambda: Quota.objects.filter(pk=quota.pk).update(size=1))


def test_a_person_is_live_once_by_any_path():
    first = make_registration()
    second = make_registration(ticket_type=first.ticket_type)

    refused(lambda: Registration.objects.filter(pk=second.pk).update(email_key=first.email_key))


def test_the_reconciler_is_content_after_the_services():
    ticket_type = make_ticket_type(seats=3)
    services.cancel(make_registration(ticket_type=ticket_type))
    make_registration(ticket_type=ticket_type)

    assert not any(reconciliation.drift().values())


def test_the_reconciler_finds_each_kind_of_drift(caplog):
    conference = make_conference()
    seatless = make_registration(ticket_type=make_ticket_type(conference=conference, seats=3))
    seatless.seats.all().delete()
    dead = make_registration(ticket_type=make_ticket_type(conference=conference, seats=3))
    Registration.objects.filter(pk=dead.pk).update(state="cancelled")
    silent = make_registration(ticket_type=make_ticket_type(conference=conference))
    OutgoingMail.objects.filter(to=silent.email).delete()

    found = tasks.reconcile()

    assert found == {
        "quotas_miscounted": 0,
        "seated_without_seat": 1,
        "seats_without_right": 1,
        "confirmed_without_mail": 1,
    }
    assert "disagree" in caplog.text


def test_a_quota_that_joins_a_ticket_type_counts_the_people_who_have_it():
    ticket_type = make_ticket_type()
    for _ in range(3):
        make_registration(ticket_type=ticket_type)
    services.cancel(make_registration(ticket_type=ticket_type))
    quota = make_quota(conference=ticket_type.conference, size=3)

    ticket_type.quotas.add(quota)

    quota.refresh_from_db()
    assert quota.taken == 3
    assert not any(reconciliation.drift().values())
    with pytest.raises(SoldOut):
        make_registration(ticket_type=ticket_type)


def test_a_quota_that_is_too_small_cannot_join_by_any_path():
    ticket_type = make_ticket_type()
    for _ in range(3):
        make_registration(ticket_type=ticket_type)
    small = make_quota(conference=ticket_type.conference, size=2)
    other = make_ticket_type(conference=ticket_type.conference, quotas=[small])
    link = "registration_tickettype_quotas"

    refused(lambda: ticket_type.quotas.add(small))
    refused(lambda: small.ticket_types.add(ticket_type))
    refused(
        lambda: sql(
            f"INSERT INTO {link} (tickettype_id, quota_id) VALUES (%s, %s)",
            ticket_type.pk,
            small.pk,
        )
    )
    refused(
        lambda: sql(
            f"UPDATE {link} SET tickettype_id = %s WHERE tickettype_id = %s",
            ticket_type.pk,
            other.pk,
        )
    )
    assert not any(reconciliation.drift().values())


def test_a_quota_that_leaves_a_ticket_type_gets_its_seats_back():
    conference = make_conference()
    quota = make_quota(conference=conference, size=5)
    first, second = (make_ticket_type(conference=conference, quotas=[quota]) for _ in range(2))
    make_registration(ticket_type=first)
    make_registration(ticket_type=second)

    first.quotas.clear()

    quota.refresh_from_db()
    assert quota.taken == Seat.objects.count() == 1
    assert not any(reconciliation.drift().values())


def test_the_reconciler_finds_a_seat_that_the_ticket_type_does_not_have():
    person = make_registration()
    Seat.objects.create(registration=person, quota=make_quota(conference=person.conference, size=5))

    assert reconciliation.drift()["seats_without_right"] == 1
