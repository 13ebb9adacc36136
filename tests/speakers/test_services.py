"""An invitation goes step by step, each one written down, each mail promised with it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from conference.mail.models import OutgoingMail
from speakers import consents, links, services
from speakers.mail_parts import private_link
from speakers.models import By, Consent, Speaker, SpeakerLink, StateChange
from speakers.refusals import NoAddress, NotForAssistants, WrongState
from tests.factories import make_speaker, make_user

pytestmark = pytest.mark.django_db
State = Speaker.State


def speaker_in(state, **fields):
    return make_speaker(state=state, email="ada@example.org", **fields)


def kinds():
    return sorted(OutgoingMail.objects.values_list("kind", flat=True))


def test_an_invitation_is_one_state_one_trace_one_mail_and_one_link():
    speaker, user = speaker_in(State.PROPOSED), make_user()

    result = services.invite([speaker], user, {"en": "Please come, O’Hara."})

    speaker.refresh_from_db()
    assert result.done == [speaker]
    assert speaker.state == State.INVITED
    assert speaker.invited_at is not None
    change = StateChange.objects.get(speaker=speaker)
    assert (change.state, change.by, change.user) == (State.INVITED, By.STAFF, user)
    sent = OutgoingMail.objects.get()
    assert sent.to == "ada@example.org"
    assert "Please come, O’Hara." in sent.text
    link = speaker.links.get()
    assert link.reveal() not in sent.text + sent.html


def test_who_has_no_address_or_was_invited_is_left_out_with_a_reason():
    nowhere = make_speaker(email="")
    asked = speaker_in(State.INVITED)

    result = services.invite([nowhere, asked], make_user())

    assert result.done == []
    assert [type(reason) for _, reason in result.left_out] == [NoAddress, WrongState]
    assert kinds() == []
    assert not StateChange.objects.exists()


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", State)
@pytest.mark.parametrize("by", By)
def test_only_the_steps_of_the_table_are_taken(before, after, by):
    speaker = speaker_in(before)

    if by in services.STEPS.get((before, after), ()):
        services.set_state(speaker, after, by=by)
        assert Speaker.objects.get(pk=speaker.pk).state == after
    else:
        with pytest.raises(WrongState):
            services.set_state(speaker, after, by=by)
        assert Speaker.objects.get(pk=speaker.pk).state == before
        assert not StateChange.objects.exists()


def test_an_assistant_answers_nothing():
    assert not any(By.ASSISTANT in people for people in services.STEPS.values())


def test_an_answer_is_dated_confirmed_and_counted_once():
    speaker = speaker_in(State.INVITED)

    first = services.answer(speaker, State.ACCEPTED, By.SPEAKER, "With pleasure")
    again = services.answer(speaker, State.ACCEPTED, By.SPEAKER, "With pleasure")

    assert first == again
    assert speaker.answered_at is not None
    assert first.note == "With pleasure"
    assert kinds() == ["speakers/answer_received"]


def test_a_late_answer_does_not_undo_an_earlier_one():
    speaker = speaker_in(State.DECLINED)

    with pytest.raises(WrongState):
        services.answer(speaker, State.ACCEPTED, By.SPEAKER)


@pytest.mark.parametrize(("before", "after"), [("accepted", "withdrawn"), ("invited", "declined")])
def test_who_does_not_come_leaves_the_public_pages_at_once(before, after, client):
    speaker = speaker_in(before, is_published=True)
    address = speaker.get_absolute_url()
    assert client.get(address).status_code == 200

    services.set_state(speaker, after, by=By.SPEAKER)

    assert client.get(address).status_code == 404
    assert not Speaker.objects.get(pk=speaker.pk).is_published


def test_what_still_waits_for_a_speaker_who_declines_is_not_sent():
    speaker = speaker_in(State.PROPOSED)
    services.invite([speaker], make_user())

    services.answer(speaker, State.DECLINED, By.STAFF)

    assert OutgoingMail.objects.get().state == OutgoingMail.State.EXPIRED


def test_declined_then_invited_again_is_a_second_mail_with_the_same_link():
    speaker = speaker_in(State.PROPOSED)
    services.invite([speaker], make_user())
    services.answer(speaker, State.DECLINED, By.STAFF)

    services.invite([speaker], make_user())

    assert OutgoingMail.objects.filter(kind="speakers/invitation").count() == 2
    assert speaker.links.count() == 1
    assert speaker.answered_at is None


def test_a_link_opens_until_it_is_revoked_replaced_or_long_past():
    speaker = speaker_in(State.INVITED)
    first = links.ensure(speaker)
    assert links.ensure(speaker) == first
    assert links.find(first.reveal()) == first
    assert links.find("x" * 32) is None

    second = links.make(speaker)
    assert links.find(first.reveal()) is None
    assert links.find(second.reveal()) == second

    links.revoke(second)
    assert links.find(second.reveal()) is None


def test_a_link_closes_thirty_days_after_the_last_day():
    link = links.ensure(speaker_in(State.INVITED))
    conference = link.speaker.conference
    today = timezone.now().astimezone(conference.zone).date()

    for days, is_open in [(30, True), (31, False)]:
        conference.ends_on = today - timedelta(days=days)
        conference.starts_on = conference.ends_on
        conference.save()
        assert (links.find(link.reveal()) is not None) is is_open


def test_an_assistant_has_a_link_of_their_own():
    speaker = speaker_in(State.ACCEPTED)

    theirs, hers = links.ensure(speaker, By.ASSISTANT), links.ensure(speaker)

    assert theirs.reveal() != hers.reveal()
    links.revoke(theirs)
    assert links.find(hers.reveal()) == hers


def test_a_link_of_another_conference_opens_nothing():
    link = links.ensure(speaker_in(State.ACCEPTED))
    other = make_speaker().conference

    assert links.find(link.reveal(), link.speaker.conference) == link
    assert links.find(link.reveal(), other) is None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_mail_leaves_with_the_link_that_is_in_force_in_the_speakers_language(client, language):
    speaker = speaker_in(State.PROPOSED, language=language)
    services.invite([speaker], make_user())
    argument = OutgoingMail.objects.get().late_values["private_link"][1]

    address = private_link(argument)

    path = address.removeprefix(settings.SITE_URL)
    assert path.startswith(f"/{language}/{speaker.conference.slug}/")
    assert client.get(path, follow=True).status_code == 200
    link = links.make(speaker)
    assert link.reveal() in private_link(argument)
    links.revoke(link)
    with pytest.raises(SpeakerLink.DoesNotExist):
        private_link(argument)


def test_a_consent_keeps_its_words_and_the_latest_counts():
    speaker = speaker_in(State.ACCEPTED)
    purpose = Consent.Purpose.RECORDING

    consents.record(speaker, purpose, True, by=By.SPEAKER, language="en")
    consents.record(speaker, purpose, True, by=By.SPEAKER, language="en")
    consents.record(speaker, purpose, False, by=By.SPEAKER, language="en")

    assert speaker.consents.count() == 2
    last = consents.latest(speaker)[purpose]
    assert not last.is_given
    assert last.wording == consents.wording(purpose, "en")
    with pytest.raises(NotForAssistants):
        consents.record(speaker, purpose, True, by=By.ASSISTANT, language="en")


@pytest.mark.django_db(transaction=True)
def test_many_clicks_at_once_are_one_step():
    speaker = speaker_in(State.INVITED)

    def click(_):
        try:
            services.answer(Speaker.objects.get(pk=speaker.pk), State.ACCEPTED, By.SPEAKER)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(click, range(20)))

    assert StateChange.objects.filter(speaker=speaker).count() == 1
    assert kinds() == ["speakers/answer_received"]
