"""The columns of a spreadsheet with sessions: their names, what they hold, what else they are called."""

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
            "session by it."
        ),
        ("id", "session id", "session code"),
    ),
    Column(
        "guid",
        _("The GUID of an export, instead of a code."),
        ("uuid",),
    ),
    Column(
        "part_of",
        _("For a talk: the code of the session that it is part of. Its own code is needed too."),
        ("talk of", "intervention de"),
    ),
    Column(
        "kind",
        _("opening, plenary, lecture, round-table, workshop, poster, ceremony, break or closing."),
        ("type", "session type", "submission type", "submission_type", "nature"),
    ),
    Column(
        "title_fr",
        _("Title in French."),
        ("titre",),
    ),
    Column(
        "title_en",
        _("Title in English."),
    ),
    Column(
        "subtitle_fr",
        _("Subtitle in French."),
        ("sous-titre",),
    ),
    Column(
        "subtitle_en",
        _("Subtitle in English."),
    ),
    Column(
        "abstract_fr",
        _("Abstract in French, in Markdown."),
        ("résumé",),
    ),
    Column(
        "abstract_en",
        _("Abstract in English, in Markdown."),
    ),
    Column(
        "theme",
        _("Name of the theme in either language."),
        ("track", "thème"),
    ),
    Column(
        "language",
        _("Spoken language: fr or en."),
        ("content_locale", "content locale", "langue"),
    ),
    Column(
        "interpreted",
        _("yes or no."),
        ("is_interpreted", "interprétation"),
    ),
    Column(
        "recorded",
        _("yes or no."),
        ("is_recorded", "enregistrement"),
    ),
    Column(
        "access",
        _("open, booking or invitation."),
        ("accès",),
    ),
    Column(
        "room",
        _("Name of the room in either language."),
        ("salle",),
    ),
    Column(
        "start",
        _(
            "2027-02-04 09:00 or 04/02/2027 09:00, in the conference’s time zone; with an "
            "offset (+01:00) in any."
        ),
        ("start time", "starts_at", "début"),
    ),
    Column(
        "end",
        _("The same, or only 10:30."),
        ("end time", "ends_at", "fin"),
    ),
    Column(
        "minutes",
        _("Instead of an end: 90 or 1:30. For a talk, how long it is."),
        ("duration", "durée"),
    ),
    Column(
        "speakers",
        _(
            "Names or codes of the people, separated by semicolons, each with a role in "
            "parentheses: “Ada Lovelace; Grace Hopper (chair)”."
        ),
        ("speaker names", "speaker_names", "intervenants"),
    ),
]
# Of pretalx's own lists; the language is that of the file.
OTHERS = {
    "title": "title",
    "proposal title": "title",
    "session title": "title",
    "subtitle": "subtitle",
    "abstract": "abstract",
    "description": "description",
    "start (date)": "start_date",
    "start (time)": "start_time",
    "start_date": "start_date",
    "start_time": "start_time",
    "end (date)": "end_date",
    "end (time)": "end_time",
    "end_date": "end_date",
    "end_time": "end_time",
    "speaker ids": "speaker_codes",
    "speaker_ids": "speaker_codes",
    "speaker_codes": "speaker_codes",
    "do_not_record": "do_not_record",
    "do not record": "do_not_record",
    "do not record my session.": "do_not_record",
    "don’t record this session.": "do_not_record",
    "don't record this session.": "do_not_record",
}
NAMES = OTHERS | {
    name.casefold(): column.name for column in COLUMNS for name in (column.name, *column.aliases)
}


def known_as(heading: str) -> str:
    """The column that a heading stands for; “” for none that is known."""
    return NAMES.get(" ".join(heading.split()).casefold(), "")
