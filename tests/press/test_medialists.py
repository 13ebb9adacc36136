"""The question of a media list: every criterion, and one value of each."""

import pytest
from django.utils import timezone

from press.medialists import journalists_of, matching
from press.models import Affiliation
from tests.factories import make_beat, make_journalist, make_media_list, make_outlet

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    """Four journalists who differ in one thing each."""
    health, climate = make_beat(slug="health"), make_beat(slug="climate")
    daily, radio = make_outlet(kind="daily"), make_outlet(kind="radio", country="DE")
    return {
        "health": health,
        "climate": climate,
        "daily": daily,
        "radio": radio,
        "ada": make_journalist(
            family_name="Ada", outlet=daily, beats=[health, climate], languages=["fr", "en"]
        ),
        "bob": make_journalist(
            family_name="Bob", outlet=radio, beats=[health], languages=["de"], country="DE"
        ),
        "cid": make_journalist(family_name="Cid", languages=["en"], country="BE"),
    }


def names(media_list):
    return [journalist.family_name for journalist in journalists_of(media_list)]


def test_an_empty_list_asks_for_everyone(people):
    assert names(make_media_list()) == ["Ada", "Bob", "Cid"]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ({"kinds": ["daily"]}, ["Ada"]),
        ({"kinds": ["daily", "radio"]}, ["Ada", "Bob"]),
        ({"countries": ["DE", "BE"]}, ["Bob", "Cid"]),
        ({"languages": ["en", "de"]}, ["Ada", "Bob", "Cid"]),
        ({"languages": ["fr", "en"]}, ["Ada", "Cid"]),
        ({"beats": ["health"]}, ["Ada", "Bob"]),
        ({"beats": ["health", "climate"]}, ["Ada", "Bob"]),
        ({"outlets": ["radio"]}, ["Bob"]),
        ({"beats": ["health"], "countries": ["DE"]}, ["Bob"]),
        ({"beats": ["climate"], "countries": ["DE"]}, []),
        ({"kinds": ["radio"], "outlets": ["daily"]}, []),
        (
            {"kinds": ["daily"], "beats": ["health"], "languages": ["en"], "countries": ["FR"]},
            ["Ada"],
        ),
    ],
)
def test_every_criterion_holds_and_one_value_is_enough(people, question, answer):
    for name in ("beats", "outlets"):
        if name in question:
            question = question | {name: [people[key] for key in question[name]]}

    assert names(make_media_list(**question)) == answer


def test_only_the_current_outlet_counts(people):
    Affiliation.objects.create(journalist=people["cid"], outlet=people["radio"], is_current=False)

    assert names(make_media_list(outlets=[people["radio"]])) == ["Bob"]
    assert names(make_media_list(kinds=["radio"])) == ["Bob"]


def test_who_objected_is_in_no_answer_but_is_counted(people):
    type(people["bob"]).objects.filter(pk=people["bob"].pk).update(objected_at=timezone.now())
    media_list = make_media_list(beats=[people["health"]])

    assert names(media_list) == ["Ada"]
    assert matching(media_list).count() == 2


def test_the_answer_is_totally_ordered(people):
    assert journalists_of(make_media_list()).totally_ordered
    twins = [make_journalist(family_name="Twin", given_name="A").pk for _ in range(3)]

    found = [one.pk for one in journalists_of(make_media_list()) if one.family_name == "Twin"]
    assert found == twins
