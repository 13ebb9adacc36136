"""Languages that people work in: more than the two of the site."""

from django.conf.locale import LANG_INFO
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

validate_language = RegexValidator(
    r"^[a-z]{2,3}(-[a-z0-9]{2,8})*\Z", _("A language is a code in lower case, as fr or pt-br.")
)

# Django knows two ways to write it, and journalists give neither.
CHINESE = _("Chinese")


def language_name(code: str) -> str:
    """The language in the active one; the code itself where we know no name."""
    if code == "zh":
        return str(CHINESE)
    info = LANG_INFO.get(code)
    return gettext(info["name"]) if info and "name" in info else code


def language_names(codes: list[str]) -> str:
    return ", ".join(language_name(code) for code in codes)
