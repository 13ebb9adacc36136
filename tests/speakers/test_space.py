"""The speaker's own page: who gets in, what they may do there, and what becomes of it."""

import logging
import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conference.logs import RedactPrivateLinks
from speakers import consents, links, review
from speakers.models import By, Consent, Logistics, ProposedChange, Speaker, SpeakerLink
from tests import factories
from tests.speakers.space import address, at, make_coming, make_invited, profile, token

pytestmark = pytest.mark.django_db

# Each page, and whether an assistant may open it.
PAGES = {
    "speakers:space": True,
    "speakers:space_answer": False,
    "speakers:space_withdraw": False,
    "speakers:space_profile": True,
    "speakers:space_changes": True,
    "speakers:space_portrait": True,
    "speakers:space_consents": False,
    "speakers:space_availability": True,
    "speakers:space_logistics": True,
    "speakers:space_assistant": False,
    "programme:space_talks": False,
    "programme:space_files": True,
    "programme:space_calendar": True,
}


# --- Who gets in -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_speaker_opens_every_page_and_no_cache_or_index_keeps_it(client, name, language):
    speaker = make_coming()

    answer = client.get(at(token(speaker), speaker, name, language=language))

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "same-origin"
    if name != "programme:space_calendar":
        assert f'lang="{language}"' in answer.text
        assert 'name="robots" content="noindex' in answer.text


@pytest.mark.parametrize(("name", "may"), PAGES.items())
def test_assistant_opens_what_is_not_for_the_speaker_in_person(client, name, may):
    speaker = make_coming()

    answer = client.post(address(speaker, name, by=By.ASSISTANT))
    assert may or answer.status_code in (403, 405)
    assert client.get(address(speaker, name, by=By.ASSISTANT)).status_code == (200 if may else 403)


@pytest.mark.parametrize("name", PAGES)
def test_link_of_another_edition_or_of_nobody_opens_nothing(client, name):
    speaker, stranger = make_coming(), make_coming(email="eve@example.org")

    for secret in (token(stranger), "x" * 32, "my-", f"{token(speaker)}A", token(speaker)[:-1]):
        for method in (client.get, client.post):
            answer = method(at(secret, speaker, name))
            assert answer.status_code in (302, 404, 405)
            assert speaker.family_name not in answer.text
            assert "login" in answer.get("Location", "login")


def test_two_speakers_of_one_conference_see_their_own_page_alone(client):
    ada = make_coming(family_name="Lovelace")
    eve = make_coming(conference=ada.conference, family_name="Curie", email="eve@example.org")

    assert "Curie" not in client.get(address(ada)).text
    assert "Lovelace" not in client.get(address(eve)).text


def test_revoked_link_is_gone_and_says_what_to_do(client):
    speaker = make_coming()
    old = address(speaker)
    links.make(speaker)

    answer = client.get(old)

    assert answer.status_code == 410
    assert speaker.conference.contact_email in answer.text
    assert "noindex" in answer["X-Robots-Tag"]
    assert client.get(address(speaker)).status_code == 200


def test_link_ends_a_while_after_the_conference(client):
    today = timezone.now().date()
    conference = factories.make_conference(
        starts_on=today - timedelta(days=40), ends_on=today - timedelta(days=39)
    )
    speaker = make_coming(conference=conference)

    assert client.get(address(speaker)).status_code == 410


def test_secret_is_not_logged():
    speaker = make_coming()
    path = address(speaker, "speakers:space_profile")
    record = logging.LogRecord("x", logging.INFO, "", 1, "Not Found: %s", (path,), None)

    RedactPrivateLinks().filter(record)

    assert token(speaker) not in record.getMessage()
    assert "/profile/" in record.getMessage()


def sign_in(client, *emails, verified=True):
    user = factories.make_user()
    for email in emails:
        EmailAddress.objects.create(user=user, email=email, verified=verified)
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return user


def test_who_signs_in_with_the_speakers_address_comes_to_the_same_pages(client):
    speaker = make_coming(email="Ada@Example.org")
    sign_in(client, "ada@example.org")

    answer = client.get(f"/en/{speaker.conference.slug}/speaker-space/", follow=True)

    assert answer.status_code == 200
    assert answer.redirect_chain[0][0].endswith(f"/speaker-space/my-{speaker.code}/")
    for name in PAGES:
        assert client.get(at(f"my-{speaker.code}", speaker, name)).status_code == 200
    assert f"/speaker-space/my-{speaker.code}/" in client.get("/en/account/").text


