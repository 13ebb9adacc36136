"""Words in the programme: in both languages, accents or not, and nothing that is not public."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from programme import search
from tests.factories import (
    make_conference,
    make_organisation,
    make_participation,
    make_release,
    make_session,
    make_slot,
    make_speaker,
    make_talk,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def conference():
    return make_conference()


def titles(conference, question, language="en"):
    """The English titles of what is found."""
    with translation.override(language):
        found = search.find(conference, question)
    slots = conference.releases.get(is_current=True).slots.filter(pk__in=found)
    return {slot.content["texts"]["title"]["en"] for slot in slots}


def release_of(conference, *sessions):
    """Each session an hour after the other, released."""
    for number, fields in enumerate(sessions):
        make_slot(
            session=make_session(conference=conference, **fields),
            starts_at=datetime(2027, 2, 4, 8, tzinfo=UTC) + timedelta(hours=number),
        )
    make_release(conference)


ENERGY = {
    "title_fr": "L’énergie des modèles",
    "title_en": "What models consume",
    "abstract_fr": "Une étude des centres de données à Évry.",
    "abstract_en": "A study of data centres.",
}
HEALTH = {
    "title_fr": "Santé et équité",
    "title_en": "Health and fairness",
    "abstract_fr": "Le diagnostic assisté.",
    "abstract_en": "Assisted diagnosis.",
}


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("énergie", {"What models consume"}),
        ("energie", {"What models consume"}),
        ("ÉNERGIE", {"What models consume"}),
        ("energies", {"What models consume"}),
        ("consuming", {"What models consume"}),
        ("evry", {"What models consume"}),
        ("sante", {"Health and fairness"}),
        ("fair", {"Health and fairness"}),
        ("diagno", {"Health and fairness"}),
        ("health diag", {"Health and fairness"}),
        ("health energy", set()),
        ("health or modèles", {"Health and fairness", "What models consume"}),
        ("models -health", {"What models consume"}),
        ('"data centres"', {"What models consume"}),
        ('"centres data"', set()),
        ("the of and", set()),
    ],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_words_are_found_in_both_languages_without_accents(conference, question, found, language):
    release_of(conference, ENERGY, HEALTH)

    assert titles(conference, question, language) == found


def test_speakers_and_organisations_are_found_by_name(conference):
    session = make_session(
        conference=conference,
        title_en="Brought",
        organisation=make_organisation(name_en="United Nations", name_fr="Nations unies"),
    )
    speaker = make_speaker(
        conference=conference, given_name="Asuman", family_name="Özdağlar", affiliation_en="MIT"
    )
    make_participation(session=session, speaker=speaker)
    make_slot(session=session)
    make_slot(session=make_session(conference=conference))
    make_release(conference)

    for question in ("ozdaglar", "Özda", "asuman ozd", "united nations", "nations unies", "mit"):
        assert titles(conference, question) == {"Brought"}, question


def test_a_name_and_a_word_of_the_text_are_found_together(conference):
    session = make_session(conference=conference, **HEALTH)
    make_participation(
        session=session, speaker=make_speaker(conference=conference, family_name="Durand")
    )
    make_slot(session=session)
    make_release(conference)

    assert titles(conference, "durand health") == {"Health and fairness"}


CANARY = "Zygomorphe"


def test_nothing_unpublished_is_found(client, conference):
    """Neither the draft, nor what was withdrawn, nor who is not published, nor other conferences."""
    shown = make_slot(session=make_session(conference=conference, title_en="Shown"))
    gone = make_slot(session=make_session(conference=conference, title_en=CANARY))
    make_participation(
        session=shown.session,
        speaker=make_speaker(conference=conference, family_name=CANARY, is_published=False),
    )
    make_release(conference)
    gone.delete()
    make_release(conference)
    make_talk(session=shown.session, title_en=CANARY, title_fr=CANARY)
    shown.session.abstract_en = CANARY
    shown.session.save()
    other = make_conference()
    release_of(other, {"title_en": CANARY})
    make_slot(session=make_session(conference=conference, title_en=CANARY))

    for language in ("fr", "en"):
        assert titles(conference, CANARY, language) == set()
        assert titles(conference, CANARY[:5], language) == set()
    assert titles(other, CANARY) == {CANARY}


HOSTILE = [
    "'",
    '"',
    '"""',
    "\\",
    "%_%",
    "a & b | !c <-> (d",
    "':*",
    "to_tsquery('x')",
    "-",
    "--",
    "or or or",
    "-or -and",
    ":*",
    "a:b*c",
    "<script>alert(1)</script>",
    "\ue000x\ue001",
    "%(question)s %s %d",
    "{title}",
    "ß ﬁ İ Ω",
    "\u202e\u200b",
    "مرحبا",
    "🙂",
    "\x01\x7f",
    "x" * 100,
    "é" * 100,
    "1=1; drop table",
]


@pytest.mark.parametrize("question", HOSTILE)
def test_no_question_breaks_the_page(client, conference, question):
    release_of(conference, ENERGY)

    for view in ("", "grid"):
        response = client.get(f"/en/{conference.slug}/schedule/", {"q": question, "view": view})
        assert response.status_code == 200
        assert "<script>alert" not in response.content.decode()


def test_a_question_too_long_is_explained(client, conference):
    release_of(conference, ENERGY)

    response = client.get(f"/en/{conference.slug}/schedule/", {"q": "a " * 5000})

    assert response.status_code == 200
    assert "field--error" in response.content.decode()
    assert "What models consume" in response.content.decode()


def test_a_question_that_no_database_holds_is_refused(client, conference):
    assert client.get(f"/en/{conference.slug}/schedule/?q=a%00b").status_code == 400


MARKUP = "<img src=x onerror=alert(1)> & <b>bold</b> \ue000mark\ue001"


def test_what_is_found_is_marked_and_everything_else_stays_text(client, conference):
    session = make_session(
        conference=conference,
        title_en=f"Models {MARKUP}",
        abstract_en=f"Large models. {MARKUP} </mark>",
    )
    make_slot(session=session)
    make_release(conference)

    content = client.get(f"/en/{conference.slug}/schedule/", {"q": "model"}).content.decode()

    assert "<mark>Models</mark> &lt;img src=x" in content
    assert "Large <mark>models</mark>" in content
    assert "<img src=x" not in content
    assert "<b>bold" not in content
    assert "<mark>mark" not in content
    assert len(re.findall("<mark>", content)) == len(re.findall("</mark>", content))


def test_names_are_marked_whatever_their_accents(client, conference):
    session = make_session(conference=conference)
    make_participation(
        session=session, speaker=make_speaker(conference=conference, family_name="Le Bœuf-Élie")
    )
    make_slot(session=session)
    make_release(conference)

    content = client.get(f"/en/{conference.slug}/schedule/", {"q": "elie"}).content.decode()

    assert "Bœuf-<mark>Élie</mark>" in content
