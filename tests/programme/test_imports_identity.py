"""Import → publish → export → import changes nothing that the format carries."""

import random
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.postgres.functions import RandomUUID
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from conference.imports import Notes, ask
from programme import released
from programme.feeds.document import document
from programme.feeds.json_file import as_json
from programme.feeds.xml_file import as_xml
from programme.imports import apply, reader
from programme.models import Participation, Room, Session, Slot, Talk, Theme
from speakers.models import Speaker
from tests.factories import make_conference, make_release, make_user

pytestmark = pytest.mark.django_db
WRITERS = {"schedule.json": as_json, "schedule.xml": as_xml}
WORDS = [
    *("l’éthique", "“measured”", "<b>bold</b>", "&", "co.", "naïve", "Ærøskøbing", "科学", "🤖"),
    *("α≤β", "façade", "O’Hara", "100", "%", "[link](https://example.org)", "**strong**", "##"),
    *("heading", "--", "=SUM(A1)", "\\n", "\t", "été"),
]


def may_all(right):
    return True


def exported(conference, language, name="schedule.json"):
    release = released.current_release(conference)
    with translation.override(language):
        return WRITERS[name](document(conference, release, released.slots(conference)))


def planned(content, conference, **options):
    notes = Notes()
    read = reader.read(content, conference, notes, **options)
    return apply.plan(conference, read.programme, notes, may_all)


def imported(content, conference, **options):
    """Looked at, then taken over."""
    user = make_user(is_staff=True, is_superuser=True)
    plan = planned(content, conference, **options)
    assert plan.notes.errors == []
    run = ask(
        conference=conference,
        kind="programme",
        user=user,
        file=ContentFile(content, name="file"),
        options={},
    )
    return apply.apply(
        run,
        lambda notes: reader.read(content, conference, notes, **options).programme,
        user=user,
        expected=plan.digest,
    )


def sentence(rng, words):
    return " ".join(rng.choice(WORDS) for _ in range(words)).strip() or "x"


def title(rng, words):
    return sentence(rng, words).replace("<b>", "b").replace("</b>", "b").replace("\t", " ")


def make_programme(conference, size, seed):
    """A published programme of ``size`` sessions with all that the format carries."""
    rng = random.Random(seed)
    rooms = [
        Room(conference=conference, slug=f"r-{n}", name_fr=f"Salle {n}", name_en=f"Room {n}",
             position=n, capacity=rng.choice([None, 40, 500]))
        for n in range(max(2, size // 40))
    ]  # fmt: skip
    Room.objects.bulk_create(rooms)
    themes = [
        Theme(conference=conference, slug=f"t-{n}", name_fr=f"Thème {n}", name_en=f"Theme {n}")
        for n in range(4)
    ]
    Theme.objects.bulk_create(themes)
    people = [
        Speaker(conference=conference, guid=uuid.UUID(int=rng.getrandbits(128)), given_name="Ada",
                family_name=f"de l’Été {n // 2}", is_published=rng.random() < 0.9,
                biography_fr=sentence(rng, 5), biography_en=rng.choice(["", sentence(rng, 5)]))
        for n in range(2 * size)
    ]  # fmt: skip
    Speaker.objects.bulk_create(people)
    sessions = [
        Session(conference=conference, guid=uuid.UUID(int=rng.getrandbits(128)),
                kind=rng.choice(Session.Kind.values), theme=rng.choice([None, *themes]),
                title_fr=title(rng, 4), title_en=title(rng, 4), subtitle_fr=rng.choice(["", "Où ?"]),
                subtitle_en="", abstract_fr=rng.choice(["", sentence(rng, 30) + "\r\n\r\n- été"]),
                abstract_en=rng.choice(["", sentence(rng, 30)]),
                language=rng.choice(["fr", "en"]), is_recorded=rng.random() < 0.5)
        for n in range(size)
    ]  # fmt: skip
    Session.objects.bulk_create(sessions)
    start = datetime(2027, 2, 4, 7, tzinfo=UTC)
    slots = []
    for n, session in enumerate(sessions):
        begins = start + timedelta(minutes=60 * (n // len(rooms)))
        slots.append(Slot(session=session, room=rooms[n % len(rooms)], starts_at=begins,
                          ends_at=begins + timedelta(minutes=rng.choice([5, 45, 60]))))  # fmt: skip
    Slot.objects.bulk_create(slots)
    Participation.objects.bulk_create(
        Participation(session=session, speaker=people[2 * n + m], role=rng.choice(["chair", "speaker"]),
                      position=m)
        for n, session in enumerate(sessions) for m in range(2)
    )  # fmt: skip
    Talk.objects.bulk_create(
        Talk(session=session, title_fr="Exposé", title_en="Talk", position=1)
        for session in sessions
    )
    make_release(conference)
    with connection.cursor() as cursor:
        # As the server does by itself, once the transaction of a test is over.
        cursor.execute("ANALYZE programme_session, programme_slot, programme_participation")


@pytest.mark.parametrize(
    ("size", "names"),
    [
        (5, {"fr": "schedule.json", "en": "schedule.json"}),
        (5, {"fr": "schedule.xml", "en": "schedule.xml"}),
        (1000, {"fr": "schedule.json", "en": "schedule.xml"}),
    ],
)
def test_import_publish_export_import_is_the_identity(size, names):
    source = make_conference(is_current=False, ends_on="2027-02-08")
    make_programme(source, size, seed=size)
    files = {language: exported(source, language, name) for language, name in names.items()}
    # The same programme in an empty conference: what was there first gives up its identity.
    for model in (Session, Room, Speaker):
        model.objects.update(guid=RandomUUID())
    target = make_conference(slug="target", ends_on="2027-02-08")

    for content in files.values():
        imported(content, target)
    Speaker.objects.filter(conference=target).update(is_published=True)
    make_release(target)

    assert target.sessions.count() == size
    for language, content in files.items():
        fresh = exported(target, language, names[language])
        for one in (content, fresh):
            again = planned(one, target)
            assert again.is_empty, [item.changes for item in again.changed[:3]]
            assert again.notes.errors == []


def test_a_thousand_sessions_are_read_in_a_few_seconds():
    """Generous: it is the order of magnitude that is kept, not the machine."""
    source = make_conference(ends_on="2027-02-08")
    make_programme(source, 1000, seed=3)
    content = exported(source, "fr")

    began = time.monotonic()
    with CaptureQueriesContext(connection) as queries:
        plan = planned(content, source)

    assert plan.is_empty, [item.changes for item in plan.changed[:3]]
    assert len(queries) <= 8
    assert time.monotonic() - began < 10
