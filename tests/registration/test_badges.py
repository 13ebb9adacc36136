"""Badges: names fit, roles read in both languages, codes are scanned; sheets are made once."""

import io
from typing import Any

import pypdf
import pytest
from django.core.files.storage import storages

from conference import metrics, pdf, qr
from conference.papers import services as paper_services
from conference.theme import contrast
from registration import badges, papers, services
from registration.models import Registration, Secret
from tests.factories import make_conference, make_registration, make_ticket_type, make_user
from tests.registration.hostile import NAMES

pytestmark = pytest.mark.django_db
MM = 72 / 25.4


def people(count=3, **fields):
    ticket_type = make_ticket_type(badge_role_fr="Intervention", badge_role_en="Speaker")
    for number in range(count):
        make_registration(ticket_type=ticket_type, family_name=f"Lovelace {number}", **fields)
    return list(Registration.objects.for_badges().order_by("pk"))


def pages_of(content):
    return pypdf.PdfReader(io.BytesIO(content)).pages


@pytest.mark.parametrize("name", [*NAMES, "W" * 120, "x-" * 60, "王" * 120, "Ada " * 30, "é" * 120])
def test_every_name_fits_in_three_lines(name):
    registration = Registration(
        badge_name=name, given_name="", family_name="x", badge_organisation=name
    )

    face = badges.face_of(registration)

    assert 1 <= len(face.name) <= 3 or not badges.printable(name)
    assert len(face.organisation) <= 2
    for line in face.name:
        assert (
            metrics.width_of(line.text, metrics.SANS_BOLD) * line.size <= badges.TEXT_WIDTH + 0.01
        )
    for line in face.organisation:
        assert metrics.width_of(line.text, metrics.SANS) * line.size <= badges.TEXT_WIDTH + 0.01


def test_a_short_name_is_large_and_a_long_one_is_whole():
    short = badges.face_of(
        Registration(given_name="Ada", family_name="Byron", badge_name="Ada Byron")
    )
    long = "Marie-Charlotte Hildegonde de La Tour d’Auvergne-Lauraguais et Rochefoucauld"
    whole = badges.face_of(Registration(family_name="x", badge_name=long))

    assert [(line.text, line.size) for line in short.name] == [("Ada", 46), ("Byron", 30)]
    joined = " ".join(line.text for line in whole.name)
    assert joined.replace("- ", "-") == long


def test_what_turns_lines_around_is_not_printed():
    assert badges.printable("\u202eadA\u2066 x\u0000\u200d") == "adA x\u200d"


def test_a_folded_badge_has_the_same_front_and_back():
    page = pages_of(badges.render(people(1)))[0]

    assert (round(page.mediabox.width / MM), round(page.mediabox.height / MM)) == (210, 148)
    text = page.extract_text()
    for word in ("Lovelace 0", "Intervention", "Speaker"):
        assert text.count(word) == 2


def test_four_badges_lie_on_an_a4_page():
    pages = pages_of(badges.render(people(5), badges.Layout.A4_FOUR))

    assert len(pages) == 2
    assert (round(pages[0].mediabox.width / MM), round(pages[0].mediabox.height / MM)) == (210, 297)
    assert pages[0].extract_text().count("Speaker") == 4
    assert pages[1].extract_text().count("Speaker") == 1


def test_who_does_not_wish_to_be_photographed_is_marked():
    with_mark = pages_of(badges.render(people(1)))[0].extract_text()
    Registration.objects.update(allows_photographs=True)
    without = pages_of(badges.render(list(Registration.objects.for_badges())))[0].extract_text()

    # One line in each language, which nothing breaks.
    assert {"Pas de photographies", "No photographs"} <= set(map(str.strip, with_mark.split("\n")))
    assert "photographs" not in without


@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#ffd400", "#7a1f5c", "#808080"])
def test_the_role_is_readable_on_any_colour(colour):
    ground = badges.Ground(make_ticket_type(badge_colour=colour), "fr")

    assert contrast(ground.ink, colour) >= 4.5


def test_badge_and_ticket_carry_different_codes():
    registration = make_registration()

    assert badges.badge_tokens([registration])[registration.pk] != registration.secret(
        Secret.Purpose.TICKET
    )


