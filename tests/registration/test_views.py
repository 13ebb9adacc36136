"""The form, what it says in each state, and what the private link opens."""

import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from conference import settings as defaults
from conference.mail.models import OutgoingMail
from conference.privacy.models import Notice
from registration import services
from registration.models import Quota, Registration, Secret
from tests.factories import make_conference, make_registration, make_ticket_type
from tests.registration.browse import fill_in, stamp_of, url

pytestmark = pytest.mark.django_db
State = Registration.State


def text_of(response):
    return response.content.decode()


# --- Filling it in -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_person_registers_in_her_language(client, language):
    ticket_type = make_ticket_type(seats=1)

    response = fill_in(
        ticket_type, client, language=language, needs="A chair", allows_photographs="on"
    )

    done = url("done", ticket_type.conference, language=language)
    assert (response.status_code, response["Location"]) == (302, done)
    registration = Registration.objects.get()
    assert registration.language == language
    assert registration.badge_name == "Ada Lovelace"
    assert registration.badge_organisation == "Analytical Society"
    assert (registration.needs, registration.allows_photographs) == ("A chair", True)
    assert OutgoingMail.objects.get().language == language
    assert client.get(done).status_code == 200


def test_the_page_after_it_is_the_same_for_everybody(client):
    ticket_type = make_ticket_type()
    new = fill_in(ticket_type, client)
    known = fill_in(ticket_type, Client())

    pages = [Client().get(response["Location"]) for response in (new, known)]

    assert new["Location"] == known["Location"]
    assert pages[0].content == pages[1].content
    assert b"registration/" not in re.sub(rb'href="[^"]*/register/"', b"", pages[0].content)
    assert "ada@example.org" not in text_of(pages[0])


def test_what_was_typed_is_kept_and_errors_lead_to_their_fields(client):
    ticket_type = make_ticket_type()

    response = fill_in(ticket_type, client, family_name="", email="ada", organisation="Kept Ltd")

    page = text_of(response)
    assert response.status_code == 422
    assert 'href="#id_family_name"' in page
    assert 'href="#id_email"' in page
    assert 'value="Kept Ltd"' in page
    assert 'value="GB" selected' in page
    assert re.search(
        r'id="id_family_name"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*id="id_family_name"',
        page,
    )
    assert not Registration.objects.exists()


def test_fields_tell_browsers_what_they_are_for(client):
    page = text_of(client.get(url("register", make_ticket_type().conference)))

    tokens = ["given-name", "family-name", "email", "organization", "organization-title", "country"]
    for token in tokens:
        assert f'autocomplete="{token}"' in page
    assert 'name="allows_photographs"' in page
    assert not re.search(r'name="allows_photographs"[^>]*checked', page)


def test_countries_are_named_in_the_language_of_the_page(client):
    conference = make_ticket_type().conference

    assert ">Allemagne<" in text_of(client.get(url("register", conference, language="fr")))
    assert ">Germany<" in text_of(client.get(url("register", conference, language="en")))


def test_the_notice_that_was_read_is_kept_with_the_registration(client):
    ticket_type = make_ticket_type()
    notice = Notice.objects.create(
        conference=ticket_type.conference,
        purpose="registration",
        version=1,
        text_fr="Vos données",
        text_en="Your data are **safe**",
        published_at=timezone.now(),
    )
    form = client.get(url("register", ticket_type.conference))
    Notice.objects.create(
        conference=ticket_type.conference,
        purpose="registration",
        version=2,
        text_fr="Autre",
        text_en="Other",
        published_at=timezone.now(),
    )

    fill_in(ticket_type, client, stamp=stamp_of(form))

    assert "<strong>safe</strong>" in text_of(form)
    assert Registration.objects.get().notice == notice


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ({"homepage": "https://spam.example"}, 422),
        ({"stamp": "forged"}, 422),
        ({"stamp": ""}, 422),
        ({"ticket_type": "unknown"}, 422),
        ({"country": "ZZ"}, 422),
        ({"needs": "x" * 1001}, 422),
        ({"family_name": "x" * 101}, 422),
        ({"family_name": "a\0b"}, 422),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, 422),
        ({"email": "a@b.example,c@d.example"}, 422),
    ],
)
def test_bad_input_is_refused_in_words_and_changes_nothing(client, answers, status):
    response = fill_in(make_ticket_type(), client, **answers)

    assert response.status_code == status
    assert 'class="error-summary"' in text_of(response)
    assert not Registration.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_a_form_that_was_open_too_long_comes_back_with_a_fresh_stamp(client):
    ticket_type = make_ticket_type()

    response = fill_in(ticket_type, client, stamp="too old")

    assert fill_in(ticket_type, client, stamp=stamp_of(response)).status_code == 302


