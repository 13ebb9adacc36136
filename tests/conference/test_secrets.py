import uuid

import pytest

from conference import secrets

NONCE = uuid.UUID("9f6c1f0e-0000-4000-8000-000000000001")


def test_secret_is_the_same_each_time_and_differs_by_purpose(settings):
    assert secrets.derive("ticket", NONCE) == secrets.derive("ticket", NONCE)
    assert secrets.derive("ticket", NONCE) != secrets.derive("badge", NONCE)
    assert len(secrets.derive("ticket", NONCE)) == 32


def test_secret_survives_the_turn_of_the_key(settings):
    settings.LINK_KEY = "first" * 12
    secret = secrets.derive("manage", NONCE)
    digest = secrets.digest_of(secret)

    settings.LINK_KEY, settings.LINK_KEY_FALLBACKS = "second" * 12, ["first" * 12]

    assert secrets.derive("manage", NONCE, digest) == secret


def test_secret_of_a_forgotten_key_is_an_error_not_a_wrong_link(settings):
    digest = secrets.digest_of(secrets.derive("manage", NONCE))

    settings.LINK_KEY = "another" * 10

    with pytest.raises(LookupError):
        secrets.derive("manage", NONCE, digest)


def test_secret_cannot_be_told_from_the_stored_values_alone(settings):
    secret = secrets.derive("manage", NONCE)
    settings.LINK_KEY = "another" * 10

    assert secrets.derive("manage", NONCE) != secret
