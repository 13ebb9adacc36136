import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from conference.models import Conference, Page
from tests.factories import make_conference


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["", None])
@pytest.mark.parametrize("column", ["title_fr", "title_en", "body_fr", "body_en"])
def test_page_is_not_published_in_one_language_only(column, missing):
    texts = {"title_fr": "Titre", "title_en": "Title", "body_fr": "Texte", "body_en": "Text"}
    page = Page(conference=make_conference(), slug="page", is_published=True, **texts)
    setattr(page, column, missing)

    with pytest.raises(IntegrityError, match="page_published_in_both_languages"):
        page.save()


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["", None])
def test_conference_is_not_published_in_one_language_only(missing):
    conference = make_conference()

    with pytest.raises(IntegrityError, match="conference_published_in_both_languages"):
        Conference.objects.filter(pk=conference.pk).update(description_en=missing)


@pytest.mark.django_db
def test_only_one_conference_is_current():
    make_conference(is_current=True)

    with pytest.raises(IntegrityError, match="conference_only_one_is_current"):
        make_conference(is_current=True)


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["admin", "account"])
def test_conference_does_not_take_an_address_of_the_site(slug):
    conference = make_conference()
    conference.slug = slug

    with pytest.raises(ValidationError, match="site"):
        conference.full_clean()


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["Europe/Paradise", "", "../etc/passwd"])
def test_conference_lies_in_a_real_time_zone(zone):
    conference = make_conference()
    conference.time_zone = zone

    with pytest.raises(ValidationError) as refusal:
        conference.full_clean()

    assert "time_zone" in refusal.value.message_dict
