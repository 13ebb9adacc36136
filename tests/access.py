"""Every route of the site with an address to ask it by, and the people who may ask."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.http import FileResponse, HttpRequest
from django.test import Client
from django.test.client import ClientHandler
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone, translation

from conference.accounts.models import User
from conference.models import Conference, Page
from press.models import PressKitItem, PressRelease
from programme import agenda as agendas
from programme.models import Agenda, Room, Session, TalkFile, Theme
from registration.models import Registration, Secret
from speakers import consents, links
from speakers.models import By, Consent, Speaker, SpeakerLink
from tests import factories

PARAMETER = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)|<(?:\w+:)?(\w+)>")


# What a speaker's private link opens, and what each page answers to whoever only looks.
SPEAKER_SPACE = {
    "speakers:space": 200,
    "speakers:space_answer": 200,
    "speakers:space_withdraw": 302,  # nothing was accepted yet
    "speakers:space_profile": 200,
    "speakers:space_changes": 200,
    "speakers:space_withdraw_change": 405,
    "speakers:space_portrait": 200,
    "speakers:space_crop": 302,
    "speakers:space_remove_portrait": 405,
    "speakers:space_picture": 404,  # none was sent
    "speakers:space_square": 404,
    "speakers:space_consents": 200,
    "speakers:space_availability": 200,
    "speakers:space_forget_unavailability": 405,
    "speakers:space_logistics": 200,
    "speakers:space_assistant": 200,
    "speakers:space_assistant_link": 405,
    "programme:space_talks": 200,
    "programme:space_talk": 200,
    "programme:space_files": 200,
    "programme:space_file": 200,
    "programme:space_remove_file": 405,
    "programme:space_calendar": 200,
}


@dataclass(frozen=True)
class Route:
    """One pattern of the resolver: its name with its namespaces, its address with holes."""

    name: str
    pattern: str

    @property
    def parameters(self) -> list[str]:
        return [group or other for group, other in PARAMETER.findall(self.pattern)]

    def address(self, **values: Any) -> str:
        """The address with its holes filled in."""
        path = PARAMETER.sub(lambda hole: str(values[hole[1] or hole[2]]), self.pattern)
        return "/" + re.sub(r"[\^$]", "", path)


def names(text: str) -> list[str]:
    return text.split()


def every_route(language: str = "en") -> list[Route]:
    """All routes, those below a language's prefix in that language."""
    with translation.override(language):
        return list(walk(get_resolver().url_patterns))


def walk(
    patterns: list[URLPattern | URLResolver], spaces: tuple[str, ...] = (), prefix: str = ""
) -> Iterator[Route]:
    for one in patterns:
        path = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            inner = (*spaces, one.namespace) if one.namespace else spaces
            yield from walk(one.url_patterns, inner, path)
        else:
            # Django's admin leaves two kinds of redirects without a name.
            yield Route(":".join([*spaces, one.name or f"({one.pattern})"]), path)


class Browser(Client):
    """A client that reports a 500 as such, and starts no application of its own.

    Whatever it is sent has its text in ``read``, streams and files included.
    """

    shared_handler = ClientHandler(enforce_csrf_checks=False)

    def __init__(self) -> None:
        super().__init__(raise_request_exception=False)
        self.handler = self.shared_handler

    def request(self, **request: Any) -> Any:
        answer: Any = super().request(**request)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if isinstance(answer, FileResponse) and answer.file_to_stream:
            answer.file_to_stream.close()
        answer.read = body.decode(errors="replace")
        return answer


def member_of(group: str, **fields: Any) -> User:
    """A member of staff in that one group."""
    email = f"{group.lower().replace(' ', '-')}.member@example.org"
    user = User.objects.create_user(email, is_staff=True, **fields)
    user.groups.add(Group.objects.get(name=group))
    return user


def signed_in(user: User, *, factor: bool | None = None) -> Browser:
    """A browser in which ``user`` is signed in, for staff with a second factor shown just now."""
    client = Browser()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    if user.is_staff if factor is None else factor:
        shown = Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
        request = HttpRequest()
        request.session = session = client.session
        record_authentication(request, user, "password")
        record_authentication(request, user, "mfa", id=shown.pk, type=shown.type)
        session.save()
    return client


