"""The programme on paper: what is released and nothing else, on the pages that are named."""

import io
import itertools
import logging
import re
from datetime import UTC, date, datetime, timedelta

import pypdf
import pytest
from django.contrib.auth.models import Permission
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from conference.accounts import staff
from conference.models import PublicStamp
from conference.papers import services as papers
from conference.papers import tasks as paper_tasks
from conference.papers.models import Paper
from conference.privacy.models import ExportLog
from programme import released, tasks
from programme.models import Participation, Session, Slot
from programme.paper import booklet, doors, runsheet, site, tents, words
from speakers.models import Logistics, Speaker
from tests.factories import (
    make_conference,
    make_participation,
    make_release,
    make_room,
    make_session,
    make_slot,
    make_speaker,
    make_talk,
    make_theme,
    make_user,
)

pytestmark = pytest.mark.django_db
MM = 72 / 25.4
HOSTILE = (
    '</title></h2><img src="file:///etc/passwd"><script>alert(1)</script>&lt;b&gt; " \' {{ x }}'
)
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3


@pytest.fixture
def _private(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }


@pytest.fixture(autouse=True)
def _second_factor_shown(monkeypatch):
    monkeypatch.setattr(staff, "may_enter", lambda request: request.user.is_staff)


def make_programme(days=2, sessions=3, **fields):
    """A released programme, each session with a chair and a talk, in one room."""
    conference = make_conference(**fields)
    room = make_room(conference=conference, name_fr="Grande salle", name_en="Great hall")
    theme = make_theme(conference=conference, name_fr="Savoir", name_en="Knowledge")
    for day in range(days):
        for number in range(sessions):
            label = f"{day + 1}-{number + 1}"
            session = make_session(
                conference=conference,
                theme=theme,
                title_fr=f"Séance {label}",
                title_en=f"Session {label}",
                abstract_fr=f"Résumé {label}.",
                abstract_en=f"Abstract {label}.",
            )
            talk = make_talk(session=session, title_fr=f"Exposé {label}", title_en=f"Talk {label}")
            chair = person(conference, f"Présidente {label}")
            make_participation(session=session, speaker=chair, role="chair")
            make_participation(
                session=session, talk=talk, speaker=person(conference, f"Oratrice {label}")
            )
            first = 8 if sessions < 12 else 0
            starts_at = datetime(2027, 2, 4 + day, first + number, tzinfo=UTC)
            make_slot(session=session, room=room, starts_at=starts_at)
    make_release(conference)
    return conference


def person(conference, name, **fields):
    return make_speaker(conference=conference, given_name="Ada", family_name=name, **fields)


def read(content):
    return pypdf.PdfReader(io.BytesIO(content))


def pages_of(content):
    """The text of each page, blanks made one space."""
    return [" ".join(page.extract_text().split()) for page in read(content).pages]


def text_of(content):
    return " ".join(pages_of(content))


def size_of(page):
    return round(page.mediabox.width / MM), round(page.mediabox.height / MM)


