"""Papers: drawn once, given up when a worker died, fetched by who asked, forgotten after a day."""

from datetime import timedelta

import pytest
from django import forms
from django.contrib.auth.models import Permission
from django.core.files.storage import storages
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from conference.accounts import staff
from conference.papers import kinds, services, tasks
from conference.papers.kinds import AskForm, Printed
from conference.papers.models import Paper
from conference.privacy.models import ExportLog
from tests.factories import make_conference, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_private")]
KIND = "tests.leaflet"
RIGHTS = ["view_paper", "view_room"]


class LeafletForm(AskForm):
    colour = forms.ChoiceField(choices=[("red", "Red"), ("blue", "Blue")])

    def details(self):
        return [self.cleaned_data["colour"]]


def draw(paper, progress):
    progress(2)
    if paper.arguments.get("colour") == "none":
        return None
    if paper.arguments.get("colour") == "broken":
        raise ValueError("the ink is dry")
    return Printed(f"%PDF {paper.arguments['colour']}".encode(), "leaflet")


@pytest.fixture(autouse=True)
def _leaflet(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    options = {"label": "Leaflet", "permissions": ("programme.view_room",), "form": LeafletForm}
    kinds.kind(KIND, **options)(draw)


@pytest.fixture(autouse=True)
def _second_factor_shown(monkeypatch):
    monkeypatch.setattr(staff, "may_enter", lambda request: request.user.is_staff)


@pytest.fixture
def _private(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }


def make_paper(**fields):
    defaults = {"kind": KIND, "title": "Leaflet: red", "arguments": {"colour": "red"}}
    if "requested_by" not in fields:
        fields["requested_by"] = make_user(is_staff=True)
    if "conference" not in fields:
        fields["conference"] = make_conference()
    return Paper.objects.create(**defaults | fields)


def drawn(paper):
    tasks.draw(str(paper.pk))
    paper.refresh_from_db()
    return paper


def sign_in(codenames=RIGHTS):
    user = make_user(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def page(name, *arguments):
    with translation.override("en"):
        return reverse(f"admin:papers_paper_{name}", args=arguments)


def file_of(paper):
    with storages["private"].open(paper.file) as file:
        return file.read()


# --- Drawing -----------------------------------------------------------------------------------


def test_a_paper_is_drawn_once():
    paper = drawn(make_paper())
    first = paper.finished_at

    again = drawn(paper)

    assert (again.state, again.done, file_of(again)) == ("done", 2, b"%PDF red")
    assert again.finished_at == first


def test_a_paper_that_a_lost_worker_began_is_given_up():
    paper = drawn(make_paper(state="running"))

    assert (paper.state, paper.file, paper.error) == ("failed", "", "Interrupted")


def test_a_paper_that_another_worker_draws_is_left_to_it():
    paper = make_paper(state="running")
    other = connection.copy()

    try:
        with other.cursor() as cursor:
            subject = f"papers.paper:{paper.pk}"
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [subject])
        drawn(paper)
    finally:
        other.close()

    assert paper.state == "running"


def test_what_goes_wrong_is_told_without_its_secrets():
    paper = drawn(make_paper(arguments={"colour": "broken"}))

    assert (paper.state, paper.error) == ("failed", "ValueError")


def test_nothing_to_print_is_no_file():
    paper = drawn(make_paper(arguments={"colour": "none"}))

    assert (paper.state, paper.file) == ("done", "")


def test_a_kind_that_is_no_more_fails():
    assert drawn(make_paper(kind="tests.forgotten")).error == "LookupError"


def test_a_paper_forgotten_while_it_is_drawn_leaves_no_file(monkeypatch):
    paper = make_paper()

    def forgotten(paper, progress):
        Paper.objects.all().delete()
        return Printed(b"%PDF", "leaflet")

    kinds.kind(KIND, label="Leaflet", permissions=())(forgotten)
    tasks.draw(str(paper.pk))

    assert storages["private"].listdir("papers")[0] == [str(paper.pk)]
    assert storages["private"].listdir(f"papers/{paper.pk}")[1] == []


def test_papers_are_forgotten_after_a_day():
    old = drawn(make_paper())
    strange = make_paper(kind="tests.forgotten")
    Paper.objects.update(created_at=timezone.now() - timedelta(days=2))
    young = make_paper(conference=strange.conference)

    tasks.tidy()

    assert list(Paper.objects.all()) == [young]
    assert not storages["private"].exists(old.file)


def test_beat_asks_again_for_what_nobody_finished(monkeypatch):
    asked = []
    monkeypatch.setattr(tasks.draw, "delay", asked.append)
    conference = make_conference()
    states = ["queued", "running", "done", "failed"]
    papers = [make_paper(conference=conference, state=state) for state in states]
    Paper.objects.update(created_at=timezone.now() - timedelta(minutes=3))
    make_paper(conference=conference)

    tasks.tidy()

    assert set(asked) == {str(paper.pk) for paper in papers[:2]}


def test_what_is_nobodys_own_is_asked_for_once(django_capture_on_commit_callbacks):
    conference = make_conference()
    asked = {"conference": conference, "title": "Leaflet", "arguments": {"colour": "red"}}

    with django_capture_on_commit_callbacks(execute=True):
        one = services.ask_for_all(KIND, **asked)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        other = services.ask_for_all(KIND, **asked)

    assert (one.pk, other.state, callbacks) == (other.pk, "done", [])
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.create(kind=KIND, **asked)


def test_what_failed_for_all_is_tried_again(django_capture_on_commit_callbacks):
    paper = make_paper(requested_by=None, state="failed", error="OSError")

    with django_capture_on_commit_callbacks(execute=True):
        services.ask_for_all(
            KIND, conference=paper.conference, title="Leaflet", arguments=paper.arguments
        )

    paper.refresh_from_db()
    assert (paper.state, paper.error) == ("done", "")


# --- The pages ---------------------------------------------------------------------------------


def test_a_paper_is_asked_for_watched_and_fetched():
    make_conference()
    client = sign_in()
    offered = client.get(page("ask")).content.decode()
    assert "Leaflet" in offered and "Badges" not in offered

    answer = client.post(page("ask"), {"kind": KIND, "tests-leaflet-colour": "blue"})

    paper = Paper.objects.get()
    assert answer["Location"] == page("progress", paper.pk)
    assert (paper.requested_by, paper.title) == (client.user, "Leaflet · blue")
    waiting = client.get(page("progress", paper.pk)).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in waiting
    assert "<progress" in waiting and "js/progress.js" in waiting
    assert client.get(page("download", paper.pk)).status_code == 404
    drawn(paper)
    ready = client.get(page("progress", paper.pk)).content.decode()
    assert "refresh" not in ready and page("download", paper.pk) in ready
    assert page("download", paper.pk) in client.get(page("changelist")).content.decode()
    file = client.get(page("download", paper.pk))
    assert b"".join(file.streaming_content) == b"%PDF blue"
    assert file["Content-Disposition"].endswith(f'"{paper.conference.slug}-leaflet.pdf"')
    assert not ExportLog.objects.exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "queued"}, "Waiting for its turn"),
        ({"state": "running"}, "Being drawn"),
        ({"state": "running", "done": 3, "total": 8}, "3 of 8 drawn"),
        ({"state": "done"}, "There is nothing to print"),
        ({"state": "done", "file": "papers/x/leaflet.pdf"}, "Ready."),
        ({"state": "failed", "error": "OSError"}, "could not be drawn (OSError)"),
    ],
)
def test_the_page_says_how_far_it_is(fields, said):
    client = sign_in()
    paper = make_paper(requested_by=client.user, **fields)

    text = client.get(page("progress", paper.pk)).content.decode()

    assert said in text
    assert ('max="8" value="3"' in text) == ("total" in fields)


