"""The filters of the public programme."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from conference.i18n import text_of
from programme.models import Session
from programme.released import ReleasedSlot


class ScheduleFilter(forms.Form):
    """Theme, room and kind, offered as far as ``slots`` hold them; nothing else is understood."""

    theme = forms.ChoiceField(label=_("Theme"), required=False)
    room = forms.ChoiceField(label=_("Room"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, slots: Iterable[ReleasedSlot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = list(slots)
        themes = {slot.session.theme for slot in held if slot.session.theme}
        rooms = {slot.room for slot in held}
        kinds = {slot.session.kind for slot in held}
        self.offer(
            "theme",
            _("All themes"),
            [(theme.slug, text_of(theme, "name")) for theme in sorted(themes, key=in_order)],
        )
        self.offer(
            "room",
            _("All rooms"),
            [(room.slug, text_of(room, "name")) for room in sorted(rooms, key=in_order)],
        )
        self.offer(
            "kind",
            _("All kinds"),
            [(value, label) for value, label in Session.Kind.choices if value in kinds],
        )

    def offer(self, name: str, nothing: Any, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", nothing), *choices]

    @property
    def is_narrow(self) -> bool:
        """Whether something is chosen, so that the list is not everything."""
        return self.is_valid() and any(self.cleaned_data.values())

    def choose(self, slots: list[ReleasedSlot]) -> list[ReleasedSlot]:
        """Those of ``slots`` that were asked for; all of them while the question is wrong."""
        if not self.is_valid():
            return slots
        theme, room, kind = (self.cleaned_data[name] for name in ("theme", "room", "kind"))
        return [
            slot
            for slot in slots
            if (not theme or (slot.session.theme and slot.session.theme.slug == theme))
            and (not room or slot.room.slug == room)
            and (not kind or slot.session.kind == kind)
        ]


def in_order(row: Any) -> tuple[int, int]:
    return (row.position, row.pk)


class PublishForm(forms.Form):
    """What a release is called and what is said of it."""

    version = forms.CharField(
        label=_("Version"), max_length=40, help_text=_("A name that was never used, such as 1.2.")
    )
    comment_fr = forms.CharField(
        label=_("Comment (French)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "fr"}),
    )
    comment_en = forms.CharField(
        label=_("Comment (English)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "en"}),
    )
    # The changes that were on the page when the button was pressed.
    expected = forms.CharField(widget=forms.HiddenInput, max_length=64)
