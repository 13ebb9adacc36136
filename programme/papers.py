"""The kinds of paper that the programme brings, and what staff choose of each."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from conference.dates import long_date_range
from conference.i18n import text_of
from conference.papers import kinds
from conference.papers.kinds import AskForm, Printed, Progress
from conference.papers.models import Paper
from programme import released
from programme.paper import booklet, doors, runsheet, site, tents
from programme.paper.days import days_of
from programme.paper.sheets import LANGUAGE_CHOICES
from programme.released import ReleasedSlot

PUBLISHED = ("programme.view_release",)
NOTHING = _("There is nothing to print: no programme is published, or nothing of what was chosen.")


class LanguageForm(AskForm):
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGE_CHOICES, initial="both")

    def details(self) -> list[str]:
        return [str(dict(LANGUAGE_CHOICES)[self.cleaned_data["language"]])]


class BookletForm(LanguageForm):
    abstracts = forms.ChoiceField(
        label=_("Abstracts"),
        choices=[("short", _("Shortened")), ("full", _("In full")), ("none", _("None"))],
        initial="short",
    )
    people = forms.BooleanField(
        label=_("Portraits and short biographies"), required=False, initial=True
    )


class DayForm(LanguageForm):
    """One day of the released programme, or all."""

    day = forms.ChoiceField(label=_("Day"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = days_of(released.slots(self.conference), self.conference.zone)
        self.choices = [(f"{day.date}", long_date_range(day.date, day.date)) for day in days]
        self.day_field.choices = [("", _("All days")), *self.choices]

    @property
    def day_field(self) -> forms.ChoiceField:
        field = self.fields["day"]
        assert isinstance(field, forms.ChoiceField)
        return field

    def details(self) -> list[str]:
        day = self.cleaned_data["day"]
        return [*([dict(self.choices)[day]] if day else []), *super().details()]


class DoorForm(DayForm):
    room = forms.ChoiceField(label=_("Room"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rooms = [
            (str(room.pk), text_of(room, "name").value)
            for room in self.conference.rooms.order_by("position", "pk")
        ]
        field = self.fields["room"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All rooms")), *self.rooms]

    def details(self) -> list[str]:
        room = self.cleaned_data["room"]
        return [*([dict(self.rooms)[room]] if room else []), *super().details()]


class RunSheetForm(DayForm):
    """A day is chosen, and printed in the language of who asks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["language"]
        self.day_field.choices = self.choices
        self.day_field.required = True

    def details(self) -> list[str]:
        return [dict(self.choices)[self.cleaned_data["day"]]]

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"language": get_language() or "fr"}


@kinds.kind(
    "programme.booklet",
    label=_("Programme booklet"),
    description=_("A5: what is published, day by day, with contents, rooms, speakers and index."),
    permissions=PUBLISHED,
    form=BookletForm,
    nothing=NOTHING,
)
def draw_booklet(paper: Paper, progress: Progress) -> Printed | None:
    try:
        content = booklet.render(paper.conference, **paper.arguments, progress=progress)
    except booklet.NothingReleased:
        return None
    return Printed(content, f"programme-{paper.arguments['language']}")


@kinds.kind(
    "programme.door_sheets",
    label=_("Door sheets"),
    description=_("A3: one for each room and day, to be read from a few steps away."),
    permissions=PUBLISHED,
    form=DoorForm,
    nothing=NOTHING,
)
def draw_door_sheets(paper: Paper, progress: Progress) -> Printed | None:
    slots = slots_of(paper)
    if not slots:
        return None
    content = doors.render(paper.conference, slots, language=paper.arguments["language"])
    return Printed(content, "door-sheets")


@kinds.kind(
    "programme.name_tents",
    label=_("Name tents"),
    description=_("A4 to fold along the middle: the name of each speaker on both faces."),
    permissions=(*PUBLISHED, "speakers.view_speaker"),
    form=DayForm,
    nothing=NOTHING,
)
def draw_name_tents(paper: Paper, progress: Progress) -> Printed | None:
    people = booklet.people_of(slots_of(paper))
    if not people:
        return None
    content = tents.render(paper.conference, people, language=paper.arguments["language"])
    return Printed(content, "name-tents")


@kinds.kind(
    "programme.run_sheet",
    label=_("Run sheet"),
    description=_(
        "A4, confidential: a day in order, with who comes when, telephones, equipment and needs. "
        "It says who asked for it; each download is written down."
    ),
    permissions=("programme.view_session", "speakers.view_logistics"),
    form=RunSheetForm,
    dataset="run_sheet",
    holds=runsheet.HOLDS,
    nothing=NOTHING,
)
def draw_run_sheet(paper: Paper, progress: Progress) -> Printed | None:
    assert paper.requested_by
    day = next(iter(days_of(slots_of(paper), paper.conference.zone)), None)
    if day is None:
        return None
    content, count = runsheet.render(
        day,
        paper.conference,
        language=paper.arguments["language"],
        user=paper.requested_by,
        now=timezone.now(),
    )
    progress(count, count)
    return Printed(content, f"run-sheet-{day.date}")


@kinds.kind(
    site.KIND,
    label=_("Programme booklet on the site"),
    permissions=PUBLISHED,
    over=site.over,
)
def draw_site_booklet(paper: Paper, progress: Progress) -> Printed | None:
    return site.draw(paper, progress)


def slots_of(paper: Paper) -> list[ReleasedSlot]:
    """What is published of the day and the room that were chosen."""
    day, room = paper.arguments.get("day"), paper.arguments.get("room")
    return [
        slot
        for slot in released.slots(paper.conference)
        if (not day or f"{slot.day()}" == day) and (not room or str(slot.room.pk) == room)
    ]