def test_a_choice_that_is_none_is_refused():
    make_conference()
    answer = sign_in().post(page("ask"), {"kind": KIND, "tests-leaflet-colour": "green"})

    assert answer.status_code == 200
    assert "Select a valid choice" in answer.content.decode()
    assert not Paper.objects.exists()


def test_a_kind_is_asked_for_by_those_who_may():
    make_conference()

    sign_in(["view_paper"]).post(page("ask"), {"kind": KIND, "tests-leaflet-colour": "red"})

    assert not Paper.objects.exists()


@pytest.mark.parametrize("name", ["progress", "download"])
def test_a_paper_is_for_who_asked_for_it_and_still_may(name):
    client = sign_in()
    paper = drawn(make_paper(requested_by=client.user))
    address = page(name, paper.pk)
    answer = client.get(address)
    assert answer.status_code == 200
    assert b"".join(answer)

    assert sign_in().get(address).status_code == 404
    assert Client().get(address).status_code == 302
    client.user.user_permissions.remove(Permission.objects.get(codename="view_room"))
    assert client.get(address).status_code == 403
    assert str(paper.pk) not in client.get(page("changelist")).content.decode()


def test_nobody_fetches_in_the_admin_what_is_nobodys_own():
    paper = drawn(make_paper(requested_by=None))

    assert sign_in().get(page("download", paper.pk)).status_code == 404


def test_who_takes_personal_data_out_is_written_down():
    options = {"permissions": ("programme.view_room",), "dataset": "leaflets", "holds": ("phone",)}
    kinds.kind(KIND, label="Leaflet", **options)(draw)
    client = sign_in()
    paper = drawn(make_paper(requested_by=client.user))

    assert b"".join(client.get(page("download", paper.pk)).streaming_content)

    log = ExportLog.objects.get()
    assert (log.user, log.dataset, log.columns, log.rows) == (client.user, "leaflets", ["phone"], 2)
    assert log.question == {"paper": str(paper.pk), "colour": "red"}
