import pytest
from django.core.cache import caches
from django.db import connection


def test_livez_asks_nothing_of_the_database(client):
    response = client.get("/livez")

    assert response.status_code == 200
    assert response.json() == {"status": "alive"}


@pytest.mark.django_db
def test_readyz_tells_what_was_checked(client):
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "database": True,
        "disk": True,
        "migrations": True,
        "redis": True,
    }


@pytest.mark.django_db
def test_readyz_without_redis_is_degraded_and_still_ready(client, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    caches.close_all()

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert response.json()["redis"] is False


@pytest.mark.django_db
def test_readyz_is_not_ready_while_a_migration_is_missing(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'press'")

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["migrations"] is False
