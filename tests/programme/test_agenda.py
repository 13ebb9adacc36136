"""My agenda: kept by a secret alone, seen by nobody else, and following the programme."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import timezone
from icalendar import Calendar

from conference.logs import SECRET_IN_PATH
from conference.mail.composing import compose
from conference.mail.models import OutgoingMail
from conference.mail.verdicts import Unmade
from conference.models import Conference
from programme import agenda as agendas
from programme.models import Agenda, Star
from tests.factories import make_conference, make_release, make_room, make_session, make_slot

pytestmark = pytest.mark.django_db

MORNING = datetime(2027, 2, 4, 8, tzinfo=UTC)
JSON = {"Accept": "application/json"}


@pytest.fixture
def conference():
    return make_conference()


@pytest.fixture
def sessions(conference):
    """Three released sessions; the second begins while the first is on."""
    made = []
    for number, minutes in enumerate((0, 30, 120)):
        session = make_session(conference=conference, code=f"S{number}", title_en=f"Title {number}")
        make_slot(session=session, starts_at=MORNING + timedelta(minutes=minutes))
        made.append(session)
    make_release(conference)
    return made


def url(conference, path="", language="en"):
    return f"/{language}/{conference.slug}/agenda/{path}"


def star(client, conference, code, **headers):
    return client.post(url(conference, "star/"), {"session": code}, headers=headers)


def page_of(client, conference):
    """The secret page that this browser is led to."""
    return client.get(url(conference), follow=True)


# --- Stars ---------------------------------------------------------------------------------------


def test_the_first_star_makes_an_agenda_and_leads_to_it(client, conference, sessions):
    response = star(client, conference, "S1")

    assert response.status_code == 303
    page = client.get(response["Location"])
    assert "Title 1" in page.content.decode()
    assert "Title 0" not in page.content.decode()
    assert Agenda.objects.get().stars.count() == 1


def test_later_stars_go_into_the_same_agenda_in_both_languages(client, conference, sessions):
    star(client, conference, "S0")
    star(client, conference, "S0")
    client.post(url(conference, "star/", "fr"), {"session": "S2"})

    assert Agenda.objects.count() == 1
    assert agendas.codes(Agenda.objects.get()) == ["S0", "S2"]


def test_the_script_is_told_what_is_starred(client, conference, sessions):
    assert client.get(url(conference, "starred.json")).json() == {"starred": [], "address": None}

    told = star(client, conference, "S0", **JSON).json()
    assert told["starred"] == ["S0"]
    assert client.get(url(conference, "starred.json")).json() == told
    removed = client.post(url(conference, "star/"), {"remove": "S0"}, headers=JSON).json()
    assert removed["starred"] == []


def test_cookie_names_the_agenda_to_its_own_addresses_alone(client, conference, sessions):
    response = star(client, conference, "S0")

    assert all(
        cookie["httponly"] and cookie["samesite"] == "Lax" for cookie in response.cookies.values()
    )
    assert {cookie["path"] for cookie in response.cookies.values()} == {
        f"/{code}/{conference.slug}/agenda/" for code in ("fr", "en")
    }
    schedule = client.get(f"/en/{conference.slug}/schedule/")
    assert "public" in schedule["Cache-Control"]
    assert not schedule.cookies


def test_public_pages_are_the_same_for_who_starred(client, conference, sessions):
    before = Client().get(f"/en/{conference.slug}/schedule/").content
    star(client, conference, "S0")

    assert client.get(f"/en/{conference.slug}/schedule/").content == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_of_another_site_is_refused(client, conference, sessions, headers):
    response = star(client, conference, "S0", **headers)

    assert response.status_code == 403
    assert not response.cookies
    assert not Agenda.objects.exists()


def test_a_form_of_our_own_is_taken_without_a_token(conference, sessions):
    client = Client(enforce_csrf_checks=True)

    assert star(client, conference, "S0", Origin="http://testserver").status_code == 303
    assert star(client, conference, "S1", **{"Sec-Fetch-Site": "same-origin"}).status_code == 303
    # Its page has tokens like every private page.
    secret = agendas.secret_of(Agenda.objects.get())
    assert client.post(url(conference, f"{secret}/"), {"do": "clear"}).status_code == 403


@pytest.mark.parametrize("code", ["", "NEVER", "DRAFT", "BREAK", "S0'--", "é" * 500])
def test_only_what_is_released_can_be_starred(client, conference, sessions, code):
    make_slot(session=make_session(conference=conference, code="DRAFT"), starts_at=MORNING)
    make_session(conference=conference, code="NEVER")

    assert star(client, conference, code).status_code == 404
    assert not Agenda.objects.exists()


def test_a_break_cannot_be_starred(client, conference):
    make_slot(session=make_session(conference=conference, code="BREAK", kind="break"))
    make_release(conference)

    assert star(client, conference, "BREAK").status_code == 404


@override_settings(AGENDAS_PER_ADDRESS=2)
def test_one_network_begins_a_limited_number_of_agendas(conference, sessions):
    cache.clear()
    answers = [star(Client(), conference, "S0").status_code for _ in range(3)]

    assert answers == [303, 303, 429]
    assert Agenda.objects.count() == 2
    told = star(Client(), conference, "S0", **JSON)
    assert told.status_code == 429 and told.json()["error"]


def test_an_agenda_is_not_filled_for_ever(client, conference, sessions, monkeypatch):
    monkeypatch.setattr(agendas, "MOST_STARS", 1)
    star(client, conference, "S0")

    assert star(client, conference, "S1").status_code == 429
    assert Star.objects.count() == 1


# --- Its page ------------------------------------------------------------------------------------


def test_overlaps_are_pointed_out_in_words(client, conference, sessions):
    for code in ("S0", "S1", "S2"):
        star(client, conference, code)

    content = page_of(client, conference).content.decode()

    assert content.count("Overlaps with") == 2
    assert "Overlaps with “Title 1” (09:30–10:30)." in content
    assert content.index("Title 0") < content.index("Title 2")


def test_the_page_is_private(client, conference, sessions):
    star(client, conference, "S0")
    page = page_of(client, conference)

    assert page["Cache-Control"] == "private, no-store"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "same-origin"
    assert 'name="robots" content="noindex' in page.content.decode()


def test_the_secret_stays_out_of_the_logs():
    secret = "lkyeSxg1VxuAtVVkx2NVyo02J7krH92-"
    for path in (f"/en/c/agenda/{secret}/", f"/en/c/agenda/{secret}.ics"):
        assert secret not in SECRET_IN_PATH.sub(r"\1<redacted>", path)
    assert secret not in SECRET_IN_PATH.sub(r"\1<redacted>", f"/en/c/agenda/news/12/{secret}/")
    assert SECRET_IN_PATH.sub("", "/en/c/agenda/star/") == "/en/c/agenda/star/"


def test_the_database_opens_no_agenda(client, conference, sessions):
    star(client, conference, "S0")
    agenda = Agenda.objects.get()

    for guess in (agenda.digest, agenda.nonce, agenda.nonce.hex, agenda.pk, "S0"):
        assert client.get(url(conference, f"{guess}/")).status_code == 404
    other = make_conference()
    secret = agendas.secret_of(agenda)
    assert client.get(url(other, f"{secret}/")).status_code == 404
    assert client.get(url(conference, f"{secret}/")).status_code == 200


def test_another_device_opens_it_and_keeps_it_when_told_to(client, conference, sessions):
    star(client, conference, "S0")
    address = page_of(client, conference).request["PATH_INFO"]
    telephone = Client()

    assert "Title 0" in telephone.get(address).content.decode()
    assert "does not know" in telephone.get(address).content.decode()
    assert telephone.get(url(conference)).status_code == 200  # not kept by looking at it
    telephone.post(address, {"do": "keep"})
    assert telephone.get(url(conference))["Location"] == address
    telephone.post(address, {"do": "leave"})
    assert telephone.get(url(conference)).status_code == 200


@pytest.mark.parametrize("form", ["{}", "https://x.example/en/c/agenda/{}/", "webcal://x/{}.ics"])
def test_an_agenda_is_brought_by_its_address(client, conference, sessions, form):
    star(client, conference, "S0")
    secret = agendas.secret_of(Agenda.objects.get())
    telephone = Client()

    telephone.post(url(conference), {"address": form.format(secret)})

    assert secret in telephone.get(url(conference))["Location"]


@pytest.mark.parametrize("address", ["", "x" * 32, "nonsense", "x" * 1000, "https://evil.example/"])
def test_a_wrong_address_is_explained(client, conference, address):
    response = client.post(url(conference), {"address": address})

    assert response.status_code == 422
    assert "field--error" in response.content.decode()


def test_sessions_are_added_by_code_and_removed(client, conference, sessions):
    star(client, conference, "S0")
    address = page_of(client, conference).request["PATH_INFO"]

    client.post(address, {"do": "add", "code": " s2 "})
    assert agendas.codes(Agenda.objects.get()) == ["S0", "S2"]
    wrong = client.post(address, {"do": "add", "code": "NONE"})
    assert wrong.status_code == 422 and "field--error" in wrong.content.decode()
    client.post(address, {"do": "remove", "code": "S0"})
    assert agendas.codes(Agenda.objects.get()) == ["S2"]
    client.post(address, {"do": "clear"})
    assert agendas.codes(Agenda.objects.get()) == []
    assert client.post(address, {"do": "nonsense"}).status_code == 422


# --- Following the programme ---------------------------------------------------------------------


def test_what_moves_and_what_is_withdrawn_is_seen_in_page_and_calendar(
    client, conference, sessions
):
    for code in ("S0", "S2"):
        star(client, conference, code)
    secret = agendas.secret_of(Agenda.objects.get())
    moved, withdrawn = (sessions[number].slots.get(release=None) for number in (2, 0))
    moved.starts_at += timedelta(hours=3)
    moved.ends_at += timedelta(hours=3)
    moved.room = make_room(conference=conference, name_en="Elsewhere")
    moved.save()
    withdrawn.delete()
    make_release(conference)

    content = client.get(url(conference, f"{secret}/")).content.decode()
    response = client.get(url(conference, f"{secret}.ics"))
    events = {str(event["SUMMARY"]): event for event in Calendar.from_ical(response.content).events}

    assert "<s>Title 0</s>" in content and "No longer in the programme." in content
    assert "Elsewhere" in content and "14:00" in content
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "private, no-store"
    assert events["Title 0"]["STATUS"] == "CANCELLED"
    assert events["Title 2"]["SEQUENCE"] == 1
    assert events["Title 2"].decoded("DTSTART").astimezone(UTC) == moved.starts_at


def test_a_calendar_is_sent_again_once_it_says_something_else(client, conference, sessions):
    star(client, conference, "S0")
    address = url(conference, f"{agendas.secret_of(Agenda.objects.get())}.ics")
    first = client.get(address)
    assert first["Access-Control-Allow-Origin"] == "*"
    assert first["Last-Modified"]
    known = {"If-None-Match": first["ETag"]}

    same = client.get(address, headers=known)
    star(client, conference, "S2")
    other = client.get(address, headers=known)

    assert same.status_code == 304
    assert same["Cache-Control"] == "private, no-store"
    assert same["Referrer-Policy"] == "same-origin"
    assert other.status_code == 200
    assert other["ETag"] != first["ETag"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_whatever_it_holds(
    client, conference, sessions, django_assert_num_queries, count
):
    for session in sessions[:count]:
        star(client, conference, session.code)
    secret = agendas.secret_of(Agenda.objects.get())

    with django_assert_num_queries(6):
        client.get(url(conference, f"{secret}/"))


# --- News by mail --------------------------------------------------------------------------------


@pytest.fixture
def address(client, conference, sessions):
    star(client, conference, "S0")
    return page_of(client, conference).request["PATH_INFO"]


def link_in(mail):
    """The path of the link that the mail leaves with."""
    (link,) = re.findall(
        rf"{re.escape(settings.SITE_URL)}(\S+/agenda/news/\S+)", compose(mail).body
    )
    return link


def test_an_address_is_written_to_once_it_has_answered(client, address):
    client.post(address, {"do": "news", "email": "me@example.org"})
    mail = OutgoingMail.objects.get()
    link = link_in(mail)
    agenda = Agenda.objects.get()

    assert mail.to == "me@example.org" and agenda.confirmed_at is None
    # The mail's row and the agenda's own secret confirm nothing.
    assert link.split("/")[-2] not in mail.text
    assert agendas.secret_of(agenda) not in compose(mail).body
    assert Client().get(link).status_code == 200
    assert Agenda.objects.get().confirmed_at is None  # programs open links
    Client().post(link, {"do": "confirm"})
    assert Agenda.objects.get().confirmed_at is not None
    Client().post(link, {"do": "stop"})
    assert (Agenda.objects.get().email, Agenda.objects.get().confirmed_at) == ("", None)
    assert Client().get(link).status_code == 404


def test_another_address_has_to_answer_anew(client, address):
    client.post(address, {"do": "news", "email": "me@example.org"})
    first = link_in(OutgoingMail.objects.get())
    Client().post(first, {"do": "confirm"})

    client.post(address, {"do": "news", "email": "other@example.org"})

    assert Agenda.objects.get().confirmed_at is None
    assert Client().post(first, {"do": "confirm"}).status_code == 404
    assert Agenda.objects.get().confirmed_at is None


def test_the_agenda_page_stops_the_mails(client, address):
    Agenda.objects.update(email="me@example.org", confirmed_at=timezone.now())

    assert "me@example.org" in client.get(address).content.decode()
    client.post(address, {"do": "stop"})
    assert Agenda.objects.get().email == ""


def test_nobody_is_flooded_with_questions(client, conference, sessions):
    answers = []
    for _ in range(5):
        browser = Client()
        star(browser, conference, "S0")
        page = page_of(browser, conference).request["PATH_INFO"]
        answers.append(browser.post(page, {"do": "news", "email": "me@example.org"}).status_code)

    assert answers == [302, 302, 302, 422, 422]
    assert OutgoingMail.objects.count() == 3


def test_a_mailbox_is_one_however_its_address_is_written(client, conference, sessions):
    for email in ("me@example.org", "ME@example.org", "Me@Example.org", "mE@example.ORG"):
        browser = Client()
        star(browser, conference, "S0")
        page = page_of(browser, conference).request["PATH_INFO"]
        browser.post(page, {"do": "news", "email": email})

    assert OutgoingMail.objects.count() == 3


def test_a_mail_that_is_late_proves_no_other_address(client, address):
    """Else one would ask for one's own, delay the mail, and confirm somebody else's with it."""
    client.post(address, {"do": "news", "email": "mine@example.org"})
    client.post(address, {"do": "news", "email": "victim@example.org"})

    with pytest.raises(Unmade):
        compose(OutgoingMail.objects.get(to="mine@example.org"))
    assert link_in(OutgoingMail.objects.get(to="victim@example.org"))


@pytest.mark.parametrize(
    ("form", "status"),
    [({"session": "S0\0"}, 404), ({"remove": "S0\0"}, 303), ({"session": "S" * 9999}, 404)],
)
def test_a_code_that_is_none_is_no_mistake_of_ours(client, conference, sessions, form, status):
    star(client, conference, "S0")

    assert client.post(url(conference, "star/"), form).status_code == status
    page = page_of(client, conference).request["PATH_INFO"]
    assert client.post(page, {"do": "remove", "code": "S0\0"}).status_code == 302
    assert Star.objects.count() == 1


@pytest.mark.parametrize("email", ["", "nonsense", "a@b", "a@example.org\nBcc: x@y.org", "x" * 999])
def test_a_wrong_address_is_explained_and_written_to_by_nobody(client, address, email):
    response = client.post(address, {"do": "news", "email": email})

    assert response.status_code == 422
    assert not OutgoingMail.objects.exists()


# --- Forgetting ----------------------------------------------------------------------------------


def test_empty_and_long_past_agendas_are_forgotten(conference, sessions):
    long_ago = timezone.now() - timedelta(days=8)
    past = make_conference(starts_on="2020-02-04", ends_on="2020-02-05")
    kept, empty, young = (agendas.new(conference, "fr") for _ in range(3))
    agendas.star(kept, sessions[0])
    old = agendas.new(past, "fr")
    Agenda.objects.filter(pk__in=[kept.pk, empty.pk]).update(changed_at=long_ago)
    Agenda.objects.filter(pk=kept.pk).update(email="me@example.org")

    assert agendas.tidy() == 2
    assert set(Agenda.objects.all()) == {kept, young}
    assert not Agenda.objects.filter(pk=old.pk).exists()
    # It never answered.
    assert Agenda.objects.get(pk=kept.pk).email == ""


def test_addresses_are_forgotten_after_the_conference(conference, sessions):
    agenda = agendas.new(conference, "fr")
    agendas.star(agenda, sessions[0])
    Agenda.objects.update(email="me@example.org", confirmed_at=timezone.now())
    ended = timezone.localdate() - timedelta(days=31)
    Conference.objects.filter(pk=conference.pk).update(starts_on=ended, ends_on=ended)

    agendas.tidy()

    assert (Agenda.objects.get().email, Agenda.objects.get().confirmed_at) == ("", None)
