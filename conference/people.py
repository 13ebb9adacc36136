"""What is common to everyone who has a name: speakers, attendees, journalists, users."""

import unicodedata

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

NAME_LENGTH = 100


def validate_plain_line(value: str) -> None:
    """Refuse what no name or title holds: control characters and addresses (mail cannon, phishing).

    Raises ``ValidationError``. Directional marks are kept: Arabic and Hebrew names need them.
    """
    if any(
        unicodedata.category(character) in {"Cc", "Cs", "Co", "Zl", "Zp"} for character in value
    ):
        raise ValidationError(
            _("This text holds characters that cannot be printed."), code="control"
        )
    if "://" in value or "www." in value.lower():
        raise ValidationError(_("Please leave web addresses out of this field."), code="address")


class Person(models.Model):
    """A given name (absent for people who have one name only) and a family name."""

    given_name = models.CharField(
        _("given name"), max_length=NAME_LENGTH, blank=True, validators=[validate_plain_line]
    )
    family_name = models.CharField(
        _("family name"), max_length=NAME_LENGTH, validators=[validate_plain_line]
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
