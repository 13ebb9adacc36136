"""No path around the services sells a seat twice, and what disagrees is found."""

import pytest
from django.db import IntegrityError, connection, transaction

from conference.mail.models import OutgoingMail
from registration import reconciliation, services, tasks
from registration.models import Quota, Registration, Seat
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
