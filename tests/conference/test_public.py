"""Rendered pages: kept as long as they are true, and never mixed up."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.utils import timezone

from conference import public
from conference.models import Conference, PublicStamp
from conference.views import public as views
from speakers.models import Consent
from tests.factories import (
    make_conference,
    make_release,
    make_session,
    make_slot,
    make_speaker,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kept(settings, monkeypatch):
    """Pages are kept, and the stamp is asked for at each request."""
    settings.KEEP_RENDERED_PAGES = True
    settings.ALLOWED_HOSTS = ["testserver", "other.example.org"]
    monkeypatch.setattr(public, "STAMP_ASKED_EVERY", 0.0)
    # A test with real transactions empties every table, this one too.
    PublicStamp.objects.get_or_create(pk=1, defaults={"changed_at": timezone.now()})


@pytest.fixture
def conference():
    return make_conference()


@pytest.fixture
def client():
    """A process of its own: nothing is kept from another test."""
    return Client()


class Counted:
    """A view in the place of the partners' page, which counts its renderings."""

    def __init__(self, monkeypatch, conference, view=None):
        self.count = 0
        self.address = f"/en/{conference.slug}/partners/"
        self.view = view or (lambda request: HttpResponse(f"rendered {self.count}"))
        monkeypatch.setattr(views, "partner_levels", self.levels)
        monkeypatch.setattr(views, "render", self.render)

    def levels(self, conference):
        return []

    def render(self, request, template, context):
        self.count += 1
        return self.view(request)


def test_a_page_is_rendered_once(client, conference, monkeypatch):
    page = Counted(monkeypatch, conference)

    first, second = (client.get(page.address) for _ in range(2))

    assert page.count == 1
    assert first.content == second.content == b"rendered 1"
    assert first.headers == second.headers
    assert first["Cache-Control"] == "public, no-cache"


def test_a_kept_page_asks_the_database_for_the_stamp_alone(
    client, conference, django_assert_num_queries
):
    client.get(f"/en/{conference.slug}/")

    with django_assert_num_queries(1):
        client.get(f"/en/{conference.slug}/")


def test_a_page_is_rendered_again_once_what_it_prints_has_changed(client, conference, monkeypatch):
    page = Counted(monkeypatch, conference)
    client.get(page.address)

    conference.name_en = "Renamed"
    conference.save()

    assert client.get(page.address).content == b"rendered 2"


@pytest.mark.parametrize(
    "change",
    [
        lambda slot: slot.session.save(),
        lambda slot: slot.room.save(),
        lambda slot: make_release(slot.session.conference),
        lambda slot: slot.session.conference.venue.save(),
        lambda slot: slot.session.conference.host.save(),
        lambda slot: Conference.objects.filter(pk=slot.session.conference_id).update(acronym="X"),
        lambda slot: Consent.objects.create(
            speaker=make_speaker(conference=slot.session.conference),
            purpose=Consent.Purpose.SLIDES,
            is_given=False,
        ),
    ],
)
def test_whatever_is_public_raises_the_stamp(change):
    slot = make_slot()
    before = PublicStamp.objects.get().value

    change(slot)

    assert PublicStamp.objects.get().value > before


def test_the_draft_does_not_raise_the_stamp():
    session = make_session()
    make_slot(session=make_session(conference=session.conference))
    slot = make_slot(session=session)
    before = PublicStamp.objects.get().value

    slot.starts_at += timedelta(minutes=5)
    slot.ends_at += timedelta(minutes=5)
    slot.save()
    slot.session.talks.create(title_fr="x")

    assert PublicStamp.objects.get().value == before


def test_a_page_names_the_instant_until_which_it_is_true(client, conference, monkeypatch):
    def opens_soon(request):
        public.keep_until(request, timezone.now() + timedelta(hours=1))
        public.keep_until(request, timezone.now() + timedelta(seconds=0.3))
        public.keep_until(request, timezone.now() - timedelta(hours=1))
        public.keep_until(request, None)
        return HttpResponse("soon")

    page = Counted(monkeypatch, conference, opens_soon)
    for _ in range(2):
        client.get(page.address)
    assert page.count == 1

    time.sleep(0.4)
    client.get(page.address)

    assert page.count == 2


