"""Many people at the same instant, on real PostgreSQL and through the real form."""

import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from conference import locks
from conference.mail.models import OutgoingMail
from registration import reconciliation, services
from registration.forms import Stamp
from registration.models import Quota, Registration, Seat
from registration.refusals import SoldOut
from tests.factories import make_conference, make_quota, make_ticket_type
from tests.registration.browse import fill_in, site, stamp_of, url, visitor

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 64


@pytest.fixture(autouse=True)
def _patience(request, monkeypatch):
    """Sixty-four threads share a machine with others: who waits long is not what is tested."""
    if "polite" not in request.node.name:
        monkeypatch.setattr(services, "wait_for_locks", lambda: locks.wait_for_locks(60))


def at_once(jobs):
    """Run every job in a thread of its own, all let go at the same instant."""
    site()
    barrier = threading.Barrier(len(jobs))

    def run(job):
        barrier.wait()
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result() for future in [pool.submit(run, job) for job in jobs]]


def rush(ticket_type):
    """Sixty-four people send forms that they opened before; the answers by status."""

    def job(number):
        email = f"person-{number}@example.org"
        return lambda: fill_in(ticket_type, email=email, stamp=Stamp.new(None)).status_code

    return Counter(at_once([job(number) for number in range(PEOPLE)]))


@pytest.mark.parametrize("seats", [1, 2, 7])
def test_exactly_as_many_register_as_there_are_seats(seats):
    conference = make_conference()
    quotas = [
        make_quota(conference=conference, size=size) for size in (seats + 100, seats, seats + 3)
    ]
    ticket_type = make_ticket_type(conference=conference, quotas=quotas)

    answers = rush(ticket_type)

    assert answers == {302: seats, 409: PEOPLE - seats}
    assert Registration.objects.confirmed().count() == seats
    assert Seat.objects.count() == seats * len(quotas)
    assert set(Quota.objects.values_list("taken", flat=True)) == {seats}
    assert OutgoingMail.objects.count() == seats


@pytest.mark.parametrize("seats", [1, 7])
def test_the_test_above_sees_an_implementation_that_counts_first(seats, monkeypatch):
    """The negative control: look whether a seat is left, then take it."""

    def register_naively(*, ticket_type, key, notice, **answers):
        quota = ticket_type.quotas.get()
        if Registration.objects.filter(ticket_type=ticket_type).count() >= quota.size:
            raise SoldOut
        time.sleep(0.5)
        return Registration.objects.create(
            conference=ticket_type.conference,
            ticket_type=ticket_type,
            state=Registration.State.CONFIRMED,
            email_key=answers["email"],
            **answers,
        )

    monkeypatch.setattr(services, "register", register_naively)
    ticket_type = make_ticket_type(seats=seats)

    answers = rush(ticket_type)

    assert answers[302] > seats


def test_ticket_types_that_share_quotas_in_any_order_do_not_wait_for_each_other():
    conference = make_conference()
    quotas = [make_quota(conference=conference, size=10) for _ in range(3)]
    types = [
        make_ticket_type(conference=conference, quotas=quotas),
        make_ticket_type(conference=conference, quotas=quotas[::-1]),
        make_ticket_type(conference=conference, quotas=quotas[1:]),
    ]

    def job(number):
        email = f"p{number}@example.org"
        return lambda: fill_in(types[number % 3], email=email, stamp=Stamp.new(None)).status_code

    answers = Counter(at_once([job(number) for number in range(48)]))

    assert answers == {302: 10, 409: 38}
    taken = list(Quota.objects.order_by("pk").values_list("taken", flat=True))
    assert taken[1] == taken[2] == 10


def test_fifty_times_the_same_form_is_one_registration():
    ticket_type = make_ticket_type(seats=50)
    stamp = stamp_of(visitor().get(url("register", ticket_type.conference)))

    answers = at_once([lambda: fill_in(ticket_type, stamp=stamp) for _ in range(50)])

    assert {answer.status_code for answer in answers} == {302}
    assert {answer["Location"] for answer in answers} == {url("done", ticket_type.conference)}
    assert Registration.objects.count() == 1
    assert OutgoingMail.objects.count() == 1
    assert Quota.objects.get().taken == 1


