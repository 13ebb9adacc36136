"""What a speaker is asked."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from conference.models import Conference
from conference.people import NAME_LENGTH, validate_name, validate_plain_line
from speakers import consents, orcid
from speakers.models import Consent, Logistics, Speaker, Unavailability

if TYPE_CHECKING:
    LogisticsModelForm = forms.ModelForm[Logistics]
else:
    LogisticsModelForm = forms.ModelForm

NOTE = {"rows": 4, "autocomplete": "off"}


class AnswerForm(forms.Form):
    state = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            (Speaker.State.ACCEPTED.value, _("I accept with pleasure")),
            (Speaker.State.DECLINED.value, _("I cannot come")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose your answer.")},
    )
    note = forms.CharField(
        label=_("A word to the organisers"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs=NOTE),
    )


class WithdrawForm(forms.Form):
    note = forms.CharField(
        label=_("A word to the organisers"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs=NOTE),
    )


# --- Public profile ----------------------------------------------------------------------------


def line(label: Any, length: int, language: str = "", **options: Any) -> forms.CharField:
    """One line of text in ``language``, in which no address belongs."""
    attrs = {"lang": language} if language else {}
    options.setdefault("validators", [validate_plain_line])
    options.setdefault("required", False)
    return forms.CharField(
        label=label, max_length=length, widget=forms.TextInput(attrs=attrs), **options
    )


class ProseField(forms.CharField):
    """Several paragraphs in ``language``; lines end as they do in the database."""

    def __init__(self, *, language: str, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 10, "lang": language})
        super().__init__(required=False, widget=widget, **options)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class ProfileForm(forms.Form):
    """The public profile; the names of its fields are those of ``speakers/profile.py``."""

    honorific = line(_("Title"), 40, help_text=_("As “Dr” or “Prof.”, if you use one."))
    given_name = line(_("Given name"), NAME_LENGTH, validators=[validate_name])
    family_name = line(
        _("Family name"),
        NAME_LENGTH,
        validators=[validate_name],
        required=True,
        error_messages={"required": _("Write your family name.")},
    )
    role_title_fr = line(_("Position, in French"), 200, "fr")
    role_title_en = line(_("Position, in English"), 200, "en")
    affiliation_fr = line(_("Affiliation, in French"), 200, "fr")
    affiliation_en = line(_("Affiliation, in English"), 200, "en")
    biography_fr = ProseField(label=_("Biography, in French"), max_length=5000, language="fr")
    biography_en = ProseField(label=_("Biography, in English"), max_length=5000, language="en")
    website = forms.URLField(
        label=_("Website"),
        required=False,
        assume_scheme="https",
        max_length=200,
        validators=[URLValidator(schemes=["http", "https"])],
        widget=forms.URLInput(attrs={"inputmode": "url", "spellcheck": "false"}),
        error_messages={"invalid": _("This is no web address, for example https://example.org.")},
    )
    orcid = forms.CharField(
        label=_("ORCID"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"spellcheck": "false", "inputmode": "text"}),
    )

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> "ProfileForm":
        return cls(initial={name: texts[name] for name in cls.base_fields})

    def clean_orcid(self) -> str:
        value: str = self.cleaned_data["orcid"]
        return orcid.normal(value) if value else ""

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The texts in two languages, side by side."""
        names = ("role_title", "affiliation", "biography")
        return [(self[f"{name}_fr"], self[f"{name}_en"]) for name in names]


class PictureForm(forms.Form):
    """A picture to be sent."""

    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("JPEG, PNG or WebP, up to 10 MB; you choose the square afterwards."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={
            "required": _("Choose a picture."),
            "empty": _("This file is empty."),
        },
    )
    credit = line(_("Credit"), 200, help_text=_("Who took it, if they are to be named beside it."))


def percent(label: Any, initial: int, least: int = 0) -> forms.FloatField:
    attrs = {"step": "0.5", "data-crop": ""}
    widget = forms.NumberInput(attrs=attrs)
    widget.input_type = "range"
    return forms.FloatField(
        label=label, min_value=least, max_value=100, initial=initial, widget=widget
    )


