"""Whatever is uploaded as a picture comes out as one, or not at all."""

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from conference.images import redrawn


def picture(kind="JPEG", size=(40, 30), mode="RGB", **options):
    content = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else 128).save(content, kind, **options)
    return content.getvalue()


def upload(content, name="portrait.jpg"):
    return SimpleUploadedFile(name, content)


def opened(file):
    return Image.open(io.BytesIO(file.read()))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_drawn_again_under_our_own_name(kind):
    result = redrawn(upload(picture(kind), name="../../evil.php"), longest=100)

    assert result.name.endswith(".jpg")
    assert "evil" not in result.name
    assert opened(result).size == (40, 30)


def test_a_large_picture_is_made_smaller():
    assert opened(redrawn(upload(picture(size=(400, 200))), longest=100)).size == (100, 50)


def test_where_it_was_taken_is_forgotten_and_it_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "CANARY"
    exif.get_ifd(0x8825)[1] = "N"

    result = redrawn(upload(picture(exif=exif)), longest=100)

    content = result.read()
    image = Image.open(io.BytesIO(content))
    assert image.size == (30, 40)
    assert not image.getexif()
    assert b"CANARY" not in content


def test_transparency_is_kept():
    content = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(content, "PNG")

    result = redrawn(upload(content.getvalue()), longest=100)

    assert result.name.endswith(".png")
    assert opened(result).getpixel((0, 0))[3] == 0


def test_what_follows_the_picture_is_left_behind():
    result = redrawn(upload(picture() + b"<script>CANARY</script>"), longest=100)

    assert b"CANARY" not in result.read()


def png_of(width, height):
    """The header of a picture that would fill the memory."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"%PDF-1.7",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        b"8BPS\0\1",
        b"SIMPLE  =                    T",
        b"\xff\xd8\xff\xe0",
        b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 100,
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x00\x00\x00\x00WEBP",
        picture()[:200],
        picture("PNG")[:40],
        picture("WEBP")[:30],
        picture("GIF"),
        picture("BMP"),
        picture("TIFF"),
        picture("ICO", size=(16, 16)),
        picture("PPM"),
        png_of(50_000, 50_000),
        png_of(5001, 5000),
        png_of(0, 10),
        png_of(4_000_000_000, 1),
        b"\xff\xd8" * 1000,
        b"PK\x03\x04" + b"\0" * 100,
        b"MZ" + b"\0" * 100,
        b"\x7fELF" + b"\0" * 100,
        b"a" * (10 * 2**20 + 1),
    ],
    ids=range(30),
)
def test_what_is_no_reasonable_picture_is_refused(content):
    with pytest.raises(ValidationError):
        redrawn(upload(content), longest=100)