def test_fifty_forms_of_one_person_are_one_registration_and_three_mails():
    ticket_type = make_ticket_type(seats=50)

    answers = at_once([lambda: fill_in(ticket_type, stamp=Stamp.new(None)) for _ in range(50)])

    assert {answer.status_code for answer in answers} == {302}
    assert Registration.objects.count() == 1
    assert OutgoingMail.objects.count() == 3
    assert Quota.objects.get().taken == 1


def test_seats_given_back_and_taken_again_are_counted_right():
    ticket_type = make_ticket_type(seats=8)
    with translation.override("en"):
        held = [
            services.register(
                ticket_type=ticket_type,
                key=uuid.uuid4(),
                language="en",
                family_name="Lovelace",
                email=f"first-{number}@example.org",
                country="GB",
            )
            for number in range(8)
        ]

    def cancel(registration):
        return lambda: services.cancel(registration)

    def enter(number):
        email = f"next-{number}@example.org"
        return lambda: fill_in(ticket_type, email=email, stamp=Stamp.new(None)).status_code

    jobs = [cancel(registration) for registration in held for _ in range(2)]
    answers = Counter(at_once(jobs + [enter(number) for number in range(32)]))

    # A seat is given back once, however often it is asked for; a form sees it or is refused.
    assert answers[True] == answers[False] == 8
    quota = Quota.objects.get()
    assert quota.taken == Seat.objects.count() == Registration.objects.confirmed().count() <= 8


def test_a_quota_that_joins_while_people_register_and_cancel_counts_them_all():
    conference = make_conference()
    ticket_type = make_ticket_type(conference=conference, seats=100)
    quota = make_quota(conference=conference, size=100)
    small = make_quota(conference=conference, size=5)
    with translation.override("en"):
        held = [
            services.register(
                ticket_type=ticket_type,
                key=uuid.uuid4(),
                language="en",
                family_name="Lovelace",
                email=f"first-{number}@example.org",
                country="GB",
            )
            for number in range(8)
        ]

    def enter(number):
        email = f"next-{number}@example.org"
        return lambda: fill_in(ticket_type, email=email, stamp=Stamp.new(None)).status_code

    def join():
        ticket_type.quotas.add(quota)

    def join_small():
        try:
            ticket_type.quotas.add(small)
        except IntegrityError:
            return "refused"

    cancels = [lambda person=person: services.cancel(person) for person in held]
    answers = at_once([*(enter(number) for number in range(24)), *cancels, join, join_small])

    quota.refresh_from_db()
    assert answers.count(302) + answers.count(409) == 24
    assert quota.taken == Registration.objects.confirmed().count() == answers.count(302)
    found = reconciliation.drift()
    assert not any(found.values()), found


def test_who_has_begun_to_register_is_counted_by_the_quota_that_joins():
    """The quota waits for the registration to be written, and is then too small for it."""
    ticket_type = make_ticket_type()
    quota = make_quota(conference=ticket_type.conference, size=0)
    begun, released = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            fill_in(ticket_type, stamp=Stamp.new(None))
            begun.set()
            released.wait(20)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    begun.wait(10)
    timer = threading.Timer(0.5, released.set)
    timer.start()
    try:
        with pytest.raises(IntegrityError):
            ticket_type.quotas.add(quota)
    finally:
        released.set()
        holder.join()
        timer.join()

    assert Registration.objects.confirmed().count() == 1
    assert not any(reconciliation.drift().values())


def test_a_quota_that_stays_locked_is_a_polite_503(settings):
    ticket_type = make_ticket_type(seats=5)
    stamp = stamp_of(visitor().get(url("register", ticket_type.conference)))
    locked, released = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            list(Quota.objects.select_for_update())
            locked.set()
            released.wait(20)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(5)
    try:
        response = fill_in(ticket_type, stamp=stamp)
    finally:
        released.set()
        holder.join()

    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert not Registration.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert fill_in(ticket_type, stamp=stamp).status_code == 302
