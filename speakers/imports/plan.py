"""What a file would change of the speakers, and the rows that would be written for it.

A speaker is found by GUID, else by code, else by e-mail address, else is new. What the file
leaves empty says nothing, and whom it does not name stays: an import never deletes.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import storages
from django.utils.translation import gettext as _

from conference.codes import new_code
from conference.import_words import as_read
from conference.imports import Item, Notes, Plan, Where, short
from conference.models import Conference
from speakers.imports.pictures import Pictures
from speakers.imports.reader import SpeakerIn
from speakers.models import Speaker

ENDINGS = ("", ".jpg", ".jpeg", ".png", ".webp")


@dataclass(slots=True)
class NewPicture:
    speaker: Speaker
    content: bytes


class SpeakersPlan:
    """The plan with its rows: compared when made, written by ``apply.py`` alone."""

    def __init__(
        self,
        conference: Conference,
        entries: list[SpeakerIn],
        pictures: Pictures,
        notes: Notes,
    ) -> None:
        self.conference, self.pictures, self.notes = conference, pictures, notes
        self.plan = Plan(notes)
        self.new: list[Speaker] = []
        self.changed: list[Speaker] = []
        self.fields: set[str] = set()
        self.drawn: list[NewPicture] = []
        self.load(entries)
        self.used: set[str] = set()
        taken: dict[Any, Where] = {}
        for entry in entries:
            speaker = self.speaker_of(entry)
            if speaker is None:
                continue
            keys = {speaker.guid, speaker.code}
            if double := next((taken[key] for key in keys if key in taken), None):
                notes.refuse(
                    entry.where,
                    _("“%(title)s” is in the file twice: %(where)s as well.")
                    % {"title": short(entry.title), "where": double},
                )
                continue
            taken |= dict.fromkeys(keys, entry.where)
            self.compare(entry, speaker)
        for name in sorted(self.pictures.keys() - self.used):
            notes.remark(Where(0, name), _("No line names this picture."))

    def load(self, entries: list[SpeakerIn]) -> None:
        known = list(Speaker.objects.filter(conference=self.conference).order_by("pk"))
        self.by_guid = {speaker.guid: speaker for speaker in known}
        self.by_code = {speaker.code: speaker for speaker in known}
        self.by_email: dict[str, list[Speaker]] = {}
        for speaker in known:
            if speaker.email:
                self.by_email.setdefault(speaker.email.casefold(), []).append(speaker)
        guids = {entry.guid for entry in entries if entry.guid} - set(self.by_guid)
        self.elsewhere = set(Speaker.objects.filter(guid__in=guids).values_list("guid", flat=True))

    def speaker_of(self, entry: SpeakerIn) -> Speaker | None:
        email = entry.values.get("email", "").casefold()
        if not (entry.guid or entry.code or email):
            if self.notes.has_error_at(entry.where):
                return None
            self.notes.refuse(
                entry.where,
                _(
                    "Give a code of your own or an e-mail address, so that a later import finds it again."
                ),
            )
            return None
        if entry.guid in self.elsewhere:
            self.notes.refuse(
                entry.where, _("This GUID belongs to a speaker of another conference.")
            )
            return None
        found = self.by_guid.get(entry.guid) if entry.guid else None
        found = found or self.by_code.get(entry.code)
        if found is None and not entry.guid and not entry.code:
            same = self.by_email.get(email, [])
            if len(same) > 1:
                self.notes.refuse(
                    entry.where, _("Several speakers have this address: write the code instead.")
                )
                return None
            found = next(iter(same), None)
        return found or self.made(entry)

    def made(self, entry: SpeakerIn) -> Speaker | None:
        if not entry.values.get("family_name"):
            if not self.notes.has_error_at(entry.where):
                self.notes.refuse(entry.where, _("A new speaker needs a family name."))
            return None
        speaker = Speaker(
            conference=self.conference,
            guid=entry.guid or uuid.uuid4(),
            code=entry.code or new_code(),
        )
        if email := entry.values.get("email", "").casefold():
            self.by_email.setdefault(email, []).append(speaker)
        return speaker

    def compare(self, entry: SpeakerIn, speaker: Speaker) -> None:
        key = entry.guid or entry.code or entry.values.get("email", "")
        item = Item(f"speaker:{speaker.pk or key}", entry.title, entry.where)
        item.is_new = speaker.pk is None
        if not item.is_new:
            item.title = speaker.full_name
        for name, after in entry.values.items():
            before = as_read(str(getattr(speaker, name) or ""))
            if before.split() != after.split() if "\n" not in after else before != after:
                setattr(speaker, name, after)
                item.change(name, label_of(name), before, after)
        self.fields |= {change.field for change in item.changes}
        if item.is_new:
            item.summary = entry.values.get("affiliation_fr") or entry.values.get(
                "affiliation_en", ""
            )
            self.new.append(speaker)
        elif item.changes:
            self.changed.append(speaker)
        self.compare_picture(entry, speaker, item)
        self.plan.items.append(item)

    def compare_picture(self, entry: SpeakerIn, speaker: Speaker, item: Item) -> None:
        content = self.picture_of(entry, speaker)
        if content is None or content == shown_now(speaker):
            return
        self.drawn.append(NewPicture(speaker, content))
        after = entry.photo or _("from the archive")
        shown = speaker.portrait.name or ""
        item.change("portrait", _("portrait"), shown, after, f"{shown}\0{entry.photo}")

    def picture_of(self, entry: SpeakerIn, speaker: Speaker) -> bytes | None:
        """By the name in the table, else by the speaker's code."""
        wanted = (entry.photo or speaker.code).casefold()
        endings = ENDINGS if not entry.photo else ("",)
        for name in (f"{wanted}{ending}" for ending in endings):
            if name in self.pictures:
                self.used.add(name)
                return self.pictures[name]
        if entry.photo:
            self.notes.refuse(
                entry.photo_where,
                _("The picture “%(name)s” is not in the archive.") % {"name": short(entry.photo)},
            )
        return None


def shown_now(speaker: Speaker) -> bytes:
    """The picture that the portrait was cut from."""
    if not speaker.portrait_original:
        return b""
    try:
        with storages["private"].open(speaker.portrait_original) as file:
            return bytes(file.read())
    except FileNotFoundError:
        return b""


def label_of(name: str) -> str:
    """The field's own name; modeltranslation says the language of a text."""
    return str(Speaker._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
