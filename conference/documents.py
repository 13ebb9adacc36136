"""Uploaded slides and papers: what a file is, is told by what is in it, never by its name.

PDF, PPTX and ODP pass. What could run on a reader's machine (macros, scripts, programs) does not,
nor what is two formats at once, encrypted, or grows without measure when it is opened.
"""

import re
import unicodedata
import uuid
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

MOST_BYTES = 50 * 2**20
MOST_ENTRIES = 5000
MOST_UNPACKED = 500 * 2**20
MOST_GROWTH = 200  # times, for an entry of more than a megabyte
NAME_LENGTH = 150

PDF = "application/pdf"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODP = "application/vnd.oasis.opendocument.presentation"
SUFFIXES = {PDF: "pdf", PPTX: "pptx", ODP: "odp"}
ACCEPT = ",".join(f".{suffix}" for suffix in SUFFIXES.values())


@dataclass(frozen=True, slots=True)
class Document:
    """What an upload was found to be, a name to show and a name of our own to store it under."""

    content_type: str
    name: str
    stored_name: str
    size: int


def recognised(upload: "File[Any]") -> Document:
    """What ``upload`` is. Raises ``ValidationError``, whose text is for the person, for anything
    that is not plainly a presentation or a PDF."""
    size = upload.size or 0
    if size > MOST_BYTES:
        raise ValidationError(_("This file is larger than 50 MB."), code="large")
    upload.seek(0)
    magic = upload.read(8)
    if magic.startswith(b"%PDF-"):
        check_pdf(upload, size)
        content_type = PDF
    elif magic.startswith(b"PK\x03\x04"):
        content_type = checked_package(upload, size)
    elif magic.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(
            _("This file is in an old format or protected by a password. Save it as PDF."),
            code="old",
        )
    else:
        raise ValidationError(
            _("This is not a PDF, PowerPoint (.pptx) or OpenDocument (.odp) file."), code="type"
        )
    upload.seek(0)
    suffix = SUFFIXES[content_type]
    stored = f"{uuid.uuid4().hex}.{suffix}"
    return Document(content_type, f"{plain_stem(upload.name or '')}.{suffix}", stored, size)


# --- Names -------------------------------------------------------------------------------------

RESERVED = re.compile(r"(?i:con|prn|aux|nul|com\d|lpt\d)\Z")


def plain_stem(name: str) -> str:
    """The sender's name for it without folders, endings and letters that nobody sees."""
    base = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    shown = "".join(c if unicodedata.category(c)[0] not in "CZ" else " " for c in base)
    stem = re.sub(r"(?i)(\.(pdf|pptx|odp|exe|html?|svg|js|com|bat|cmd|scr))+\Z", "", shown.strip())
    stem = re.sub(r'[<>:"|?*]', "-", " ".join(stem.split())).strip(" .")[:NAME_LENGTH].strip(" .")
    return f"{stem}-" if RESERVED.match(stem) else stem or "document"


# --- PDF ---------------------------------------------------------------------------------------

HEADER = re.compile(rb"%PDF-[12]\.\d[\r\n \t%]")
# Something that runs, or a file inside the file (ISO 32000-2 §12.6.4, §7.11.4).
ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)(?![A-Za-z0-9])")
# What a password protects nobody can look into (§7.6).
ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
HIDDEN_LETTER = re.compile(rb"#([0-9A-Fa-f]{2})")
# “/ObjStm”, its letters hidden or not: objects that lie compressed in a stream (§7.5.7).
PACKED = re.compile(b"/" + b"".join(b"(?:%c|#%x)" % (one, one) for one in b"ObjStm"), re.IGNORECASE)
STREAM = re.compile(rb"stream(?:\r\n|\n|\r)")
PIECE, OVERLAP = 2**20, 2**10
# Of all of them together; they are small and few in honest files.
MOST_OBJECTS, MOST_STREAMS = 64 * 2**20, 20_000


def check_pdf(upload: "File[Any]", size: int) -> None:
    """Refuse what only begins like a PDF, is something else as well, or runs when it is opened."""
    upload.seek(0)
    if not HEADER.match(upload.read(9)):
        raise broken()
    upload.seek(max(0, size - 1024))
    tail = upload.read().rstrip(b"\0\r\n\t\f ")
    if not tail.endswith(b"%%EOF") or b"startxref" not in tail:
        raise broken()
    if is_archive(upload):
        raise ValidationError(_("This file is a PDF and an archive at once."), code="polyglot")
    for piece in pieces(upload):
        names = plain_names(piece)
        if ENCRYPTED.search(names):
            raise ValidationError(_("This file is protected by a password."), code="encrypted")
        if ACTIVE.search(names):
            raise ValidationError(
                _("This PDF holds programs or other files. Print it to a plain PDF, please."),
                code="active",
            )


def broken() -> ValidationError:
    return ValidationError(_("This file is damaged or cut short."), code="broken")


def is_archive(upload: "File[Any]") -> bool:
    upload.seek(0)
    return zipfile.is_zipfile(upload.file or upload)


