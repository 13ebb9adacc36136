"""What staff are asked before a list leaves, and how they word one."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from conference.accounts.models import User
from conference.exports import Format
from press.exports import COLUMNS
from press.languages import language_name
from press.models import Journalist, MediaList, Outlet

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[MediaList]
else:
    ModelForm = forms.ModelForm


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label=_("Format"), choices=Format.choices, initial=Format.XLSX, widget=forms.RadioSelect
    )
    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        help_text=_("Take only what you need. A vCard always holds the same fields."),
        choices=[(column.name, column.header) for column in COLUMNS],
        initial=[column.name for column in COLUMNS],
        widget=forms.CheckboxSelectMultiple,
    )
    purpose = forms.CharField(
        label=_("What is this export for?"),
        help_text=_(
            "For example: invitation to the press conference of 6 February. It is kept in the "
            "log of exports with your name, the date and the number of people."
        ),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": _("Say what the list will be used for: it is kept in the log.")
        },
    )


class MediaListForm(ModelForm):
    """The saved question, as boxes to tick."""

    kinds = forms.MultipleChoiceField(
        label=_("Kinds of outlet"),
        choices=Outlet.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"), required=False, widget=forms.CheckboxSelectMultiple
    )
    countries = forms.MultipleChoiceField(
        label=_("Countries"),
        required=False,
        widget=FilteredSelectMultiple(_("countries"), is_stacked=False),
    )

    class Meta:
        model = MediaList
        fields = ["name", "description", "is_shared", "kinds", "countries", "languages"]

    owner: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.owner_id is None:
            self.instance.owner = self.owner
        for name, choices in [
            ("languages", self.language_choices()),
            ("countries", list(countries)),
        ]:
            field = self.fields.get(name)
            if isinstance(field, forms.MultipleChoiceField):
                field.choices = choices
        self.initial["countries"] = [country.code for country in self.instance.countries]

    def language_choices(self) -> list[tuple[str, str]]:
        """Those of journalists, and those that the list asks for already, by name."""
        codes = spoken_languages() | set(self.instance.languages)
        return sorted(((code, language_name(code)) for code in codes), key=lambda pair: pair[1])

    def clean_name(self) -> str:
        """Refuse a second list of that name: the owner is no field, so nothing else looks."""
        name: str = self.cleaned_data["name"]
        others = MediaList.objects.filter(owner=self.instance.owner, name=name)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("You have a list of that name."))
        return name


def every_country() -> list[tuple[str, str]]:
    """Each once: the list of the package repeats those that it puts first."""
    return list(dict(countries).items())


def spoken_languages() -> set[str]:
    """The codes that at least one journalist has."""
    lists = Journalist.objects.values_list("languages", flat=True).order_by().distinct()
    return {code for codes in lists for code in codes}
