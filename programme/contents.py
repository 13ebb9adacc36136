"""What a release keeps of a session: everything that is published of it, as plain data.

Rooms, themes, organisations and speakers are named by key: their own names and portraits are
always those of today, and a speaker who is no longer published disappears from every release.
"""

from collections.abc import Iterable
from typing import Any, TypedDict

from django.conf import settings
from django.db import models

from programme.models import Participation, Session, Talk

LANGUAGES = [code for code, _name in settings.LANGUAGES]
# What is told of a session besides its texts, its talks and its people.
FACTS = ("kind", "language", "is_interpreted", "access", "is_recorded")
SESSION_TEXTS = ("title", "subtitle", "abstract")
TALK_TEXTS = ("title", "abstract")

type Texts = dict[str, dict[str, str]]


class TalkContent(TypedDict):
    guid: str
    minutes: int | None
    texts: Texts


class PersonContent(TypedDict):
    """``name`` is for the list of differences; pages print the speaker's name of today."""

    speaker: int
    name: str
    role: str
    talk: str | None


class Content(TypedDict):
    guid: str
    code: str
    facts: dict[str, Any]
    theme: int | None
    organisation: int | None
    texts: Texts
    talks: list[TalkContent]
    people: list[PersonContent]


def with_contents(sessions: "models.QuerySet[Session]") -> "models.QuerySet[Session]":
    """``sessions`` with what ``content_of`` reads, in two more queries."""
    return sessions.prefetch_related(
        models.Prefetch("talks", Talk.objects.order_by("position", "pk")),
        models.Prefetch(
            "participations",
            Participation.objects.select_related("speaker").order_by("position", "pk"),
        ),
    )


def content_of(session: Session) -> Content:
    """All that a publication would keep of ``session``, read by ``with_contents``."""
    talks = list(session.talks.all())
    guids = {talk.pk: str(talk.guid) for talk in talks}
    return {
        "guid": str(session.guid),
        "code": session.code,
        "facts": {name: getattr(session, name) for name in FACTS},
        "theme": session.theme_id,
        "organisation": session.organisation_id,
        "texts": texts_of(session, SESSION_TEXTS),
        "talks": [
            {
                "guid": guids[talk.pk],
                "minutes": talk.minutes,
                "texts": texts_of(talk, TALK_TEXTS),
            }
            for talk in talks
        ],
        "people": [
            {
                "speaker": part.speaker_id,
                "name": part.speaker.full_name,
                "role": part.role,
                "talk": guids.get(part.talk_id) if part.talk_id else None,
            }
            for part in session.participations.all()
        ],
    }


def texts_of(instance: models.Model, fields: Iterable[str]) -> Texts:
    """``{"title": {"fr": …, "en": …}}``; what is not written is an empty text."""
    return {
        field: {code: getattr(instance, f"{field}_{code}") or "" for code in LANGUAGES}
        for field in fields
    }


def searched_texts(content: Content, language: str) -> tuple[str, str]:
    """The titles of a session in one language, and everything else that is written in it."""
    titles = [content["texts"][name][language] for name in ("title", "subtitle")]
    others = [content["texts"]["abstract"][language]]
    for talk in content["talks"]:
        titles.append(talk["texts"]["title"][language])
        others.append(talk["texts"]["abstract"][language])
    return "\n".join(filter(None, titles)), "\n".join(filter(None, others))