def test_nobody_fills_it_in_within_seconds(client, settings):
    settings.REGISTRATION_FASTEST = 3

    response = fill_in(make_ticket_type(), client)

    assert response.status_code == 422
    assert not Registration.objects.exists()


def test_too_many_forms_from_one_place_wait(client, settings):
    settings.REGISTRATION_FORMS_PER_ADDRESS = 2
    ticket_type = make_ticket_type()

    answers = [fill_in(ticket_type, client, email=f"p{n}@example.org") for n in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert int(answers[2]["Retry-After"]) > 0
    assert 'value="p2@example.org"' in text_of(answers[2])
    assert Registration.objects.count() == 2


@pytest.mark.parametrize("email", ["ada@example.org", "ADA@EXAMPLE.ORG", "ａda@example.org"])
def test_too_many_forms_for_one_address_wait_however_it_is_written(client, settings, email):
    settings.REGISTRATION_FORMS_PER_EMAIL = 2
    ticket_type = make_ticket_type()
    fill_in(ticket_type, client)
    fill_in(ticket_type, client)

    assert fill_in(ticket_type, client, email=email).status_code == 429


def test_registration_stays_open_without_a_cache(client, settings, monkeypatch):
    def away(*arguments, **options):
        raise ConnectionError

    monkeypatch.setattr(type(caches["default"]), "add", away)

    assert fill_in(make_ticket_type(), client).status_code == 302


def test_another_form_under_the_same_stamp_is_422(client):
    ticket_type = make_ticket_type()
    stamp = stamp_of(client.get(url("register", ticket_type.conference)))

    answers = [
        fill_in(ticket_type, client, stamp=stamp),
        fill_in(ticket_type, client, stamp=stamp),
        fill_in(ticket_type, client, stamp=stamp, family_name="Byron"),
        fill_in(ticket_type, client, stamp=stamp, email="other@example.org"),
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 422, 422]
    assert Registration.objects.count() == 1
    assert OutgoingMail.objects.count() == 1


def test_after_the_back_button_the_form_registers_somebody_else(client, settings):
    ticket_type = make_ticket_type()
    stamp = stamp_of(client.get(url("register", ticket_type.conference)))
    fill_in(ticket_type, client, stamp=stamp, email="mistyped@example.org")

    refused = fill_in(ticket_type, client, stamp=stamp)
    settings.REGISTRATION_FASTEST = 60
    taken = fill_in(ticket_type, client, stamp=stamp_of(refused))

    assert "Your earlier form was received" in refused.content.decode()
    assert (refused.status_code, taken.status_code) == (422, 302)
    assert Registration.objects.filter(email="ada@example.org").exists()


def test_a_form_whose_registration_is_over_registers_anew(client):
    ticket_type = make_ticket_type()
    stamp = stamp_of(client.get(url("register", ticket_type.conference)))
    fill_in(ticket_type, client, stamp=stamp)
    services.cancel(Registration.objects.get())

    told = fill_in(ticket_type, client, stamp=stamp)
    taken = fill_in(ticket_type, client, stamp=stamp_of(told))

    assert "that registration is over" in told.content.decode()
    assert (told.status_code, taken.status_code) == (422, 302)
    assert Registration.objects.live().count() == 1


def test_each_empty_field_says_what_to_do(client):
    empty = dict.fromkeys(["ticket_type", "family_name", "email", "country"], "")
    text = fill_in(make_ticket_type(), client, **empty).content.decode()

    for words in (
        "Choose how you register.",
        "Write your family name.",
        "Write your e-mail address.",
        "Choose your country.",
    ):
        assert words in text
    wrong = fill_in(make_ticket_type(), client, email="ada").content.decode()
    assert "This does not look like an e-mail address, for example name@example.org." in wrong


def test_a_campus_behind_one_address_may_register_at_the_opening():
    assert defaults.REGISTRATION_FORMS_PER_ADDRESS >= 600
    assert defaults.REGISTRATION_FORMS_PER_EMAIL <= 5


def test_a_double_click_on_the_last_seat_is_a_success_twice(client):
    ticket_type = make_ticket_type(seats=1)
    stamp = stamp_of(client.get(url("register", ticket_type.conference)))

    answers = [fill_in(ticket_type, client, stamp=stamp) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]


def test_a_form_without_its_token_against_forgery_is_refused():
    ticket_type = make_ticket_type()
    client = Client(enforce_csrf_checks=True)

    assert fill_in(ticket_type, client).status_code == 403
    assert not Registration.objects.exists()


def test_the_form_is_kept_by_nobody(client):
    response = client.get(url("register", make_ticket_type().conference))

    assert "no-store" in response["Cache-Control"]


# --- Its states --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"opens_at": timezone.now() + timedelta(days=2)}, "not-yet"),
        ({"closes_at": timezone.now() - timedelta(days=2)}, "closed"),
        ({"seats": 0}, "sold-out"),
        ({"is_public": False}, "closed"),
        ({"approval": "invitation"}, "closed"),
    ],
)
def test_there_is_no_form_when_nobody_can_register(client, fields, word, language):
    ticket_type = make_ticket_type(**fields)

    response = client.get(url("register", ticket_type.conference, language=language))

    assert response.status_code == 200
    assert response.context["call"].state == word
    assert "<form" not in text_of(response)
    assert ticket_type.conference.contact_email in text_of(response)


