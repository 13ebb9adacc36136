"""The few fields of an agenda's page; none of them takes free text."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

# The secret of an agenda (conference/secrets.py), alone or at the end of its address.
SECRET = re.compile(r"(?:^|/)([A-Za-z0-9_-]{32})(?:/|\.ics)?(?:[?#].*)?$")


class OpenForm(forms.Form):
    """Bring an agenda from another device."""

    address = forms.CharField(
        label=_("Address of the agenda"),
        max_length=300,
        help_text=_("As the other device shows it under “On another device”."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_address(self) -> str:
        """The secret in it."""
        found = SECRET.search(self.cleaned_data["address"].strip())
        if found is None:
            raise forms.ValidationError(_("This is not the address of an agenda."))
        return found[1]


class CodeForm(forms.Form):
    """Add a session by the code that its page and the booklet print."""

    code = forms.CharField(
        label=_("Code of the session"),
        max_length=12,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
    )

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).strip().upper()


class NewsForm(forms.Form):
    """Where to write when something in the agenda changes."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
