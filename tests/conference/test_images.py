"""Whatever is uploaded as a picture comes out as one, or not at all."""

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from conference.images import Crop, redrawn, sizes_of, squares


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


# --- Portraits ---------------------------------------------------------------------------------


def halves(width, height):
    """Red on the left and blue on the right, or above and below."""
    image = Image.new("RGB", (width, height), "red")
    second = (width // 2, 0) if width > height else (0, height // 2)
    image.paste("blue", (*second, width, height))
    content = io.BytesIO()
    image.save(content, "PNG")
    return upload(content.getvalue())


def colour(file, x, y):
    red, _green, blue = opened(file).convert("RGB").getpixel((x, y))
    return "red" if red > blue else "blue"


@pytest.mark.parametrize(
    ("crop", "box"),
    [
        (Crop(100, 0, 0), (0, 0, 200, 200)),
        (Crop(100, 50, 0), (100, 0, 300, 200)),
        (Crop(100, 100, 100), (200, 0, 400, 200)),
        (Crop(50, 0, 0), (0, 0, 100, 100)),
        (Crop(50, 100, 100), (300, 100, 400, 200)),
        (Crop(50, 50, 50), (150, 50, 250, 150)),
        # Whatever the numbers, it lies inside.
        (Crop(900, -50, 400), (0, 0, 200, 200)),
        (Crop(0, 0, 0), (0, 0, 2, 2)),
        (Crop(-5, float("inf"), 0), (398, 0, 400, 2)),
    ],
)
def test_crop_is_a_square_inside_the_picture(crop, box):
    assert crop.box(400, 200) == box


def test_squares_show_what_was_cropped_in_every_size():
    drawn = squares(halves(1800, 900), Crop(100, 0, 0))

    assert [opened(file).size for file in drawn] == [(800, 800), (400, 400), (160, 160)]
    assert all(colour(file, 5, 5) == "red" for file in map(rewound, drawn))
    right = squares(halves(1800, 900), Crop(100, 100, 0))
    assert all(colour(file, 5, 5) == "blue" for file in right)


def rewound(file):
    file.seek(0)
    return file


@pytest.mark.parametrize(
    ("side", "widths"),
    [(1000, [800, 400, 160]), (500, [500, 400, 160]), (400, [400, 160]), (90, [90])],
)
def test_no_square_is_larger_than_the_picture(side, widths):
    drawn = squares(upload(picture(size=(side, side))), Crop(100))

    assert [opened(file).width for file in drawn] == widths
    names = sizes_of(drawn[0].name)
    assert list(names) == sorted(widths)
    assert {file.name for file in drawn} == set(names.values())


@pytest.mark.parametrize("name", ["", "portraits/ada.jpg", "a-8.jpg", "a-800.gif", "a-800.jpg.exe"])
def test_a_picture_without_sizes_has_none(name):
    assert sizes_of(name) == {}


def test_nothing_of_where_it_was_taken_reaches_a_square():
    exif = Image.Exif()
    exif[0x010E] = "CANARY"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (48.0, 51.0, 24.0)
    original = redrawn(upload(picture(size=(300, 200), exif=exif)), longest=2400)

    for file in (original, *squares(original, Crop())):
        file.seek(0)
        content = file.read()
        assert not Image.open(io.BytesIO(content)).getexif()
        assert b"CANARY" not in content and b"Exif" not in content