def test_no_page_is_kept_for_longer_than_the_longest(client, conference, monkeypatch):
    monkeypatch.setattr(public, "LONGEST_KEPT", 0.1)
    page = Counted(monkeypatch, conference)
    client.get(page.address)

    time.sleep(0.2)
    client.get(page.address)

    assert page.count == 2


def test_an_instant_that_passes_while_the_page_is_made_counts(client, conference, monkeypatch):
    def ends_meanwhile(request):
        began_at = timezone.now()
        ends_at = began_at + timedelta(seconds=0.01)
        time.sleep(0.02)
        public.keep_until(request, ends_at, since=began_at)
        return HttpResponse("on")

    page = Counted(monkeypatch, conference, ends_meanwhile)
    for _ in range(2):
        client.get(page.address)

    assert page.count == 2


def test_who_asks_by_date_gets_what_the_clock_has_changed(client, conference, monkeypatch):
    """No row has changed, so that the stamp's own date says nothing."""
    until = timezone.now() + timedelta(seconds=1.2)

    def ends_soon(request):
        public.keep_until(request, until)
        return HttpResponse("on" if timezone.now() < until else "over")

    page = Counted(monkeypatch, conference, ends_soon)
    first = client.get(page.address)
    time.sleep(1.3)
    by_date = client.get(page.address, headers={"If-Modified-Since": first["Last-Modified"]})

    assert by_date.status_code == 200
    assert by_date.content == b"over"


def test_a_reader_who_has_the_page_gets_304(client, conference):
    address = f"/en/{conference.slug}/"
    page = client.get(address)

    by_tag = client.get(address, headers={"If-None-Match": page["ETag"]})
    by_date = client.get(address, headers={"If-Modified-Since": page["Last-Modified"]})
    other = client.get(address, headers={"If-None-Match": '"other"'})

    for response in (by_tag, by_date):
        assert response.status_code == 304
        assert response.content == b""
        assert response["ETag"] == page["ETag"]
        assert response["Cache-Control"] == "public, no-cache"
    assert other.status_code == 200
    assert other.content == page.content


def test_the_first_answer_may_be_304_as_well(client, conference):
    address = f"/en/{conference.slug}/"
    tag = client.get(address)["ETag"]

    assert Client().get(address, headers={"If-None-Match": tag}).status_code == 304


def test_head_answers_as_get_without_the_body(client, conference):
    address = f"/en/{conference.slug}/"
    page = client.get(address)

    for fresh in (client, Client()):
        response = fresh.head(address)
        assert response.status_code == 200
        assert response.content == b""
        assert response["Content-Length"] == str(len(page.content))
        assert response["ETag"] == page["ETag"]
    # What HEAD kept has its body.
    client = Client()
    client.head(address)
    assert client.get(address).content == page.content


@pytest.mark.parametrize(
    "other",
    [
        {"query_params": {"theme": "x"}},
        {"headers": {"host": "other.example.org"}},
        {"secure": True},
        {"headers": {"HX-Request": "true"}},
    ],
)
def test_what_a_page_depends_on_is_kept_apart(client, conference, monkeypatch, other):
    page = Counted(monkeypatch, conference)
    client.get(page.address)

    assert client.get(page.address, **other).content == b"rendered 2"
    assert client.get(page.address, **other).content == b"rendered 2"
    assert client.get(page.address).content == b"rendered 1"


def test_languages_are_kept_apart(client, conference):
    french = client.get(f"/fr/{conference.slug}/").content.decode()
    english = client.get(f"/en/{conference.slug}/").content.decode()

    assert 'lang="fr"' in french
    assert conference.name_fr in french
    assert conference.name_en in english
    assert client.get(f"/fr/{conference.slug}/").content.decode() == french


def test_a_foreign_host_is_refused_whatever_is_kept(client, conference):
    address = f"/en/{conference.slug}/"
    client.get(address)

    for _ in range(2):
        assert client.get(address, headers={"host": "evil.example.org"}).status_code == 400


def test_addresses_in_a_page_do_not_come_from_the_host(client, conference):
    page = client.get(f"/en/{conference.slug}/", headers={"host": "other.example.org"})

    assert b"other.example.org" not in page.content
    assert b"http://localhost:8000/en/" in page.content


