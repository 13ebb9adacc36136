"""Uploaded pictures: only what they show is kept, never the file that came."""

import io
import re
import uuid
import warnings
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 10 * 2**20
MOST_PIXELS = 25_000_000


def redrawn(upload: "File[Any]", *, longest: int) -> "ContentFile[bytes]":
    """The picture upright, at most ``longest`` pixels wide and high, under a name of our own and
    without metadata (where it was taken, by which camera).

    Raises ``ValidationError`` for what is no JPEG, PNG or WebP, or unreasonably large.
    """
    if (upload.size or 0) > MOST_BYTES:
        raise ValidationError(_("This file is larger than 10 MB."), code="large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            upload.seek(0)
            image = Image.open(upload, formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise ValidationError(_("This picture has more than 25 megapixels."), code="large")
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((longest, longest))
    except ValidationError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning) as error:
        raise ValidationError(
            _("This is not a JPEG, PNG or WebP picture that can be read."), code="invalid_image"
        ) from error
    except Image.DecompressionBombError as error:
        raise ValidationError(
            _("This picture has more than 25 megapixels."), code="large"
        ) from error
    return encoded(upright)


def encoded(image: Image.Image) -> "ContentFile[bytes]":
    """As PNG where it is transparent, else as JPEG; pixels alone are carried over."""
    is_transparent = image.has_transparency_data
    pixels = image.convert("RGBA" if is_transparent else "RGB")
    clean = Image.new(pixels.mode, pixels.size)
    clean.paste(pixels)
    content = io.BytesIO()
    if is_transparent:
        clean.save(content, "PNG", optimize=True)
    else:
        clean.save(content, "JPEG", quality=88, optimize=True, progressive=True)
    suffix = "png" if is_transparent else "jpg"
    return ContentFile(content.getvalue(), name=f"{uuid.uuid4().hex}.{suffix}")


class PictureField(forms.FileField):
    """A file field whose value is ``redrawn``; for an ``ImageField`` of a model."""

    def __init__(self, *args: Any, longest: int = 1200, **kwargs: Any) -> None:
        self.longest = longest
        super().__init__(*args, **kwargs)
        self.widget.attrs["accept"] = "image/jpeg,image/png,image/webp"

    def to_python(self, data: Any) -> Any:
        upload = super().to_python(data)
        return redrawn(upload, longest=self.longest) if upload else upload


# --- Portraits ---------------------------------------------------------------------------------

# The sides, in pixels, that pages ask for; none is drawn larger than the picture has it.
SQUARES = (160, 400, 800)
SIZED = re.compile(r"-(\d{2,4})\.(jpg|png)\Z")


@dataclass(frozen=True, slots=True)
class Crop:
    """A square in a picture, in percent: its side of the shorter edge, and where it lies between
    left and right, top and bottom. Whatever the numbers, it lies inside."""

    size: float = 100
    x: float = 50
    y: float = 30

    def box(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, right and bottom in pixels."""
        side = max(1, round(min(width, height) * within(self.size, 1) / 100))
        left = round((width - side) * within(self.x) / 100)
        top = round((height - side) * within(self.y) / 100)
        return left, top, left + side, top + side


def within(percent: float, least: float = 0) -> float:
    return min(100.0, max(least, percent))


def squares(picture: "File[Any]", crop: Crop) -> "list[ContentFile[bytes]]":
    """What ``crop`` shows of a picture that was ``redrawn``, in each of ``SQUARES``, largest first.

    The names differ in the side alone (``…-800.jpg``), so that one tells where the others are.
    """
    picture.seek(0)
    with Image.open(picture, formats=FORMATS) as image:
        square = image.crop(crop.box(image.width, image.height))
    stem = uuid.uuid4().hex
    sides = sorted({min(side, square.width) for side in SQUARES}, reverse=True)
    drawn = []
    for side in sides:
        content = encoded(square.resize((side, side), Image.Resampling.LANCZOS))
        suffix = str(content.name).rpartition(".")[2]
        content.name = f"{stem}-{side}.{suffix}"
        drawn.append(content)
    return drawn


def sizes_of(name: str) -> dict[int, str]:
    """Every size of the square stored under ``name``, by its side; none of a picture without."""
    found = SIZED.search(name)
    if not found:
        return {}
    largest, suffix = int(found[1]), found[2]
    sides = {side for side in SQUARES if side < largest} | {largest}
    return {side: f"{name[: found.start()]}-{side}.{suffix}" for side in sorted(sides)}


def for_paper(picture: "File[Any]", pixels: int) -> bytes:
    """The picture as a square JPEG of so many pixels: paper shows no more, and files stay small."""
    with picture.open() as file, Image.open(file, formats=FORMATS) as image:
        square = ImageOps.fit(image.convert("RGB"), (pixels, pixels))
    content = io.BytesIO()
    square.save(content, "JPEG", quality=82, optimize=True)
    return content.getvalue()
