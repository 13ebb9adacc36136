"""Measures that need the application's own process: mails through the relay, badges on paper.

Printed as JSON for ``bench.work``, which started this with the environment of the site.
"""

import argparse
import json
import os
import smtplib
import time
from collections.abc import Callable
from email.policy import SMTP

import django

django.setup()

from django.db import transaction  # noqa: E402

from conference import mail  # noqa: E402
from conference.mail.composing import compose  # noqa: E402
from conference.mail.models import OutgoingMail  # noqa: E402
from conference.mail.relay import run  # noqa: E402
from registration.models import Registration  # noqa: E402

TEXT = "Bonjour,\n\nVotre inscription est confirmée.\n\n" + "Une ligne de texte ordinaire.\n" * 40
HTML = f"<!doctype html><html lang=fr><title>Confirmation</title><pre>{TEXT * 2}</pre></html>"


def mails(count: int) -> dict[str, float]:
    """Mails a second through the relay, and the same message a second by smtplib alone."""
    OutgoingMail.objects.all().delete()
    with transaction.atomic():
        for number in range(count):
            one = mail.send_rendered(
                kind="bench",
                to=f"bench-{number}@example.org",
                language="fr",
                subject=f"Mesure {number}",
                text=TEXT,
                html=HTML,
            )
    message = compose(one).message(policy=SMTP)
    relayed = _timed(lambda: run(seconds=120.0))
    assert OutgoingMail.objects.filter(state=OutgoingMail.State.SENT).count() == count
    plain = _timed(lambda: _send_plainly(message.as_bytes(), count))
    return {"relay": count / relayed, "smtplib": count / plain}


def badges(count: int) -> dict[str, float]:
    """Badges a second on one core, drawn as one document."""
    from registration import badges

    registrations = list(Registration.objects.for_badges().order_by("pk")[:count])
    badges.render(registrations[:2])
    spent = _timed(lambda: badges.render(registrations))
    return {"badges": len(registrations) / spent}


def _send_plainly(content: bytes, count: int) -> None:
    with smtplib.SMTP(os.environ["SMTP_HOST"], int(os.environ["SMTP_PORT"])) as client:
        for _ in range(count):
            client.sendmail("a@example.org", ["b@example.org"], content)


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("measure", choices=["mails", "badges"])
    parser.add_argument("count", type=int)
    arguments = parser.parse_args()
    print(json.dumps({"mails": mails, "badges": badges}[arguments.measure](arguments.count)))
