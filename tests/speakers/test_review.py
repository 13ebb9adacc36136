"""What speakers propose is compared word by word, and done or refused by staff alone."""

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conference.mail.models import OutgoingMail
from speakers import review
from speakers.models import By, ProposedChange, Speaker
from speakers.refusals import AlreadyReviewed, ChangedSince, SubjectGone
from speakers.wordmarks import marked
from tests.access import member_of, signed_in
from tests.factories import make_speaker, make_user

pytestmark = pytest.mark.django_db
State = ProposedChange.State
LIST = "/en/admin/speakers/proposedchange/"


def propose(speaker, before="Old words.", after="New words.", **more):
    texts = {"biography_en": {"before": before, "after": after}, **more}
    return review.propose(speaker, "profile", texts, By.SPEAKER)


@pytest.fixture
def speaker():
    return make_speaker(biography_en="Old words.", email="ada@example.org", language="fr")


@pytest.fixture
def team():
    return signed_in(member_of("Speakers"))


def test_only_what_differs_is_proposed_and_a_later_one_replaces(speaker):
    same = {"website": {"before": "", "after": ""}}
    first = propose(speaker, **same)
    second = propose(speaker, after="Newer words.")

    first.refresh_from_db()
    assert list(first.texts) == ["biography_en"]
    assert first.state == State.REPLACED
    assert second.state == State.PENDING


def test_taking_everything_back_leaves_nothing_waiting(speaker):
    propose(speaker)

    assert propose(speaker, after="Old words.") is None
    assert review.pending(speaker, "profile") is None


def test_accepting_changes_the_text_and_tells_the_speaker_in_their_language(speaker):
    user = make_user()
    change = propose(speaker)

    review.accept(change, user)

    speaker.refresh_from_db()
    assert speaker.biography_en == "New words."
    assert (change.state, change.reviewed_by) == (State.ACCEPTED, user)
    assert OutgoingMail.objects.get().language == "fr"
    with pytest.raises(AlreadyReviewed):
        review.refuse(change, user, "")


def test_refusing_leaves_the_text_and_tells_the_reason(speaker):
    change = propose(speaker)

    review.refuse(change, make_user(), "Too long by half.")

    speaker.refresh_from_db()
    assert speaker.biography_en == "Old words."
    assert "Too long by half." in OutgoingMail.objects.get().text


def test_a_text_that_was_changed_in_the_meantime_is_not_overwritten_unseen(speaker):
    change = propose(speaker)
    Speaker.objects.filter(pk=speaker.pk).update(biography_en="Staff’s words.")

    with pytest.raises(ChangedSince):
        review.accept(change, make_user())
    speaker.refresh_from_db()
    assert speaker.biography_en == "Staff’s words."

    review.accept(change, make_user(), over_later=True)
    speaker.refresh_from_db()
    assert speaker.biography_en == "New words."


def test_a_subject_that_nobody_knows_is_refused(speaker):
    change = review.propose(speaker, "poem:1", {"title": {"before": "", "after": "x"}}, By.SPEAKER)

    with pytest.raises(SubjectGone):
        review.accept(change, make_user())
    assert review.subject_name(change) == "poem:1"


def test_words_that_go_and_come_are_marked_and_text_stays_text():
    before, after = marked("The old <b>house</b>", "The new <b>house</b>")

    assert before == "The <del>old</del> &lt;b&gt;house&lt;/b&gt;"
    assert after == "The <ins>new</ins> &lt;b&gt;house&lt;/b&gt;"


def test_neighbouring_words_are_one_change():
    before, after = marked("a one two b", "a three four b")

    assert before == "a <del>one two</del> b"
    assert after == "a <ins>three four</ins> b"


def test_the_page_compares_and_accepts(speaker, team):
    change = propose(speaker)
    address = f"{LIST}{change.pk}/change/"

    page = team.get(address)
    assert "<del>Old</del> words." in page.read
    assert "<ins>New</ins> words." in page.read

    answer = team.post(address, {"accept": "1"})
    assert answer.status_code == 302
    speaker.refresh_from_db()
    assert speaker.biography_en == "New words."


def test_the_page_says_that_a_text_was_changed_and_asks_again(speaker, team):
    change = propose(speaker)
    Speaker.objects.filter(pk=speaker.pk).update(biography_en="Staff’s words.")
    address = f"{LIST}{change.pk}/change/"

    page = team.get(address)
    assert "Staff’s words." in page.read
    assert 'name="accept"' not in page.read
    answer = team.post(address, {"accept": "1"})
    assert answer.status_code == 200
    team.post(address, {"over_later": "1"})

    speaker.refresh_from_db()
    assert speaker.biography_en == "New words."


def test_refused_on_the_page_with_a_reason(speaker, team):
    change = propose(speaker)

    team.post(f"{LIST}{change.pk}/change/", {"refuse": "1", "reason": "Too long."})

    change.refresh_from_db()
    assert (change.state, change.reason) == (State.REFUSED, "Too long.")


def test_several_are_accepted_at_once_and_stale_ones_are_left(team):
    speakers = [make_speaker(biography_en="Old words.") for _ in range(3)]
    changes = [propose(one) for one in speakers]
    Speaker.objects.filter(pk=speakers[2].pk).update(biography_en="Other words.")
    form = {"action": "accept_selected", "_selected_action": [one.pk for one in changes]}

    answer = team.post(LIST, form)

    states = [ProposedChange.objects.get(pk=one.pk).state for one in changes]
    assert states == [State.ACCEPTED, State.ACCEPTED, State.PENDING]
    assert any(str(speakers[2]) in str(said) for said in get_messages(answer.wsgi_request))


@pytest.mark.parametrize("group", ["Programme", "Press", "Registration desk"])
def test_other_groups_neither_read_nor_decide(speaker, group):
    change = propose(speaker)
    team = signed_in(member_of(group))

    for method, data in (("get", {}), ("post", {"accept": "1"})):
        answer = getattr(team, method)(f"{LIST}{change.pk}/change/", data)
        assert answer.status_code == 403
    assert team.get(LIST).status_code == 403
    assert team.get(f"{LIST}{change.pk}/portrait/").status_code == 403
    speaker.refresh_from_db()
    assert speaker.biography_en == "Old words."


def test_who_decides_holds_the_speaker_first_as_who_proposes_does(speaker):
    change = propose(speaker)

    with CaptureQueriesContext(connection) as queries:
        review.refuse(change, make_user(), "")

    held = [query["sql"] for query in queries if " FOR " in query["sql"]]
    assert ['FROM "speakers_speaker"' in sql for sql in held[:2]] == [True, False]


def test_a_reason_that_no_database_can_keep_is_refused(speaker, team):
    change = propose(speaker)

    answer = team.post(f"{LIST}{change.pk}/change/", {"refuse": "1", "reason": "No\0"})

    assert answer.status_code == 400
    change.refresh_from_db()
    assert change.state == State.PENDING
