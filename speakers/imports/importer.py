"""The speakers' import for the staff's pages (``conference/import_pages.py``)."""

from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from conference.accounts.models import User
from conference.import_pages import Importer, Looked
from conference.imports import Notes, Plan, Where, content_of, keep_pictures
from conference.models import ImportRun
from speakers.imports import apply, pictures, reader
from speakers.imports.columns import COLUMNS
from speakers.imports.plan import SpeakersPlan


class SpeakersImporter(Importer):
    kind = "speakers"
    title = _("Import speakers")
    intro = _(
        "New speakers are added as proposed and unpublished; known ones (by GUID, code or e-mail "
        "address) are updated. Whom the file does not name stays as they are."
    )
    rights = ("speakers.add_speaker", "speakers.change_speaker")
    formats = reader.Format.choices
    columns = COLUMNS
    has_language = True
    has_pictures = True

    def look(self, run: ImportRun, options: dict[str, str], user: User) -> Looked:
        notes = Notes()
        entries, format = reader.read(content_of(run.file), notes, **options)
        return Looked(compared(run, entries, notes).plan, format.label, options.get("language", ""))

    def apply(self, run: ImportRun, options: dict[str, str], user: User, expected: str) -> Plan:
        content = content_of(run.file)

        def plan(notes: Notes) -> SpeakersPlan:
            entries, _format = reader.read(content, notes, **options)
            return compared(run, entries, notes)

        return apply.apply(run, plan, expected=expected)

    def receive_pictures(self, run: ImportRun, file: "File[Any]") -> None:
        """Drawn again at once, so that what is looked at is what is taken over."""
        content, problems = pictures.received(file)
        run.result["pictures"] = problems
        keep_pictures(run, content)


def compared(run: ImportRun, entries: list[reader.SpeakerIn], notes: Notes) -> SpeakersPlan:
    for name, problem in run.result.get("pictures", {}).items():
        notes.refuse(Where(0, name), problem)
    found = pictures.kept(content_of(run.pictures)) if run.pictures else {}
    return SpeakersPlan(run.conference, entries, found, notes)