def pieces(upload: "File[Any]") -> Iterator[bytes]:
    """The content in pieces that overlap, and what its streams of objects unpack to.

    Raises ``ValidationError`` where one of them cannot be looked into.
    """
    left, streams, seen, position, before = MOST_OBJECTS, 0, -1, 0, b""
    while piece := read_at(upload, position, PIECE):
        held, start = before + piece, position - len(before)
        yield held
        for found in PACKED.finditer(held):
            if start + found.start() <= seen:
                continue
            seen, streams = start + found.start(), streams + 1
            if streams > MOST_STREAMS:
                raise too_much()
            objects = unpacked(upload, start + found.end(), left)
            left -= len(objects)
            yield objects
        before, position = held[-OVERLAP:], position + len(piece)


def read_at(upload: "File[Any]", position: int, size: int) -> bytes:
    upload.seek(position)
    return bytes(upload.read(size))


def unpacked(upload: "File[Any]", position: int, most: int) -> bytes:
    """The objects in the stream whose dictionary is at ``position``; every honest one is deflated."""
    begins = STREAM.search(read_at(upload, position, OVERLAP))
    if begins is None:
        raise broken()
    position += begins.end()
    stream, found = zlib.decompressobj(), bytearray()
    try:
        while not stream.eof:
            if not (packed := read_at(upload, position, PIECE)):
                raise broken()
            position += len(packed)
            found += stream.decompress(packed, most - len(found) + 1)
            if len(found) > most:
                raise too_much()
    except zlib.error as error:
        raise broken() from error
    return bytes(found)


def plain_names(piece: bytes) -> bytes:
    """``piece`` with the letters that names may hide (``#4a``) as they are read."""
    if b"#" not in piece:
        return piece
    return piece + HIDDEN_LETTER.sub(lambda two: bytes([int(two[1], 16)]), piece)


# --- PPTX and ODP ------------------------------------------------------------------------------

# What an office program would run, or a system would.
PROGRAMS = re.compile(
    r"(?i)vbaproject|vbadata|/activex/|(^|/)(basic|scripts)/|"
    r"\.(exe|dll|com|bat|cmd|scr|js|vbs|ps1|hta|jar|msi|lnk|html?|svg\.js)\Z"
)


def checked_package(upload: "File[Any]", size: int) -> str:
    """The content type of an honest package; raises ``ValidationError`` for any other."""
    upload.seek(max(0, size - 22))
    if not upload.read().startswith(b"PK\x05\x06"):
        raise broken()  # Something follows its end.
    try:
        upload.seek(0)
        with zipfile.ZipFile(upload.file or upload) as package:
            check_entries(package)
            return kind_of(package)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, KeyError) as error:
        raise broken() from error
    except (OSError, ValueError, UnicodeError, zlib.error) as error:
        raise broken() from error


def check_entries(package: zipfile.ZipFile) -> None:
    """Refuse what no office program writes: paths that lead out, secrets, bombs, two in one."""
    entries = package.infolist()
    if len(entries) > MOST_ENTRIES or sum(one.file_size for one in entries) > MOST_UNPACKED:
        raise too_much()
    if not entries or len(set(package.namelist())) < len(entries):
        raise broken()
    end = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        # Entries that share their bytes are how a small file unpacks to a huge one.
        if entry.header_offset < end:
            raise too_much()
        if end == 0 and entry.header_offset:
            raise broken()
        end = entry.header_offset + 30 + len(entry.orig_filename) + entry.compress_size
        check_entry(entry)
    if end > package.start_dir:
        raise broken()


def check_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 0x1:
        raise ValidationError(_("This file is protected by a password."), code="encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise broken()
    if leads_out(entry.orig_filename) or (entry.external_attr >> 28) == 0xA:  # a symbolic link
        raise broken()
    if entry.file_size > 2**20 and entry.file_size > MOST_GROWTH * entry.compress_size:
        raise too_much()
    if PROGRAMS.search(entry.filename):
        raise macros()


def leads_out(name: str) -> bool:
    """Whether unpacking under this name could write elsewhere."""
    path = PurePosixPath(name)
    odd = "\\" in name or ":" in name or any(ord(letter) < 32 for letter in name)
    return odd or path.is_absolute() or ".." in path.parts or len(name) > 300


def too_much() -> ValidationError:
    return ValidationError(_("This file unpacks to far more than it should."), code="bomb")


def macros() -> ValidationError:
    return ValidationError(
        _("This file holds macros or programs. Save it without them, please."), code="active"
    )


def kind_of(package: zipfile.ZipFile) -> str:
    """PPTX or ODP, by the parts that make it one."""
    names = set(package.namelist())
    if {"[Content_Types].xml", "ppt/presentation.xml"} <= names:
        types = text_in(package, "[Content_Types].xml")
        if re.search(r"(?i)macroenabled|vbaproject|activex", types):
            raise macros()
        if f'"{PPTX}.main+xml"' in types:
            return PPTX
    elif {"mimetype", "content.xml", "META-INF/manifest.xml"} <= names:
        if "encryption-data" in text_in(package, "META-INF/manifest.xml"):
            raise ValidationError(_("This file is protected by a password."), code="encrypted")
        if package.namelist()[0] == "mimetype" and text_in(package, "mimetype") == ODP:
            return ODP
    raise ValidationError(
        _("This is not a PDF, PowerPoint (.pptx) or OpenDocument (.odp) file."), code="type"
    )


def text_in(package: zipfile.ZipFile, name: str, most: int = 2**20) -> str:
    """A small text of the package, which is UTF-8; it is looked into, never parsed."""
    with package.open(name) as part:
        content = part.read(most + 1)
    if len(content) > most:
        raise ValueError(name)
    return content.decode("utf-8-sig")
