import psycopg
import pytest
import redis

from demo import servers


@pytest.fixture
def no_servers_named(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


def test_nothing_is_started_where_the_environment_names_servers(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/colloque")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")

    with servers.environment(None) as added:
        assert added == {}


def test_state_with_a_name_is_found_again_and_forgotten_on_request(no_servers_named):
    name = "test-of-servers"
    try:
        with servers.environment(name) as added:
            servers.execute(added["DATABASE_URL"], "CREATE TABLE kept ()")

        with servers.environment(name) as added:
            servers.execute(added["DATABASE_URL"], "SELECT FROM kept")
    finally:
        servers.forget(name)

    with servers.environment(name) as added, psycopg.connect(added["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT to_regclass('kept')").fetchone() == (None,)
    servers.forget(name)


def test_texts_are_unicode_in_the_same_order_everywhere(no_servers_named):
    with servers.environment(None) as added, psycopg.connect(added["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT lower('ÉΣĞ'), getdatabaseencoding()").fetchone()

    assert row == ("éσğ", "UTF8")


def test_valkey_asks_for_its_password_and_evicts_nothing(no_servers_named):
    with servers.environment(None) as added:
        with redis.Redis.from_url(added["REDIS_URL"]) as client:
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
            port = client.get_connection_kwargs()["port"]
        with (
            redis.Redis(port=port) as stranger,
            pytest.raises(redis.AuthenticationError),
        ):
            stranger.ping()
