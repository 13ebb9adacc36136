"""The page of invitations: whom, in which words, and how it reads before it leaves."""

import pytest

from conference.mail.composing import compose
from conference.mail.models import OutgoingMail
from conference.mail.verdicts import Unmade
from speakers.models import By, Logistics, Speaker, SpeakerLink
from tests.access import member_of, signed_in
from tests.factories import make_conference, make_speaker

pytestmark = pytest.mark.django_db
State = Speaker.State
PAGE = "/en/admin/speakers/speaker/invite/"
LIST = "/en/admin/speakers/speaker/"


@pytest.fixture
def conference():
    return make_conference(is_current=True)


@pytest.fixture
def team():
    return signed_in(member_of("Speakers"))


def act(team, action, *speakers):
    form = {"action": action, "_selected_action": [one.pk for one in speakers]}
    return team.post(LIST, form)


def test_everybody_who_was_proposed_is_on_the_page(conference, team):
    make_speaker(conference=conference, family_name="Anders", email="a@example.org")
    make_speaker(conference=conference, family_name="Bell", email="")
    make_speaker(conference=conference, family_name="Cori", state=State.ACCEPTED)

    page = team.get(PAGE).read

    assert "ANDERS" in page
    assert "no e-mail address" in page
    assert "CORI" not in page


def test_the_preview_reads_as_the_mail_and_sends_nothing(conference, team):
    french = make_speaker(conference=conference, email="a@example.org", language="fr")
    english = make_speaker(conference=conference, email="b@example.org", language="en")
    form = {"speaker": [french.pk, english.pk], "message_fr": "Venez !", "message_en": "Do <come>!"}

    page = team.post(PAGE, form | {"preview": "1"}).read

    assert "Do &lt;come&gt;!" in page
    assert '<article class="letter" lang="fr">' in page
    assert "[private link]" in page
    assert not OutgoingMail.objects.exists()
    assert not SpeakerLink.objects.exists()


def test_sending_invites_those_with_a_tick_each_in_their_language(conference, team):
    french = make_speaker(conference=conference, email="a@example.org", language="fr")
    other = make_speaker(conference=conference, email="b@example.org")
    form = {"speaker": [french.pk], "shown": [french.pk, other.pk], "send": "1"}

    answer = team.post(PAGE, form | {"message_fr": "Venez !", "message_en": "Come!"})

    assert answer.status_code == 302
    sent = OutgoingMail.objects.get()
    assert (sent.to, sent.language) == ("a@example.org", "fr")
    assert "Venez !" in sent.text
    other.refresh_from_db()
    assert other.state == State.PROPOSED
    assert french.state_changes.get().user.email == "speakers.member@example.org"


def test_sent_twice_is_one_invitation(conference, team):
    speaker = make_speaker(conference=conference, email="a@example.org")
    form = {"speaker": [speaker.pk], "send": "1"}

    team.post(PAGE, form)
    team.post(PAGE, form)

    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize("numbers", [["x"], ["-1"], ["9" * 30], ["0"], []])
def test_who_is_not_there_is_not_invited(conference, team, numbers):
    assert team.post(PAGE, {"speaker": numbers, "send": "1"}).status_code == 302
    assert not OutgoingMail.objects.exists()


def test_the_action_leads_to_the_page(conference, team):
    speaker = make_speaker(conference=conference, family_name="Anders", email="a@example.org")

    answer = act(team, "invite", speaker)

    assert 'name="send"' in answer.read
    assert f'value="{speaker.pk}" checked' in answer.read


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("record_acceptance", State.INVITED, State.ACCEPTED),
        ("record_refusal", State.INVITED, State.DECLINED),
        ("record_withdrawal", State.ACCEPTED, State.WITHDRAWN),
        ("record_withdrawal", State.DECLINED, State.DECLINED),
    ],
)
def test_staff_record_an_answer_and_their_name_with_it(conference, team, action, before, after):
    speaker = make_speaker(conference=conference, state=before, is_published=before == "accepted")

    act(team, action, speaker)

    speaker.refresh_from_db()
    assert speaker.state == after
    if before != after:
        change = speaker.state_changes.get()
        assert (change.by, change.user.email) == (By.STAFF, "speakers.member@example.org")
        assert "speakers.member@example.org" in team.get(f"{LIST}{speaker.pk}/change/").read


