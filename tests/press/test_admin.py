"""The press officers' pages: who sees what, who takes what out, and what it costs."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
import vobject
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from conference.privacy.models import ExportLog
from press.exports import COLUMNS
from press.models import Affiliation, Journalist, MediaList, PressKitItem, PressRelease
from tests.factories import (
    make_beat,
    make_conference,
    make_journalist,
    make_media_list,
    make_outlet,
    make_press_contact,
    make_press_release,
    sign_in,
)
from tests.press.officers import OFFICER, make_staff

pytestmark = pytest.mark.django_db

PURPOSE = "Invitation to the press conference"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def export_url(media_list):
    return reverse("admin:press_medialist_export", args=[media_list.pk])


def asked(format="csv", purpose=PURPOSE, columns=("family_name", "email")):
    return {"format": format, "purpose": purpose, "columns": list(columns)}


def content_of(response):
    return b"".join(response.streaming_content)


def csv_of(response):
    return list(csv.reader(io.StringIO(content_of(response).decode("utf-8-sig"), newline="")))


def selection(*journalists, **fields):
    return {
        "action": "export_selection",
        "_selected_action": [one.pk for one in journalists],
    } | fields


# --- Who may -------------------------------------------------------------------------------------


def test_only_press_officers_export(officer):
    media_list = make_media_list()
    make_journalist()
    url = export_url(media_list)
    readers = [right for right in OFFICER if right != "export_journalist"]

    assert Client().get(url).status_code == 302
    assert Client().post(url, asked()).status_code == 302
    assert sign_in(Client(), make_staff()).post(url, asked()).status_code == 403
    assert sign_in(Client(), make_staff(*readers)).get(url).status_code == 403
    assert sign_in(Client(), make_staff(*readers)).post(url, asked()).status_code == 403
    assert sign_in(Client(), make_staff("export_journalist")).post(url, asked()).status_code == 403
    assert ExportLog.objects.count() == 0

    response = sign_in(Client(), officer).post(url, asked())
    assert response.status_code == 200
    content_of(response)
    assert ExportLog.objects.count() == 1


def test_the_action_is_not_there_without_the_right():
    journalist = make_journalist()
    reader = sign_in(Client(), make_staff("view_journalist"))
    url = reverse("admin:press_journalist_changelist")

    assert "export_selection" not in reader.get(url).content.decode()
    reader.post(url, selection(journalist, **asked()))
    assert ExportLog.objects.count() == 0


@pytest.mark.parametrize("is_shared", [True, False])
@pytest.mark.parametrize("verb", ["change", "delete", "history", "export"])
def test_a_private_list_of_somebody_else_is_not_there(office, is_shared, verb):
    media_list = make_media_list(is_shared=is_shared, name="Hers alone")
    url = reverse(f"admin:press_medialist_{verb}", args=[media_list.pk])

    response = office.get(url)

    expected = {"delete": 403}.get(verb, 200) if is_shared else 404
    assert response.status_code == expected
    listed = office.get(reverse("admin:press_medialist_changelist")).content.decode()
    assert ("Hers alone" in listed) is is_shared


def test_a_private_list_of_somebody_else_cannot_be_exported_by_post(office):
    media_list = make_media_list(is_shared=False)
    make_journalist()

    assert office.post(export_url(media_list), asked()).status_code == 404
    response = office.post(
        reverse("admin:press_medialist_changelist"),
        {"action": "export_list", "_selected_action": [media_list.pk], "index": 0},
    )
    assert "export" not in response["Location"]
    assert ExportLog.objects.count() == 0


def test_a_shared_list_is_changed_by_its_owner_only(office, officer):
    hers, his = make_media_list(name="Hers"), make_media_list(name="His", owner=officer)

    for media_list in (hers, his):
        url = reverse("admin:press_medialist_change", args=[media_list.pk])
        office.post(url, {"name": "Taken", "is_shared": "on"})

    assert set(MediaList.objects.values_list("name", flat=True)) == {"Hers", "Taken"}


def test_the_owner_is_who_makes_the_list_whatever_is_posted(office, officer):
    other = make_staff()
    url = reverse("admin:press_medialist_add")

    response = office.post(
        url,
        {"name": "Daily papers", "owner": other.pk, "kinds": ["daily"], "countries": ["FR", "DE"]},
    )

    assert response.status_code == 302
    media_list = MediaList.objects.get()
    assert (media_list.owner, media_list.is_shared, media_list.kinds) == (officer, False, ["daily"])
    assert [country.code for country in media_list.countries] == ["DE", "FR"]
    again = office.post(url, {"name": "Daily papers"})
    assert "You have a list of that name." in again.content.decode()


# --- The page in between --------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", ["", "   ", "x" * 301])
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "What is this export for?"), ("fr", "")],
)
def test_a_purpose_is_required_in_both_languages(office, purpose, language, words):
    make_journalist()
    with translation.override(language):
        url = export_url(make_media_list())

    response = office.post(url, asked(purpose=purpose))

    content = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{language}"' in content
    assert 'class="errornote" role="alert"' in content
    assert 'href="#id_purpose"' in content
    assert 'aria-invalid="true"' in content
    assert words in content
    assert ExportLog.objects.count() == 0


@pytest.mark.parametrize(
    "wrong", [{"format": "exe"}, {"columns": ["notes"]}, {"columns": []}, {"purpose": "a\x00b"}]
)
def test_only_what_is_offered_can_be_asked(office, wrong):
    make_journalist()

    response = office.post(export_url(make_media_list()), asked() | wrong)

    assert response.status_code in (200, 400)
    assert "Content-Disposition" not in response
    assert ExportLog.objects.count() == 0


def test_the_page_tells_how_many_go_and_who_stays(office):
    outlet = make_outlet(name="Le Soir")
    yesterday = timezone.localdate() - timedelta(days=1)
    make_journalist(family_name="Reachable", outlet=outlet, role="Reporter")
    make_journalist(family_name="Objected", objected_at=timezone.now())
    make_journalist(family_name="Overdue", source="directory", notice_due_on=yesterday)

    content = office.get(export_url(make_media_list())).content.decode()

    assert "2 journalists will be in the file." in content
    assert "1 journalist has objected and is left out." in content
    assert "1 journalist should have been told by now" in content
    assert "REACHABLE Ada" in content
    assert "OVERDUE Ada" in content
    assert "OBJECTED Ada" not in content
    assert "Le Soir" in content


def test_nobody_to_export_offers_no_form(office):
    make_journalist(objected_at=timezone.now())

    content = office.get(export_url(make_media_list())).content.decode()

    assert "Nobody is left to export." in content
    assert 'name="purpose"' not in content


# --- The file -------------------------------------------------------------------------------------


def test_an_exported_list_holds_who_answers_and_nobody_who_objected(office, officer):
    conference = make_conference(slug="ai-2027")
    beat = make_beat(slug="ai", name_en="AI")
    make_journalist(family_name="Ada", email="ada@example.org", beats=[beat])
    make_journalist(family_name="Bob", beats=[beat], objected_at=timezone.now())
    make_journalist(family_name="Cid")
    media_list = make_media_list(name="AI", beats=[beat])

    response = office.post(export_url(media_list), asked())

    assert csv_of(response) == [["Family name", "E-mail"], ["Ada", "ada@example.org"]]
    assert response["Content-Disposition"].startswith(
        f'attachment; filename="{conference.slug}-media-list-'
    )
    assert "no-store" in response["Cache-Control"]
    entry = ExportLog.objects.get()
    assert (entry.user, entry.rows, entry.purpose) == (officer, 1, PURPOSE)
    assert entry.columns == ["family_name", "email"]
    assert entry.question == {
        "list": media_list.pk,
        "name": "AI",
        "kinds": [],
        "countries": [],
        "languages": [],
        "beats": ["ai"],
        "outlets": [],
    }


def test_french_staff_get_french_headers_and_semicolons(office):
    make_journalist(family_name="Ada", email="ada@example.org")
    with translation.override("fr"):
        url = export_url(make_media_list())

    content = content_of(office.post(url, asked())).decode()

    assert content.startswith("\ufeff")
    assert "Ada;ada@example.org\r\n" in content


def test_xlsx_of_everything(office):
    journalist = make_journalist(
        family_name="=cmd|' /C calc'!A0",
        phone="+33 1 99 00 20 01",
        languages=["fr", "en"],
        outlet=make_outlet(name="@Le Soir", kind="radio"),
        role="-Reporter",
        beats=[make_beat(name_en="AI"), make_beat(name_en="Health")],
    )
    columns = [column.name for column in COLUMNS]
    response = office.post(export_url(make_media_list()), asked("xlsx", columns=columns))

    (sheet,) = openpyxl.load_workbook(io.BytesIO(content_of(response))).worksheets
    row = dict(zip(columns, sheet[2], strict=True))
    assert row["family_name"].value == "=cmd|' /C calc'!A0"
    assert row["family_name"].data_type == "s"
    assert row["phone"].value == "+33 1 99 00 20 01"
    assert row["outlet"].value == "@Le Soir"
    assert row["outlet_kind"].value == "Radio"
    assert row["languages"].value == "fr, en"
    assert row["beats"].value == "AI, Health"
    assert row["country"].value == "France"
    assert str(row["collected_on"].value)[:10] == str(journalist.collected_on)


def test_vcards(office):
    make_journalist(
        family_name="O’Hara; Smith", outlet=make_outlet(name="L’Écho, hebdo"), role="Cheffe"
    )

    response = office.post(export_url(make_media_list()), asked("vcard"))

    content = content_of(response).decode()
    (card,) = vobject.readComponents(content)
    assert "VERSION:4.0\r\n" in content
    assert card.n.value.family == "O’Hara; Smith"
    assert card.org.value == ["L’Écho, hebdo"]
    assert ExportLog.objects.get().columns[0] == "FN"


def test_a_selection_is_what_was_ticked(office):
    ada, bob = make_journalist(family_name="Ada"), make_journalist(family_name="Bob")
    make_journalist(family_name="Cid")
    url = reverse("admin:press_journalist_changelist")

    page = office.post(url, selection(ada, bob, index=0, select_across=0)).content.decode()
    response = office.post(url, selection(ada, bob, select_across=0, **asked()))

    assert "2 journalists will be in the file." in page
    assert page.count('name="_selected_action"') == 2
    assert [row[0] for row in csv_of(response)] == ["Family name", "Ada", "Bob"]
    assert ExportLog.objects.get().question == {"journalists": [ada.pk, bob.pk]}


def test_a_selection_of_all_that_a_filter_shows(office):
    ada = make_journalist(family_name="Ada", country="DE")
    make_journalist(family_name="Bob", country="DE")
    make_journalist(family_name="Cid")
    url = reverse("admin:press_journalist_changelist") + "?country=DE"

    response = office.post(url, selection(ada, select_across=1, **asked()))

    assert [row[0] for row in csv_of(response)] == ["Family name", "Ada", "Bob"]
    assert ExportLog.objects.get().question == {"filter": {"country": ["DE"]}}


def test_the_list_and_its_form_lead_to_the_page(office, officer):
    media_list = make_media_list(owner=officer)
    make_journalist()
    listed = office.post(
        reverse("admin:press_medialist_changelist"),
        {"action": "export_list", "_selected_action": [media_list.pk], "index": 0},
    )
    form = reverse("admin:press_medialist_change", args=[media_list.pk])
    opened = office.get(form).content.decode()

    assert listed["Location"] == export_url(media_list)
    assert "1 journalist" in opened
    assert "Export this list" in opened


@pytest.mark.parametrize("format", ["csv", "xlsx", "vcard"])
def test_an_export_costs_the_same_whatever_its_length(office, format, django_assert_num_queries):
    outlet, beat = make_outlet(), make_beat()
    make_journalist(outlet=outlet, beats=[beat])
    url = export_url(make_media_list(beats=[beat]))
    content_of(office.post(url, asked(format)))
    with CaptureQueriesContext(connection) as one:
        content_of(office.post(url, asked(format)))
    for _ in range(2):
        make_journalist(outlet=outlet, beats=[beat, make_beat()])

    with django_assert_num_queries(len(one)):
        content_of(office.post(url, asked(format)))


# --- Lists ----------------------------------------------------------------------------------------


def make_everything():
    conference = make_conference()
    beat, outlet = make_beat(), make_outlet()
    make_journalist(beats=[beat, make_beat()], outlet=outlet, languages=["fr", "en"])
    make_media_list(beats=[beat])
    make_press_contact(conference=conference)
    make_press_release(conference=conference)
    PressKitItem.objects.create(conference=conference, kind="logo", title_fr="L", title_en="L")


LISTS = [
    "outlet",
    "beat",
    "journalist",
    "medialist",
    "presscontact",
    "pressrelease",
    "presskititem",
]


@pytest.mark.parametrize("name", LISTS)
def test_no_list_costs_more_with_more_rows(office, name, django_assert_num_queries):
    url = reverse(f"admin:press_{name}_changelist")
    make_everything()
    office.get(url)
    with CaptureQueriesContext(connection) as one:
        office.get(url)
    make_everything()
    make_everything()

    with django_assert_num_queries(len(one)):
        assert office.get(url).status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=radio", ["Bob"]),
        ("country=DE", ["Bob"]),
        ("language=en", ["Ada"]),
        ("beat=climate", ["Ada"]),
        ("rights=objected", ["Cid"]),
        ("rights=reachable", ["Ada", "Bob"]),
        ("rights=overdue", ["Bob"]),
        ("rights=to-inform", ["Bob"]),
        ("q=gazette", ["Ada"]),
        ("q=bob", ["Bob"]),
        ("kind=daily&language=fr&beat=climate", ["Ada"]),
    ],
)
def test_journalists_are_narrowed_by_what_is_asked(office, query, found):
    yesterday = timezone.localdate() - timedelta(days=1)
    make_journalist(
        family_name="Ada",
        languages=["fr", "en"],
        beats=[make_beat(slug="climate"), make_beat()],
        outlet=make_outlet(kind="daily", name="Gazette"),
    )
    make_journalist(
        family_name="Bob",
        country="DE",
        languages=["de"],
        outlet=make_outlet(kind="radio"),
        source="directory",
        notice_due_on=yesterday,
    )
    make_journalist(family_name="Cid", languages=["fr"], objected_at=timezone.now())

    response = office.get(reverse("admin:press_journalist_changelist") + "?" + query)

    result = response.context["cl"].result_list
    assert [journalist.family_name for journalist in result] == found


def test_journalists_of_an_outlet(office):
    outlet = make_outlet()
    make_journalist(outlet=outlet)
    make_journalist(outlet=make_outlet())

    response = office.get(reverse("admin:press_journalist_changelist") + f"?outlet={outlet.pk}")

    assert response.context["cl"].result_count == 1


@pytest.mark.parametrize(
    "query",
    [
        "kind=none",
        "outlet=abc",
        "outlet=0",
        "outlet=9223372036854775808",
        "beat=%27;drop",
        "rights=1",
        "language=fr,en",
        "country=__all__",
        "_connector=OR",
        "family_name__regex=.*",
        "affiliations__journalist__notes__contains=x",
        "o=99.-99",
        "o=;",
    ],
)
def test_queries_that_are_not_offered_are_refused_without_harm(office, query):
    make_journalist(outlet=make_outlet(), beats=[make_beat()])

    response = office.get(reverse("admin:press_journalist_changelist") + "?" + query)

    assert response.status_code in (200, 302, 400)


def test_hostile_names_are_text_in_the_list_and_on_the_page(office):
    name = '<img src=x onerror="alert(1)">{{ 7*7 }}'
    journalist = make_journalist(family_name=name, outlet=make_outlet(name=name), role=name)
    make_media_list(name=name)

    pages = [
        office.get(reverse("admin:press_journalist_changelist")),
        office.get(reverse("admin:press_journalist_change", args=[journalist.pk])),
        office.get(export_url(MediaList.objects.get())),
        office.get(reverse("admin:press_medialist_change", args=[MediaList.objects.get().pk])),
    ]

    for page in pages:
        content = page.content.decode()
        assert page.status_code == 200
        assert "<img src=x" not in content.lower()


# --- Forms and actions ----------------------------------------------------------------------------


def journalist_form(**fields):
    return {
        "given_name": "Ada",
        "family_name": "Lovelace",
        "languages": "fr,en",
        "preferred_channel": "email",
        "source": "directory",
        "basis": "public_task",
        "collected_on": "2027-01-01",
        "affiliations-TOTAL_FORMS": 0,
        "affiliations-INITIAL_FORMS": 0,
    } | fields


def test_a_journalist_from_a_directory_is_to_be_told_within_a_month(office):
    office.post(reverse("admin:press_journalist_add"), journalist_form())

    assert str(Journalist.objects.get().notice_due_on) == "2027-01-31"


def test_states_cannot_be_typed(office):
    office.post(
        reverse("admin:press_journalist_add"),
        journalist_form(objected_at_0="2027-01-01", notice_sent_at_0="2027-01-01"),
    )

    journalist = Journalist.objects.get()
    assert (journalist.objected_at, journalist.notice_sent_at) == (None, None)


def test_languages_are_codes(office):
    response = office.post(
        reverse("admin:press_journalist_add"), journalist_form(languages="fr,<b>")
    )

    assert response.status_code == 200
    assert Journalist.objects.count() == 0


def test_the_current_outlet_changes_in_one_go(office):
    journalist = make_journalist(outlet=make_outlet(name="Old"))
    (old,) = journalist.affiliations.all()
    earlier = Affiliation.objects.create(
        journalist=journalist, outlet=make_outlet(), is_current=False
    )
    rows = {
        "affiliations-TOTAL_FORMS": 3,
        "affiliations-INITIAL_FORMS": 2,
        "affiliations-0-id": old.pk,
        "affiliations-0-outlet": old.outlet_id,
        "affiliations-1-id": earlier.pk,
        "affiliations-1-outlet": earlier.outlet_id,
        "affiliations-2-outlet": make_outlet(name="New").pk,
        "affiliations-2-is_current": "on",
    }
    url = reverse("admin:press_journalist_change", args=[journalist.pk])

    both = office.post(url, journalist_form(**rows | {"affiliations-0-is_current": "on"}))
    assert "One outlet at a time is the current one." in both.content.decode()
    assert office.post(url, journalist_form(**rows)).status_code == 302

    assert str(journalist.affiliations.get(is_current=True).outlet) == "New"
    assert journalist.affiliations.count() == 3


def test_the_current_outlet_goes_back_to_an_earlier_row(office):
    journalist = make_journalist()
    first = Affiliation.objects.create(
        journalist=journalist, outlet=make_outlet(), is_current=False
    )
    second = Affiliation.objects.create(journalist=journalist, outlet=make_outlet())
    rows = {
        "affiliations-TOTAL_FORMS": 2,
        "affiliations-INITIAL_FORMS": 2,
        "affiliations-0-id": first.pk,
        "affiliations-0-outlet": first.outlet_id,
        "affiliations-0-is_current": "on",
        "affiliations-1-id": second.pk,
        "affiliations-1-outlet": second.outlet_id,
    }
    url = reverse("admin:press_journalist_change", args=[journalist.pk])

    assert office.post(url, journalist_form(**rows)).status_code == 302
    assert journalist.affiliations.get(is_current=True) == first


def act(client, model, action, *objects):
    return client.post(
        reverse(f"admin:press_{model}_changelist"),
        {"action": action, "_selected_action": [one.pk for one in objects], "index": 0},
        follow=True,
    )


def test_informing_and_objecting_are_noted_once(office):
    journalist = make_journalist()

    act(office, "journalist", "note_informed", journalist)
    act(office, "journalist", "note_objection", journalist)
    journalist.refresh_from_db()
    noted = journalist.notice_sent_at, journalist.objected_at
    act(office, "journalist", "note_informed", journalist)
    act(office, "journalist", "note_objection", journalist)

    journalist.refresh_from_db()
    assert None not in noted
    assert (journalist.notice_sent_at, journalist.objected_at) == noted


def test_releases_are_published_and_withdrawn_by_actions(office):
    release = make_press_release(published_at=None)

    act(office, "pressrelease", "publish", release)
    assert list(PressRelease.objects.public()) == [release]
    act(office, "pressrelease", "withdraw", release)
    assert not PressRelease.objects.public().exists()


def test_a_release_without_text_is_refused_with_a_reason(office):
    release = make_press_release(published_at=None, body_fr=None, body_en=None)

    response = act(office, "pressrelease", "publish", release)

    assert "in one language at least" in response.content.decode()
    assert not PressRelease.objects.public().exists()


def test_nobody_writes_in_the_log_of_exports(office):
    root = make_staff()
    root.is_superuser = True
    root.save()
    client = sign_in(Client(), root)
    make_journalist()
    content_of(office.post(export_url(make_media_list()), asked()))
    entry = ExportLog.objects.get()

    assert client.get(reverse("admin:privacy_exportlog_changelist")).status_code == 200
    change = reverse("admin:privacy_exportlog_change", args=[entry.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"purpose": "Another"}).status_code == 403
    assert client.get(reverse("admin:privacy_exportlog_add")).status_code == 403
    delete = reverse("admin:privacy_exportlog_delete", args=[entry.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    assert ExportLog.objects.get().purpose == PURPOSE


def test_staff_read_a_file_of_the_kit_before_it_is_published(office):
    item = PressKitItem.objects.create(
        conference=make_conference(),
        kind="document",
        title_fr="D",
        title_en="D",
        file=SimpleUploadedFile("a.pdf", b"%PDF-1.7"),
    )

    page = office.get(reverse("admin:press_presskititem_change", args=[item.pk])).content.decode()
    address = reverse("admin:press_presskititem_file", args=[item.pk])

    assert f'href="{address}"' in page
    assert b"".join(office.get(address).streaming_content) == b"%PDF-1.7"
