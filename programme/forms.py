"""The filters of the public programme."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conference.i18n import text_of
from programme.models import LANGUAGES, Session
from programme.released import ReleasedSlot

FACETS = ("day", "theme", "kind", "room", "language", "access")


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that narrows the list, and the address without it."""

    label: str
    address: str


class ScheduleFilter(forms.Form):
    """What the list can be narrowed by, offered as far as ``slots`` hold it.

    Each offer says how many sessions it would leave beside the other choices; nothing else than
    what is offered is understood.
    """

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    day = forms.ChoiceField(label=_("Day"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    room = forms.ChoiceField(label=_("Room"), required=False)
    language = forms.ChoiceField(label=_("Language of the talks"), required=False)
    access = forms.ChoiceField(label=_("Access"), required=False)

    def __init__(self, data: QueryDict | None, *, slots: Iterable[ReleasedSlot]) -> None:
        super().__init__(data)
        self.slots = list(slots)
        self.keys = [keys_of(slot) for slot in self.slots]
        held = [{keys[number] for keys in self.keys} - {""} for number in range(len(FACETS))]
        self.offered = {
            name: (nothing, [(value, label) for value, label in named if value in values])
            for name, values, (nothing, named) in zip(FACETS, held, self.offers(), strict=True)
        }
        for name, (nothing, offers) in self.offered.items():
            self.offer(name, nothing, offers)

    def offer(self, name: str, nothing: Any, offers: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", nothing), *offers]

    def offers(self) -> list[tuple[Any, list[tuple[str, str]]]]:
        """For each facet the word for “all” and every possible choice, in order."""
        days = sorted({slot.day() for slot in self.slots})
        themes = {slot.session.theme for slot in self.slots if slot.session.theme}
        rooms = {slot.room for slot in self.slots}
        return [
            (_("All days"), [(day.isoformat(), date_format(day, "l j F")) for day in days]),
            (_("All themes"), named(themes)),
            (_("All kinds"), [(value, str(label)) for value, label in Session.Kind.choices]),
            (_("All rooms"), named(rooms)),
            (_("All languages"), [(code, str(name)) for code, name in LANGUAGES]),
            (_("Any access"), [(value, str(label)) for value, label in Session.Access.choices]),
        ]

    @property
    def facets(self) -> list[forms.BoundField]:
        return [self[name] for name in FACETS]

    @property
    def question(self) -> str:
        return self.cleaned_data.get("q", "") if self.is_valid() else ""

    @property
    def is_narrow(self) -> bool:
        """Whether something is chosen, so that the list is not everything."""
        return self.is_valid() and any(self.cleaned_data.values())

    @property
    def is_narrow_by_facets(self) -> bool:
        return bool(self.errors) or (
            self.is_narrow and any(self.cleaned_data[name] for name in FACETS)
        )

    def choose(self, found: Iterable[int] | None = None) -> list[ReleasedSlot]:
        """The slots that were asked for, of those ``found`` by their words where words were asked.

        All of them while the question is wrong. Offers are labelled with their counts on the way.
        """
        known = None if found is None else set(found)
        wanted = [self.cleaned_data[name] for name in FACETS] if self.is_valid() else [""] * 6
        counts = [Counter[str]() for _name in FACETS]
        chosen = []
        for slot, keys in zip(self.slots, self.keys, strict=True):
            if known is not None and slot.pk not in known:
                continue
            wrong = [
                number for number, value in enumerate(wanted) if value and value != keys[number]
            ]
            if not wrong:
                chosen.append(slot)
            if len(wrong) <= 1:
                # A facet counts what nothing but its own choice speaks against.
                for number in wrong or range(len(FACETS)):
                    counts[number][keys[number]] += 1
        self.label(counts)
        return chosen

    def label(self, counts: list[Counter[str]]) -> None:
        for name, counted in zip(FACETS, counts, strict=True):
            nothing, offers = self.offered[name]
            labelled = [(value, f"{label} ({counted[value]})") for value, label in offers]
            self.offer(name, nothing, labelled)

    def chosen(self, query: QueryDict) -> list[Choice]:
        """What narrows the list now, each with the address that lets go of it."""
        if not self.is_narrow:
            return []
        return [
            Choice(self.words_for(name, value), without(query, name))
            for name, value in self.cleaned_data.items()
            if value
        ]

    def words_for(self, name: str, value: str) -> str:
        if name == "q":
            return gettext("“%(words)s”") % {"words": value}
        return dict(self.offered[name][1])[value]


def keys_of(slot: ReleasedSlot) -> tuple[str, ...]:
    """Under what ``slot`` is found by each facet; a break is in no language and for everybody."""
    session = slot.session
    return (
        slot.day().isoformat(),
        session.theme.slug if session.theme else "",
        session.kind,
        slot.room.slug,
        "" if session.is_break else session.language,
        "" if session.is_break else session.access,
    )


def named(rows: Iterable[Any]) -> list[tuple[str, str]]:
    in_order = sorted(rows, key=lambda row: (row.position, row.pk))
    return [(row.slug, text_of(row, "name").value) for row in in_order]


def without(query: QueryDict, name: str) -> str:
    """The query string without one of its names; never empty, so that a link replaces it."""
    left = query.copy()
    left.pop(name, None)
    return f"?{left.urlencode()}"
