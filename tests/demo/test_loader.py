"""The reference event, loaded."""

import itertools
import unicodedata
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Count
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from modeltranslation.translator import translator

from conference.accounts.models import User
from conference.mail.models import OutgoingMail
from conference.models import Conference
from demo import accounts
from demo.loader import load
from press.models import Journalist, MediaList, Outlet, PressRelease
from programme.models import Participation, Session, Slot
from registration.models import Quota, Registration, Secret, TicketType
from speakers.models import Speaker


class Loaded(TestCase):
    """Loaded once for all these tests, which is why they share a class."""

    conference: Conference

    @classmethod
    def setUpTestData(cls):
        load()
        cls.conference = Conference.objects.get(slug="ai-science-society-2025")

    def test_everything_is_there(self):
        assert Registration.objects.count() == 300
        assert Outlet.objects.count() == 60
        assert Journalist.objects.count() == 120
        assert Speaker.objects.published().count() == 14
        assert Session.objects.public().count() == 44
        assert self.conference.themes.count() == 4
        assert self.conference.pages.published().count() == 7
        assert MediaList.objects.count() == 4

    def test_second_load_writes_nothing(self):
        with CaptureQueriesContext(connection) as queries:
            again = load()

        writes = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        assert writes == []
        assert (again["added"], again["changed"]) == (0, 0)

    def test_corrected_file_corrects_the_row(self):
        self.conference.themes.filter(slug="health").update(name_en="Halth")

        tally = load()

        assert self.conference.themes.filter(slug="health", name_en="AI in health").exists()
        assert (tally["added"], tally["changed"]) == (0, 1)

    def test_what_became_of_an_attendee_is_left_alone(self):
        someone = Registration.objects.confirmed()[0]
        Registration.objects.filter(pk=someone.pk).update(badge_name="Zed")

        load()

        someone.refresh_from_db()
        assert someone.badge_name == "Zed"

    def test_every_text_stands_in_both_languages(self):
        for model in translator.get_registered_models(abstract=False):
            fields = list(translator.get_options_for_model(model).all_fields)
            for row in model._default_manager.all():
                for name in fields:
                    french, english = (getattr(row, f"{name}_{code}") for code in ("fr", "en"))
                    assert bool(french) == bool(english), f"{model.__name__} {row.pk}: {name}"

    def test_nobody_speaks_in_two_places_at_once(self):
        taken: dict[int, dict[int, tuple[datetime, datetime]]] = {}
        for part in Participation.objects.prefetch_related("session__slots"):
            slot = part.session.slots.public().get()
            for other, (start, end) in taken.setdefault(part.speaker_id, {}).items():
                assert other == part.session_id or slot.ends_at <= start or slot.starts_at >= end
            taken[part.speaker_id][part.session_id] = (slot.starts_at, slot.ends_at)

    def test_draft_has_no_clash_and_stays_within_the_event(self):
        slots = list(Slot.objects.draft().order_by("room_id", "starts_at"))

        for one, following in itertools.pairwise(slots):
            assert one.room_id != following.room_id or one.ends_at <= following.starts_at
        zone = self.conference.zone
        assert {slot.starts_at.astimezone(zone).date() for slot in slots} == {
            self.conference.starts_on,
            self.conference.ends_on,
        }

    def test_talks_fit_their_session(self):
        scheduled = Session.objects.public().prefetch_related("talks", "slots")
        for session in scheduled:
            minutes = sum(talk.minutes or 0 for talk in session.talks.all())
            assert minutes <= session.slots.all()[0].minutes

    def test_every_speaker_has_a_session(self):
        assert not Speaker.objects.filter(participations=None).exists()

    def test_both_international_round_tables_are_there(self):
        tables = Session.objects.public().filter(organisation__isnull=False)

        assert set(tables.values_list("organisation__slug", "kind")) == {
            ("un", "round-table"),
            ("oecd", "round-table"),
        }

    def test_seats_are_taken_and_counted(self):
        confirmed = Registration.objects.confirmed().count()

        assert Quota.objects.get(name_en="Access to the campus").taken == confirmed
        for quota in Quota.objects.annotate(seats_taken=Count("seats")):
            assert 0 < quota.taken == quota.seats_taken < quota.size

    def test_secrets_follow_the_state(self):
        purposes = Counter(Secret.objects.values_list("purpose", flat=True))

        assert purposes == {"manage": 300, "ticket": 294, "badge": 294}

    def test_public_can_register_today_and_tomorrow(self):
        for one in TicketType.objects.filter(slug__in=["participant", "student"]):
            assert one.is_public
            assert one.is_open()
            assert one.is_open(timezone.now() + timedelta(days=29))

    def test_no_mail_is_promised_to_invented_people(self):
        assert not OutgoingMail.objects.exists()

    def test_attendees_are_named_as_people_are(self):
        names = [f"{one.given_name} {one.family_name}" for one in Registration.objects.all()]
        letters = {unicodedata.name(c, "").split(" ")[0] for name in names for c in name}

        assert {"LATIN", "GREEK", "ARABIC", "CJK", "CYRILLIC"} <= letters
        assert Registration.objects.values("country").distinct().count() >= 12
        assert Registration.objects.filter(given_name="").count() >= 5
        assert max(map(len, names)) > 60
        assert any("'" in name for name in names)
        assert any(" van " in name for name in names)

    def test_embargo_holds_and_the_other_release_shows(self):
        assert [one.slug for one in PressRelease.objects.public()] == ["ai-science-society"]
        assert PressRelease.objects.count() == 2

    def test_accounts_open_with_the_printed_password(self):
        printed = accounts.accounts()

        assert len(printed) == 5
        for email, _role in printed:
            user = User.objects.get(email=email)
            assert user.is_staff
            assert user.check_password(accounts.PASSWORD)
            assert user.is_superuser != user.groups.exists()

    def test_journalists_of_elsewhere_are_due_their_information(self):
        assert Journalist.objects.values("country").distinct().count() >= 12
        assert set(Outlet.objects.values_list("kind", flat=True)) == set(Outlet.Kind.values)
        assert not Journalist.objects.filter(basis="").exists()


@pytest.mark.django_db
def test_windows_move_with_the_day():
    load(today=timezone.localdate() - timedelta(days=10))

    tally = load()

    # Three windows of registration, one embargo.
    assert tally["changed"] == 4
