"""What the registration desk can do, and what nobody can."""

import pytest
from django.contrib.auth.models import Permission
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from django.utils import translation

from conference.accounts import staff
from conference.mail.models import OutgoingMail
from conference.papers import services as paper_services
from conference.papers.models import Paper
from conference.privacy.models import ExportLog
from registration import services
from registration.admin import QuotaForm, TicketTypeForm
from registration.models import Quota, Registration
from tests.factories import (
    make_conference,
    make_quota,
    make_registration,
    make_ticket_type,
    make_user,
)

pytestmark = pytest.mark.django_db
State = Registration.State
DESK = [
    "view_registration",
    "add_registration",
    "change_registration",
    "print_badges",
    "view_paper",
    "view_quota",
    "view_tickettype",
]


@pytest.fixture(autouse=True)
def _second_factor_shown(monkeypatch):
    """What lies behind the door is tested here, the door elsewhere."""
    monkeypatch.setattr(staff, "may_enter", lambda request: request.user.is_staff)


@pytest.fixture
def desk():
    """Somebody of the registration desk, signed in."""
    return sign_in(DESK)


def sign_in(codenames):
    user = make_user(is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(
            content_type__app_label__in=["registration", "papers"], codename__in=codenames
        )
    )
    client = Client()
    client.force_login(user)
    return client


def page(name, *arguments, model="registration"):
    with translation.override("en"):
        return reverse(f"admin:registration_{model}_{name}", args=arguments)


def paper_page(name, *arguments):
    with translation.override("en"):
        return reverse(f"admin:papers_paper_{name}", args=arguments)


def act(client, action, *registrations):
    data = {"action": action, "_selected_action": [person.pk for person in registrations]}
    return client.post(page("changelist"), data, follow=False)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(desk, django_assert_max_num_queries, count):
    conference = make_conference()
    for _ in range(count):
        make_registration(ticket_type=make_ticket_type(conference=conference))
    desk.get(page("changelist"))

    with django_assert_max_num_queries(14) as queries:
        response = desk.get(page("changelist"))

    assert response.status_code == 200
    assert len(queries) == desk_queries(desk)


def desk_queries(client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_registration(ticket_type=Registration.objects.latest("pk").ticket_type)
    with CaptureQueriesContext(connection) as queries:
        client.get(page("changelist"))
    return len(queries)


@pytest.mark.parametrize("search", ["Lovelace", "ada@example.org", "%", "'; --", "__class__"])
def test_people_are_found_by_name_address_and_code(desk, search):
    person = make_registration(email="ada@example.org")

    assert desk.get(page("changelist"), {"q": search}).status_code == 200
    assert person.code in desk.get(page("changelist"), {"q": person.code.lower()}).content.decode()


def test_no_state_can_be_typed(desk):
    person = make_registration(ticket_type=make_ticket_type(approval="staff"), invited=False)
    form = {
        "given_name": "Ada",
        "family_name": "Byron",
        "language": "fr",
        "country": "FR",
        "badge_name": "Ada",
        "state": "confirmed",
        "code": "AAAAAA",
        "email": "other@example.org",
        "ticket_type": make_ticket_type().pk,
        "email_key": "other@example.org",
        "allows_photographs_at": "2024-01-01",
    }

    response = desk.post(page("change", person.pk), form)

    after = Registration.objects.get(pk=person.pk)
    assert response.status_code == 302
    assert after.family_name == "Byron"
    for name in ("state", "code", "email", "email_key", "ticket_type_id", "allows_photographs_at"):
        assert getattr(after, name) == getattr(person, name), name


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("confirm", "requested", "confirmed"),
        ("refuse", "requested", "refused"),
        ("cancel", "confirmed", "cancelled"),
        ("cancel", "requested", "cancelled"),
        ("confirm", "confirmed", "confirmed"),
        ("refuse", "confirmed", "confirmed"),
        ("confirm", "cancelled", "cancelled"),
    ],
)
def test_states_change_by_actions(desk, action, before, after):
    approval = "staff" if before == "requested" else "automatic"
    person = make_registration(ticket_type=make_ticket_type(approval=approval), invited=False)
    if before == "cancelled":
        services.cancel(person)

    assert act(desk, action, person).status_code == 302

    person.refresh_from_db()
    assert person.state == after


def test_sending_again_promises_one_mail_each(desk):
    people = [make_registration() for _ in range(2)]
    before = OutgoingMail.objects.count()

    act(desk, "send_again", *people)

    assert OutgoingMail.objects.count() == before + 2


def test_actions_stand_on_the_form_as_well(desk):
    person = make_registration()

    assert 'value="cancel"' in desk.get(page("change", person.pk)).content.decode()


