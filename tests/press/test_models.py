"""What PostgreSQL refuses of the press office, and what its rows say of themselves."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone, translation

from press import services
from press.models import Affiliation, Journalist, PressRelease
from tests.factories import (
    make_beat,
    make_conference,
    make_journalist,
    make_outlet,
    make_press_release,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "texts",
    [
        {"title_fr": None, "body_fr": None, "title_en": None, "body_en": None},
        {"title_fr": "Titre", "body_fr": None, "title_en": "", "body_en": "Text"},
        {"title_fr": "", "body_fr": "", "title_en": "", "body_en": ""},
    ],
)
def test_a_release_without_a_whole_language_is_not_published(texts):
    with pytest.raises(IntegrityError, match="pressrelease_published_in_a_language"):
        make_press_release(**texts)


def test_a_release_in_one_language_may_be_published():
    release = make_press_release(title_en=None, body_en=None)

    assert PressRelease.objects.public().get() == release


def test_public_starts_at_the_later_of_publication_and_embargo():
    now = timezone.now()
    hour = timedelta(hours=1)
    draft = make_press_release(published_at=None, embargo_until=now - hour)
    conference = draft.conference
    embargoed = make_press_release(conference=conference, embargo_until=now + hour)
    announced = make_press_release(conference=conference, published_at=now + 2 * hour)
    opened = make_press_release(conference=conference, embargo_until=now - hour / 2)

    assert list(PressRelease.objects.public(now)) == [opened]
    assert set(PressRelease.objects.public(now + hour)) == {opened, embargoed}
    assert list(PressRelease.objects.opening_after(now)) == [embargoed, announced]
    assert [one.is_public for one in (draft, embargoed, announced, opened)] == [
        False,
        False,
        False,
        True,
    ]


def test_newest_first_follows_the_instant_of_opening():
    now = timezone.now()
    conference = make_conference()
    early = make_press_release(conference=conference, published_at=now - timedelta(days=3))
    late = make_press_release(
        conference=conference,
        published_at=now - timedelta(days=9),
        embargo_until=now - timedelta(days=1),
    )

    assert list(PressRelease.objects.public().newest_first()) == [late, early]


def test_data_from_elsewhere_need_a_date_of_information():
    with pytest.raises(IntegrityError, match="journalist_informed_when_collected_elsewhere"):
        make_journalist(source="directory")


def test_clean_works_out_the_date_of_information():
    journalist = Journalist(family_name="Ada", source="directory", collected_on=date(2027, 1, 1))

    journalist.clean()

    assert journalist.notice_due_on == date(2027, 1, 31)


def test_overdue_ends_with_information_or_objection():
    yesterday = timezone.localdate() - timedelta(days=1)
    late = make_journalist(source="directory", notice_due_on=yesterday)
    make_journalist(source="directory", notice_due_on=timezone.localdate())
    make_journalist(source="directory", notice_due_on=yesterday, notice_sent_at=timezone.now())
    make_journalist(source="directory", notice_due_on=yesterday, objected_at=timezone.now())

    assert list(Journalist.objects.overdue()) == [late]
    assert [one.is_overdue for one in Journalist.objects.order_by("pk")] == [True] + [False] * 3


def test_one_affiliation_is_current():
    journalist = make_journalist(outlet=make_outlet())

    with pytest.raises(IntegrityError, match="affiliation_one_current"):
        Affiliation.objects.create(journalist=journalist, outlet=make_outlet())


def test_for_listing_shows_the_current_outlet_and_may_be_asked_twice(django_assert_num_queries):
    journalist = make_journalist(outlet=make_outlet(name="Le Soir"), beats=[make_beat()])
    Affiliation.objects.create(journalist=journalist, outlet=make_outlet(), is_current=False)

    with django_assert_num_queries(3):
        found = Journalist.objects.for_listing().for_listing().get()
        assert found.current_affiliation is not None
        assert str(found.current_affiliation.outlet) == "Le Soir"
        assert len(found.beats.all()) == 1


@pytest.mark.parametrize("written", ["fr", "en"])
@pytest.mark.parametrize("reader", ["fr", "en"])
def test_a_release_in_one_language_is_published_whoever_reads(written, reader):
    other = {"fr": "en", "en": "fr"}[written]
    release = make_press_release(
        published_at=None, **{f"title_{other}": "", f"standfirst_{other}": "", f"body_{other}": ""}
    )

    with translation.override(reader):
        services.publish(release)

    release.refresh_from_db()
    assert release.is_public
