"""Measures that need the application's own process: mails, badges, a large programme.

Printed as JSON for ``bench.work``, which started this with the environment of the site.
"""

import argparse
import io
import json
import os
import resource
import smtplib
import time
from collections.abc import Callable
from email.policy import SMTP

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402

from bench import edition  # noqa: E402
from bench.place import LARGE_PAGES, PROXIED  # noqa: E402
from conference import mail  # noqa: E402
from conference.mail.composing import compose  # noqa: E402
from conference.mail.models import OutgoingMail  # noqa: E402
from conference.mail.relay import run  # noqa: E402
from conference.models import Conference  # noqa: E402
from programme.services import publish  # noqa: E402
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


def programme(_count: int) -> dict[str, float]:
    """A programme of 500 sessions made public: seconds, then milliseconds of processor for the
    first rendering of each page and feed."""
    settings.KEEP_RENDERED_PAGES = False
    conference = edition.make()
    spent = {"publish": _timed(lambda: publish(conference, version="1", announce=False))}
    client = Client(headers=PROXIED)
    for name, path in LARGE_PAGES.items():
        address = f"/fr/{edition.SLUG}/{path}"
        client.get(address)
        before = time.process_time()
        answer = client.get(address)
        spent[name] = (time.process_time() - before) * 1000
        assert answer.status_code == 200, address
    return spent


def booklet(_count: int) -> dict[str, float]:
    """The printed programme of the same edition: seconds, pages, and megabytes at most in use."""
    from pypdf import PdfReader

    from programme.paper import booklet

    conference = Conference.objects.get(slug=edition.SLUG)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    content = booklet.render(conference, language="fr")
    spent = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    pages = len(PdfReader(io.BytesIO(content)).pages)
    return {"seconds": spent, "pages": pages, "megabytes": peak / 1024}


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
    measures = {f.__name__: f for f in (mails, badges, programme, booklet)}
    parser.add_argument("measure", choices=measures)
    parser.add_argument("count", type=int)
    arguments = parser.parse_args()
    print(json.dumps(measures[arguments.measure](arguments.count)))