def test_links_are_sent_replaced_and_revoked_and_shown_to_nobody(conference, team):
    speaker = make_speaker(conference=conference, email="a@example.org")

    act(team, "send_links", speaker)
    first = speaker.links.get()
    act(team, "replace_links", speaker)
    second = speaker.links.get(revoked_at=None)

    assert first != second
    assert OutgoingMail.objects.filter(kind="speakers/link_again").count() == 2
    page = team.get(f"{LIST}{speaker.pk}/change/").read
    assert second.reveal() not in page
    assert second.digest not in page
    act(team, "revoke_all_links", speaker)
    assert not speaker.links.filter(revoked_at=None).exists()


def test_the_assistant_gets_a_link_of_their_own(conference, team):
    speaker = make_speaker(conference=conference, email="a@example.org")
    act(team, "send_assistant_links", speaker)
    assert not OutgoingMail.objects.exists()
    Logistics.objects.create(speaker=speaker, assistant_email="help@example.org")

    act(team, "send_assistant_links", speaker)

    assert OutgoingMail.objects.get().to == "help@example.org"
    assert speaker.links.get().holder == By.ASSISTANT


def test_a_corrected_address_takes_the_key_from_the_wrong_one(conference, team):
    speaker = make_speaker(conference=conference, email="wrong@example.org")
    act(team, "send_links", speaker)
    lost, mail = speaker.links.get(), OutgoingMail.objects.get()

    team.post(f"{LIST}{speaker.pk}/change/", file_of(speaker, email="Right@example.org"))
    lost.refresh_from_db()
    assert lost.revoked_at
    act(team, "send_links", speaker)

    kept = speaker.links.get(revoked_at=None)
    with pytest.raises(Unmade):
        compose(mail)  # The first one left late, or is sent again.
    assert kept.reveal() in compose(OutgoingMail.objects.get(to="Right@example.org")).body
    team.post(f"{LIST}{speaker.pk}/change/", file_of(speaker, email="right@example.org"))
    assert speaker.links.get(revoked_at=None) == kept


def test_another_assistant_takes_the_key_from_the_first(conference, team):
    speaker = make_speaker(conference=conference, email="a@example.org")
    plan = Logistics.objects.create(speaker=speaker, assistant_email="first@example.org")
    act(team, "send_assistant_links", speaker)
    act(team, "send_assistant_links", speaker)
    first = speaker.links.get()
    assert first.revoked_at is None

    plan.assistant_email = "second@example.org"
    plan.save()
    act(team, "send_assistant_links", speaker)

    first.refresh_from_db()
    assert first.revoked_at
    for mail in OutgoingMail.objects.filter(to="first@example.org"):
        with pytest.raises(Unmade):
            compose(mail)
    second = speaker.links.get(revoked_at=None)
    assert second.reveal() in compose(OutgoingMail.objects.get(to="second@example.org")).body


def file_of(speaker, **values):
    form = {
        "conference": speaker.conference_id,
        "family_name": "X",
        "language": "en",
        "position": 1,
        **values,
    }
    for prefix in ("committees", "unavailabilities", "state_changes", "consents", "links"):
        form |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return form


def test_who_withdrew_is_not_published_by_hand(conference, team):
    speaker = make_speaker(conference=conference, state=State.WITHDRAWN, is_published=False)
    form = file_of(speaker, is_published="on")

    answer = team.post(f"{LIST}{speaker.pk}/change/", form)

    assert "stays off the public pages" in answer.read
    speaker.refresh_from_db()
    assert not speaker.is_published


@pytest.mark.parametrize("group", ["Programme", "Press", "Registration desk"])
def test_other_groups_neither_see_nor_send(conference, group):
    speaker = make_speaker(conference=conference, email="a@example.org")
    team = signed_in(member_of(group))

    assert team.get(PAGE).status_code == 403
    assert team.post(PAGE, {"speaker": [speaker.pk], "send": "1"}).status_code == 403
    act(team, "send_links", speaker)
    assert not OutgoingMail.objects.exists()


def test_more_than_fit_on_the_page_are_not_dropped_in_silence(conference, team, monkeypatch):
    monkeypatch.setattr("speakers.admin.invitations.MOST_AT_ONCE", 2)
    people = [make_speaker(conference=conference, email=f"{n}@example.org") for n in range(3)]

    assert "1 more person is not on this page" in team.get(PAGE).read
    everybody = {"speaker": [one.pk for one in people], "send": "1"}
    assert "At most 2 people are invited at once" in team.post(PAGE, everybody).read
    assert not OutgoingMail.objects.exists()
