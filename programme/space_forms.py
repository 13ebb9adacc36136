"""What a speaker is asked about talks and files."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from conference.documents import ACCEPT
from programme.models import Session, Talk
from programme.works import FIELDS, sessions_of, works_of
from speakers.models import Speaker
from speakers.space.forms import MomentInput, ProseField, line


class TalkForm(forms.Form):
    """Titles and abstracts; at least one title."""

    title_fr = line(_("Title, in French"), 250, "fr")
    title_en = line(_("Title, in English"), 250, "en")
    abstract_fr = ProseField(label=_("Abstract, in French"), max_length=5000, language="fr")
    abstract_en = ProseField(label=_("Abstract, in English"), max_length=5000, language="en")

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> "TalkForm":
        return cls(initial={name: texts[name] for name in FIELDS})

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not (data["title_fr"] or data["title_en"]):
            self.add_error("title_fr", _("Write a title in one language at least."))
        return data

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"{name}_fr"], self[f"{name}_en"]) for name in ("title", "abstract")]


class FileForm(forms.Form):
    """A file for one of the speaker's talks, or for a session as a whole."""

    place = forms.ChoiceField(label=_("For"), widget=forms.Select)
    document = forms.FileField(
        label=_("File"),
        help_text=_("PDF, PowerPoint (.pptx) or OpenDocument (.odp), up to 50 MB, no macros."),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty."),
        },
        max_length=1000,
    )
    public_at = forms.DateTimeField(
        label=_("Public from"),
        required=False,
        help_text=_(
            "When anybody may read it; left empty, nobody outside does. We check it first."
        ),
        widget=MomentInput(),
        error_messages={"invalid": _("Write a date and a time, for example 2027-02-04 14:30.")},
    )

    def __init__(self, *args: Any, speaker: Speaker, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places: dict[str, tuple[Session, Talk | None]] = {}
        choices = []
        for work in works_of(speaker):
            self.places[work.subject] = (work.session, work.talk)
            choices.append((work.subject, work.title))
        for session in sessions_of(speaker):
            key = f"session:{session.guid}"
            if key not in self.places:
                self.places[key] = (session, None)
                choices.append((key, _("%(title)s (the whole session)") % {"title": session.title}))
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def where(self) -> tuple[Session, Talk | None]:
        return self.places[self.cleaned_data["place"]]