@dataclass
class Edition:
    """One conference with one of everything that has an address, and values to ask for it."""

    conference: Conference
    page: Page
    theme: Theme
    room: Room
    session: Session
    speaker: Speaker
    press_release: PressRelease
    kit_item: PressKitItem
    registration: Registration
    agenda: Agenda
    file: TalkFile
    speaker_link: SpeakerLink

    @classmethod
    def make(cls, **fields: Any) -> "Edition":
        conference = factories.make_conference(**fields)
        theme = factories.make_theme(conference=conference)
        session = factories.make_session(conference=conference, theme=theme)
        speaker = factories.make_speaker(
            conference=conference, organisation=factories.make_organisation()
        )
        slot = factories.make_slot(session=session)
        factories.make_participation(session=session, speaker=speaker)
        factories.make_release(conference)
        page = make_page(conference)
        # Private links work until a week after registration closes.
        closes_at = timezone.now() + timedelta(days=30)
        ticket_type = factories.make_ticket_type(
            conference=conference, seats=9, closes_at=closes_at
        )
        return cls(
            conference,
            page,
            theme,
            slot.room,
            session,
            speaker,
            press_release=factories.make_press_release(conference=conference),
            kit_item=conference.press_kit.create(
                # A number that nobody writes by chance.
                pk=4000 + conference.pk,
                kind="document",
                title_fr="Dossier",
                title_en="File",
                is_published=True,
                file=ContentFile(b"%PDF-1.7", name="file.pdf"),
            ),
            registration=factories.make_registration(ticket_type=ticket_type),
            agenda=make_agenda(conference),
            file=make_file(session, speaker),
            speaker_link=links.ensure(speaker),
        )

    def of_speaker(self) -> dict[str, Any]:
        """What fills the holes of every page of the speaker's own."""
        return {"token": self.speaker_link.reveal(), "pk": 1, "guid": self.file.guid}

    @property
    def token(self) -> str:
        return self.registration.secret(Secret.Purpose.MANAGE)

    def values(self) -> dict[str, dict[str, Any]]:
        """What fills the holes of each public route so that it leads to this edition."""
        session, token = {"code": self.session.code}, {"token": self.token}
        return {
            "conference:page": {"slug": self.page.slug},
            "programme:session": session,
            "programme:session_ics": session,
            "programme:theme": {"slug": self.theme.slug},
            "programme:release": {"version": self.conference.releases.get().version},
            "programme:room": {"slug": self.room.slug},
            "programme:organisation": {"slug": self.speaker.organisation.slug},
            "programme:agenda_page": {"token": agendas.secret_of(self.agenda)},
            "programme:agenda_ics": {"token": agendas.secret_of(self.agenda)},
            "programme:agenda_news": {
                "number": self.agenda.pk,
                "token": agendas.proof_of(self.agenda),
            },
            "programme:theme_ics": {"slug": self.theme.slug},
            "programme:room_ics": {"slug": self.room.slug},
            "programme:speaker_ics": {"code": self.speaker.code},
            "programme:screen": {"slug": self.room.slug},
            "speakers:detail": {"code": self.speaker.code},
            "programme:file": {**session, "guid": self.file.guid},
            **dict.fromkeys(SPEAKER_SPACE, self.of_speaker()),
            "programme:space_talk": {**self.of_speaker(), "guid": self.session.guid},
            "registration:manage": token,
            "registration:badge": token,
            "registration:cancel": token,
            "registration:ticket": token,
            "registration:calendar": token,
            "press:release": {"slug": self.press_release.slug},
            "press:kit_file": {"pk": self.kit_item.pk, "name": self.kit_item.file_name},
        }


def make_agenda(conference: Conference) -> Agenda:
    """An agenda whose address has not answered yet."""
    agenda = agendas.new(conference, "en")
    agenda.email = "agenda@example.org"
    agenda.save()
    return agenda


def make_file(session: Session, speaker: Speaker) -> TalkFile:
    """Slides that anybody may read since an hour."""
    consents.record(speaker, Consent.Purpose.SLIDES, True, by=By.SPEAKER, language="en")
    stored = storages["private"].save(f"files/{session.guid}.pdf", ContentFile(b"%PDF-1.7"))
    return TalkFile.objects.create(
        session=session,
        speaker=speaker,
        name="slides.pdf",
        file=stored,
        content_type="application/pdf",
        size=8,
        is_accepted=True,
        public_at=timezone.now() - timedelta(hours=1),
    )


def make_page(conference: Conference, **fields: Any) -> Page:
    defaults = {
        "slug": f"practical-{conference.slug}",
        "title_fr": "Informations pratiques",
        "title_en": "Practical information",
        "body_fr": "Un texte.",
        "body_en": "A text.",
        "is_published": True,
    }
    return conference.pages.create(**defaults | fields)
