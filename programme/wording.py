"""Changes of the programme in words of the active language, for pages, feeds and mails."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from conference import dates
from conference.models import Conference
from programme.differences import Change, PersonChange, Place, TextChange, says_something
from programme.models import Participation
from programme.rows import end_clock
from speakers.models import Speaker

LANGUAGE_NAMES = {"fr": _("French"), "en": _("English")}
FIELDS = {
    "title": _("title"),
    "subtitle": _("subtitle"),
    "abstract": _("abstract"),
    "kind": _("kind"),
    "language": _("spoken language"),
    "is_interpreted": _("interpretation"),
    "access": _("access"),
    "is_recorded": _("recording"),
    "theme": _("theme"),
    "organisation": _("brought by"),
    "talk_order": _("order of the talks"),
    "parts": _("who gives which talk"),
    "people_order": _("order of the speakers"),
    "minutes": _("length of a talk"),
}
KINDS = {
    "new": pgettext_lazy("what became of a session", "New"),
    "moved": pgettext_lazy("what became of a session", "Moved"),
    "room": pgettext_lazy("what became of a session", "Another room"),
    "text": pgettext_lazy("what became of a session", "Changed"),
    "removed": pgettext_lazy("what became of a session", "Removed"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One change as a page or a mail sets it; ``url`` is empty once the session is gone."""

    kind: str
    label: str
    title: str
    url: str
    before: str
    after: str
    notes: list[str]


def told(change: Change, conference: Conference) -> Told:
    before, after = change["from"], change["to"]
    is_elsewhere = change["kind"] != "text"
    return Told(
        kind=change["kind"],
        label=str(KINDS[change["kind"]]),
        title=title_of(change),
        url=reverse("programme:session", args=[conference.slug, change["code"]]) if after else "",
        before=in_words(before, conference.zone) if before and is_elsewhere else "",
        after=in_words(after, conference.zone) if after else "",
        notes=notes(change),
    )


def published_names(changes: Iterable[Change]) -> dict[int, str]:
    """Today's names of the people in ``changes`` whom the public may know of, in one query."""
    keys = {
        person["speaker"]
        for change in changes
        for person in change["people_added"] + change["people_gone"]
    }
    if not keys:
        return {}
    return {found.pk: found.full_name for found in Speaker.objects.published().filter(pk__in=keys)}


def under_names(changes: Iterable[Change], names: Mapping[int, str]) -> list[Change]:
    """``changes`` with the people of ``names`` alone; what then says nothing is left out."""
    named: list[Change] = [
        {
            **change,
            "people_added": people_under(names, change["people_added"]),
            "people_gone": people_under(names, change["people_gone"]),
        }
        for change in changes
    ]
    return [change for change in named if change["kind"] != "text" or says_something(change)]


def people_under(names: Mapping[int, str], people: list[PersonChange]) -> list[PersonChange]:
    return [
        {**person, "name": names[person["speaker"]]}
        for person in people
        if person["speaker"] in names
    ]


def sentences(change: Change, zone: ZoneInfo) -> list[str]:
    """One change at the times of ``zone``: its place, then what else there is, with its title."""
    lines = [place_sentence(change, zone)] if change["kind"] != "text" else []
    about = gettext("“%(title)s”: %(what)s")
    title = title_of(change)
    return lines + [about % {"title": title, "what": note} for note in notes(change)]


def place_sentence(change: Change, zone: ZoneInfo) -> str:
    before, after = change["from"], change["to"]
    words = {
        "title": title_of(change),
        "before": in_words(before, zone) if before else "",
        "after": in_words(after, zone) if after else "",
    }
    match change["kind"]:
        case "new":
            return gettext("New: “%(title)s”, %(after)s") % words
        case "removed":
            return gettext("Removed: “%(title)s”, until now %(before)s") % words
        case "moved":
            return gettext("Moved: “%(title)s”, from %(before)s to %(after)s") % words
    rooms = {
        "before": in_active_language(before["room"]) if before else "",
        "after": in_active_language(after["room"]) if after else "",
    }
    return gettext("Another room: “%(title)s”, from %(before)s to %(after)s") % (words | rooms)


def notes(change: Change) -> list[str]:
    """What else than its place has changed, each kind of thing in a line."""
    lines = []
    if fields := changed_fields(change):
        lines.append(gettext("changed: %(fields)s") % {"fields": ", ".join(fields)})
    for talk in change["talks_added"]:
        lines.append(gettext("new talk: “%(talk)s”") % {"talk": in_active_language(talk)})
    for talk in change["talks_gone"]:
        lines.append(gettext("talk left out: “%(talk)s”") % {"talk": in_active_language(talk)})
    if people := change["people_added"]:
        lines.append(gettext("now with %(people)s") % {"people": in_roles(people)})
    if people := change["people_gone"]:
        lines.append(gettext("no longer with %(people)s") % {"people": in_roles(people)})
    return lines


def changed_fields(change: Change) -> list[str]:
    """“title (French)”, “abstract of a talk (English)”, “theme”: each once."""
    names = [text_name(text) for text in change["texts"]]
    names += [str(FIELDS[fact["field"]]) for fact in change["facts"]]
    return list(dict.fromkeys(names))


def text_name(text: TextChange) -> str:
    words = {"field": FIELDS[text["field"]], "language": LANGUAGE_NAMES[text["language"]]}
    if text["talk"] is None:
        return gettext("%(field)s (%(language)s)") % words
    return gettext("%(field)s of a talk (%(language)s)") % words


def in_roles(people: list[PersonChange]) -> str:
    return ", ".join(in_role(person) for person in people)


def in_role(person: PersonChange) -> str:
    role = Participation.Role(person["role"]).label
    return gettext("%(name)s (%(role)s)") % {"name": person["name"], "role": str(role).lower()}


def in_words(place: Place, zone: ZoneInfo) -> str:
    """“Thursday 4 February, 09:00–10:00, Main amphitheatre”."""
    start, end = (
        datetime.fromisoformat(instant).astimezone(zone)
        for instant in (place["starts_at"], place["ends_at"])
    )
    return gettext("%(weekday)s %(day)s %(month)s, %(start)s–%(end)s, %(room)s") % {
        "weekday": date_format(start, "l"),
        "day": dates.day_number(start),
        "month": date_format(start, "F"),
        "start": f"{start:%H:%M}",
        "end": end_clock(start, end),
        "room": in_active_language(place["room"]),
    }


def title_of(change: Change) -> str:
    return in_active_language(change["title"]) or change["code"]


def in_active_language(texts: Mapping[str, str]) -> str:
    """The text in the active language, else in any other."""
    return texts.get(get_language() or "") or next(iter(texts.values()), "")
