"""Who stands before a speaker's page, and what they may do there."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate

from allauth.account.models import EmailAddress
from django.contrib.auth.views import redirect_to_login
from django.db import models
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from conference.models import Conference
from conference.public import conference_page
from conference.secrets import digest_of
from speakers import links
from speakers.models import By, Speaker, SpeakerLink

# What stands in an address in the place of a secret for somebody who is signed in.
SIGNED_IN = "my-"


class Section(StrEnum):
    ANSWER = "answer"
    PROFILE = "profile"
    PORTRAIT = "portrait"
    TALKS = "talks"
    FILES = "files"
    CONSENTS = "consents"
    AVAILABILITY = "availability"
    LOGISTICS = "logistics"
    ASSISTANT = "assistant"


# What an assistant may do for the speaker; to answer and to consent is not among it.
ASSISTANTS = frozenset(
    {
        Section.PROFILE,
        Section.PORTRAIT,
        Section.FILES,
        Section.AVAILABILITY,
        Section.LOGISTICS,
    }
)
GONE = frozenset({Speaker.State.DECLINED, Speaker.State.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Visitor:
    """The speaker or the assistant, with the word that opens the page for them."""

    speaker: Speaker
    by: By
    token: str

    def may(self, section: Section) -> bool:
        """Who declined or withdrew may still take back a consent, and nothing else."""
        if self.speaker.state in GONE and section != Section.CONSENTS:
            return False
        return self.by == By.SPEAKER or section in ASSISTANTS

    def url(self, name: str = "speakers:space", *args: Any) -> str:
        return reverse(name, args=[self.speaker.conference.slug, self.token, *args])

    @property
    def is_assistant(self) -> bool:
        return self.by == By.ASSISTANT


class Closed(Exception):
    """The link opens nothing, with the status to say it with."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(status)


type SpaceView[**P] = Callable[Concatenate[HttpRequest, Visitor, P], HttpResponseBase]


def space_page[**P](
    section: Section | None = None,
) -> Callable[[SpaceView[P]], Callable[..., HttpResponseBase]]:
    """A page of the speaker's own: in no index and no cache, in the conference's time zone."""

    def decorate(view: SpaceView[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def page(
            request: HttpRequest,
            conference: Conference,
            /,
            token: str,
            *args: P.args,
            **kwargs: P.kwargs,
        ) -> HttpResponseBase:
            return private(answer(request, conference, token, section, view, *args, **kwargs))

        return conference_page(page)

    return decorate


@sensitive_variables("token")
def answer(
    request: HttpRequest,
    conference: Conference,
    token: str,
    section: Section | None,
    view: Callable[..., HttpResponseBase],
    *args: Any,
    **kwargs: Any,
) -> HttpResponseBase:
    if token.startswith(SIGNED_IN) and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    try:
        visitor = visitor_behind(request, conference, token)
    except Closed as closed:
        return render(request, "speakers/space/closed.html", status=closed.status)
    if section and not visitor.may(section):
        if request.method in ("GET", "HEAD") and visitor.speaker.state in GONE:
            return redirect(visitor.url())
        return render(request, "speakers/space/not_yours.html", {"visitor": visitor}, status=403)
    with timezone.override(conference.zone):
        return view(request, visitor, *args, **kwargs)


def private(response: HttpResponseBase) -> HttpResponseBase:
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def visitor_behind(request: HttpRequest, conference: Conference, token: str) -> Visitor:
    """Whom ``token`` lets in; raises ``Closed`` (404 unknown, 410 once good)."""
    if token.startswith(SIGNED_IN):
        own = speakers_of(request.user, conference).filter(code=token.removeprefix(SIGNED_IN))
        if not (found := own.first()):
            raise Closed(404)
        return Visitor(of_conference(found, conference), By.SPEAKER, token)
    link = links.find(token, conference)
    if link is None:
        known = SpeakerLink.objects.filter(
            digest=digest_of(token), speaker__conference=conference
        ).exists()
        raise Closed(410 if known else 404)
    return Visitor(of_conference(link.speaker, conference), By(link.holder), token)


def of_conference(speaker: Speaker, conference: Conference) -> Speaker:
    speaker.conference = conference
    return speaker


def speakers_of(user: Any, conference: Conference | None = None) -> "models.QuerySet[Speaker]":
    """Speakers of published conferences whose address ``user`` has proved to be theirs."""
    if not user.is_authenticated:
        return Speaker.objects.none()
    proved = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    # Only plain letters have one small form that everybody agrees on.
    addresses = [email.lower() if email.isascii() else email for email in proved]
    found = Speaker.objects.annotate(address=Lower("email")).filter(
        address__in=addresses, conference__is_published=True
    )
    return found.filter(conference=conference) if conference else found