@pytest.mark.parametrize(
    ("emails", "verified"),
    [
        (["ada@example.org"], False),
        (["eve@example.org"], True),
        ([], True),
        (["ada@example.or"], True),
    ],
)
def test_an_address_that_is_not_proved_or_not_the_speakers_opens_nothing(client, emails, verified):
    speaker = make_coming()
    sign_in(client, *emails, verified=verified)

    assert client.get(f"/en/{speaker.conference.slug}/speaker-space/").status_code == 404
    for name in PAGES:
        assert client.get(at(f"my-{speaker.code}", speaker, name)).status_code == 404
    assert speaker.code not in client.get("/en/account/").text


def test_speaker_without_an_address_is_nobodys(client):
    speaker = make_coming(email="")
    sign_in(client)

    assert client.get(at(f"my-{speaker.code}", speaker, "speakers:space")).status_code == 404


def test_one_address_for_two_speakers_is_a_choice(client):
    ada = make_coming(family_name="Lovelace")
    make_coming(conference=ada.conference, family_name="Curie")
    sign_in(client, ada.email)

    answer = client.get(f"/en/{ada.conference.slug}/speaker-space/")

    assert "Lovelace" in answer.text and "Curie" in answer.text


def test_anonymous_is_led_to_sign_in(client):
    speaker = make_coming()
    for path in ("speaker-space/", f"speaker-space/my-{speaker.code}/profile/"):
        answer = client.get(f"/fr/{speaker.conference.slug}/{path}")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/fr/account/login/?next=/fr/")


def state_of_everything():
    links = SpeakerLink.objects.order_by("pk").values_list("digest", "revoked_at")
    return [*Speaker.objects.values_list("state", "answered_at", "updated_at"), *links]


def test_reading_changes_nothing(client):
    speaker = make_invited()
    secrets = token(speaker), token(speaker, By.ASSISTANT)
    before = state_of_everything()

    for name in PAGES:
        for secret in secrets:
            client.get(at(secret, speaker, name), {"answer": "accepted", "done": "saved"})

    assert state_of_everything() == before
    assert not Consent.objects.exists() and not Logistics.objects.exists()


# --- The invitation ----------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["accepted", "declined"])
def test_speaker_answers_with_a_note(client, state):
    speaker = make_invited()

    answer = client.post(
        address(speaker, "speakers:space_answer"),
        {"state": state, "note": "Volontiers !"},
        follow=True,
    )

    speaker.refresh_from_db()
    assert speaker.state == state and speaker.answered_at
    change = speaker.state_changes.get()
    assert (change.state, change.by, change.note) == (state, By.SPEAKER, "Volontiers !")
    assert "Thank you for your answer" in answer.text


def test_answer_without_a_choice_is_explained_and_the_note_kept(client):
    speaker = make_invited()

    answer = client.post(address(speaker, "speakers:space_answer"), {"note": "Je réfléchis"})

    assert answer.status_code == 422
    assert "Choose your answer" in answer.text and "error-summary" in answer.text
    assert "Je réfléchis" in answer.text


def test_who_declined_is_told_so_and_finds_nothing_to_fill_in(client):
    speaker = make_invited()
    client.post(address(speaker, "speakers:space_answer"), {"state": "declined"})

    overview = client.get(address(speaker))
    assert "Declined" in overview.text and "What there is to do" not in overview.text
    assert client.get(address(speaker, "speakers:space_profile")).status_code == 302
    answer = client.post(address(speaker, "speakers:space_profile"), profile())
    assert answer.status_code == 403
    assert client.get(address(speaker, "speakers:space_consents")).status_code == 200
    # Not even the other way round, without staff.
    assert (
        client.post(address(speaker, "speakers:space_answer"), {"state": "accepted"}).status_code
        == 403
    )
    speaker.refresh_from_db()
    assert speaker.state == "declined"


def test_withdrawing_is_asked_and_then_done(client):
    speaker = make_coming(is_published=True)
    path = address(speaker, "speakers:space_withdraw")

    assert client.get(path).status_code == 200
    speaker.refresh_from_db()
    assert speaker.state == "accepted"
    client.post(path, {"note": "Malade"})

    speaker.refresh_from_db()
    assert (speaker.state, speaker.is_published) == ("withdrawn", False)