def test_the_code_is_drawn_with_its_quiet_zone_at_twenty_millimetres_or_more():
    squares = qr.squares("x" * 32)
    modules = len(qr.code_of("x" * 32).matrix)

    assert squares.side == modules + 8
    assert 26 * modules / squares.side >= 20
    assert qr.code_of("x" * 32).error == "M"


def test_somebody_brought_in_without_a_secret_gets_one():
    registration = make_registration()
    registration.secrets.all().delete()

    first = badges.badge_tokens([registration])

    assert badges.badge_tokens([registration]) == first


@pytest.mark.parametrize("count", [1, 4])
def test_badges_cost_the_same_queries_however_many(django_assert_num_queries, count):
    people(count)

    with django_assert_num_queries(2):
        badges.render(list(Registration.objects.for_badges()))


# --- As papers ---------------------------------------------------------------------------------


@pytest.fixture
def _private(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }


def drawn(registrations):
    """The paper of badges of ``registrations``, asked for and drawn."""
    paper = papers.ask(
        conference=registrations[0].conference,
        registrations=registrations,
        layout=badges.Layout.A6_FOLDED,
        user=make_user(is_staff=True),
    )
    paper_services.render(paper.pk)
    paper.refresh_from_db()
    return paper


@pytest.mark.usefixtures("_private")
def test_the_worker_draws_a_sheet_and_counts_its_badges():
    paper = drawn(people(3))

    assert (paper.state, paper.done, paper.total) == ("done", 3, 3)
    with storages["private"].open(paper.file) as file:
        assert len(pages_of(file.read())) == 3


@pytest.mark.usefixtures("_private")
def test_who_cancelled_meanwhile_has_no_badge():
    found = people(2)
    services.cancel(found[0])

    assert drawn(found).done == 1


@pytest.mark.usefixtures("_private")
def test_a_sheet_of_nobody_has_no_file():
    found = people(1)
    services.cancel(found[0])

    paper = drawn(found)

    assert (paper.state, paper.done, paper.file) == ("done", 0, "")


def test_who_cancels_while_badges_are_drawn_gets_neither_badge_nor_code():
    found = people(2)
    services.cancel(found[0])

    content = badges.render(found)

    assert len(pages_of(content)) == 1
    assert not found[0].secrets.in_force().filter(purpose=Secret.Purpose.BADGE).exists()


@pytest.mark.usefixtures("_private")
def test_many_badges_are_several_files_in_one(monkeypatch):
    monkeypatch.setattr(papers, "IN_ONE_FILE", 2)

    paper = drawn(people(5))

    assert paper.file.endswith(".zip")
    assert paper.done == 5


# --- The door to PDF ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="file:///etc/passwd">',
        '<img src="http://169.254.169.254/">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<link rel="stylesheet" href="https://example.org/x.css">',
        '<style>@import "file:///etc/passwd"; body { background: url(http://127.0.0.1/x) }</style>',
        '<img src="static:///../../etc/passwd">',
        '<img src="static://evil.example/x.png">',
        '<object data="file:///etc/passwd"></object>',
        '<img src="data:image/svg+xml,<svg/>">',
        "<base href='http://127.0.0.1/'><img src='x.png'>",
    ],
)
def test_a_pdf_reaches_nothing_but_our_static_files(markup, monkeypatch):
    fetched = []
    original = pdf.StaticFetcher.fetch

    def fetch(self, url, headers=None):
        response = original(self, url, headers)
        fetched.append(url)
        return response

    monkeypatch.setattr(pdf.StaticFetcher, "fetch", fetch)

    content = pdf.pdf_of(f"<html lang=en><title>x</title><body><p>x</p>{markup}")

    assert fetched == []
    assert b"root:" not in content


def test_the_ticket_is_tagged_and_names_its_language():
    from registration import tickets

    registration = make_registration(
        language="fr", ticket_type=make_ticket_type(conference=make_conference())
    )

    reader = pypdf.PdfReader(io.BytesIO(tickets.pdf(registration)))

    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "fr"
    assert root["/MarkInfo"]["/Marked"]
    assert registration.code in str(reader.metadata)
    assert registration.code in reader.pages[0].extract_text()
