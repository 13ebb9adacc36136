"""The reference event: data files into the database, as often as one likes.

Rows are found by their natural key; what differs from the files is corrected, what the files do
not name stays. People (accounts, registrations) are added once, then left to themselves.
"""

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone, translation

from conference.accounts.models import User
from conference.models import Conference, Organisation, Venue
from conference.privacy.models import Notice
from press.models import (
    Affiliation,
    Beat,
    Journalist,
    MediaList,
    Outlet,
    PressContact,
)
from programme.models import Participation, Room, Session, Slot, Talk, Theme
from programme.services import publish
from registration.addresses import email_key
from registration.models import Quota, Registration, Seat, Secret, TicketType
from registration.services import make_secrets
from speakers.models import CommitteeMember, Logistics, Speaker, Unavailability

from .accounts import PASSWORD
from .reader import Entry, read
from .shelf import Shelf


@transaction.atomic
def load(today: date | None = None) -> Counter[str]:
    """Load everything or nothing; how many rows were added, changed and kept.

    Windows of registration are counted from ``today``. Raises ``DataError``.
    """
    with translation.override("fr"):
        loader = Loader(today or timezone.localdate())
        loader.load()
        return loader.tally


class Loader:
    def __init__(self, today: date) -> None:
        self.today = today
        self.tally: Counter[str] = Counter()

    def load(self) -> None:
        self._load_ground()
        self._load_speakers()
        self._load_programme()
        self._load_registration()
        self._load_accounts()
        self._load_media()
        self._load_press_room()

    # --- The ground --------------------------------------------------------------------------

    def _load_ground(self) -> None:
        shelf = self._shelf(Organisation.objects.all(), "slug")
        self.organisations: dict[str, Organisation] = {}
        for entry in read("organisations", "organisation"):
            values = self._values(entry, parent=self.organisations)
            self.organisations[entry.values["slug"]] = shelf.put(entry, **values)
        self._load_conference()
        self._load_partners()
        self._load_pages()

    def _load_conference(self) -> None:
        (venue,) = read("conference", "venue")
        (entry,) = read("conference", "conference")
        places = self._shelf(Venue.objects.all(), "name_fr")
        self.venue = places.put(venue, **venue.values)
        values = self._values(entry, host=self.organisations) | {"venue": self.venue}
        self.conference = self._shelf(Conference.objects.all(), "slug").put(entry, **values)

    def _load_partners(self) -> None:
        shelf = self._shelf(self.conference.partners.all(), "organisation_id", "level")
        for position, entry in enumerate(read("partners", "partner"), start=1):
            values = self._values(entry, organisation=self.organisations)
            shelf.put(entry, conference=self.conference, position=position, **values)

    def _load_pages(self) -> None:
        shelf = self._shelf(self.conference.pages.all(), "slug")
        for position, entry in enumerate(read("pages", "page"), start=1):
            shelf.put(
                entry,
                conference=self.conference,
                position=position,
                is_published=True,
                **entry.values,
            )
        notices = self._shelf(self.conference.notices.all(), "purpose", "version")
        for entry in read("notices", "notice"):
            notices.put(entry, conference=self.conference, **self._values(entry))

    # --- Speakers and programme --------------------------------------------------------------

    def _load_speakers(self) -> None:
        shelf = self._shelf(self.conference.speakers.all(), "code")
        self.speakers: dict[str, Speaker] = {}
        for position, entry in enumerate(read("speakers", "speaker"), start=1):
            self.speakers[entry.values["code"]] = shelf.put(
                entry,
                conference=self.conference,
                position=position,
                is_published=True,
                state=Speaker.State.ACCEPTED,
                email=f"speaker.{entry.values['code'].lower()}@example.org",
                **self._values(entry, organisation=self.organisations),
            )
        members = self._shelf(
            CommitteeMember.objects.filter(speaker__conference=self.conference),
            "speaker_id",
            "committee",
        )
        for position, entry in enumerate(read("speakers", "committee"), start=1):
            values = self._values(entry, speaker=self.speakers)
            members.put(entry, position=position, **values)
        ours = {"speaker__conference": self.conference}
        self._load_of_speakers("logistics", Logistics.objects.filter(**ours), "speaker_id")
        self._load_of_speakers(
            "unavailability", Unavailability.objects.filter(**ours), "speaker_id", "starts_at"
        )

    def _load_of_speakers(self, table: str, rows: models.QuerySet[Any], *key: str) -> None:
        shelf = self._shelf(rows, *key)
        for entry in read("logistics", table):
            shelf.put(entry, **self._values(entry, speaker=self.speakers))

    def _load_programme(self) -> None:
        self.themes = self._load_by_slug("themes", "theme", self.conference.themes.all())
        self.rooms = self._load_by_slug(
            "rooms", "room", self.conference.rooms.all(), venue=self.venue
        )
        ours = {"session__conference": self.conference}
        sessions = self._shelf(self.conference.sessions.all(), "code")
        self.sessions: dict[str, Session] = {}
        slots = self._shelf(Slot.objects.draft().filter(**ours), "session_id")
        self.talks = self._shelf(Talk.objects.filter(**ours), "session_id", "position")
        self.parts = self._shelf(
            Participation.objects.filter(**ours), "session_id", "talk_id", "speaker_id", "role"
        )
        for entry in read("sessions", "session"):
            values = self._values(entry, theme=self.themes, organisation=self.organisations)
            slot = {
                name: values.pop(name)
                for name in ("room", "starts_at", "ends_at")
                if name in values
            }
            for inner in ("people", "talk"):
                values.pop(inner, None)
            session = sessions.put(entry, conference=self.conference, **values)
            self.sessions[session.code] = session
            if slot:
                slot["room"] = entry.look_up("room", self.rooms)
                slots.put(entry, session=session, **slot)
            self._load_people(entry, session, None)
            self._load_talks(entry, session)
        self._publish()

    def _load_by_slug[M: (Theme, Room)](
        self, file: str, table: str, rows: models.QuerySet[M], **values: Any
    ) -> dict[str, M]:
        """In order of the file, with ``values`` in each."""
        shelf = self._shelf(rows, "slug")
        values["conference"] = self.conference
        return {
            entry.values["slug"]: shelf.put(entry, position=position, **values, **entry.values)
            for position, entry in enumerate(read(file, table), start=1)
        }

    def _load_talks(self, entry: Entry, session: Session) -> None:
        for position, part in enumerate(entry.parts("talk"), start=1):
            values = {name: value for name, value in part.values.items() if name != "people"}
            talk = self.talks.put(part, session=session, position=position, **values)
            self._load_people(part, session, talk)

    def _load_people(self, entry: Entry, session: Session, talk: Talk | None) -> None:
        for position, part in enumerate(entry.parts("people"), start=1):
            values = self._values(part, speaker=self.speakers)
            self.parts.put(part, session=session, talk=talk, position=position, **values)

    def _publish(self) -> None:
        """Publish each release once: they are final."""
        if self.conference.releases.exists():
            return
        for entry in read("releases", "release"):
            values = self._values(entry)
            without, elsewhere = values.pop("without", []), values.pop("elsewhere", [])
            before = [self._put_elsewhere(entry, place) for place in elsewhere]
            drawer = [self._draft_slot(entry, code) for code in without]
            Slot.objects.filter(pk__in=[slot.pk for slot in drawer]).delete()
            try:
                publish(self.conference, announce=False, **values)
            except ValidationError as error:
                raise entry.refuse(" ".join(error.messages)) from None
            for slot in [*before, *drawer]:
                slot.save()
            self.tally["added"] += 1

    def _put_elsewhere(self, entry: Entry, place: dict[str, Any]) -> Slot:
        """Move a draft slot for a release before the last; where it was, to be put back."""
        slot = self._draft_slot(entry, place["session"])
        moved = {name: self._instant(value) for name, value in place.items() if name != "session"}
        if "room" in moved:
            moved["room"] = entry.one_of("elsewhere", moved["room"], self.rooms)
        Slot.objects.filter(pk=slot.pk).update(**moved)
        return slot

    def _draft_slot(self, entry: Entry, code: str) -> Slot:
        try:
            return Slot.objects.draft().get(session=self.sessions[code])
        except (KeyError, Slot.DoesNotExist):
            raise entry.refuse(f"No session of the draft is called “{code}”.") from None

    # --- Registration ------------------------------------------------------------------------

    def _load_registration(self) -> None:
        shelf = self._shelf(self.conference.quotas.filter(session=None), "name_fr")
        quotas = {
            entry.values["name_en"]: shelf.put(entry, conference=self.conference, **entry.values)
            for entry in read("tickets", "quota")
        }
        types = self._shelf(self.conference.ticket_types.prefetch_related("quotas"), "slug")
        self.types: dict[str, TicketType] = {}
        self.quotas: dict[str, list[Quota]] = {}
        for position, entry in enumerate(read("tickets", "ticket_type"), start=1):
            values = self._values(entry)
            shares = [entry.one_of("quotas", name, quotas) for name in values.pop("quotas")]
            row = types.put(entry, conference=self.conference, position=position, **values)
            types.link(row, "quotas", shares)
            self.types[row.slug], self.quotas[row.slug] = row, shares
        self._load_attendees()

    def _load_attendees(self) -> None:
        """Add who is not there yet; no confirmation is promised to invented people."""
        known = set(self.conference.registrations.values_list("email_key", flat=True))
        notice = self.conference.notices.filter(purpose=Notice.Purpose.REGISTRATION).first()
        shelf = self._shelf(Registration.objects.none(), "email_key")
        added = []
        for entry in read("attendees", "registration"):
            values = self._attendee(entry)
            if values["email_key"] not in known:
                added.append(shelf.put(entry, **values, notice=notice))
        Seat.objects.bulk_create(
            Seat(registration=one, quota=quota)
            for one in added
            if one.state in Registration.State.seated()
            for quota in self.quotas[one.ticket_type.slug]
        )
        for one in added:
            cancelled = one.state == Registration.State.CANCELLED
            make_secrets(one, [Secret.Purpose.MANAGE] if cancelled else None)

    def _attendee(self, entry: Entry) -> dict[str, Any]:
        values = self._values(entry, ticket_type=self.types)
        name = f"{values.get('given_name', '')} {values['family_name']}".strip()
        defaults = {
            "conference": self.conference,
            "state": Registration.State.CONFIRMED,
            "badge_name": name,
            "badge_organisation": values.get("organisation", ""),
            "email_key": email_key(values["email"]),
            "allows_photographs_at": values["created_at"],
            "state_changed_at": values["created_at"],
        }
        return defaults | values

    def _load_accounts(self) -> None:
        """Add who is not there yet, with the password that the demonstration prints."""
        self.users = {user.email: user for user in User.objects.all()}
        missing = [e for e in read("accounts", "account") if e.values["email"] not in self.users]
        if not missing:
            return
        groups = {group.name: group for group in Group.objects.all()}
        shelf = self._shelf(User.objects.none(), "email")
        # One hash for all: it is made to be slow.
        password = make_password(PASSWORD)
        for entry in missing:
            names = entry.values.pop("groups", [])
            user = shelf.put(entry, is_staff=True, password=password, **entry.values)
            user.groups.set([entry.one_of("groups", name, groups) for name in names])
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            self.users[user.email] = user

    # --- The press office --------------------------------------------------------------------

    def _load_media(self) -> None:
        shelf = self._shelf(Beat.objects.all(), "slug")
        self.beats = {
            entry.values["slug"]: shelf.put(entry, **entry.values)
            for entry in read("beats", "beat")
        }
        outlets = self._shelf(Outlet.objects.all(), "name", "country")
        self.outlets = {
            entry.values["name"]: outlets.put(entry, **entry.values)
            for entry in read("outlets", "outlet")
        }
        self._load_journalists()
        self._load_media_lists()

    def _load_journalists(self) -> None:
        shelf = self._shelf(Journalist.objects.prefetch_related("beats"), "email")
        works = self._shelf(Affiliation.objects.filter(is_current=True), "journalist_id")
        for entry in read("journalists", "journalist"):
            values = self._values(entry)
            outlet = entry.look_up("outlet", self.outlets)
            beats = [entry.one_of("beats", slug, self.beats) for slug in values.pop("beats")]
            role = values.pop("role")
            del values["outlet"]
            journalist = shelf.put(entry, **values)
            shelf.link(journalist, "beats", beats)
            works.put(entry, journalist=journalist, outlet=outlet, role=role, is_current=True)

    def _load_media_lists(self) -> None:
        shelf = self._shelf(MediaList.objects.prefetch_related("beats"), "owner_id", "name")
        for entry in read("medialists", "media_list"):
            values = self._values(entry, owner=self.users)
            beats = [entry.one_of("beats", slug, self.beats) for slug in values.pop("beats", [])]
            shelf.link(shelf.put(entry, **values), "beats", beats)

    def _load_press_room(self) -> None:
        shelf = self._shelf(self.conference.press_contacts.all(), "email")
        contacts = {
            entry.values["email"]: shelf.put(
                entry, conference=self.conference, position=position, **entry.values
            )
            for position, entry in enumerate(read("press", "contact"), start=1)
        }
        kit = self._shelf(self.conference.press_kit.all(), "title_fr")
        for position, entry in enumerate(read("press", "kit"), start=1):
            kit.put(
                entry,
                conference=self.conference,
                position=position,
                is_published=True,
                **entry.values,
            )
        self._load_press_releases(contacts)

    def _load_press_releases(self, contacts: dict[str, PressContact]) -> None:
        rows = self.conference.press_releases.prefetch_related("contacts", "speakers")
        shelf = self._shelf(rows, "slug")
        for entry in read("press", "release"):
            values = self._values(entry)
            named = [entry.one_of("contacts", e, contacts) for e in values.pop("contacts", [])]
            cited = [entry.one_of("speakers", c, self.speakers) for c in values.pop("speakers", [])]
            row = shelf.put(entry, conference=self.conference, **values)
            shelf.link(row, "contacts", named)
            shelf.link(row, "speakers", cited)

    # --- Tools -------------------------------------------------------------------------------

    def _shelf[M: models.Model](self, rows: models.QuerySet[M], *key: str) -> Shelf[M]:
        return Shelf(rows, *key, tally=self.tally)

    def _values(self, entry: Entry, **names: dict[str, Any]) -> dict[str, Any]:
        """The entry's values: instants with their zone, names as the rows they stand for."""
        values = {name: self._instant(value) for name, value in entry.values.items()}
        for name, known in names.items():
            if name in values:
                values[name] = entry.look_up(name, known)
        return values

    def _instant(self, value: Any) -> Any:
        """A local time, or a number of days from today, as an instant where the event is."""
        if isinstance(value, dict) and value.keys() == {"days"}:
            value = datetime.combine(self.today + timedelta(days=value["days"]), time())
        if isinstance(value, datetime):
            return timezone.make_aware(value, self.conference.zone)
        return value
