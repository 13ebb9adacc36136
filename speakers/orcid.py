"""The identifier of a researcher, as orcid.org gives it."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

ADDRESS = re.compile(r"(?i)\A(https?://)?(www\.)?orcid\.org/")


def normal(value: str) -> str:
    """As it is printed, ``0000-0002-1825-0097``, from an address or from digits alone.

    Raises ``ValidationError`` where the last digit does not follow from the others (ISO 7064).
    """
    digits = re.sub(r"[\s\-\u2010-\u2014]", "", ADDRESS.sub("", value.strip())).upper().strip("/")
    if not re.fullmatch(r"[0-9]{15}[0-9X]", digits) or check_digit(digits[:15]) != digits[15]:
        raise ValidationError(
            _("This is no ORCID: 16 digits, for example 0000-0002-1825-0097."), code="orcid"
        )
    return "-".join(digits[start : start + 4] for start in range(0, 16, 4))


def check_digit(digits: str) -> str:
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    result = (12 - total % 11) % 11
    return "X" if result == 10 else str(result)
