"""What is missing of each speaker: exactly that, for many at once, and reminders of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from conference.mail.models import OutgoingMail
from programme.models import TalkFile
from speakers import consents, reminders, review, todo
from speakers.admin import todo_page
from speakers.models import By, Consent, Logistics, Speaker
from tests.access import member_of, signed_in
from tests.factories import (
    make_conference,
    make_participation,
    make_session,
    make_speaker,
    make_talk,
)

pytestmark = pytest.mark.django_db
State = Speaker.State
PAGE = "/en/admin/speakers/speaker/todo/"


@pytest.fixture
def conference():
    return make_conference(is_current=True)


@pytest.fixture
def team():
    return signed_in(member_of("Speakers"))


def coming(conference, **fields):
    defaults = {
        "conference": conference,
        "state": State.ACCEPTED,
        "email": "ada@example.org",
        "biography_fr": "",
        "biography_en": "",
    }
    return make_speaker(**defaults | fields)


def lines(speaker):
    with translation.override("en"):
        return [str(line) for line in todo.standings([Speaker.objects.get(pk=speaker.pk)])[0].lines]


def talk_of(speaker, **fields):
    session = make_session(conference=speaker.conference)
    talk = make_talk(session=session, **fields)
    make_participation(session=session, talk=talk, speaker=speaker)
    return talk


def test_everything_is_asked_of_who_comes(conference):
    speaker = coming(conference)
    talk_of(speaker, title_fr="Le titre", title_en="", abstract_fr="", abstract_en="An abstract")

    assert lines(speaker) == [
        "Your biography in French",
        "Your biography in English",
        "A portrait of you",
        "Whether photographs of you may be used",
        "Whether your talk may be recorded",
        "Whether your slides may be put on line",
        "When and how you arrive",
        "When and how you leave",
        "The title in English of your talk “Le titre”",
        "The abstract in French of your talk “Le titre”",
        "The slides of your talk “Le titre”",
    ]


def test_what_is_there_is_not_asked_for(conference):
    speaker = coming(conference, biography_fr="Oui", biography_en="Yes", portrait="portraits/a.png")
    texts = dict.fromkeys(("title_fr", "title_en", "abstract_fr", "abstract_en"), "There")
    talk = talk_of(speaker, **texts)
    TalkFile.objects.create(
        session=talk.session, talk=talk, name="a.pdf", file="x", content_type="y", size=1
    )
    for purpose in Consent.Purpose:
        consents.record(speaker, purpose, False, by=By.SPEAKER, language="fr")
    Logistics.objects.create(
        speaker=speaker, arrives_at=timezone.now(), departure_by="lives in Paris"
    )

    assert lines(speaker) == []


def test_what_waits_for_review_is_not_asked_for_again(conference):
    speaker = coming(conference)
    texts = {"biography_fr": {"before": "", "after": "Ma vie"}}
    review.propose(speaker, "profile", texts, By.SPEAKER)

    assert "Your biography in French" not in lines(speaker)
    assert "Your biography in English" in lines(speaker)


def test_who_has_not_answered_is_asked_for_the_answer_alone(conference):
    assert lines(coming(conference, state=State.INVITED)) == ["Your answer to our invitation"]


@pytest.mark.parametrize("state", [State.PROPOSED, State.DECLINED, State.WITHDRAWN])
def test_who_does_not_come_is_asked_for_nothing(conference, state):
    assert lines(coming(conference, state=state)) == []


def test_the_page_takes_as_many_queries_for_thirty_as_for_three(conference, team):
    def furnish(count):
        for number in range(count):
            speaker = coming(conference, email=f"{number}@example.org")
            talk_of(speaker)
            Logistics.objects.create(speaker=speaker)
            consents.record(speaker, "recording", True, by=By.SPEAKER, language="fr")

    costs = []
    for count in (3, 27):
        furnish(count)
        reminders.remind(Speaker.objects.select_related("conference"))
        team.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            assert team.get(PAGE).status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_a_reminder_lists_exactly_what_is_missing_in_their_language(conference):
    speaker = coming(conference, language="fr", biography_fr="Ma vie")

    result = reminders.remind([speaker])

    assert result.done == [speaker]
    sent = OutgoingMail.objects.get()
    assert sent.language == "fr"
    with translation.override("fr"):
        expected = todo.standings([speaker])[0].lines
    assert [line[2:] for line in sent.text.splitlines() if line.startswith("* ")] == expected
    assert speaker.links.get().reveal() not in sent.text + sent.html


def test_nobody_is_reminded_twice_a_day_unless_forced(conference):
    speaker = coming(conference)
    reminders.remind([speaker])

    assert reminders.remind([speaker]).lately == [speaker]
    assert OutgoingMail.objects.count() == 1
    assert reminders.remind([speaker], forced=True).done == [speaker]

    OutgoingMail.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    assert reminders.remind([speaker]).done == [speaker]


def test_who_lacks_nothing_or_an_address_gets_no_mail(conference):
    gone, nowhere = coming(conference, state=State.DECLINED), coming(conference, email="")

    result = reminders.remind([gone, nowhere])

    assert (result.complete, result.unreachable) == ([gone], [nowhere])
    assert not OutgoingMail.objects.exists()


def test_one_click_reminds_one(conference, team):
    first, second = (coming(conference, email=f"{name}@example.org") for name in "ab")

    team.post(PAGE, {"one": first.pk, "speaker": [second.pk]})

    assert OutgoingMail.objects.get().to == "a@example.org"


def test_the_page_says_when_somebody_was_reminded(conference, team):
    coming(conference)
    assert "<td>–</td>" in team.get(PAGE).read

    team.post(PAGE, {"everybody": "1"})

    assert "<td>–</td>" not in team.get(PAGE).read


def test_everybody_is_everybody_whom_the_filters_let_through(conference, team):
    coming(conference, email="a@example.org")
    coming(conference, email="b@example.org", state=State.INVITED)

    team.post(f"{PAGE}?state=invited", {"everybody": "1"})

    assert OutgoingMail.objects.get().to == "b@example.org"


def test_many_are_reminded_in_turns(conference, team, monkeypatch):
    monkeypatch.setattr(todo_page, "REMINDED_AT_ONCE", 2)
    for number in range(3):
        coming(conference, email=f"{number}@example.org")

    counts = []
    for _ in range(2):
        team.post(PAGE, {"everybody": "1"})
        counts.append(OutgoingMail.objects.count())

    assert counts == [2, 3]


def test_filters_count_and_narrow(conference, team):
    coming(conference, family_name="Anders", portrait="portraits/a.png")
    coming(conference, family_name="Bell", biography_fr="Oui", biography_en="Yes")

    page = team.get(f"{PAGE}?missing=portrait").read

    assert "BELL" in page
    assert "ANDERS" not in page
    assert "Portrait 1" in page
    assert "ANDERS" in team.get(f"{PAGE}?q=ande").read


@pytest.mark.parametrize("query", ["missing=x", "state=%27", "page=-1", "order=%27"])
def test_a_filter_that_means_nothing_leaves_nothing_out(conference, team, query):
    coming(conference, family_name="Anders")

    assert "ANDERS" in team.get(f"{PAGE}?{query}").read


@pytest.mark.parametrize("group", ["Programme", "Press", "Registration desk"])
def test_other_groups_neither_see_nor_remind(conference, group):
    speaker, other = coming(conference), signed_in(member_of(group))

    assert other.get(PAGE).status_code == 403
    assert other.post(PAGE, {"one": speaker.pk}).status_code == 403
    assert not OutgoingMail.objects.exists()
