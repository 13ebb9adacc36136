import logging

import pytest
from django.conf import settings

from conference.logs import RedactPrivateLinks


@pytest.mark.parametrize(
    ("message", "arguments", "written"),
    [
        (
            "Not Found: %s",
            ("/fr/edition/registration/AbCdEf0123456789-_AbCdEf01234567/ticket.pdf",),
            "Not Found: /fr/edition/registration/<redacted>/ticket.pdf",
        ),
        ('"GET /en/e/registration/' + "x" * 32 + '/ HTTP/1.1" 200', (), None),
        (
            "Not Found: %s",
            ("/fr/account/password/reset/key/1-c0ffee-0123/",),
            "Not Found: /fr/account/password/reset/key/<redacted>/",
        ),
        (
            '"GET /en/account/confirm-email/MQ:1abc:def?next=/ HTTP/1.1" 302',
            (),
            '"GET /en/account/confirm-email/<redacted>?next=/ HTTP/1.1" 302',
        ),
        (
            "%s",
            ("/fr/account/password/reset/key/done/",),
            "/fr/account/password/reset/key/<redacted>/",
        ),
        ("Not Found: %s", ("/fr/edition/register/",), "Not Found: /fr/edition/register/"),
        ("/fr/admin/registration/registration/42/change/", (), None),
    ],
)
def test_secret_of_a_private_link_is_not_logged(message, arguments, written):
    record = logging.LogRecord("any", logging.INFO, __file__, 1, message, arguments, None)

    assert RedactPrivateLinks().filter(record)

    assert "x" * 16 not in record.getMessage()
    assert written is None or record.getMessage() == written


def test_every_handler_redacts():
    for handler in settings.LOGGING["handlers"].values():
        assert "redact" in handler["filters"]
