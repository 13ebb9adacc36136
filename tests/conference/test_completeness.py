"""Both languages of every text: what is missing, and what stayed behind."""

import pytest
from django.contrib.auth.models import Group
from django.test import RequestFactory

from conference import completeness
from conference.models import TextChange
from programme.models import Session
from tests.access import signed_in
from tests.factories import make_conference, make_session, make_talk, make_theme, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    user = make_user(is_staff=True)
    user.groups.add(Group.objects.get(name="Programme"))
    return user


@pytest.fixture
def request_of_editor(editor):
    request = RequestFactory().get("/")
    request.user = editor
    return request


def rewrite(row, **texts):
    type(row).objects.filter(pk=row.pk).update(**texts)


def leaders():
    return list(TextChange.objects.values_list("field", "language"))


def test_the_language_that_was_rewritten_alone_runs_ahead():
    session = make_session()

    rewrite(session, title_fr="Un autre titre")

    assert leaders() == [("title", "fr")]


def test_following_the_other_language_brings_a_text_in_line():
    session = make_session()
    rewrite(session, title_fr="Un autre titre")

    rewrite(session, title_en="Another title")

    assert leaders() == []


@pytest.mark.parametrize(
    "texts",
    [
        {"title_fr": "Un autre titre", "title_en": "Another title"},
        {"language": "fr"},
        {"subtitle_en": "Translated from nothing"},
        {"abstract_en": ""},
    ],
    ids=["both at once", "no text", "first written", "emptied"],
)
def test_nothing_runs_ahead(texts):
    session = make_session()

    rewrite(session, **texts)

    assert leaders() == []


def test_translating_what_was_missing_makes_nothing_older():
    session = make_session(abstract_en="")

    rewrite(session, abstract_en="At last")

    assert leaders() == []


def test_a_deleted_row_leaves_nothing_behind():
    session = make_session()
    rewrite(session, title_fr="Un autre titre")

    session.delete()

    assert leaders() == []


def test_gaps_tell_what_is_missing_and_what_is_older(request_of_editor):
    conference = make_conference()
    session = make_session(conference=conference, abstract_en="")
    talk = make_talk(session=session)
    rewrite(talk, title_en="Rewritten")
    make_theme(conference=conference)

    gaps = completeness.gaps(request_of_editor, conference)

    told = {(gap.row, gap.field, gap.language, gap.behind_since is None) for gap in gaps}
    assert told == {(session, "abstract", "en", True), (talk, "title", "fr", False)}
    edit = f"/programme/session/{session.pk}/change/"
    assert all(gap.url.endswith(edit) for gap in gaps)


def test_gaps_hold_neither_another_conference_nor_what_one_may_not_change(request_of_editor):
    here = make_conference()
    make_session(conference=make_conference(), abstract_en="")
    make_session(conference=here, abstract_fr="")
    request_of_editor.user = make_user(is_staff=True)

    assert completeness.gaps(request_of_editor, here) == []


@pytest.mark.parametrize("count", [2, 12])
def test_gaps_cost_the_same_whatever_their_number(
    request_of_editor, count, django_assert_max_num_queries
):
    conference = make_conference()
    for _ in range(count):
        session = make_session(conference=conference, abstract_en="")
        rewrite(make_talk(session=session), title_en="Rewritten")
    request_of_editor.user.get_all_permissions()
    models = completeness.models_of(request_of_editor)

    with django_assert_max_num_queries(len(models) + 1):
        assert len(completeness.gaps(request_of_editor, conference)) == 2 * count


def test_page_lists_filters_and_sets_in_line(editor):
    conference = make_conference()
    session = make_session(conference=conference, abstract_en="", title_fr="Une séance")
    rewrite(session, title_fr="Une séance récrite")
    client = signed_in(editor)

    page = client.get("/en/admin/texts/")
    assert "The French was rewritten on" in page.read
    assert page.context["chosen_count"] == 2
    missing = client.get("/en/admin/texts/?kind=missing&language=en&model=programme.session")
    assert missing.context["chosen_count"] == 1
    assert client.get("/en/admin/texts/?kind=missing&language=fr").context["chosen_count"] == 0
    assert client.get("/en/admin/texts/?kind=nonsense&page=99").context["chosen_count"] == 2

    keys = [
        f"programme.session:{session.pk}:title",
        "auth.user:1:name",
        "programme.session:x:title",
        f"programme.session:{session.pk}:{'9' * 400}",
        "",
    ]
    client.post("/en/admin/texts/", {"text": keys})

    assert leaders() == []
    assert client.get("/en/admin/texts/").context["chosen_count"] == 1


def test_nobody_sets_in_line_what_they_may_not_change(editor):
    session = make_session()
    rewrite(session, title_fr="Une séance récrite")
    press = make_user(is_staff=True)
    press.groups.add(Group.objects.get(name="Press"))

    signed_in(press).post("/en/admin/texts/", {"text": [f"programme.session:{session.pk}:title"]})

    assert leaders() == [("title", "fr")]


def test_whoever_may_change_no_text_has_no_such_page():
    make_conference()

    assert signed_in(make_user(is_staff=True)).get("/en/admin/texts/").status_code == 403


def test_every_translated_table_is_watched():
    for model in (Session, *completeness.translator.get_registered_models()):
        with completeness.connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_trigger WHERE tgname = 'note_text_change' "
                "AND tgrelid = %s::regclass",
                [model._meta.db_table],
            )
            assert cursor.fetchone() == (1,), model