def test_a_form_sent_after_the_last_seat_says_so(client):
    ticket_type = make_ticket_type(seats=1)
    stamp = stamp_of(client.get(url("register", ticket_type.conference)))
    make_registration(ticket_type=ticket_type)

    response = fill_in(ticket_type, client, stamp=stamp)

    assert response.status_code == 409
    assert Registration.objects.count() == 1


def test_a_sold_out_type_is_shown_and_cannot_be_chosen(client):
    conference = make_conference()
    full = make_ticket_type(conference=conference, seats=0, name_en="Student")
    make_ticket_type(conference=conference, seats=5)

    page = text_of(client.get(url("register", conference)))

    assert re.search(rf'value="{full.slug}"[^>]* disabled', page)
    assert "Sold out" in page


def test_the_opening_is_told_with_its_time_zone(client):
    opens_at = timezone.now() + timedelta(days=30)
    conference = make_conference(time_zone="America/Montreal")
    make_ticket_type(conference=conference, opens_at=opens_at)

    page = text_of(client.get(url("register", conference)))

    assert opens_at.astimezone(conference.zone).strftime("%Z") in page


def test_an_unpublished_conference_takes_no_registrations(client):
    ticket_type = make_ticket_type(conference=make_conference(is_published=False))

    assert client.get(url("register", ticket_type.conference)).status_code == 404


@pytest.mark.parametrize("types", [1, 6])
def test_the_form_costs_the_same_however_many_types_there_are(
    client, django_assert_max_num_queries, types
):
    conference = make_conference()
    for _ in range(types):
        make_ticket_type(conference=conference, seats=3)
    client.get(url("register", conference))

    with django_assert_max_num_queries(8):
        client.get(url("register", conference))


# --- Behind the private link -------------------------------------------------------------------