def test_an_invitation_not_yet_answered_is_not_withdrawn_from(client):
    speaker = make_invited()

    answer = client.get(address(speaker, "speakers:space_withdraw"))
    assert answer.status_code == 302
    assert client.post(address(speaker, "speakers:space_withdraw")).status_code == 422


# --- Public profile ----------------------------------------------------------------------------


def test_profile_is_written_at_once_before_publication(client):
    speaker = make_coming()
    texts = profile(
        biography_fr="Première\r\n\r\nligne", orcid="https://orcid.org/0000000218250097"
    )

    answer = client.post(address(speaker, "speakers:space_profile"), texts, follow=True)

    speaker.refresh_from_db()
    assert speaker.biography_fr == "Première\n\nligne"
    assert speaker.orcid == "0000-0002-1825-0097"
    assert speaker.role_title_en == "Mathematician"
    assert "What you wrote is kept" in answer.text
    assert not ProposedChange.objects.exists()


def test_profile_is_proposed_after_publication_and_nothing_changes_yet(client):
    speaker = make_coming(is_published=True, biography_en="A life.")
    path = address(speaker, "speakers:space_profile")

    answer = client.post(path, profile(biography_en="A <b>long</b> life."), follow=True)

    speaker.refresh_from_db()
    assert speaker.biography_en == "A life."
    change = review.pending(speaker, "profile")
    assert change.texts["biography_en"] == {"before": "A life.", "after": "A <b>long</b> life."}
    assert change.by == By.SPEAKER
    assert "Waiting for review" in answer.text
    assert "<ins>" in answer.text and "<b>long" not in re.sub(
        r"<textarea.*?</textarea>", "", answer.text
    )
    # The form shows what the speaker wants, and it can be handed in once more.
    assert "A &lt;b&gt;long&lt;/b&gt; life." in answer.text
    again = client.post(path, profile(biography_en="A <b>long</b> life."), follow=True)
    assert "Nothing was different" in again.text
    client.post(path, profile(biography_en="Another."))
    assert ProposedChange.objects.filter(state="pending").count() == 1
    review.accept(review.pending(speaker, "profile"), None)
    speaker.refresh_from_db()
    assert speaker.biography_en == "Another."


def test_proposal_is_taken_back(client):
    speaker = make_coming(is_published=True)
    client.post(address(speaker, "speakers:space_profile"), profile())
    change = review.pending(speaker, "profile")

    path = address(speaker, "speakers:space_withdraw_change", change.pk)
    assert client.get(path).status_code == 405
    client.post(path)

    assert review.pending(speaker, "profile") is None
    speaker.refresh_from_db()
    assert speaker.biography_en == ""


def test_nobody_takes_back_the_proposal_of_another(client):
    ada = make_coming(is_published=True)
    eve = make_coming(conference=ada.conference, email="eve@example.org")
    client.post(address(ada, "speakers:space_profile"), profile())
    change = review.pending(ada, "profile")

    client.post(address(eve, "speakers:space_withdraw_change", change.pk))
    # Nor an assistant what the speaker handed in.
    client.post(address(ada, "speakers:space_withdraw_change", change.pk, by=By.ASSISTANT))

    assert review.pending(ada, "profile") == change


def test_refusal_is_shown_with_its_reason(client):
    speaker = make_coming(is_published=True)
    client.post(address(speaker, "speakers:space_profile"), profile())

    review.refuse(review.pending(speaker, "profile"), None, "Trop long, hélas.")

    assert "Trop long, hélas." in client.get(address(speaker)).text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("family_name", "", "Write your family name"),
        ("family_name", "http://evil.example", "leave web addresses out"),
        ("given_name", "A\u2028da", "cannot be printed"),
        ("affiliation_fr", "x" * 201, "at most 200"),
        ("biography_en", "x" * 5001, "at most 5000"),
        ("website", "javascript:alert(1)", "no web address"),
        ("website", "ftp://example.org", "no web address"),
        ("orcid", "0000-0002-1825-0098", "no ORCID"),
        ("orcid", "1234", "no ORCID"),
        ("orcid", "٠٠٠٠-0002-1825-0097", "no ORCID"),
        ("biography_fr", "a\0b", "Null characters"),
    ],
)
def test_what_cannot_be_printed_is_refused_and_everything_typed_is_kept(
    client, field, value, words
):
    speaker = make_coming()

    answer = client.post(
        address(speaker, "speakers:space_profile"), profile(role_title_fr="Gardé", **{field: value})
    )

    assert answer.status_code == 422
    assert words in answer.text and "error-summary" in answer.text
    assert 'value="Gardé"' in answer.text
    speaker.refresh_from_db()
    assert not speaker.role_title_fr


