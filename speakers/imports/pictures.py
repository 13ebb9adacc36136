"""Photographs in a ZIP: each is drawn again when it comes, and only the drawing is kept.

Nothing is ever unpacked to a file system, and no name from the archive becomes a path.
"""

import stat
import zipfile
from io import BytesIO
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image

from conference.images import redrawn
from conference.imports import short
from speakers.portraits import LONGEST, SHORTEST

MOST_PICTURES = 60
MOST_ENTRIES = 200
MOST_UNPACKED = 120 * 2**20
MOST_OF_ONE = 10 * 2**20
# What systems add to archives by themselves.
LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def received(file: IO[bytes]) -> tuple[bytes, dict[str, str]]:
    """A ZIP of the pictures drawn again, and what is wrong with others, by name.

    A problem of the archive as a whole stands under “”, and then there are no pictures.
    """
    kept, problems = BytesIO(), dict[str, str]()
    try:
        with (
            zipfile.ZipFile(file) as archive,
            zipfile.ZipFile(kept, "w", zipfile.ZIP_STORED) as drawn,
        ):
            if refusal := bomb(archive):
                return b"", {"": refusal}
            redraw(archive, drawn, problems)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        del error
        return b"", {"": _("This archive cannot be read.")}
    return kept.getvalue(), problems


def bomb(archive: zipfile.ZipFile) -> str:
    """Why the archive is not opened at all; “” for a reasonable one."""
    entries = archive.infolist()
    # ``zipfile`` never unpacks more than an entry says, so what they say can be added up.
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or total > MOST_UNPACKED:
        return _("This archive unpacks to more than is allowed.")
    pictures = [entry for entry in entries if not is_litter(entry)]
    if len(pictures) > MOST_PICTURES:
        return _("There are more than %(most)s pictures: please send several archives.") % {
            "most": MOST_PICTURES
        }
    return ""


def is_litter(entry: zipfile.ZipInfo) -> bool:
    return entry.is_dir() or any(part in entry.filename for part in LITTER)


def redraw(archive: zipfile.ZipFile, drawn: zipfile.ZipFile, problems: dict[str, str]) -> None:
    names: set[str] = set()
    for entry in archive.infolist():
        if is_litter(entry):
            continue
        name = base_name(entry.filename)
        refusal = reason_against(entry) or (
            _("There are two pictures of this name.") if name in names else ""
        )
        names.add(name)
        if refusal:
            problems[short(entry.filename)] = refusal
            continue
        try:
            drawn.writestr(zipfile.ZipInfo(name), picture(archive.read(entry)))
        except ValidationError as error:
            problems[short(entry.filename)] = " ".join(error.messages)
        except Exception:  # whatever a broken entry makes of a decompressor
            problems[short(entry.filename)] = _("This picture cannot be unpacked.")


def base_name(path: str) -> str:
    """What the table may call a picture: its name without folders, in small letters."""
    return path.replace("\\", "/").rpartition("/")[2].casefold()


def reason_against(entry: zipfile.ZipInfo) -> str:
    parts = entry.filename.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0]:
        return _("Its name leads out of the archive.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return _("It is a link to another file.")
    if entry.flag_bits & 1:
        return _("It is encrypted.")
    if entry.file_size > MOST_OF_ONE:
        return _("This file is larger than 10 MB.")
    return ""


def picture(content: bytes) -> bytes:
    """The picture drawn again; raises ``ValidationError`` for what is none."""
    found = redrawn(ContentFile(content), longest=LONGEST)
    with Image.open(found) as image:
        if min(image.size) < SHORTEST:
            raise ValidationError(_("This picture is smaller than 160 by 160 pixels."))
    found.seek(0)
    return bytes(found.read())


def kept(content: bytes) -> dict[str, bytes]:
    """What ``received`` has drawn, by name."""
    if not content:
        return {}
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def suffix_of(content: bytes) -> str:
    return "png" if content.startswith(b"\x89PNG") else "jpg"


type Pictures = dict[str, bytes]