@pytest.mark.parametrize("action", ["confirm", "refuse", "cancel", "send_again", "badges_folded"])
def test_who_may_only_look_can_do_nothing(action):
    reader = sign_in(["view_registration"])
    person = make_registration(ticket_type=make_ticket_type(approval="staff"), invited=False)
    mails = OutgoingMail.objects.count()

    act(reader, action, person)

    person.refresh_from_db()
    assert person.state == State.REQUESTED
    assert OutgoingMail.objects.count() == mails
    assert not Paper.objects.exists()


def test_nobody_deletes_a_registration():
    client = Client()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    person = make_registration()

    assert client.post(page("delete", person.pk), {"post": "yes"}).status_code == 403
    assert act(client, "delete_selected", person).status_code in (200, 302)
    assert Registration.objects.filter(pk=person.pk).exists()


def person_form(ticket_type, **fields):
    return {
        "ticket_type": ticket_type.pk,
        "given_name": "Ada",
        "family_name": "Lovelace",
        "email": "ada@example.org",
        "language": "fr",
        "country": "FR",
        "badge_name": "Ada Lovelace",
    } | fields


def test_a_person_added_at_the_desk_has_all_that_others_have(desk):
    ticket_type = make_ticket_type(approval="invitation", seats=1)

    response = desk.post(page("add"), person_form(ticket_type))

    person = Registration.objects.get()
    assert response.status_code == 302
    assert person.state == State.CONFIRMED
    assert (person.seats.count(), person.secrets.count()) == (1, 3)
    assert Quota.objects.get().taken == 1
    assert OutgoingMail.objects.get().to == "ada@example.org"


