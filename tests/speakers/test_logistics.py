"""How speakers travel and what they eat is for the Speakers group alone, by every way."""

import csv
import io
from datetime import UTC, date, datetime

import pytest

from conference.mail.models import OutgoingMail
from conference.privacy.models import ExportLog
from speakers import logistics
from speakers.models import Logistics, Speaker
from tests.access import every_route, member_of, signed_in
from tests.factories import make_conference, make_session, make_speaker, make_user

pytestmark = pytest.mark.django_db
LIST = "/en/admin/speakers/logistics/"
CANARY = "Kanarienvogel"
TEXTS = [
    *("arrival_by", "departure_by", "hotel", "diet", "needs", "companion", "assistant_name"),
    *("assistant_phone", "phone", "equipment", "staff_note"),
]


@pytest.fixture
def plan():
    conference = make_conference(
        is_current=True, starts_on=date(2027, 2, 9), ends_on=date(2027, 2, 10)
    )
    make_session(conference=conference)
    speaker = make_speaker(
        conference=conference, state=Speaker.State.ACCEPTED, email="ada@example.org"
    )
    return Logistics.objects.create(
        speaker=speaker,
        arrives_at=datetime(2027, 2, 8, 23, 30, tzinfo=UTC),
        departs_at=datetime(2027, 2, 11, 8, tzinfo=UTC),
        nights_from=date(2027, 2, 8),
        nights_until=date(2027, 2, 11),
        assistant_email=f"{CANARY.lower()}@example.org",
        **dict.fromkeys(TEXTS, CANARY),
    )


OTHERS = ["Programme", "Press", "Registration desk"]


@pytest.mark.parametrize("group", OTHERS)
def test_no_page_of_another_group_tells_of_logistics(plan, group):
    """Lists, forms, histories, searches and autocompletion: whatever opens to them."""
    team = signed_in(member_of(group))
    chief = signed_in(make_user(is_staff=True, is_superuser=True))
    # A mail to the assistant, and a history of changes: both are tempting.
    form = {"action": "send_assistant_links", "_selected_action": [plan.speaker_id]}
    chief.post("/en/admin/speakers/speaker/", form)
    assert OutgoingMail.objects.filter(to=plan.assistant_email).exists()
    mail = OutgoingMail.objects.get()
    values = {
        "object_id": plan.speaker_id,
        "pk": plan.speaker_id,
        "app_label": "speakers",
        "url": "x",
        "conference": plan.speaker.conference.slug,
    }
    opened = 0
    for route in every_route():
        if route.name.startswith("admin:") and set(route.parameters) <= set(values):
            for object_id in (plan.speaker_id, plan.pk, mail.pk):
                address = route.address(**values | {"object_id": object_id, "pk": object_id})
                answer = team.get(address)
                opened += answer.status_code == 200
                assert CANARY.lower() not in answer.read.lower(), address
    assert opened > 3


@pytest.mark.parametrize(
    "query",
    [
        "logistics__diet=Kanarienvogel",
        "logistics__diet__startswith=K",
        "logistics__isnull=False",
        "logistics=1",
        "links__isnull=False",
        "consents__is_given=1",
        "e=1&logistics__needs__regex=K",
    ],
)
@pytest.mark.parametrize("group", ["Programme", "Press"])
def test_a_question_in_the_address_of_the_list_gets_no_answer(plan, group, query):
    team = signed_in(member_of(group))

    answer = team.get(f"/en/admin/speakers/speaker/?{query}")

    assert answer.status_code in (302, 400), query


@pytest.mark.parametrize("group", ["Programme", "Press"])
def test_search_and_order_of_the_list_say_nothing_of_logistics(plan, group):
    team = signed_in(member_of(group))

    assert "1 speaker" not in team.get(f"/en/admin/speakers/speaker/?q={CANARY}").read
    page = team.get("/en/admin/autocomplete/", {
        "term": CANARY,
        "app_label": "programme",
        "model_name": "participation",
        "field_name": "speaker",
    })  # fmt: skip
    assert CANARY not in page.read


@pytest.mark.parametrize("group", OTHERS)
@pytest.mark.parametrize("page", ["", "days/", "add/", "1/change/", "1/history/", "1/delete/"])
def test_the_pages_of_logistics_are_closed(plan, group, page):
    team = signed_in(member_of(group))

    assert team.get(LIST + page.replace("1", str(plan.pk))).status_code == 403


@pytest.mark.parametrize("group", OTHERS)
def test_nobody_else_exports(plan, group):
    form = {"action": "export_selection", "_selected_action": [plan.pk], "purpose": "x"}

    assert signed_in(member_of(group)).post(LIST, form).status_code == 403
    assert not ExportLog.objects.exists()


def test_the_speakers_group_reads_writes_and_filters(plan):
    team = signed_in(member_of("Speakers"))

    assert CANARY in team.get(LIST).read
    assert CANARY in team.get(f"{LIST}{plan.pk}/change/").read
    # It arrives at half past midnight on the ninth, in Paris.
    row = f"/logistics/{plan.pk}/change/"
    assert row in team.get(f"{LIST}?arrives=2027-02-09").read
    assert row not in team.get(f"{LIST}?arrives=2027-02-08").read
    assert row in team.get(f"{LIST}?night=2027-02-10").read
    assert row not in team.get(f"{LIST}?night=2027-02-11").read
    assert row in team.get(f"{LIST}?night=2027-99-99").read


def test_an_export_is_asked_what_for_and_logged(plan):
    team = signed_in(member_of("Speakers"))
    form = {"action": "export_selection", "_selected_action": [plan.pk]}

    asked = team.post(LIST, form)
    assert "What is this export for?" in asked.read
    assert not ExportLog.objects.exists()
    form |= {"format": "csv", "columns": ["family_name", "diet"], "purpose": "The kitchen"}
    sent = team.post(LIST, form)

    rows = list(csv.reader(io.StringIO(sent.read.lstrip("\ufeff"))))
    assert rows == [["Family name", "Diet"], [plan.speaker.family_name, CANARY]]
    log = ExportLog.objects.get()
    assert (log.dataset, log.rows, log.purpose) == ("speakers-logistics", 1, "The kitchen")
    assert CANARY not in str(log.question)


def test_days_tell_who_comes_and_leaves_and_how_many_sleep_where(plan):
    days = logistics.days([plan], plan.speaker.conference.zone)

    assert [(d.day.day, len(d.arrivals), len(d.departures), d.hotels[CANARY]) for d in days] == [
        (8, 0, 0, 1),
        (9, 1, 0, 1),
        (10, 0, 0, 1),
        (11, 0, 1, 0),
    ]
    page = signed_in(member_of("Speakers")).get(f"{LIST}days/").read
    assert "1 arrival" in page
    assert "00:30" in page or "12:30" in page


def test_a_slip_of_the_pen_makes_no_endless_list(plan):
    plan.nights_until = date(9999, 1, 1)

    assert len(logistics.days([plan], plan.speaker.conference.zone)) < 70
