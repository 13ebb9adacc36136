"""Slides and papers: honest files pass under whatever name, everything else is refused with words."""

import io
import random
import struct
import zipfile
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from conference import documents
from conference.documents import ODP, PDF, PPTX, recognised

PDF_TAIL = b"xref\n0 1\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
TYPES = (
    '<?xml version="1.0"?><Types><Override PartName="/ppt/presentation.xml" '
    f'ContentType="{PPTX}.main+xml"/></Types>'
)
MANIFEST = '<manifest:manifest><manifest:file-entry manifest:full-path="/"/></manifest:manifest>'


def pdf(body=b"1 0 obj\n<</Type /Catalog>>\nendobj\n", head=b"%PDF-1.7\n", tail=PDF_TAIL):
    return head + body + tail


def package(entries, *, compression=zipfile.ZIP_DEFLATED, comment=b""):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as file:
        for name, text in entries:
            file.writestr(name, text)
        file.comment = comment
    return content.getvalue()


PPTX_PARTS = [("[Content_Types].xml", TYPES), ("ppt/presentation.xml", "<p:presentation/>")]


def pptx(*more, types=TYPES, **options):
    return package([("[Content_Types].xml", types), PPTX_PARTS[1], *more], **options)


def odp(*more, kind=ODP, manifest=MANIFEST):
    stored = zipfile.ZipInfo("mimetype")
    parts = [(stored, kind), ("content.xml", "<office/>"), ("META-INF/manifest.xml", manifest)]
    return package([*parts, *more])


def upload(content, name="slides.pdf"):
    return SimpleUploadedFile(name, content)


def object_stream(body):
    packed = zlib.compress(body)
    return (
        b"5 0 obj\n<</Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d>>\nstream\n"
        % len(packed)
        + packed
        + b"\nendstream\nendobj\n"
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (pdf(), PDF),
        (pdf(head=b"%PDF-2.0\r\n"), PDF),
        (pdf(tail=PDF_TAIL + b"\r\n \n"), PDF),
        (pdf(object_stream(b"1 0 <</Type /Page /Annots []>>")), PDF),
        (pdf(object_stream(b"1 0 <</Type /Page>>" + b" " * 2**21) * 20), PDF),
        (pdf(b"1 0 obj\n<</EncryptMetadata false>>\nendobj\n"), PDF),
        # Words that only look like names of what runs.
        (pdf(b"1 0 obj\n<</Title (JavaScript) /JSONName 3 /LaunchDate 4>>\nendobj\n"), PDF),
        (pptx(), PPTX),
        (pptx(("ppt/media/image1.png", b"\x89PNG" * 1000), ("docProps/app.xml", "<a/>")), PPTX),
        (pptx(compression=zipfile.ZIP_STORED), PPTX),
        (odp(), ODP),
        (odp(("Pictures/1000.png", b"\x89PNG"), ("Configurations2/menubar/", "")), ODP),
    ],
)
@pytest.mark.parametrize("name", ["slides.pdf", "slides.exe", "exposé.html", ""])
def test_an_honest_file_passes_under_any_name(content, expected, name):
    found = recognised(upload(content, name or "x"))

    assert found.content_type == expected
    assert found.name.endswith(documents.SUFFIXES[expected])
    assert found.size == len(content)
    assert "exe" not in found.name and "html" not in found.name


def test_a_file_on_the_disk_is_read_there():
    file = TemporaryUploadedFile("slides.pdf", PDF, 0, None)
    file.write(pptx())
    file.size = file.tell()

    assert recognised(file).content_type == PPTX


def with_flag(content, flag):
    """The first entry's flags changed, in its own header and in the directory."""
    changed = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = changed.index(signature) + offset
        changed[start : start + 2] = struct.pack("<H", flag)
    return bytes(changed)


def noise():
    """What hardly gets smaller, longer than what is read at once."""
    return random.Random(7).randbytes(2**21)


def overlapping():
    """Two entries of the directory that share one body, as a bomb has thousands."""
    content = pptx(("ppt/media/a.bin", b"a" * 100), ("ppt/media/b.bin", b"a" * 100))
    places = [m for m in range(len(content)) if content[m : m + 4] == b"PK\x01\x02"]
    changed = bytearray(content)
    changed[places[-1] + 42 : places[-1] + 46] = changed[places[-2] + 42 : places[-2] + 46]
    return bytes(changed)


