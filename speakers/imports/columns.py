"""The columns of a spreadsheet with speakers: their names, what they hold, what else they are called."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    help: str | Promise
    aliases: tuple[str, ...] = ()


# In the order of the empty template. A text without its language is in that of the file.
COLUMNS = [
    Column(
        "code",
        _(
            "Your own short code (letters and digits). It stays: a later import finds the "
            "speaker by it."
        ),
        ("id", "speaker id"),
    ),
    Column("guid", _("The GUID of an export, instead of a code."), ("uuid",)),
    Column(
        "email",
        _("Never public. Without code and GUID, a speaker is found by it."),
        ("e-mail", "mail", "courriel", "e-mail address"),
    ),
    Column("honorific", _("Prof., Dr …"), ("titre", "civilité")),
    Column("given_name", _("Given name."), ("first name", "prénom")),
    Column("family_name", _("Family name."), ("last name", "surname", "nom")),
    Column("role_title_fr", _("Position in French."), ("fonction",)),
    Column("role_title_en", _("Position in English."), ("position", "job title")),
    Column("affiliation_fr", _("Affiliation in French."), ("affiliation",)),
    Column("affiliation_en", _("Affiliation in English.")),
    Column("country", _("Two letters (FR) or the name in either language."), ("pays",)),
    Column("biography_fr", _("Biography in French, in Markdown."), ("biographie",)),
    Column("biography_en", _("Biography in English, in Markdown.")),
    Column("website", _("Address of a page, with https://."), ("site", "url")),
    Column("orcid", _("For example 0000-0002-1825-0097.")),
    Column("language", _("Language of mails: fr or en."), ("langue",)),
    Column(
        "photo",
        _("Name of the picture in the ZIP; without it, the picture that is named by the code."),
        ("picture", "portrait", "photograph", "photographie"),
    ),
    Column("photo_credit", _("Whom the picture is by."), ("portrait_credit", "crédit photo")),
]
OTHERS = {
    "name": "name",
    "speaker name": "name",
    "biography": "biography",
    "bio": "biography",
}
NAMES = OTHERS | {
    name.casefold(): column.name for column in COLUMNS for name in (column.name, *column.aliases)
}


def known_as(heading: str) -> str:
    """The column that a heading stands for; “” for none that is known."""
    return NAMES.get(" ".join(heading.split()).casefold(), "")