class CropForm(forms.Form):
    """Where the square lies, in percent (conference.images.Crop)."""

    size = percent(_("Size of the square"), 100, 10)
    x = percent(_("From left to right"), 50)
    y = percent(_("From top to bottom"), 30)
    credit = line(_("Credit"), 200, help_text=_("Who took it, if they are to be named beside it."))


# --- Consents ----------------------------------------------------------------------------------


class ConsentForm(forms.Form):
    """One question each, unticked: yes or no is chosen, never presumed."""

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for purpose in Consent.Purpose:
            self.fields[purpose.value] = forms.ChoiceField(
                label=purpose.label,
                help_text=consents.wording(purpose, language),
                choices=[("yes", _("I agree")), ("no", _("I do not agree"))],
                widget=forms.RadioSelect,
                required=False,
            )

    def answers(self) -> dict[Consent.Purpose, bool]:
        """What was answered; a question left open is no answer."""
        found = {purpose: self.cleaned_data[purpose.value] for purpose in Consent.Purpose}
        return {purpose: value == "yes" for purpose, value in found.items() if value}


# --- Availability and logistics ----------------------------------------------------------------


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


UNCLEAR = _("Write a date and a time, for example 2027-02-04 14:30.")


def moment(label: Any, **options: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=MomentInput(),
        error_messages={"invalid": UNCLEAR, "required": UNCLEAR},
        **options,
    )


class UnavailabilityForm(forms.Form):
    """A time at which the speaker cannot be on stage."""

    starts_at = moment(_("From"))
    ends_at = moment(_("Until"))
    note = line(_("Why"), 200, help_text=_("If you wish; it helps us to plan around it."))

    def __init__(self, *args: Any, conference: Conference, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conference = conference
        # What is offered first is the first morning of the conference.
        self.fields["starts_at"].initial = datetime.combine(
            conference.starts_on, datetime.min.time(), conference.zone
        ).replace(hour=9)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        starts_at, ends_at = data.get("starts_at"), data.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The end comes after the start."))
        days = [value.astimezone(self.conference.zone).date() for value in (ends_at,) if value]
        if days and days[0] < self.conference.starts_on:
            self.add_error("ends_at", _("This is over before the conference begins."))
        elif starts_at and starts_at.astimezone(self.conference.zone).date() > (
            self.conference.ends_on
        ):
            self.add_error("starts_at", _("The conference is over by then."))
        return data

    def row(self, speaker: Speaker) -> Unavailability:
        return Unavailability(speaker=speaker, **self.cleaned_data)


class LogisticsForm(LogisticsModelForm):
    """How the speaker comes and stays; where they stay is the organisers' to fill in."""

    class Meta:
        model = Logistics
        fields = [
            *("arrives_at", "arrival_by", "departs_at", "departure_by"),
            *("nights_from", "nights_until", "diet", "needs", "companion"),
            *("phone", "equipment", "assistant_name", "assistant_email", "assistant_phone"),
        ]
        widgets = {
            "arrives_at": MomentInput(),
            "departs_at": MomentInput(),
            "nights_from": DayInput(),
            "nights_until": DayInput(),
            "needs": forms.Textarea(attrs={"rows": 3}),
            "equipment": forms.Textarea(attrs={"rows": 3}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
            "assistant_phone": forms.TextInput(attrs={"type": "tel"}),
        }
        labels = {
            "arrives_at": _("You arrive on"),
            "arrival_by": _("You arrive by"),
            "departs_at": _("You leave on"),
            "departure_by": _("You leave by"),
            "nights_from": _("First night at the hotel"),
            "nights_until": _("Day you leave the hotel"),
            "diet": _("What you eat or do not eat"),
            "needs": _("What you need to take part"),
            "companion": _("Who comes with you"),
            "phone": _("Telephone on the day"),
            "equipment": _("Equipment you wish for your talk"),
            "assistant_name": _("Assistant"),
            "assistant_email": _("E-mail address of your assistant"),
            "assistant_phone": _("Telephone of your assistant"),
        }
        help_texts = {
            "arrival_by": _("Train or flight, and where to."),
            "departure_by": _("Train or flight, and from where."),
            "needs": _("A ramp, a seat, sign language, a quiet room; you need not give a reason."),
        }