def tags_of(content):
    """The structure elements in reading order."""
    found = []

    def walk(element):
        element = element.get_object()
        if isinstance(element, pypdf.generic.ArrayObject):
            for kid in element:
                walk(kid)
        elif isinstance(element, pypdf.generic.DictionaryObject) and "/S" in element:
            found.append(element["/S"])
            if "/K" in element:
                walk(element["/K"])

    walk(read(content).trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found


def starts_of(page):
    """How far from the left edge each piece of text begins."""
    found = []

    def visit(text, cm, tm, font, size):
        if text.strip():
            found.append(tm[4] * cm[0] + tm[5] * cm[2] + cm[4])

    page.extract_text(visitor_text=visit)
    return found


def book(conference, **choices):
    return booklet.render(conference, **choices)


# --- The booklet -------------------------------------------------------------------------------


def test_the_booklet_holds_what_is_released_and_nothing_of_the_draft():
    conference = make_programme(sessions=1)
    Session.objects.update(
        title_fr="Brouillon", title_en="Draft", abstract_fr="Secret de brouillon"
    )
    later = make_session(conference=conference, title_fr="Plus tard", title_en="Later")
    make_participation(session=later, speaker=person(conference, "Inconnue"))
    make_slot(session=later, starts_at=datetime(2027, 2, 4, 15, tzinfo=UTC))
    hidden = Speaker.objects.get(family_name="Oratrice 1-1")
    hidden.is_published = False
    hidden.save()
    Logistics.objects.create(speaker=hidden, phone="+33 6 39 98 77 66")

    text = text_of(book(conference, abstracts="full"))

    for word in ("Séance 1-1", "Session 2-1", "Exposé 1-1", "Résumé 2-1.", "Présidente 1-1"):
        assert word in text
    for word in ("Brouillon", "Draft", "brouillon", "Plus tard", "Later", "Inconnue", "39 98"):
        assert word not in text
    assert "Oratrice 1-1" not in text


def test_without_a_release_there_is_no_booklet():
    conference = make_conference()
    make_slot(session=make_session(conference=conference))

    with pytest.raises(booklet.NothingReleased):
        book(conference)


@pytest.mark.parametrize("language", ["fr", "en", "both"])
def test_the_booklet_speaks_the_languages_chosen(language):
    content = book(make_programme(days=1, sessions=1), language=language)

    text = text_of(content)
    assert ("Séance 1-1" in text, "Session 1-1" in text) == (language != "en", language != "fr")
    assert ("Société savante" in text) == (language != "en")
    root = read(content).trailer["/Root"]
    assert root["/Lang"] == ("en" if language == "en" else "fr")


@pytest.mark.parametrize(
    ("abstracts", "is_there", "is_whole"),
    [("none", False, False), ("short", True, False), ("full", True, True)],
)
def test_abstracts_are_printed_as_staff_choose(abstracts, is_there, is_whole):
    conference = make_programme(days=1, sessions=1)
    Session.objects.update(abstract_en="First sentence. " + "Many words. " * 60 + "The last one.")
    make_release(conference)

    text = text_of(book(conference, language="en", abstracts=abstracts))

    assert ("First sentence." in text, "The last one." in text) == (is_there, is_whole)


def test_contents_and_index_name_the_pages_where_things_stand():
    conference = make_programme(days=2, sessions=9)
    content = book(conference, language="en", abstracts="full")
    pages = pages_of(content)

    contents = next(page for page in pages if "Contents" in page)
    index = pages[-1]
    for day, number in ((1, 1), (1, 9), (2, 1), (2, 9)):
        label = f"{day}-{number}"
        # The contents name its page: its title stands there, with the time before it.
        found = int(re.search(rf"Session {label}\d\d:\d\d (\d+)", contents)[1])
        assert f"Talk {label}" in pages[found - 1]
        biography, session = re.search(rf"Oratrice {label}, Ada (\d+), (\d+)", index).groups()
        assert f"Ada Oratrice {label} Learned society" in pages[int(biography) - 1]
        assert int(session) == found
    day_page = int(re.search(r"Friday 5 February 2027 (\d+)", contents)[1])
    assert pages[day_page - 1].startswith("Friday 5 February 2027")


def test_every_page_but_the_cover_has_its_own_number():
    content = book(make_programme(days=2, sessions=6), language="en", abstracts="full")

    for number, page in enumerate(read(content).pages, start=1):
        lines = page.extract_text().split("\n")
        assert (str(number) in (lines[0].strip(), lines[-1].strip())) == (number > 1), lines


def test_running_heads_name_the_day_but_not_under_its_title():
    pages = pages_of(book(make_programme(days=1, sessions=9), language="en", abstracts="full"))

    (first, *following) = [page for page in pages if "Thursday 4 February 2027" in page][-3:]
    assert following
    assert all(page.count("Thursday 4 February 2027") == 1 for page in [first, *following])


def test_a_large_programme_names_great_moments_alone_in_its_contents(monkeypatch):
    monkeypatch.setattr(booklet, "MOST_IN_CONTENTS", 2)
    conference = make_programme(days=1, sessions=3)
    Session.objects.filter(title_en="Session 1-2").update(kind="plenary")
    make_release(conference)

    contents = next(
        page for page in pages_of(book(conference, language="en")) if "Contents" in page
    )

    assert "Session 1-2" in contents
    assert "Session 1-1" not in contents


def test_the_booklet_is_tagged_and_its_headings_follow_one_another():
    content = book(make_programme(days=1, sessions=2))

    reader = read(content)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Conférence"
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    levels = [int(tag[2]) for tag in tags_of(content) if re.fullmatch(r"/H[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert {size_of(page) for page in reader.pages} == {(148, 210)}
    outline = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert outline == [
        "Conférence · Conference",
        "jeudi 4 février 2027 · Thursday 4 February 2027",
        *outline[2:],
    ]
    parents = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    assert parents[::2] == sorted(set(parents[::2]))
    assert {page["/StructParents"] for page in reader.pages} <= set(parents[::2])


def test_people_are_laid_out_in_portions_as_if_they_were_not(monkeypatch):
    conference = make_programme(days=2, sessions=8)
    whole = book(conference, language="en")

    monkeypatch.setattr(booklet, "AT_ONCE", 10)
    in_portions = book(conference, language="en")

    assert pages_of(in_portions) == pages_of(whole)


def test_every_page_is_joined_to_the_tags_of_its_own_text():
    """A piece of tagged content is named by the structure element whose page it is on."""
    reader = read(book(make_programme(days=1, sessions=2)))
    parents = reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    by_key = dict(zip(parents[::2], parents[1::2], strict=True))

    for page in reader.pages:
        owners = by_key[page["/StructParents"]].get_object()
        assert owners
        assert {owner.get_object().raw_get("/Pg") for owner in owners} == {page.indirect_reference}


def test_links_lead_from_the_contents_into_other_parts():
    reader = read(book(make_programme(days=1, sessions=1), language="en"))
    destinations = reader.named_destinations

    links = {
        annotation.get_object()["/Dest"]
        for page in reader.pages
        for annotation in page.get("/Annots", [])
        if "/Dest" in annotation.get_object()
    }
    code = Session.objects.get().code
    assert f"session-{code}" in links
    target = destinations[f"session-{code}"]
    text = reader.pages[reader.get_destination_page_number(target)].extract_text()
    assert "Talk 1-1" in text


def test_hostile_and_endless_texts_are_inert_and_stay_on_their_page(caplog):
    conference = make_programme(days=1, sessions=1, name_fr=HOSTILE, name_en=HOSTILE)
    Session.objects.update(title_fr=HOSTILE, title_en=LONG[:250], abstract_en=HOSTILE * 20)
    Speaker.objects.update(affiliation_fr=HOSTILE, biography_fr=LONG * 9)
    make_release(conference)

    with caplog.at_level(logging.WARNING, "weasyprint"):
        content = book(conference, abstracts="full")

    assert b"root:" not in content
    assert "<script>alert(1)</script>" in text_of(content)
    for page in read(content).pages:
        assert all(0 <= left < page.mediabox.width for left in starts_of(page))


def test_who_has_no_portrait_is_a_tile_and_a_lost_file_breaks_nothing():
    conference = make_programme(days=1, sessions=1)
    Speaker.objects.filter(family_name="Oratrice 1-1").update(portrait="portraits/lost.jpg")

    assert "Ada Oratrice 1-1" in text_of(book(conference))


def test_a_programme_of_breaks_has_neither_speakers_nor_index():
    conference = make_conference()
    make_slot(session=make_session(conference=conference, kind="break", title_en="Coffee"))
    make_release(conference)

    text = text_of(book(conference, language="en"))

    assert "Coffee" in text
    assert "Index of speakers" not in text


@pytest.mark.parametrize("count", [1, 4])
def test_the_booklet_costs_the_same_queries_however_long(django_assert_max_num_queries, count):
    conference = make_programme(days=1, sessions=count)

    with django_assert_max_num_queries(9):
        book(conference)


def test_a_shortened_text_ends_with_a_sentence_or_says_that_it_goes_on():
    assert words.shortened("One. Two and more. Three.", 20) == "<p>One. Two and more.</p>"
    assert words.shortened("One two three four", 9) == "<p>One two…</p>"
    assert words.shortened("**R&D** <b>", 40) == "<p>R&amp;D &lt;b&gt;</p>"


def test_names_are_sorted_as_an_index_sorts_them():
    people = [
        Speaker(family_name=name) for name in ("Zola", "Étienne", "d’Alembert", "Éa", "de Vries")
    ]

    ordered = sorted(people, key=lambda one: booklet.name_order(one)[:2])

    assert [one.family_name for one in ordered] == [
        "d’Alembert",
        "de Vries",
        "Éa",
        "Étienne",
        "Zola",
    ]


# --- Door sheets and name tents ----------------------------------------------------------------


def test_there_is_a_door_sheet_for_each_room_and_day():
    conference = make_programme(days=2, sessions=2)
    other = make_session(conference=conference, title_en="Elsewhere", is_recorded=False)
    make_slot(
        session=other,
        room=make_room(conference=conference, name_en="Small room", position=9),
        starts_at=datetime(2027, 2, 5, 9, tzinfo=UTC),
    )
    make_release(conference)

    content = doors.render(conference, released.slots(conference), language="both")

    reader, pages = read(content), pages_of(content)
    assert [size_of(page) for page in reader.pages] == [(297, 420)] * 3
    assert all(word in pages[0] for word in ("Grande salle", "Great hall", "4 février", "09:00"))
    assert "Présidente 1-1" in pages[0]
    assert "Session 2-1" in pages[1] and "Session 1-1" not in pages[1]
    assert "Elsewhere" in pages[2]
    marked = ["Please do not record" in page for page in pages]
    assert marked == [False, False, True]
    assert "/H1" in tags_of(content)


def test_a_full_day_goes_on_on_a_second_sheet_with_the_room_at_its_head():
    conference = make_programme(days=1, sessions=15)

    pages = pages_of(doors.render(conference, released.slots(conference), language="both"))

    assert len(pages) > 1
    assert all("Grande salle" in page for page in pages)
    assert "Session 1-15" in pages[-1]


@pytest.mark.parametrize(
    "name", ["X", "Grand amphithéâtre de la Sorbonne", "W" * 120, HOSTILE[:120]]
)
def test_the_name_of_a_room_fits(name):
    conference = make_conference()
    make_slot(
        session=make_session(conference=conference),
        room=make_room(conference=conference, name_fr=name, name_en=name),
    )
    make_release(conference)

    content = doors.render(conference, released.slots(conference), language="both")

    assert len(read(content).pages) == 1


def test_a_name_tent_has_the_name_on_both_faces_each_the_right_way_up_when_folded():
    conference = make_programme(days=1, sessions=1)
    content = tents.render(
        conference, booklet.people_of(released.slots(conference)), language="both"
    )

    reader = read(content)
    assert [size_of(page) for page in reader.pages] == [(297, 210)] * 2
    upright = []

    def visit(text, cm, tm, font, size):
        if "Oratrice" in text:
            upright.append(tm[0] * cm[0] + tm[1] * cm[2] > 0)

    reader.pages[0].extract_text(visitor_text=visit)
    assert sorted(upright) == [False, True]
    text = pages_of(content)[0]
    assert text.count("Ada Oratrice 1-1") == 2
    assert text.count("Société savante") == text.count("Learned society") == 2


@pytest.mark.parametrize("name", ["王", "W" * 100, "Marie-Charlotte Hildegonde de La Tour " * 2])
def test_every_name_fits_on_its_tent(name):
    tent = tents.tent_of(Speaker(given_name="Ada", family_name=name[:100]))

    assert 1 <= len(tent.lines) <= 2
    assert len(read(tents.render(make_conference(), [], language="fr")).pages) <= 1


# --- The run sheet -----------------------------------------------------------------------------


def run_sheet(conference, day=date(2027, 2, 4)):
    found = runsheet.day_of(released.slots(conference), conference, day)
    return runsheet.render(
        found,
        conference,
        language="en",
        user=make_user(given_name="Grace", family_name="Hopper"),
        now=datetime(2027, 2, 3, 17, 30, tzinfo=UTC),
    )


def test_the_run_sheet_tells_who_comes_when_and_what_is_to_prepare():
    conference = make_programme(days=2, sessions=1)
    speaker = Speaker.objects.get(family_name="Oratrice 1-1")
    Speaker.objects.filter(pk=speaker.pk).update(state="invited", is_published=False)
    Logistics.objects.create(
        speaker=speaker,
        phone="+33 6 39 98 77 66",
        arrives_at=datetime(2027, 2, 3, 20, 15, tzinfo=UTC),
        arrival_by="TGV 8512",
        departs_at=datetime(2027, 2, 5, 8, tzinfo=UTC),
        equipment="A lectern",
        needs="Step-free stage",
        diet="Vegan",
        staff_note="Difficult",
        assistant_phone="+33 1 99 00 10 02",
    )

    content, count = run_sheet(conference)

    text = text_of(content)
    for words_ in (
        "Confidential",
        "Printed for Grace Hopper",
        "18:30",
        "09:00–10:00",
        "Chair Ada Présidente 1-1",
        "Oratrice 1-1 Invited",
        "+33 6 39 98 77 66",
        "3 February, 21:15",
        "TGV 8512",
        "A lectern",
        "free stage",
        "+33 1 99 00 10 02",
    ):
        assert words_ in text, words_
    assert count == 2
    for secret in ("Vegan", "Difficult", "2-1"):
        assert secret not in text


def test_every_page_of_the_run_sheet_says_that_it_is_confidential_and_whose_it_is():
    content, _count = run_sheet(make_programme(days=1, sessions=20))

    pages = pages_of(content)
    assert len(pages) > 2
    assert all("Confidential" in page and "Grace Hopper" in page for page in pages)


# --- Asked for by staff ------------------------------------------------------------------------

RIGHTS = {
    "Programme": ["view_paper", "view_release", "view_session", "view_speaker"],
    "Speakers": ["view_paper", "view_session", "view_logistics"],
}


def sign_in(group):
    user = make_user(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=RIGHTS[group]))
    client = Client()
    client.force_login(user)
    return client


def page(name, *arguments):
    with translation.override("en"):
        return reverse(f"admin:papers_paper_{name}", args=arguments)


CHOICES = {
    "programme.booklet": {"language": "en", "abstracts": "short", "people": "on"},
    "programme.door_sheets": {"language": "both", "day": "2027-02-04", "room": ""},
    "programme.name_tents": {"language": "fr", "day": ""},
    "programme.run_sheet": {"day": "2027-02-04"},
}


@pytest.mark.usefixtures("_private")
@pytest.mark.parametrize(
    ("group", "kind"),
    [
        ("Programme", "programme.booklet"),
        ("Programme", "programme.door_sheets"),
        ("Programme", "programme.name_tents"),
        ("Speakers", "programme.run_sheet"),
    ],
)
def test_each_kind_is_asked_for_drawn_and_fetched(group, kind):
    make_programme(days=2, sessions=1)
    client = sign_in(group)
    prefix = kind.replace(".", "-")
    data = {f"{prefix}-{name}": value for name, value in CHOICES[kind].items()}

    answer = client.post(page("ask"), {"kind": kind, **data})

    paper = Paper.objects.get()
    assert answer["Location"] == page("progress", paper.pk), answer.content.decode()[:5000]
    papers.render(paper.pk)
    paper.refresh_from_db()
    assert (paper.state, paper.error) == ("done", "")
    content = b"".join(client.get(page("download", paper.pk)).streaming_content)
    text = text_of(content)
    assert "Oratrice 1-1" in text or "Présidente 1-1" in text
    assert ("2-1" in text) == (kind not in ("programme.door_sheets", "programme.run_sheet"))
    assert ExportLog.objects.count() == (kind == "programme.run_sheet")


@pytest.mark.parametrize(
    ("group", "kinds"),
    [
        ("Programme", ["Programme booklet", "Door sheets", "Name tents"]),
        ("Speakers", ["Run sheet"]),
    ],
)
def test_each_group_is_offered_what_it_may_have(group, kinds):
    make_programme(days=1, sessions=1)

    html = sign_in(group).get(page("ask")).content.decode()

    assert re.findall(r'<h2 id="kind-\d+">([^<]+)</h2>', html) == kinds


def test_the_programme_group_does_not_get_at_logistics_by_a_run_sheet():
    make_programme(days=1, sessions=1)
    client = sign_in("Programme")

    client.post(
        page("ask"), {"kind": "programme.run_sheet", "programme-run_sheet-day": "2027-02-04"}
    )

    assert not Paper.objects.exists()


@pytest.mark.usefixtures("_private")
@pytest.mark.parametrize("kind", CHOICES)
def test_without_a_release_there_is_nothing_to_print(kind):
    conference = make_conference()
    arguments = {"language": "fr", "day": ""}
    if kind == "programme.booklet":
        arguments = {"language": "fr", "abstracts": "none", "people": True}
    paper = papers.ask(
        kind, conference=conference, title="x", arguments=arguments, user=make_user(is_staff=True)
    )

    papers.render(paper.pk)

    paper.refresh_from_db()
    assert (paper.state, paper.file, paper.error) == ("done", "", "")


# --- On the site -------------------------------------------------------------------------------


def address(conference, language="en"):
    with translation.override(language):
        return reverse("programme:booklet", args=[conference.slug])


def draw_all():
    for paper in Paper.objects.filter(state="queued"):
        papers.render(paper.pk)


@pytest.fixture
def _calm(monkeypatch):
    monkeypatch.setattr(site, "QUIET", timedelta(minutes=-1))


@pytest.mark.usefixtures("_private", "_calm")
def test_the_booklet_of_the_release_is_made_once_for_each_language_and_open_to_all():
    conference = make_programme(days=1, sessions=1)
    assert Client().get(address(conference)).status_code == 404

    assert (tasks.make_booklets(), tasks.make_booklets()) == (2, 0)
    assert Client().get(address(conference)).status_code == 404
    draw_all()

    for language, there, elsewhere in (("en", "Session", "Séance"), ("fr", "Séance", "Session")):
        answer = Client().get(address(conference, language))
        text = text_of(b"".join(answer.streaming_content))
        assert f"{there} 1-1" in text and f"{elsewhere} 1-1" not in text
        assert answer["Content-Type"] == "application/pdf"
        assert "public" in answer["Cache-Control"] and not answer.cookies
        again = Client().get(
            address(conference, language), headers={"If-None-Match": answer["ETag"]}
        )
        assert again.status_code == 304


@pytest.mark.usefixtures("_private", "_calm")
def test_a_new_release_and_a_person_who_is_gone_make_the_old_booklet_disappear():
    conference = make_programme(days=1, sessions=1)
    tasks.make_booklets()
    draw_all()
    first = Paper.objects.filter(state="done").values_list("file", flat=True)[0]

    Speaker.objects.filter(family_name="Oratrice 1-1").update(is_published=False)
    assert Client().get(address(conference)).status_code == 404
    tasks.make_booklets()
    draw_all()
    answer = Client().get(address(conference))
    assert "Oratrice" not in text_of(b"".join(answer.streaming_content))

    Session.objects.update(title_en="Another title")
    make_release(conference)
    assert Client().get(address(conference)).status_code == 404
    paper_tasks.tidy()
    assert not Paper.objects.exists()
    assert not storages["private"].exists(first)


def test_another_name_or_picture_asks_for_another_booklet():
    """Who takes a portrait away, or another name, is not shown as before until the next release."""
    speaker = make_speaker(portrait="portraits/a-800.jpg", given_name="Ada")
    known = {site.people_of(speaker.conference)}

    for change in ({"given_name": "Grace"}, {"portrait": ""}, {"is_published": False}):
        Speaker.objects.filter(pk=speaker.pk).update(**change)
        known.add(site.people_of(speaker.conference))

    assert len(known) == 4


@pytest.mark.usefixtures("_calm")
def test_a_publication_that_was_overtaken_is_not_drawn():
    conference = make_programme(days=1, sessions=1)
    tasks.make_booklets()
    Session.objects.update(title_en="Another title")
    make_release(conference)

    draw_all()

    assert set(Paper.objects.values_list("state", "file")) == {("done", "")}


@pytest.mark.usefixtures("_private", "_calm")
def test_the_programme_links_to_the_booklet_once_it_is_there():
    conference = make_programme(days=1, sessions=1)
    with translation.override("en"):
        schedule = reverse("programme:schedule", args=[conference.slug])
    before = PublicStamp.objects.get().value
    tasks.make_booklets()
    assert address(conference) not in Client().get(schedule).content.decode()
    assert PublicStamp.objects.get().value == before

    draw_all()

    assert address(conference) in Client().get(schedule).content.decode()
    assert PublicStamp.objects.get().value > before


def test_booklets_wait_until_nothing_was_published_for_a_moment():
    conference = make_programme(days=1, sessions=1)
    assert conference.releases.get().published_at > timezone.now() - site.QUIET

    assert tasks.make_booklets() == 0


@pytest.mark.usefixtures("_private", "_calm")
def test_booklets_of_the_current_release_outlive_the_day():
    make_programme(days=1, sessions=1)
    tasks.make_booklets()
    draw_all()
    Paper.objects.update(created_at=timezone.now() - timedelta(days=9))

    paper_tasks.tidy()

    assert Paper.objects.filter(state="done").count() == 2


@pytest.mark.usefixtures("_private", "_calm")
def test_nothing_of_an_unpublished_edition_is_fetched():
    conference = make_programme(days=1, sessions=1, is_published=False)

    assert tasks.make_booklets() == 0
    assert Client().get(address(conference)).status_code == 404


def test_a_withdrawn_session_is_on_no_sheet():
    conference = make_programme(days=1, sessions=2)
    Slot.objects.draft().filter(session__title_en="Session 1-2").delete()
    make_release(conference)
    slots = released.slots(conference)

    assert "Session 1-2" not in text_of(book(conference))
    assert "Session 1-2" not in text_of(doors.render(conference, slots, language="en"))
    gone = Participation.objects.filter(session__title_en="Session 1-2").values_list(
        "speaker", flat=True
    )
    assert not {one.pk for one in booklet.people_of(slots)} & set(gone)