def test_nobody_is_added_to_a_full_quota_or_twice(desk):
    full = make_ticket_type(seats=0)
    known = make_registration(email="known@example.org")

    answers = [
        desk.post(page("add"), person_form(full)),
        desk.post(page("add"), person_form(known.ticket_type, email="KNOWN@example.org")),
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert Registration.objects.count() == 1


def test_a_quota_is_not_lowered_below_its_people():
    client = sign_in(["view_quota", "change_quota"])
    ticket_type = make_ticket_type(seats=3)
    for _ in range(2):
        make_registration(ticket_type=ticket_type)
    quota = Quota.objects.get()
    form = {"conference": quota.conference_id, "name_fr": "a", "name_en": "b", "session": ""}

    refused = client.post(page("change", quota.pk, model="quota"), form | {"size": "1"})
    taken = client.post(page("change", quota.pk, model="quota"), form | {"size": "2"})

    assert (refused.status_code, taken.status_code) == (200, 302)
    assert "2 seats are taken already" in refused.content.decode()
    assert Quota.objects.get().size == 2


def test_a_seat_taken_while_a_quota_is_lowered_is_explained(monkeypatch):
    client = sign_in(["view_quota", "change_quota"])
    make_registration(ticket_type=make_ticket_type(seats=3))
    quota = Quota.objects.get()
    form = {"conference": quota.conference_id, "name_fr": "a", "name_en": "b", "session": ""}
    monkeypatch.setattr(QuotaForm, "clean_size", lambda form: form.cleaned_data["size"])
    monkeypatch.setattr(Quota, "validate_constraints", lambda quota, exclude=None: None)

    address = page("change", quota.pk, model="quota")
    response = client.post(address, form | {"size": "0"}, follow=True)

    assert response.redirect_chain == [(address, 302)]
    assert "Nothing was saved" in response.content.decode()
    assert Quota.objects.get().size == 3


def ticket_type_form(ticket_type, *quotas, **fields):
    return {
        "conference": ticket_type.conference_id,
        "name_fr": "Autre",
        "name_en": "Other",
        "slug": ticket_type.slug,
        "position": "0",
        "approval": "automatic",
        "email_domains": "",
        "quotas": [quota.pk for quota in quotas],
        "badge_role_fr": "Participation",
        "badge_role_en": "Participant",
        "badge_colour": "#1a4f8b",
        "price": "0",
        "currency": "EUR",
        "vat_rate": "0",
    } | fields


@pytest.fixture
def three():
    """A ticket type with three people and no quota."""
    ticket_type = make_ticket_type()
    for _ in range(3):
        make_registration(ticket_type=ticket_type)
    return ticket_type


@pytest.fixture
def manager():
    return sign_in(["view_tickettype", "change_tickettype", "view_quota"])


@pytest.mark.parametrize("is_late", [False, True])
def test_a_quota_too_small_for_a_ticket_type_is_named(manager, three, monkeypatch, is_late):
    small = make_quota(conference=three.conference, size=2, name_en="Small hall")
    if is_late:
        monkeypatch.setattr(TicketTypeForm, "too_small", lambda form, chosen: [])
    address = page("change", three.pk, model="tickettype")

    response = manager.post(address, ticket_type_form(three, small), follow=True)

    text = response.content.decode()
    assert ("Nothing was saved" if is_late else "“Small hall” has 2 seats left") in text
    three.refresh_from_db()
    assert three.name_en == "Participant"
    assert not three.quotas.exists()


def test_a_quota_joins_and_leaves_a_ticket_type_with_its_seats(manager, three):
    hall = make_quota(conference=three.conference, size=3)
    address = page("change", three.pk, model="tickettype")

    assert manager.post(address, ticket_type_form(three, hall)).status_code == 302
    hall.refresh_from_db()
    assert hall.taken == 3
    assert manager.post(address, ticket_type_form(three, hall)).status_code == 302
    assert manager.post(address, ticket_type_form(three)).status_code == 302
    hall.refresh_from_db()
    assert hall.taken == 0


def test_a_ticket_type_stays_in_its_conference_with_its_quotas(manager, three):
    other = make_conference(slug="other")
    elsewhere = make_quota(conference=other, size=30)
    address = page("change", three.pk, model="tickettype")

    response = manager.post(address, ticket_type_form(three, elsewhere))
    moved = manager.post(address, ticket_type_form(three, conference=other.pk))

    assert (response.status_code, moved.status_code) == (200, 302)
    three.refresh_from_db()
    assert three.conference_id != other.pk
    assert not three.quotas.exists()


@pytest.mark.parametrize("model", ["registration", "tickettype", "quota"])
@pytest.mark.parametrize("name", ["changelist", "add"])
def test_every_page_of_the_desk_answers(model, name):
    client = Client()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    make_registration(ticket_type=make_ticket_type(seats=3))

    status = client.get(page(name, model=model)).status_code

    assert status == 200


# --- Badges ------------------------------------------------------------------------------------


@pytest.fixture
def _private(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }


@pytest.mark.usefixtures("_private")
@pytest.mark.parametrize("action", ["badges_folded", "badges_four"])
def test_badges_are_asked_for_watched_and_fetched(desk, action):
    person = make_registration()

    response = act(desk, action, person)

    sheet = Paper.objects.get()
    progress = paper_page("progress", sheet.pk)
    download = paper_page("download", sheet.pk)
    assert response["Location"] == progress
    waiting = desk.get(progress)
    assert 'http-equiv="refresh" content="2"' in waiting.content.decode()
    assert desk.get(download).status_code == 404
    paper_services.render(sheet.pk)
    ready = desk.get(progress)
    assert "refresh" not in ready.content.decode()
    assert download in ready.content.decode()
    file = desk.get(download)
    assert b"".join(file.streaming_content).startswith(b"%PDF-")
    assert "attachment" in file["Content-Disposition"]
    log = ExportLog.objects.get()
    assert (log.user, log.dataset, log.rows) == (sheet.requested_by, "badges", 1)
    assert log.purpose == sheet.title


@pytest.mark.usefixtures("_private")
def test_the_log_counts_the_badges_that_were_drawn(desk):
    ticket_type = make_ticket_type()
    people = [make_registration(ticket_type=ticket_type) for _ in range(3)]
    act(desk, "badges_four", *people)
    services.cancel(people[0])
    sheet = Paper.objects.get()
    paper_services.render(sheet.pk)

    file = desk.get(paper_page("download", sheet.pk))

    assert b"".join(file.streaming_content).startswith(b"%PDF-")
    assert ExportLog.objects.get().rows == 2


@pytest.mark.usefixtures("_private")
def test_a_sheet_of_people_who_all_cancelled_says_so_and_has_no_file(desk):
    person = make_registration()
    act(desk, "badges_folded", person)
    services.cancel(person)
    sheet = Paper.objects.get()
    paper_services.render(sheet.pk)

    told = desk.get(paper_page("progress", sheet.pk)).content.decode()
    listed = desk.get(paper_page("changelist")).content.decode()
    download = paper_page("download", sheet.pk)

    assert "nobody on this sheet is registered any more" in told
    assert download not in told + listed
    assert desk.get(download).status_code == 404
    assert not ExportLog.objects.exists()


@pytest.mark.usefixtures("_private")
def test_a_sheet_is_for_who_asked_for_it(desk):
    act(desk, "badges_folded", make_registration())
    sheet = Paper.objects.get()
    paper_services.render(sheet.pk)
    links = [paper_page(name, sheet.pk) for name in ("progress", "download")]

    for client in (sign_in(DESK), sign_in(["view_paper"]), Client()):
        for link in links:
            assert client.get(link).status_code in (302, 403, 404)

    assert not ExportLog.objects.exists()


def test_there_are_no_badges_for_people_who_do_not_come(desk):
    person = make_registration()
    services.cancel(person)

    response = act(desk, "badges_folded", person)

    assert response.status_code == 302
    assert not Paper.objects.exists()


@pytest.mark.usefixtures("_private")
def test_no_trace_of_a_sheet_lies_in_public(desk, settings):
    act(desk, "badges_folded", make_registration())
    sheet = Paper.objects.get()
    paper_services.render(sheet.pk)
    sheet.refresh_from_db()

    assert not str(storages["private"].path(sheet.file)).startswith(str(settings.MEDIA_ROOT))
    assert Client().get(f"/media/{sheet.file}").status_code == 404
