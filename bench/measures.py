"""What is measured inside the application's own process; each gives numbers by name."""

import io
import os
import resource
import smtplib
import time
from collections.abc import Callable
from email.policy import SMTP

from django.conf import settings
from django.db import transaction
from django.test import Client
from pypdf import PdfReader

from bench import edition
from bench.place import LARGE_PAGES, PROXIED
from conference import mail
from conference.mail.composing import compose
from conference.mail.models import OutgoingMail
from conference.mail.relay import run
from conference.models import Conference
from programme.paper import booklet as paper_booklet
from programme.services import publish
from registration import badges as badge_sheets
from registration.models import Registration

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
    registrations = list(Registration.objects.for_badges().order_by("pk")[:count])
    badge_sheets.render(registrations[:2])
    spent = _timed(lambda: badge_sheets.render(registrations))
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
    conference = Conference.objects.get(slug=edition.SLUG)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    content = paper_booklet.render(conference, language="fr")
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


MEASURES: dict[str, Callable[[int], dict[str, float]]] = {
    measure.__name__: measure for measure in (mails, badges, programme, booklet)
}
