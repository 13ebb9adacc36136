"""What staff see before they publish: what will change, what is wrong, and who will be told."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conference.i18n import text_of
from conference.models import Conference, Organisation
from programme import announcements, differences, letters, wording
from programme.differences import Change, FactChange
from programme.models import LANGUAGES, Announcement, Release, Session, Slot, Theme
from programme.refusals import Reason, reasons_in_draft
from programme.slots import draft_slots, slots_of
from programme.text_differences import marked
from speakers.models import Speaker

# In the order of the page: what became of a session's place.
PLACES = [
    ("new", _("New")),
    ("moved", _("Moved")),
    ("room", _("Another room, same time")),
    ("removed", _("Removed")),
]


class PublishForm(forms.Form):
    """What a release is called, what is said of it, and whether anybody is told."""

    version = forms.CharField(
        label=_("Name"), max_length=40, help_text=_("One that was never used, such as 1.2.")
    )
    comment_fr = forms.CharField(
        label=_("Comment (French)"),
        max_length=2000,
        required=False,
        help_text=_("Printed with the changes on the public page of versions."),
        widget=forms.Textarea(attrs={"rows": 3, "lang": "fr"}),
    )
    comment_en = forms.CharField(
        label=_("Comment (English)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "en"}),
    )
    announce = forms.BooleanField(
        label=_("Tell those whom it concerns"), required=False, initial=True
    )
    # The changes that were on the page when the button was pressed.
    expected = forms.CharField(widget=forms.HiddenInput, max_length=64)


@dataclass(frozen=True, slots=True)
class TextRow:
    name: str
    language: str
    marked: SafeString


@dataclass(frozen=True, slots=True)
class Row:
    """One session among the changes, with the page on which staff find it."""

    title: str
    url: str
    before: str
    after: str
    texts: list[TextRow]
    facts: list[tuple[str, str, str]]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Group:
    kind: str
    title: Any
    rows: list[Row]


class Proposal:
    """The way from what is public to the draft, or back to ``earlier``."""

    def __init__(self, conference: Conference, earlier: Release | None = None) -> None:
        self.conference, self.earlier = conference, earlier
        self.current = conference.releases.filter(is_current=True).first()
        self.before = slots_of(self.current)
        self.after = slots_of(earlier) if earlier else draft_slots(conference)
        self.changes = differences.compare(self.before, self.after)
        self.expected = differences.digest(self.changes)

    @cached_property
    def reasons(self) -> list[Reason]:
        """Nothing is wrong with a release; an empty draft is told by its own words."""
        return [] if self.earlier or not self.after else reasons_in_draft(self.after)

    @cached_property
    def waiting(self) -> Announcement | None:
        return announcements.waiting_for(self.conference)

    @cached_property
    def post(self) -> letters.Post:
        """Who would be told what, with the news that wait already."""
        told = slots_of(self.waiting.since) if self.waiting else self.before
        return letters.post(self.conference, told, self.after)

    @cached_property
    def groups(self) -> list[Group]:
        groups = [
            Group(kind, title, [self.row(one) for one in self.changes if one["kind"] == kind])
            for kind, title in PLACES
        ]
        texts = [self.text_row(one) for one in self.changes if one["texts"] or one["facts"]]
        talks = [self.talk_row(one) for one in self.changes if talk_notes(one)]
        people = [self.people_row(one) for one in self.changes if people_notes(one)]
        groups += [
            Group("text", _("Texts and facts"), texts),
            Group("talks", _("Talks"), talks),
            Group("people", _("Speakers added or gone, by session"), people),
        ]
        return [group for group in groups if group.rows]

    @cached_property
    def newcomers(self) -> list[Speaker]:
        """Who is in the programme for the first time, or again."""
        return named(people_of(self.after) - people_of(self.before))

    @cached_property
    def leavers(self) -> list[Speaker]:
        return named(people_of(self.before) - people_of(self.after))

    @cached_property
    def session_urls(self) -> dict[str, str]:
        return {slot.content["guid"]: page_of(slot.session_id) for slot in self.before + self.after}

    @cached_property
    def names(self) -> dict[str, dict[str, str]]:
        """What the keys in changed facts stand for, each kind in one query."""
        keys: dict[str, set[str]] = {"theme": set(), "organisation": set()}
        for fact in (fact for change in self.changes for fact in change["facts"]):
            if fact["field"] in keys:
                keys[fact["field"]] |= {fact["before"], fact["after"]} - {"None"}
        themes = Theme.objects.filter(pk__in=keys["theme"])
        organisations = Organisation.objects.filter(pk__in=keys["organisation"])
        return {
            "theme": {str(one.pk): str(text_of(one, "name")) for one in themes},
            "organisation": {str(one.pk): str(text_of(one, "name")) for one in organisations},
        }

    def row(self, change: Change, **parts: Any) -> Row:
        told = wording.told(change, self.conference)
        values = {
            "title": told.title,
            "url": self.session_urls[change["session"]],
            "before": told.before,
            "after": told.after,
            "texts": [],
            "facts": [],
            "notes": [],
        }
        return Row(**values | parts)

    def text_row(self, change: Change) -> Row:
        texts = [
            TextRow(
                text_title(text),
                text["language"],
                marked(text["before"], text["after"]),
            )
            for text in change["texts"]
        ]
        facts = [self.fact(fact) for fact in change["facts"]]
        return self.row(change, before="", after="", texts=texts, facts=facts)

    def talk_row(self, change: Change) -> Row:
        return self.row(change, before="", after="", notes=talk_notes(change))

    def people_row(self, change: Change) -> Row:
        return self.row(change, before="", after="", notes=people_notes(change))

    def fact(self, fact: FactChange) -> tuple[str, str, str]:
        name = str(wording.FIELDS[fact["field"]])
        return (
            name,
            self.value(fact["field"], fact["before"]),
            self.value(fact["field"], fact["after"]),
        )

    def value(self, field: str, value: str) -> str:
        """A fact as people say it."""
        if field in self.names:
            return self.names[field].get(value, "–")
        choices: dict[str, dict[str, Any]] = {
            "kind": dict(Session.Kind.choices),
            "access": dict(Session.Access.choices),
            "language": dict(LANGUAGES),
            "is_interpreted": {"True": _("yes"), "False": _("no")},
            "is_recorded": {"True": _("yes"), "False": _("no")},
        }
        return str(choices.get(field, {}).get(value, value)) or "–"


def text_title(text: differences.TextChange) -> str:
    """“abstract of “A talk” (French)”."""
    if text["talk"] is None:
        return wording.text_name(text)
    return gettext("%(field)s of “%(talk)s” (%(language)s)") % {
        "field": wording.FIELDS[text["field"]],
        "talk": wording.in_active_language(text["talk"]),
        "language": wording.LANGUAGE_NAMES[text["language"]],
    }


def talk_notes(change: Change) -> list[str]:
    return wording.notes(
        {**change, "texts": [], "facts": [], "people_added": [], "people_gone": []}
    )


def people_notes(change: Change) -> list[str]:
    return wording.notes({**change, "texts": [], "facts": [], "talks_added": [], "talks_gone": []})


def people_of(slots: Iterable[Slot]) -> set[int]:
    return {person["speaker"] for slot in slots for person in slot.content["people"]}


def named(keys: Iterable[int]) -> list[Speaker]:
    return list(Speaker.objects.filter(pk__in=keys).order_by("family_name", "given_name", "pk"))


def page_of(session: int) -> str:
    """Where staff put a session right."""
    return reverse("admin:programme_session_change", args=[session])


def next_version(conference: Conference) -> str:
    """The number after the last one, or 1."""
    versions = set(conference.releases.values_list("version", flat=True))
    latest = conference.releases.order_by("-published_at", "-pk").first()
    found = re.fullmatch(r"(.*?)(\d{1,6})", latest.version) if latest else None
    stem, number = (found[1], int(found[2])) if found else ("", 0)
    while (name := f"{stem}{number + 1}") in versions:
        number += 1
    return name if len(name) <= 40 else str(len(versions) + 1)
