"""The kinds of paper there are: each app brings its own in ``<app>/papers.py``."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from conference.models import Conference
from conference.papers.models import Paper

# Makes the file, or none where there is nothing to print any more.
type Drawing = Callable[[Paper, Progress], "Printed | None"]

A_DAY = timedelta(days=1)


class Progress(Protocol):
    """Told how much is drawn, and of how much once that is known."""

    def __call__(self, done: int, total: int | None = None) -> None: ...


@dataclass(frozen=True, slots=True)
class Printed:
    """A drawn file: ``name`` is what people save it as, without the conference and extension."""

    content: bytes
    name: str
    extension: str = "pdf"


class AskForm(forms.Form):
    """What somebody chooses before a paper of some kind is drawn; ``arguments`` survive JSON."""

    def __init__(self, *args: Any, conference: Conference, **kwargs: Any) -> None:
        self.conference = conference
        super().__init__(*args, **kwargs)

    def arguments(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def details(self) -> list[str]:
        """What tells this paper from others of its kind, in the reader's language."""
        return []


def after_a_day(papers: "QuerySet[Paper]") -> "QuerySet[Paper]":
    """Those of ``papers`` that nobody needs any more."""
    return papers.filter(created_at__lt=timezone.now() - A_DAY)


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind is drawn, who may have it, and how it is asked for.

    Every one of ``permissions`` is needed to ask, to watch and to fetch. With ``form`` it is
    asked for on the page “Paper”; without, from where its subject is. What ``holds`` names are
    personal data: who takes them out is written down under ``dataset``.
    """

    name: str
    draw: Drawing
    label: Any
    permissions: tuple[str, ...]
    description: Any = ""
    form: type[AskForm] | None = None
    dataset: str = ""
    holds: tuple[str, ...] = ()
    nothing: Any = ""  # said when there was nothing to print
    over: Callable[["QuerySet[Paper]"], "QuerySet[Paper]"] = after_a_day

    def is_for(self, user: Any) -> bool:
        return bool(user.has_perms(self.permissions))


_kinds: dict[str, Kind] = {}


def kind(name: str, **options: Any) -> Callable[[Drawing], Drawing]:
    """Decorate the function that draws papers of this kind (the options are ``Kind``'s)."""

    def register(draw: Drawing) -> Drawing:
        _kinds[name] = Kind(name, draw, **options)
        return draw

    return register


def get(name: str) -> Kind | None:
    """The kind of that name; none for what an earlier version made."""
    return _kinds.get(name)


def for_user(user: Any) -> list[Kind]:
    """What ``user`` may ask for on the page “Paper”."""
    return [kind for kind in _kinds.values() if kind.form and kind.is_for(user)]


def names_for(user: Any) -> list[str]:
    return [kind.name for kind in _kinds.values() if kind.is_for(user)]


def every() -> list[Kind]:
    return list(_kinds.values())