def test_preview_shows_both_languages_and_keeps_nothing(client):
    speaker = make_coming()

    answer = client.post(
        address(speaker, "speakers:space_profile"), profile(biography_en="", look="1")
    )

    assert answer.status_code == 200
    assert answer.text.count("space-preview__name") == 2
    # English lacks its text and says so.
    assert "available in French only" in answer.text
    speaker.refresh_from_db()
    assert not speaker.biography_fr


# --- Consents ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
def test_consents_are_recorded_with_their_words_and_taken_back(client, language):
    speaker = make_coming()
    path = at(token(speaker), speaker, "speakers:space_consents", language=language)

    client.post(path, {"photograph": "yes", "slides": "no"})

    latest = consents.latest(speaker)
    assert {purpose.value: row.is_given for purpose, row in latest.items()} == {
        "photograph": True,
        "slides": False,
    }
    assert latest[Consent.Purpose.PHOTOGRAPH].wording == consents.wording(
        Consent.Purpose.PHOTOGRAPH, language
    )
    client.post(path, {"photograph": "no", "slides": "no"})
    assert not consents.latest(speaker)[Consent.Purpose.PHOTOGRAPH].is_given
    assert Consent.objects.count() == 3  # nothing is overwritten, nothing is written twice


def test_no_box_is_ticked_beforehand(client):
    answer = client.get(address(make_coming(), "speakers:space_consents"))

    assert " checked" not in answer.text


def test_assistant_consents_to_nothing(client):
    speaker = make_coming()

    client.post(address(speaker, "speakers:space_consents", by=By.ASSISTANT), {"slides": "yes"})

    assert not Consent.objects.exists()


# --- Availability and logistics ----------------------------------------------------------------


def test_times_are_those_of_the_conference(client):
    speaker = make_coming()
    path = address(speaker, "speakers:space_availability")

    client.post(
        path, {"starts_at": "2027-02-04T09:00", "ends_at": "2027-02-04T12:30", "note": "Train"}
    )

    row = speaker.unavailabilities.get()
    assert row.starts_at.isoformat() == "2027-02-04T08:00:00+00:00"
    assert "09:00" in client.get(path).text or "9 a.m." in client.get(path).text
    remove = address(speaker, "speakers:space_forget_unavailability", row.pk)
    assert client.get(remove).status_code == 405
    client.post(remove)
    assert not speaker.unavailabilities.exists()


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "words"),
    [
        ("2027-02-04T09:00", "2027-02-04T09:00", "after the start"),
        ("2027-02-04T09:00", "2027-02-03T09:00", "after the start"),
        ("2026-01-01T09:00", "2026-01-02T09:00", "over before"),
        ("2028-01-01T09:00", "2028-01-02T09:00", "over by then"),
        ("demain", "2027-02-04T09:00", "Write a date"),
        ("", "", "Write a date"),
        ("0001-01-01T00:00", "9999-12-31T23:59", ""),
    ],
)
def test_times_that_make_no_sense_are_explained(client, starts_at, ends_at, words):
    speaker = make_coming()

    answer = client.post(
        address(speaker, "speakers:space_availability"),
        {"starts_at": starts_at, "ends_at": ends_at},
    )

    if words:
        assert answer.status_code == 422 and words in answer.text
        assert not speaker.unavailabilities.exists()
    else:
        assert answer.status_code in (302, 422)


def test_nobody_removes_the_time_of_another(client):
    ada, eve = make_coming(), make_coming(email="eve@example.org")
    now = timezone.now()
    row = ada.unavailabilities.create(starts_at=now, ends_at=now + timedelta(hours=1))

    client.post(address(eve, "speakers:space_forget_unavailability", row.pk))

    assert ada.unavailabilities.exists()


