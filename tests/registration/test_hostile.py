"""Hostile names and addresses come out inert in page, mail and PDF, in both languages."""

import html
import io
import re
import uuid

import pypdf
import pytest
from django.utils import translation

from conference.mail.models import OutgoingMail
from registration import badges, services, tickets
from registration.models import Registration, Secret
from tests.factories import make_conference, make_registration, make_ticket_type
from tests.registration.browse import fill_in, url
from tests.registration.hostile import EMAILS_REFUSED, EMAILS_TAKEN, NAMES, REFUSED

pytestmark = pytest.mark.django_db


def markup_of(page):
    """The names of the tags in a page."""
    return sorted(tag.lower() for tag in re.findall(r"<([a-z][a-z0-9]*)\b", page, re.IGNORECASE))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_names_are_text_in_every_mail(language):
    """The tags of a mail are those of the same mail to Ada, and no address but ours stands in it."""
    conference = make_conference()
    ticket_type = make_ticket_type(conference=conference, approval="staff")

    def mails(name, number):
        registration = services.register(
            ticket_type=ticket_type,
            key=uuid.uuid4(),
            language=language,
            given_name=name,
            family_name=name,
            email=f"p{number}@example.org",
            country="FR",
        )
        services.confirm(registration)
        services.cancel(registration)
        refused = services.register(
            ticket_type=ticket_type,
            key=uuid.uuid4(),
            language=language,
            given_name=name,
            family_name=name,
            email=f"q{number}@example.org",
            country="FR",
        )
        services.refuse(refused)
        return list(OutgoingMail.objects.filter(to__in=[registration.email, refused.email]))

    expected = {mail.kind: markup_of(mail.html) for mail in mails("Ada", 0)}
    assert len(expected) == 4
    for number, name in enumerate(NAMES, start=1):
        for mail in mails(name, number):
            assert markup_of(mail.html) == expected[mail.kind], name
            assert html.escape(" ".join(name.split())) in mail.html
            assert name in mail.text
            assert "\n" not in mail.subject
            assert name not in mail.subject
            for link in re.findall(r"https?://[^\s\"<]+", mail.text):
                assert link.startswith("http://localhost:8000/")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_names_are_text_in_every_page(client, language):
    registration = make_registration(given_name="Ada", family_name="Ada", language=language)
    link = url(
        "manage",
        registration.conference,
        registration.secret(Secret.Purpose.MANAGE),
        language=language,
    )
    expected = markup_of(client.get(link).content.decode())

    for name in NAMES:
        Registration.objects.filter(pk=registration.pk).update(
            given_name=name, family_name=name, organisation=name, role_title=name, badge_name=name
        )
        page = client.get(link).content.decode()
        assert [tag for tag in markup_of(page) if tag not in ("dt", "dd")] == [
            tag for tag in expected if tag not in ("dt", "dd")
        ], name
        assert html.escape(name) in page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_names_are_text_in_ticket_and_badges(language):
    ticket_type = make_ticket_type()
    for number, name in enumerate(NAMES):
        make_registration(
            ticket_type=ticket_type,
            given_name=name,
            family_name=name,
            organisation=name,
            badge_name=name,
            email=f"p{number}@example.org",
            language=language,
        )
    people = list(Registration.objects.for_badges().order_by("pk"))

    with translation.override(language):
        sheet = pypdf.PdfReader(io.BytesIO(badges.render(people)))
        ticket = pypdf.PdfReader(io.BytesIO(tickets.pdf(people[1])))

    assert len(sheet.pages) == len(people)
    assert "/EmbeddedFiles" not in str(sheet.trailer["/Root"])
    assert "onerror=alert(1)" in ticket.pages[0].extract_text().replace("\n", "")
    assert not ticket.pages[0].get("/Annots")
    for page in [*sheet.pages, *ticket.pages]:
        assert "root:" not in page.extract_text()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_names_that_carry_addresses_or_control_characters_are_refused(client, language):
    ticket_type = make_ticket_type()

    for name in REFUSED:
        response = fill_in(ticket_type, client, language=language, family_name=name)
        assert response.status_code == 422, name
        assert 'href="#id_family_name"' in response.content.decode(), name

    assert not Registration.objects.exists()
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_addresses_that_are_none_are_refused(client, language):
    ticket_type = make_ticket_type()

    for email in EMAILS_REFUSED:
        response = fill_in(ticket_type, client, language=language, email=email)
        assert response.status_code == 422, email
        assert 'href="#id_email"' in response.content.decode(), email

    assert not OutgoingMail.objects.exists()


def test_odd_addresses_that_exist_are_taken(client):
    ticket_type = make_ticket_type()

    for email in EMAILS_TAKEN:
        assert fill_in(ticket_type, client, email=email).status_code == 302, email

    # Two spellings of one address are one person.
    assert Registration.objects.count() == len(EMAILS_TAKEN) - 1


def test_names_are_kept_as_they_were_typed(client):
    ticket_type = make_ticket_type()

    for number, name in enumerate(NAMES):
        response = fill_in(ticket_type, client, email=f"p{number}@example.org", family_name=name)
        assert response.status_code == 302, name

    kept = list(Registration.objects.order_by("pk").values_list("family_name", flat=True))
    assert kept == NAMES
