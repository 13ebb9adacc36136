"""Files of the press kit: what may be one, and where it lies."""

import uuid
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.db.models.fields.files import FieldFile, FileField
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

MOST_BYTES = 20 * 2**20
# How each kind of file begins; a text begins as it likes, but holds no NUL.
BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    "jpeg": (b"\xff\xd8\xff",),
    "jpg": (b"\xff\xd8\xff",),
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "txt": (b"",),
    "webp": (b"RIFF",),
    "zip": (b"PK\x03\x04",),
}


def extension_of(name: str) -> str:
    """“png” of “Logo.PNG”."""
    return PurePath(name).suffix.lstrip(".").lower()


def validate_kit_file(file: "File[Any]") -> None:
    """Refuse what is too large, of another kind, or not what its name says."""
    if getattr(file, "_committed", False):
        return  # Looked at when it came.
    if file.size > MOST_BYTES:
        raise ValidationError(_("This file is larger than 20 MB."), code="large")
    beginnings = BEGINNINGS.get(extension_of(file.name or ""))
    if beginnings is None:
        raise ValidationError(
            _("Files of this kind are not taken. Known kinds: %(kinds)s."),
            params={"kinds": ", ".join(sorted(BEGINNINGS))},
            code="kind",
        )
    file.open()
    start = file.read(4096)
    file.seek(0)
    if not begins_as(start, extension_of(file.name or ""), beginnings):
        raise ValidationError(_("This file is not what its name says."), code="content")


def begins_as(start: bytes, extension: str, beginnings: tuple[bytes, ...]) -> bool:
    if extension == "txt":
        return b"\0" not in start
    if extension == "webp" and start[8:12] != b"WEBP":
        return False
    return start.startswith(beginnings)


def kit_path(item: Any, name: str) -> str:
    """A folder that nobody can guess, and in it the file under the name that it came with."""
    return f"press-kit/{uuid.uuid4().hex}/{name}"


def kit_storage() -> Storage:
    """No web server looks there: what is not published yet is asked for in vain."""
    return storages["private"]


class KitFile(FieldFile):
    @property
    def url(self) -> str:
        """Where staff read it, published or not."""
        return reverse("admin:press_presskititem_file", args=[self.instance.pk])


class KitFileField(FileField):
    attr_class = KitFile
