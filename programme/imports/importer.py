"""The programme's import for the staff's pages (``conference/import_pages.py``)."""

from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from conference.accounts.models import User
from conference.import_pages import Importer, Looked
from conference.imports import Notes, Plan, content_of
from conference.models import ImportRun
from programme.imports import apply, reader
from programme.imports.columns import COLUMNS
from programme.imports.form import ProgrammeIn


class ProgrammeImporter(Importer):
    kind = "programme"
    title = _("Import a programme")
    intro = _(
        "Sessions go into the draft: new ones are added, known ones (by GUID or code) are updated. "
        "What the file does not name stays as it is."
    )
    rights = ("programme.add_session", "programme.change_session")
    formats = reader.Format.choices
    columns = COLUMNS
    has_language = True
    has_pictures = False

    def look(self, run: ImportRun, options: dict[str, str], user: User) -> Looked:
        notes = Notes()
        found = reader.read(content_of(run.file), run.conference, notes, **options)
        plan = apply.plan(run.conference, found.programme, notes, user.has_perm)
        return Looked(plan, found.format.label, found.language)

    def apply(self, run: ImportRun, options: dict[str, str], user: User, expected: str) -> Plan:
        content = content_of(run.file)

        def read(notes: Notes) -> ProgrammeIn:
            return reader.read(content, run.conference, notes, **options).programme

        return apply.apply(run, read, user=user, expected=expected)

    def receive_pictures(self, run: ImportRun, file: "File[Any]") -> None:
        """A programme has none."""