def test_a_page_with_a_cookie_is_not_kept(client, conference, monkeypatch):
    def with_cookie(request):
        response = HttpResponse("yours")
        response.set_cookie("who", "you")
        return response

    page = Counted(monkeypatch, conference, with_cookie)

    assert "who" in client.get(page.address).cookies
    Client().get(page.address)

    assert page.count == 2


@pytest.mark.parametrize(
    "view",
    [
        lambda request: HttpResponse("gone", status=410),
        lambda request: StreamingHttpResponse(["stream"]),
    ],
)
def test_only_whole_good_pages_are_kept(client, conference, monkeypatch, view):
    page = Counted(monkeypatch, conference, view)

    for _ in range(2):
        client.get(page.address)

    assert page.count == 2


def test_nobody_is_remembered_in_a_kept_page(client, conference, django_user_model):
    user = django_user_model.objects.create_user("canary@example.org", "x", is_staff=True)
    client.force_login(user)
    address = f"/en/{conference.slug}/"
    mine = client.get(address)

    anonymous = client.get(address, headers={"cookie": ""})

    assert b"canary" not in mine.content
    assert mine.content == anonymous.content
    assert not mine.cookies


def test_what_is_not_declared_public_is_never_kept(client, conference):
    response = client.get("/livez")

    assert "public" not in response["Cache-Control"]
    assert "no-store" in response["Cache-Control"]


def test_a_missing_page_is_not_kept(client, conference):
    address = f"/en/{conference.slug}/page/late/"
    assert client.get(address).status_code == 404

    conference.pages.create(
        slug="late",
        title_fr="x",
        title_en="x",
        body_fr="x",
        body_en="x",
        is_published=True,
    )

    assert client.get(address).status_code == 200


def test_memory_is_bounded(client, conference, monkeypatch):
    monkeypatch.setattr(public, "MEMORY_KEPT", 20_000)
    page = Counted(monkeypatch, conference, lambda request: HttpResponse(b"x" * 4000))

    for number in range(5):
        client.get(page.address, query_params={"n": number})
    client.get(page.address, query_params={"n": 4})
    assert page.count == 5

    client.get(page.address, query_params={"n": 0})
    assert page.count == 6


def test_long_addresses_of_short_pages_are_counted(client, conference, monkeypatch):
    """Who asks for one page under a thousand invented queries does not fill the memory."""
    monkeypatch.setattr(public, "MEMORY_KEPT", 100_000)
    page = Counted(monkeypatch, conference)

    for number in range(20):
        client.get(page.address, query_params={"n": f"{number}" + "x" * 7000})
    client.get(page.address, query_params={"n": "19" + "x" * 7000})
    assert page.count == 20

    client.get(page.address, query_params={"n": "0" + "x" * 7000})
    assert page.count == 21


def test_one_thread_alone_waits_for_a_database_that_does_not_answer(monkeypatch):
    reader = public.StampReader()
    known = reader.read()
    asked, answered = threading.Event(), threading.Event()

    def slow(*fields):
        asked.set()
        assert answered.wait(10)
        raise DatabaseError

    monkeypatch.setattr(PublicStamp.objects, "values_list", slow)
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(reader.read)
        assert asked.wait(10)
        monkeypatch.setattr(PublicStamp.objects, "values_list", None)

        assert reader.read() == known

        answered.set()
        assert waiting.result() == known


def test_a_page_rendered_while_something_changes_is_not_taken_for_newer(
    client, conference, monkeypatch
):
    """The stamp is read before the rendering: what changes during it is seen afterwards."""

    def changing(request):
        Conference.objects.filter(pk=conference.pk).update(acronym="NEW")
        return HttpResponse("older")

    page = Counted(monkeypatch, conference, changing)
    client.get(page.address)
    page.view = lambda request: HttpResponse("newer")

    assert client.get(page.address).content == b"newer"


@pytest.mark.django_db(transaction=True)
def test_stamp_comes_back_after_the_database_was_emptied():
    PublicStamp.objects.all().delete()

    make_conference()

    assert PublicStamp.objects.get().value >= 1
