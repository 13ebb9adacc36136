"""The booklet that everybody may fetch: made once after each publication, in each language.

Of which release it is, and which of its people are public, is in its arguments: a booklet that
shows somebody whose consent is gone is never served, however long a new one takes.
"""

import hashlib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext

from conference.models import Conference
from conference.papers import services
from conference.papers.kinds import Printed, Progress
from conference.papers.models import Paper
from programme import released
from programme.models import Release
from programme.paper import booklet
from speakers.models import Speaker

KIND = "programme.site_booklet"
LANGUAGES = [code for code, _name in settings.LANGUAGES]
# So that a publication that is corrected at once is drawn once.
QUIET = timedelta(minutes=2)


def arguments(conference: Conference, release: Release, language: str) -> dict[str, Any]:
    return {"release": release.pk, "people": people_of(conference), "language": language}


def people_of(conference: Conference) -> str:
    """A digest of who is public under which name and with which picture: it changes when somebody
    comes, goes, is called otherwise, or takes a portrait away."""
    people = Speaker.objects.published().filter(conference=conference).order_by("pk")
    text = repr(list(people.values_list("pk", "given_name", "family_name", "portrait")))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def current(conference: Conference, language: str) -> Paper | None:
    """The booklet of what is public now; none until it is made."""
    release = released.current_release(conference)
    if release is None:
        return None
    return Paper.objects.filter(
        conference=conference,
        kind=KIND,
        requested_by=None,
        state=Paper.State.DONE,
        arguments=arguments(conference, release, language),
    ).first()


def ask_for_missing() -> int:
    """Have the booklets drawn that ought to be there; how many were asked for."""
    calm = Release.objects.filter(
        is_current=True,
        conference__is_published=True,
        published_at__lt=timezone.now() - QUIET,
    )
    return sum(ask(release) for release in calm.select_related("conference").defer("changes"))


def ask(release: Release) -> int:
    """Those of ``release`` that were never asked for; what failed is left for staff to see."""
    conference = release.conference
    known = Paper.objects.filter(conference=conference, kind=KIND, requested_by=None)
    wanted = [arguments(conference, release, language) for language in LANGUAGES]
    missing = [one for one in wanted if not known.filter(arguments=one).exists()]
    for one in missing:
        with translation.override(one["language"]):
            title = gettext("Programme booklet")
        services.ask_for_all(KIND, conference=conference, title=title, arguments=one)
    return len(missing)


def over(papers: "QuerySet[Paper]") -> "QuerySet[Paper]":
    """Booklets of what is not public any more."""
    wanted = [
        arguments(release.conference, release, language)
        for release in Release.objects.filter(is_current=True).select_related("conference")
        for language in LANGUAGES
    ]
    return papers.exclude(arguments__in=wanted)


def draw(paper: Paper, progress: Progress) -> Printed | None:
    """Nothing when something else is public by now."""
    release = released.current_release(paper.conference)
    language = paper.arguments["language"]
    if release is None or arguments(paper.conference, release, language) != paper.arguments:
        return None
    content = booklet.render(paper.conference, language=language, progress=progress)
    return Printed(content, f"programme-{language}")
