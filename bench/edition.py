"""An edition of ten times the reference event's size: 500 sessions, 1,000 speakers, 5 days."""

import itertools
from datetime import date, datetime, time, timedelta

from bench.place import LARGE
from conference.models import Conference
from programme.models import Participation, Room, Session, Slot, Talk, Theme
from speakers.models import Speaker

SLUG = LARGE
FIRST_DAY = date(2027, 2, 1)
DAYS, ROOMS, ROUNDS = 5, 10, 10
SESSIONS, SPEAKERS = DAYS * ROOMS * ROUNDS, 1000
KINDS = ["plenary", "lecture", "round-table", "workshop"]
ABSTRACT = {
    "fr": "Une séance sur ce que l’apprentissage peut et ne peut pas. " * 8,
    "en": "A session on what learning can do, and what it cannot. " * 8,
}


def make() -> Conference:
    """Its draft, unpublished; nothing that an earlier run left."""
    conference = make_conference()
    themes, rooms = make_themes(conference), make_rooms(conference)
    sessions = make_sessions(conference, themes)
    make_talks(sessions, make_speakers(conference))
    Slot.objects.bulk_create(slots(conference, sessions, rooms))
    return conference


def make_conference() -> Conference:
    like = Conference.objects.get(is_current=True)
    return Conference.objects.create(
        slug=SLUG,
        acronym="LARGE",
        name_fr="Grande édition",
        name_en="Large edition",
        summary_fr="Une édition à mesurer.",
        summary_en="An edition to be measured.",
        description_fr="Une édition à mesurer.",
        description_en="An edition to be measured.",
        starts_on=FIRST_DAY,
        ends_on=FIRST_DAY + timedelta(days=DAYS - 1),
        venue=like.venue,
        host=like.host,
        contact_email="contact@example.org",
        is_published=True,
    )


def make_themes(conference: Conference) -> list[Theme]:
    return Theme.objects.bulk_create(
        Theme(
            conference=conference,
            slug=f"theme-{number}",
            name_fr=f"Thème {number}",
            name_en=f"Theme {number}",
            mark=number,
        )
        for number in range(1, 9)
    )


def make_rooms(conference: Conference) -> list[Room]:
    return Room.objects.bulk_create(
        Room(
            conference=conference,
            slug=f"room-{number}",
            name_fr=f"Salle {number}",
            name_en=f"Room {number}",
            capacity=200,
            position=number,
        )
        for number in range(ROOMS)
    )


def make_speakers(conference: Conference) -> list[Speaker]:
    return Speaker.objects.bulk_create(
        Speaker(
            conference=conference,
            code=f"SP{number:04}",
            given_name="Dominique",
            family_name=f"Exemple {number}",
            affiliation_fr="Institut des exemples",
            affiliation_en="Institute of examples",
            biography_fr=ABSTRACT["fr"],
            biography_en=ABSTRACT["en"],
            email=f"speaker-{number}@example.org",
            state=Speaker.State.ACCEPTED,
            is_published=True,
        )
        for number in range(SPEAKERS)
    )


def make_sessions(conference: Conference, themes: list[Theme]) -> list[Session]:
    return Session.objects.bulk_create(
        Session(
            conference=conference,
            code=f"SE{number:04}",
            kind=KINDS[number % len(KINDS)],
            title_fr=f"Séance {number} : connexions et collectifs",
            title_en=f"Session {number}: connections and collectives",
            abstract_fr=ABSTRACT["fr"],
            abstract_en=ABSTRACT["en"],
            theme=themes[number % len(themes)],
        )
        for number in range(SESSIONS)
    )


def make_talks(sessions: list[Session], speakers: list[Speaker]) -> None:
    """Two in each session, each by one of ``speakers`` in turn."""
    talks = Talk.objects.bulk_create(
        Talk(
            session=session,
            title_fr=f"Exposé {position}",
            title_en=f"Talk {position}",
            minutes=20,
            position=position,
        )
        for session in sessions
        for position in range(2)
    )
    Participation.objects.bulk_create(
        Participation(session_id=talk.session_id, talk=talk, speaker=speaker)
        for talk, speaker in zip(talks, itertools.cycle(speakers), strict=False)
    )


def slots(conference: Conference, sessions: list[Session], rooms: list[Room]) -> list[Slot]:
    """Every room in every round of every day, 50 minutes each."""
    places = itertools.product(range(DAYS), range(ROUNDS), rooms)
    found = []
    for session, (day, turn, room) in zip(sessions, places, strict=True):
        morning = datetime.combine(FIRST_DAY + timedelta(days=day), time(8), conference.zone)
        start = morning + timedelta(hours=turn)
        end = start + timedelta(minutes=50)
        found.append(Slot(session=session, room=room, starts_at=start, ends_at=end))
    return found