def own(name, registration, language="en"):
    return url(
        name, registration.conference, registration.secret(Secret.Purpose.MANAGE), language=language
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_private_page_shows_the_registration_to_nobody_else(client, language):
    registration = make_registration(needs="Diabetes", email="ada@example.org")

    response = client.get(own("manage", registration, language))

    page = text_of(response)
    assert response.status_code == 200
    assert registration.code in page
    assert "Diabetes" not in page
    assert "ada@example.org" not in page
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"
    assert "noindex" in response["X-Robots-Tag"]
    assert not response.cookies.get("sid")


@pytest.mark.parametrize("name", ["manage", "badge", "cancel", "ticket", "calendar"])
def test_no_other_token_opens_anything(client, name):
    registration = make_registration()
    right = registration.secret(Secret.Purpose.MANAGE)
    other = make_registration(ticket_type=make_ticket_type())
    wrong = [
        right[:-1],
        right + "A",
        right.swapcase(),
        registration.code,
        str(registration.uuid),
        registration.secret(Secret.Purpose.TICKET),
        registration.secret(Secret.Purpose.BADGE),
        other.secret(Secret.Purpose.MANAGE),
        "a" * 32,
    ]

    for token in wrong:
        for method in (client.get, client.post):
            status = method(url(name, registration.conference, token)).status_code
            assert status in (404, 405), token


def test_a_revoked_link_opens_nothing(client):
    registration = make_registration()
    old = own("manage", registration)
    services.reissue(registration, Secret.Purpose.MANAGE)

    assert client.get(old).status_code == 404
    assert client.get(own("manage", registration)).status_code == 200


def test_links_are_closed_a_week_after_the_event(client):
    registration = make_registration()
    link = own("manage", registration)
    conference = registration.conference
    today = timezone.localdate()

    for days, status in [(-7, 200), (-8, 404)]:
        conference.starts_on = conference.ends_on = today + timedelta(days=days)
        conference.save()
        assert client.get(link).status_code == status


def test_the_ticket_is_a_pdf_with_the_code_and_no_secret_in_its_text(client):
    registration = make_registration()

    response = client.get(own("ticket", registration))

    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    assert registration.code in response["Content-Disposition"]


def test_the_calendar_entry_holds_no_secret(client):
    registration = make_registration()

    response = client.get(own("calendar", registration))

    entry = text_of(response)
    assert response["Content-Type"].startswith("text/calendar")
    assert "BEGIN:VEVENT" in entry
    assert "DTSTART;VALUE=DATE:20270204" in entry
    assert "DTEND;VALUE=DATE:20270206" in entry
    for purpose in Secret.Purpose:
        assert registration.secret(purpose) not in entry.replace("\r\n ", "")


def test_the_badge_is_corrected_by_its_owner(client):
    registration = make_registration()

    response = client.post(
        own("badge", registration), {"badge_name": "Lady Ada", "badge_organisation": ""}
    )

    registration.refresh_from_db()
    assert response.status_code == 302
    assert (registration.badge_name, registration.badge_organisation) == ("Lady Ada", "")


@pytest.mark.parametrize("name", ["", "x" * 121, "https://evil.example", "a\nb\0"])
def test_a_bad_badge_name_is_refused_and_kept_in_the_form(client, name):
    registration = make_registration()

    response = client.post(own("badge", registration), {"badge_name": name})

    before = registration.badge_name
    registration.refresh_from_db()
    assert response.status_code == 422
    assert registration.badge_name == before


def test_opening_a_link_cancels_nothing(client):
    registration = make_registration(ticket_type=make_ticket_type(seats=1))

    client.get(own("cancel", registration))
    client.head(own("cancel", registration))

    registration.refresh_from_db()
    assert registration.state == State.CONFIRMED


def test_cancelling_frees_the_seat_at_once_and_once(client):
    registration = make_registration(ticket_type=make_ticket_type(seats=1))
    link = own("cancel", registration)

    answers = [client.post(link) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Quota.objects.get().taken == 0
    assert OutgoingMail.objects.filter(kind__endswith="cancelled").count() == 1
    page = client.get(answers[0]["Location"])
    assert page.status_code == 200
    assert client.get(own("ticket", registration)).status_code == 404
    assert fill_in(registration.ticket_type, email="next@example.org").status_code == 302


def test_the_link_in_the_mail_is_the_private_page():
    from registration import mail_parts

    registration = make_registration(language="fr")

    link = mail_parts.private_link(str(registration.pk))

    assert link == f"http://localhost:8000{own('manage', registration, 'fr')}"
    assert link.rpartition("/registration/")[2][:-1] not in OutgoingMail.objects.get().text