def test_logistics_are_kept_and_what_staff_wrote_stays(client):
    speaker = make_coming()
    Logistics.objects.create(speaker=speaker, hotel="Hôtel du Lac", staff_note="CANARY")
    path = address(speaker, "speakers:space_logistics")

    answer = client.post(
        path,
        {
            "arrives_at": "2027-02-03T18:05",
            "diet": "Sans noix",
            "hotel": "Ritz",
            "staff_note": "x",
            "nights_from": "2027-02-03",
            "nights_until": "2027-02-05",
        },
        follow=True,
    )

    row = Logistics.objects.get()
    assert (row.hotel, row.staff_note, row.diet) == ("Hôtel du Lac", "CANARY", "Sans noix")
    assert row.arrives_at.isoformat() == "2027-02-03T17:05:00+00:00"
    assert "CANARY" not in answer.text and "Hôtel du Lac" in answer.text
    assert 'value="2027-02-03T18:05"' in answer.text


def test_logistics_out_of_order_are_refused(client):
    speaker = make_coming()

    answer = client.post(
        address(speaker, "speakers:space_logistics"),
        {"arrives_at": "2027-02-05T18:00", "departs_at": "2027-02-04T18:00", "diet": "Gardé"},
    )

    assert answer.status_code == 422
    assert "comes after the arrival" in answer.text and "Gardé" in answer.text
    assert not Logistics.objects.exists()


# --- The assistant -----------------------------------------------------------------------------


def test_speaker_gives_an_assistant_a_link_and_takes_it_back(client):
    speaker = make_coming()
    page = address(speaker, "speakers:space_assistant")
    change = address(speaker, "speakers:space_assistant_link")

    assert client.get(change).status_code == 405
    client.post(change)
    path = re.search(r'value="https?://[^/"]+([^"]+)"', client.get(page).text)[1]
    assert client.get(path).status_code == 200
    client.post(change)  # another one takes its place
    assert client.get(path).status_code == 410
    client.post(change, {"revoke": "1"})

    assert not links.in_force(speaker, By.ASSISTANT).exists()
    assert links.in_force(speaker, By.SPEAKER).exists()


def test_assistant_writes_for_the_speaker_and_it_is_told_who_did(client):
    speaker = make_coming(is_published=True)

    client.post(address(speaker, "speakers:space_profile", by=By.ASSISTANT), profile())

    assert review.pending(speaker, "profile").by == By.ASSISTANT


def test_assistants_link_does_not_lead_to_the_speakers(client):
    speaker = make_coming()
    secret = token(speaker)

    for name, may in PAGES.items():
        if may:
            assert secret not in client.get(address(speaker, name, by=By.ASSISTANT)).text


# --- The overview ------------------------------------------------------------------------------


def test_overview_tells_what_is_missing_in_words(client):
    speaker = make_invited(affiliation_fr="", affiliation_en="")

    text = client.get(address(speaker)).text

    assert "We look forward to your answer" in text
    assert "biography in French" in text and "To do" in text
    speaker.state = "accepted"
    speaker.save()
    client.post(address(speaker, "speakers:space_profile"), profile())
    assert "biography in French" not in client.get(address(speaker)).text


def test_overview_costs_the_same_for_few_and_for_many(client):
    speaker = make_coming(is_published=True)
    costs = []
    for count in (1, 4):
        for _ in range(count):
            session = factories.make_session(conference=speaker.conference)
            factories.make_slot(session=session)
            factories.make_participation(session=session, speaker=speaker)
        factories.make_release(speaker.conference)
        path = address(speaker)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_overview_shows_what_is_published_and_never_the_draft(client):
    speaker = make_coming(is_published=True)
    chair = factories.make_speaker(conference=speaker.conference, family_name="Présidente")
    session = factories.make_session(conference=speaker.conference, title_en="Published title")
    slot = factories.make_slot(session=session)
    factories.make_participation(session=session, speaker=speaker, role="keynote")
    factories.make_participation(session=session, speaker=chair, role="chair")

    assert "is published yet" in client.get(address(speaker)).text
    factories.make_release(speaker.conference)
    session.title_en = "CANARY"
    session.save()
    slot.starts_at -= timedelta(hours=2)
    slot.save()

    text = client.get(address(speaker)).text
    calendar = client.get(address(speaker, "programme:space_calendar"))
    assert "Published title" in text and "CANARY" not in text
    assert "09:00" in text and "Présidente" in text and "Keynote" in text
    assert calendar["Content-Type"].startswith("text/calendar")
    assert "Published title" in calendar.text and "CANARY" not in calendar.text
    assert token(speaker) not in calendar.text
