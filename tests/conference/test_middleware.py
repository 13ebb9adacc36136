import pytest
from django.db import OperationalError, connection, transaction
from django.test import RequestFactory
from psycopg import errors

from conference.middleware import LockTimeouts
from tests.factories import make_conference


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/fr/%00/", "/fr/?q=%00", "/fr/?%00=1", "/fr/x%00y/schedule/", "/%00"]
)
def test_unreadable_addresses_are_refused_with_an_explanation(client, path):
    response = client.get(path)

    assert response.status_code == 400
    assert "<h1" in response.content.decode()


@pytest.mark.django_db
def test_answers_are_private_unless_a_view_says_otherwise(client):
    conference = make_conference()

    assert client.get("/livez")["Cache-Control"] == "private, no-store"
    assert client.get(conference.get_absolute_url())["Cache-Control"] == "public, no-cache"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/fr/", "/en/"])
def test_root_leads_to_the_current_conference_in_the_language_of_the_address(client, path):
    conference = make_conference(slug="edition")

    response = client.get(path)

    assert response.status_code == 302
    assert response["Location"] == f"{path}{conference.slug}/"


@pytest.mark.django_db
def test_root_follows_the_language_that_the_browser_asks_for(client):
    make_conference(slug="edition")

    response = client.get("/", headers={"Accept-Language": "en-GB,en;q=0.9,fr;q=0.5"})

    assert response["Location"] == "/en/edition/"
    assert "Accept-Language" in response["Vary"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cause", [errors.LockNotAvailable, errors.QueryCanceled, errors.DeadlockDetected]
)
def test_lock_that_never_comes_is_a_polite_503(cause):
    error = OperationalError("busy")
    error.__cause__ = cause("busy")

    response = LockTimeouts(lambda request: None).process_exception(
        RequestFactory().get("/"), error
    )

    assert response is not None
    assert response.status_code == 503
    assert response["Retry-After"] == "5"


def test_other_database_errors_are_left_to_the_error_page():
    response = LockTimeouts(lambda request: None).process_exception(
        RequestFactory().get("/"), OperationalError("gone")
    )

    assert response is None


@pytest.mark.django_db(transaction=True)
def test_wait_for_locks_ends_with_the_transaction():
    from conference.locks import wait_for_locks

    with transaction.atomic():
        wait_for_locks(3)
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("3s",)

    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
