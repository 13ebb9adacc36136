"""Nothing that is not released is reachable by an anonymous visitor, by any address of the site.

Every text that must stay inside carries a canary. The crawl asks every route of the resolver with
every key, code and secret-looking value that the database holds, in both languages, with the
questions that pages understand, and looks for canaries in whatever comes back.
"""

import itertools
import uuid
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from pypdf import PdfReader

from conference.secrets import derive, digest_of
from programme.models import Agenda, TalkFile
from speakers.models import Logistics, ProposedChange, SpeakerLink, Unavailability
from tests import factories
from tests.access import Browser, Route, every_route, names

pytestmark = pytest.mark.django_db

CANARY = "xylocanary"
LANGUAGES = ("fr", "en")
WRITTEN_LOGISTICS = names("""
    arrival_by departure_by hotel diet needs companion assistant_name phone equipment staff_note
""")


def canary(what: str) -> dict[str, str]:
    """A word for each language that stands for ``what`` and for nothing else."""
    return {language: f"{CANARY}{what}{language}" for language in LANGUAGES}


def texts(what: str, *fields: str) -> dict[str, str]:
    return {
        f"{field}_{language}": f"{word}{field}"
        for field in fields
        for language, word in canary(what).items()
    }


@pytest.fixture
def edition():
    """A released programme, with secrets in everything around it."""
    conference = factories.make_conference(starts_on="2027-02-04", ends_on="2027-02-05")
    organisation = factories.make_organisation()
    theme = factories.make_theme(conference=conference)
    public = factories.make_session(
        conference=conference, theme=theme, organisation=organisation, title_en="Released already"
    )
    slot = factories.make_slot(session=public)
    speaker = factories.make_speaker(
        conference=conference, email=f"{CANARY}.speaker@example.org", organisation=organisation
    )
    factories.make_participation(session=public, speaker=speaker)
    talk = factories.make_talk(session=public)
    withdrawn = factories.make_session(conference=conference, title_en="Withdrawn since")
    withdrawn_slot = factories.make_slot(session=withdrawn)
    hidden = factories.make_speaker(
        conference=conference,
        is_published=False,
        family_name=f"{CANARY}unpublished",
        **texts("unpublished", "biography", "affiliation"),
    )
    factories.make_participation(session=public, speaker=hidden)
    factories.make_release(conference)
    withdrawn_slot.delete()
    factories.make_release(conference)
    hide_in_the_draft(conference, public, slot, talk, speaker)
    hide_about(speaker, public)
    return conference


def hide_in_the_draft(conference: Any, public: Any, slot: Any, talk: Any, speaker: Any) -> None:
    """What staff are doing after the last release."""
    type(public).objects.filter(pk=public.pk).update(
        **texts("rewritten", "title", "subtitle", "abstract")
    )
    type(talk).objects.filter(pk=talk.pk).update(**texts("retalked", "title", "abstract"))
    room = factories.make_room(conference=conference)
    type(slot).objects.filter(pk=slot.pk).update(
        room=room, starts_at=slot.starts_at + timedelta(minutes=7)
    )
    new = factories.make_session(
        conference=conference, **texts("unreleased", "title", "subtitle", "abstract")
    )
    factories.make_slot(session=new)
    factories.make_talk(session=new, **texts("newtalk", "title", "abstract"))
    factories.make_participation(session=new, speaker=speaker)
    unplaced = factories.make_session(conference=conference, **texts("unplaced", "title"))
    assert unplaced.pk
    for session in (public, new):
        hide_file(session, public_at=timezone.now() + timedelta(days=1), is_accepted=True)
        hide_file(session, public_at=None, is_accepted=True)
        hide_file(session, public_at=timezone.now() - timedelta(days=1), is_accepted=False)
    hide_file(new, public_at=timezone.now() - timedelta(days=1), is_accepted=True)


def hide_file(session: Any, **fields: Any) -> None:
    name = storages["private"].save(
        f"talks/{uuid.uuid4().hex}.pdf", ContentFile(f"%PDF-1.7 {CANARY}file".encode())
    )
    TalkFile.objects.create(
        session=session,
        name=f"{CANARY}file.pdf",
        file=name,
        content_type="application/pdf",
        size=10,
        **fields,
    )


def hide_about(speaker: Any, session: Any) -> None:
    """What a speaker tells the staff alone."""
    word = f"{CANARY}logistics"
    Logistics.objects.create(
        speaker=speaker,
        **{name: f"{word}{name}" for name in WRITTEN_LOGISTICS},
        assistant_email=f"{word}@example.org",
    )
    start = timezone.now()
    Unavailability.objects.create(
        speaker=speaker, starts_at=start, ends_at=start + timedelta(hours=1), note=f"{word}note"
    )
    proposed = {"before": "", "after": f"{CANARY}proposed"}
    ProposedChange.objects.create(
        speaker=speaker, subject="profile", texts={"biography_fr": proposed}, by="speaker"
    )
    nonce = uuid.uuid4()
    SpeakerLink.objects.create(
        speaker=speaker,
        holder="speaker",
        nonce=nonce,
        digest=digest_of(derive("speaker-speaker", nonce)),
    )
    nonce = uuid.uuid4()
    agenda = Agenda.objects.create(
        conference=session.conference,
        nonce=nonce,
        digest=digest_of(derive("agenda", nonce)),
        language="en",
        email=f"{CANARY}.agenda@example.org",
    )
    agenda.stars.create(session=session)