HOSTILE = {
    "nothing": b"",
    "zero": b"\0",
    "text": b"Hello",
    "html": b"<!DOCTYPE html><script>alert(1)</script>",
    "html behind white space": b"\n\n<html><script>alert(1)</script>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "program": b"MZ" + b"\0" * 200,
    "elf": b"\x7fELF" + b"\0" * 200,
    "script": b"#!/bin/sh\nrm -rf /\n",
    "gif": b"GIF89a" + b"\0" * 100,
    "postscript": b"%!PS-Adobe-3.0\n",
    "rtf": b"{\\rtf1 }",
    "rar": b"Rar!\x1a\x07\x00",
    "7z": b"7z\xbc\xaf\x27\x1c",
    "gzip": b"\x1f\x8b\x08" + b"\0" * 50,
    "old or encrypted office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "pdf: header alone": b"%PDF-1.7\n",
    "pdf: no version": pdf(head=b"%PDF-x.y\n"),
    "pdf: behind html": b"<html>" + pdf(),
    "pdf: behind a space": b" " + pdf(),
    "pdf: cut": pdf()[:-10],
    "pdf: html after its end": pdf() + b"<script>alert(1)</script>",
    "pdf: archive after its end": pdf() + pptx(),
    "pdf: archive inside, end of pdf after": pdf(body=pptx(), tail=b"") + PDF_TAIL,
    "pdf: archive whose comment is the end": pdf(tail=b"")
    + package([("a.html", "<script>")], comment=PDF_TAIL.strip()),
    "pdf: javascript": pdf(b"<</S /JavaScript /JS (app.alert(1))>>"),
    "pdf: javascript, letters hidden": pdf(b"<</S /J#61vaScript /J#53 (app.alert(1))>>"),
    "pdf: javascript in an object stream": pdf(object_stream(b"1 0 <</S /JavaScript>>")),
    "pdf: javascript far into an object stream": pdf(
        object_stream(noise() + b"<</S /JavaScript>>")
    ),
    "pdf: object stream, its name hidden": pdf(
        object_stream(b"1 0 <</S /JavaScript>>").replace(b"/ObjStm", b"/Ob#6aStm")
    ),
    "pdf: object stream far from its name": pdf(
        object_stream(b"1 0 <</S /JavaScript>>").replace(b"/ObjStm", b"/ObjStm" + b" " * 2000)
    ),
    "pdf: object stream in another coding": pdf(
        b"<</Type /ObjStm /Filter /ASCIIHexDecode>>\nstream\n"
        + b"1 0 <</S /JavaScript>>".hex().encode()
        + b">\nendstream\n"
    ),
    "pdf: object streams without end": pdf(object_stream(b" " * 9 * 2**20) * 8),
    "pdf: names of object streams without end": pdf(b"/ObjStm" * 30_000),
    "pdf: password": pdf(tail=b"trailer\n<</Root 1 0 R /Encrypt 4 0 R>>\nstartxref\n9\n%%EOF\n"),
    "pdf: launches": pdf(b"<</S /Launch /F (cmd.exe)>>"),
    "pdf: file inside": pdf(b"<</Names <</EmbeddedFiles 3 0 R>>>>"),
    "pdf: rich media": pdf(b"<</Subtype /RichMedia>>"),
    "pdf: xfa": pdf(b"<</XFA 3 0 R>>"),
    "zip: plain": package([("a.txt", "a")]),
    "zip: empty": package([]),
    "zip: start alone": b"PK\x03\x04" + b"\0" * 100,
    "zip: cut": pptx()[:-30],
    "zip: something after": pptx() + b"<script>",
    "zip: something before": b"PK\x03\x04GARBAGE" + pptx(),
    "zip: comment": pptx(comment=b"<script>alert(1)</script>"),
    "docx": package([("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<w/>")]),
    "xlsx": package([("[Content_Types].xml", "<Types/>"), ("xl/workbook.xml", "<w/>")]),
    "jar": package([("META-INF/MANIFEST.MF", "a"), ("A.class", "b")]),
    "epub": package([("mimetype", "application/epub+zip"), ("content.opf", "<a/>")]),
    "odt": odp(kind="application/vnd.oasis.opendocument.text"),
    "odp: longer kind": odp(kind=ODP + "-template"),
    "odp: kind not first": package(
        [("content.xml", "a"), ("mimetype", ODP), ("META-INF/manifest.xml", MANIFEST)]
    ),
    "odp: encrypted": odp(manifest="<manifest:encryption-data/>"),
    "odp: basic": odp(("Basic/Standard/Module1.xml", "<a/>")),
    "odp: python": odp(("Scripts/python/evil.py", "import os")),
    "pptx: no presentation": package([PPTX_PARTS[0], ("ppt/slides/slide1.xml", "a")]),
    "pptx: other main part": pptx(types="<Types/>"),
    "pptx: macros": pptx(("ppt/vbaProject.bin", b"\0")),
    "pptx: macros in capitals": pptx(("PPT/VBAPROJECT.BIN", b"\0")),
    "pptx: macro type": pptx(types=TYPES + "application/vnd.ms-powerpoint.macroEnabled.12"),
    "pptx: activex": pptx(("ppt/activeX/activeX1.bin", b"\0")),
    "pptx: program inside": pptx(("ppt/media/evil.exe", b"MZ")),
    "pptx: page inside": pptx(("ppt/media/evil.html", b"<script>")),
    "pptx: path up": pptx(("../../evil.xml", "a")),
    "pptx: path up inside": pptx(("ppt/../../evil.xml", "a")),
    "pptx: absolute path": pptx(("/etc/passwd", "a")),
    "pptx: drive": pptx(("C:/evil.xml", "a")),
    "pptx: backslashes": pptx(("..\\evil.xml", "a")),
    "pptx: control in a path": pptx(("ppt/a\nb.xml", "a")),
    "pptx: long path": pptx(("a" * 301, "a")),
    "pptx: password": with_flag(pptx(), 1),
    "pptx: bomb": pptx(("ppt/media/a.bin", b"\0" * (30 * 2**20))),
    "pptx: shared bodies": overlapping(),
    "pptx: bzip2": pptx(compression=zipfile.ZIP_BZIP2),
    "pptx: lzma": pptx(compression=zipfile.ZIP_LZMA),
    "pptx: types not text": package([(PPTX_PARTS[0][0], b"\xff\xfe\0"), PPTX_PARTS[1]]),
    "pptx: types without end": pptx(types="a" * (2**20 + 1)),
    "pptx: too many parts": pptx(*[(f"ppt/{number}", "") for number in range(5001)]),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_honest_document_is_refused_in_words(content):
    for name in ("slides.pdf", "slides.pptx"):
        with pytest.raises(ValidationError) as refusal:
            recognised(upload(content, name))
        assert str(refusal.value.messages[0])


def test_the_same_part_twice_is_refused():
    with pytest.warns(UserWarning, match="Duplicate"):
        content = pptx(PPTX_PARTS[1])

    with pytest.raises(ValidationError):
        recognised(upload(content))


def test_a_symbolic_link_is_refused():
    link = zipfile.ZipInfo("ppt/media/link")
    link.external_attr = 0xA1FF << 16

    with pytest.raises(ValidationError):
        recognised(upload(pptx((link, "/etc/passwd"))))


def test_a_file_beyond_the_limit_is_not_even_read():
    file = upload(pdf())
    file.size = documents.MOST_BYTES + 1

    with pytest.raises(ValidationError) as refusal:
        recognised(file)

    assert refusal.value.code == "large"
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Éloge du doute.pdf", "Éloge du doute.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\ada\\slides.pptx", "slides.pdf"),
        ("slides.pdf.exe", "slides.pdf"),
        ("slides.html.pdf", "slides.pdf"),
        ("abc\u202efdp.exe", "abc fdp.pdf"),
        ("a\0b\r\nc.pdf", "a b c.pdf"),
        ("CON.pdf", "CON-.pdf"),
        ("nul", "nul-.pdf"),
        ("...", "document.pdf"),
        ("   ", "document.pdf"),
        ('a<b>"c|d?.pdf', "a-b--c-d-.pdf"),
        ("x" * 300 + ".pdf", "x" * 150 + ".pdf"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
    ],
)
def test_the_name_shown_is_plain(name, shown):
    file = upload(pdf())
    file._name = name

    found = recognised(file)

    assert found.name == shown
    assert found.stored_name.endswith(".pdf") and len(found.stored_name) == 36
