"""What is common to everyone who has a name: speakers, attendees, journalists, users."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

NAME_LENGTH = 100


# What follows the last dot of an address however it is written; in small letters anything may.
ENDINGS = (
    "com|net|org|info|biz|io|xyz|top|site|online|shop|store|club|app|dev|link|click|live|vip|"
    "win|icu|ru|cn|example|рф|中国|公司"
)
# Before a dot without a space these are titles, not the name of a site.
TITLES = (
    "dr|drs|pr|prof|st|ste|sta|sto|mr|mrs|ms|mme|mlle|mgr|mag|me|fr|rev|hon|sr|sra|jr|ph|sc|"
    "rer|med|phil|nat|habil|ing|dipl|univ|lic|arq|eng|col|gen|capt|lt|sgt"
)
PATH = re.compile(rf"\w\.(?:[a-z]{{2,}}|(?i:{ENDINGS}))/")
NUMBERS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
SITE = re.compile(
    rf"(?<![\w-])(?!(?i:{TITLES})\.)(?:[\w-]+\.)*[\w-]*"
    rf"(?:[\w-]{{2}}\.(?!(?:jr|sr)\b)[^\W\d_A-Z]{{2,}}|\w\.(?i:{ENDINGS}))(?![\w])"
)


LONGEST = 300  # of what is looked at; the fields are shorter


def as_linked(value: str) -> str:
    """The text as a mail program looks for links in it: invisible marks do not hide one."""
    shown = unicodedata.normalize("NFKC", value[:LONGEST]).replace("\u3002", ".")
    return "".join(letter for letter in shown if unicodedata.category(letter) != "Cf")


def validate_plain_line(value: str) -> None:
    """Refuse what no name or title holds: control characters and addresses (mail cannon, phishing).

    Raises ``ValidationError``. Directional marks are kept: Arabic and Hebrew names need them.
    An organisation may be called by its domain (“Amazon.com”), not by a page of it.
    """
    if any(
        unicodedata.category(character) in {"Cc", "Cs", "Co", "Zl", "Zp"} for character in value
    ):
        raise ValidationError(
            _("This text holds characters that cannot be printed."), code="control"
        )
    linked = as_linked(value)
    if "://" in linked or "www." in linked.lower() or PATH.search(linked):
        raise ValidationError(_("Please leave web addresses out of this field."), code="address")


def validate_name(value: str) -> None:
    """What ``validate_plain_line`` refuses, and whatever a mail program would make a link of.

    Raises ``ValidationError``. Abbreviations stay: “J. R. R.”, “Dr.No”, “M.Sc.”.
    """
    validate_plain_line(value)
    linked = as_linked(value)
    if NUMBERS.search(linked) or SITE.search(linked):
        raise ValidationError(_("Please leave web addresses out of this field."), code="address")


class Person(models.Model):
    """A given name (absent for people who have one name only) and a family name."""

    given_name = models.CharField(
        _("given name"), max_length=NAME_LENGTH, blank=True, validators=[validate_name]
    )
    family_name = models.CharField(
        _("family name"), max_length=NAME_LENGTH, validators=[validate_name]
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def listed_name(self) -> str:
        """Family name first, in capitals, as printed lists have it in France."""
        return f"{self.family_name.upper()} {self.given_name}".strip()

    @property
    def initials(self) -> str:
        """At most two letters for the tile that stands in for a portrait."""
        return "".join(name[0] for name in (self.given_name, self.family_name) if name).upper()