def guesses(conference: Any) -> dict[str, list[Any]]:
    """Everything that somebody could write into a hole of an address."""
    sessions, speakers = list(conference.sessions.all()), list(conference.speakers.all())
    files = list(TalkFile.objects.all())
    links = list(SpeakerLink.objects.all())
    agendas = list(Agenda.objects.all())
    # The keys, the nonces and the digests of the database: none of them opens anything.
    tokens = [
        word
        for row in (*links, *agendas)
        for word in (str(row.nonce), row.digest, row.digest[:32], str(row.pk))
    ]
    codes = [row.code for row in (*sessions, *speakers)]
    slugs = [row.slug for row in (*conference.themes.all(), *conference.rooms.all())]
    slugs += [row.organisation.slug for row in sessions if row.organisation] + ["none-such"]
    numbers = [row.pk for row in (*sessions, *speakers, *files)]
    guids = [row.guid for row in (*sessions, *speakers, *files)]
    versions = [release.version for release in conference.releases.all()] + ["draft", "None", "0"]
    return {
        "conference": [conference.slug],
        "code": codes,
        "slug": slugs,
        "token": tokens,
        "guid": guids,
        "uuid": guids,
        "version": versions,
        "pk": numbers,
        "object_id": numbers[:2],
        "section": ["sessions", "speakers", "themes", "rooms", "organisations", "programme"],
        "path": [*(file.file for file in files), "portraits/", "../private/talks/"],
        "name": ["file.pdf"],
    }


def addresses(route: Route, values: dict[str, list[Any]]) -> list[str]:
    """The route's address for every combination of what fits its holes (codes with any file)."""
    holes = route.parameters
    choices = [values.get(hole, ["1"]) for hole in holes]
    return [
        route.address(**dict(zip(holes, chosen, strict=True)))
        for chosen in itertools.islice(itertools.product(*choices), 400)
    ]


QUESTIONS = ["", "?view=grid", "?version=draft&at=2027-02-04T08:30"]


def body_of(answer: Any) -> str:
    """What can be read in an answer: PDF pages as text, everything else as it is, and its headers."""
    text: str = answer.read
    if answer.get("Content-Type", "").startswith("application/pdf") and not answer.streaming:
        pages = PdfReader(BytesIO(answer.content)).pages
        text += " ".join(page.extract_text() for page in pages)
    return text + str(dict(answer.items()))


def test_no_canary_is_reachable_by_anybody(edition):
    visitor = Browser()
    values = guesses(edition)
    asked = 0
    for language in LANGUAGES:
        for route in every_route(language):
            if route.name.startswith("admin:"):
                continue
            is_asked_more = route.name.startswith(("programme:", "speakers:"))
            for address, question in itertools.product(
                addresses(route, values), QUESTIONS if is_asked_more else QUESTIONS[:1]
            ):
                answer = visitor.get(address + question)
                assert answer.status_code < 500, (route.name, address)
                assert CANARY not in body_of(answer), (route.name, address + question)
                asked += 1
    assert asked > 500


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "what",
    ["unreleased", "rewritten", "retalked", "newtalk", "unpublished", "proposed", "logistics"],
)
def test_search_knows_a_hidden_word_as_little_as_one_that_is_nowhere(edition, what, language):
    hidden, nowhere = f"{CANARY}{what}", f"nowhere{'x' * (len(CANARY) + len(what) - 7)}"
    visitor = Browser()
    for ending in ("", language, f"{language}title"):
        answers = [
            visitor.get(f"/{language}/{edition.slug}/schedule/?q={word}{ending}").read
            for word in (hidden, nowhere)
        ]
        assert answers[0].replace(hidden, "word") == answers[1].replace(nowhere, "word")


def test_the_same_canaries_are_there_once_they_are_released(edition):
    """The crawl would see them: it is no blind witness."""
    factories.make_release(edition)

    said = Browser().get(f"/en/{edition.slug}/schedule/").read

    assert f"{CANARY}unreleaseden" in said
    assert f"{CANARY}unpublished" not in said


def test_files_outside_the_media_folder_are_not_served(edition):
    for file in TalkFile.objects.all():
        for address in (f"/media/{file.file}", f"/media/../private/{file.file}"):
            answer = Browser().get(address)
            assert answer.status_code in (400, 404) and CANARY not in answer.read
