"""Talks on the speaker's own page: whose they are, and when the public's texts wait for staff."""

import pytest

from programme import works
from speakers import review
from speakers.models import By
from tests import factories
from tests.speakers.space import address, make_coming

pytestmark = pytest.mark.django_db
TEXTS = {
    "title_fr": "Éloge du doute",
    "title_en": "In praise of doubt",
    "abstract_fr": "Un résumé.",
    "abstract_en": "An abstract.",
}


@pytest.fixture
def talk():
    speaker = make_coming(is_published=True)
    session = factories.make_session(conference=speaker.conference)
    factories.make_slot(session=session)
    talk = factories.make_talk(session=session, title_fr="Avant", title_en="Before")
    factories.make_participation(session=session, talk=talk, speaker=speaker)
    return talk


def speaker_of(talk):
    return talk.participations.get().speaker


def edit(client, talk, by=By.SPEAKER, **texts):
    path = address(speaker_of(talk), "programme:space_talk", talk.guid, by=by)
    return client.post(path, TEXTS | texts, follow=True)


def test_draft_is_written_at_once(client, talk):
    edit(client, talk)

    talk.refresh_from_db()
    assert talk.title_fr == "Éloge du doute" and talk.abstract_en == "An abstract."


def test_released_talk_waits_for_staff(client, talk):
    factories.make_release(talk.session.conference)

    answer = edit(client, talk)

    talk.refresh_from_db()
    assert talk.title_en == "Before"
    change = review.pending(speaker_of(talk), f"talk:{talk.guid}")
    assert change.texts["title_en"] == {"before": "Before", "after": "In praise of doubt"}
    assert "Waiting for review" in answer.text
    assert "Nothing was different" in edit(client, talk).text
    review.accept(change, None)
    talk.refresh_from_db()
    assert talk.title_en == "In praise of doubt"
    # It is the draft that changed: the public reads it after the next publication.
    assert "Before" in client.get(talk.session.get_absolute_url()).text


def test_assistant_changes_no_talk(client, talk):
    answer = edit(client, talk, by=By.ASSISTANT)

    assert answer.status_code == 403
    talk.refresh_from_db()
    assert talk.title_en == "Before"


def test_talk_of_another_is_not_there(client, talk):
    stranger = make_coming(conference=talk.session.conference, email="eve@example.org")
    chair = make_coming(conference=talk.session.conference, email="max@example.org")
    factories.make_participation(session=talk.session, talk=talk, speaker=chair, role="chair")

    for person in (stranger, chair):
        path = address(person, "programme:space_talk", talk.guid)
        assert client.get(path).status_code == client.post(path, TEXTS).status_code == 404


def test_one_title_at_least(client, talk):
    answer = edit(client, talk, title_fr="", title_en=" ", abstract_fr="Gardé")

    assert answer.status_code == 422
    assert "Write a title" in answer.text and "Gardé" in answer.text


def test_lecture_without_talks_is_its_speakers_own(client):
    speaker = make_coming()
    session = factories.make_session(conference=speaker.conference)
    factories.make_participation(session=session, speaker=speaker, role="keynote")

    client.post(address(speaker, "programme:space_talk", session.guid), TEXTS)

    session.refresh_from_db()
    assert session.title_fr == "Éloge du doute"


@pytest.mark.parametrize("role", ["chair", "moderator", "panellist", "discussant"])
def test_who_does_not_speak_of_their_own_changes_no_session(role):
    speaker = make_coming()
    session = factories.make_session(conference=speaker.conference)
    factories.make_participation(session=session, speaker=speaker, role=role)

    assert works.works_of(speaker) == []
    assert list(works.sessions_of(speaker)) == [session]


def test_session_that_two_speak_in_is_nobodys_own():
    speaker = make_coming()
    session = factories.make_session(conference=speaker.conference)
    factories.make_participation(session=session, speaker=speaker)
    factories.make_participation(session=session)

    assert works.works_of(speaker) == []


def test_proposal_for_a_talk_that_was_given_to_another_is_refused(client, talk):
    from speakers.refusals import SubjectGone

    factories.make_release(talk.session.conference)
    edit(client, talk)
    speaker = speaker_of(talk)
    change = review.pending(speaker, f"talk:{talk.guid}")
    talk.participations.all().delete()

    with pytest.raises(SubjectGone):
        review.accept(change, None)
