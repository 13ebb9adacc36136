"""A speaker's portrait: kept as it was sent, shown as the square that was cut from it.

What was sent lies upright and without metadata in the private storage, in a folder of the
speaker's own, so that it can be cut anew. Beside it waits the square that staff have not seen yet.
The public storage holds the square in every size of ``conference.images.SQUARES``.
"""

import contextlib
import uuid
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage, storages
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image

from conference import strays
from conference.images import Crop, redrawn, sizes_of, squares
from speakers.models import ProposedChange, Speaker

LONGEST = 2400
SHORTEST = 160


def folder(speaker: Speaker) -> str:
    return f"speakers/{speaker.guid}"


def keep(speaker: Speaker, upload: "File[Any]") -> str:
    """Store what was sent, redrawn; its name in the private storage.

    Raises ``ValidationError`` for what is no picture, or too small to be printed.
    """
    picture = redrawn(upload, longest=LONGEST)
    refuse_small(picture)
    return storages["private"].save(f"{folder(speaker)}/sent-{picture.name}", picture)


def refuse_small(picture: "File[Any]") -> None:
    """Raise ``ValidationError`` for what is too small to be printed."""
    picture.seek(0)
    with Image.open(picture) as image:
        size = min(image.size)
    picture.seek(0)
    if size < SHORTEST:
        raise ValidationError(_("This picture is smaller than 160 by 160 pixels."), code="small")


def replace(speaker: Speaker, upload: "File[Any] | None") -> None:
    """Show what staff sent, in every size and to be cut anew as the speaker's own; or nothing."""
    if upload:
        speaker.portrait_original = keep(speaker, upload)
        show(speaker, speaker.portrait_original, Crop())
    else:
        forget_files(speaker.portrait.name or "")
        speaker.portrait, speaker.portrait_original = "", ""
    speaker.save(update_fields=["portrait", "portrait_original", "updated_at"])
    tidy(speaker)


def propose_square(speaker: Speaker, original: str, crop: Crop) -> str:
    """The square as it would be shown, kept privately; its name there."""
    with storages["private"].open(original) as picture:
        square = squares(picture, crop)[0]
    return storages["private"].save(f"{folder(speaker)}/{square.name}", square)


def show(speaker: Speaker, original: str, crop: Crop) -> None:
    """Cut the square from a picture in the private storage, and make it the portrait."""
    with storages["private"].open(original) as picture:
        drawn = squares(picture, crop)
    names = [default_storage.save(f"portraits/{square.name}", square) for square in drawn]
    forget_files(speaker.portrait.name or "")
    speaker.portrait.name = names[0]


def forget_files(name: str) -> None:
    """Delete a portrait in all its sizes, once nothing shows it any more."""
    names = {name, *sizes_of(name).values()} - {""}

    def forget() -> None:
        for one in names:
            default_storage.delete(one)

    transaction.on_commit(forget, robust=True)


def forget(speaker: Speaker) -> None:
    """Delete every picture of a speaker whose row goes in the same transaction."""
    forget_files(speaker.portrait.name or "")
    transaction.on_commit(lambda: delete_folder(folder(speaker)), robust=True)


def delete_folder(name: str) -> None:
    private = storages["private"]
    with contextlib.suppress(FileNotFoundError):
        for file in private.listdir(name)[1]:
            private.delete(f"{name}/{file}")
        private.delete(name)


def rename(speaker: Speaker) -> None:
    """Another address for the portrait of who is public no more: the old one, which others may
    have kept, leads nowhere after the commit. The row is the caller's to save."""
    old, stem = speaker.portrait.name or "", uuid.uuid4().hex
    sizes = sizes_of(old)
    new = {
        name: f"portraits/{stem}-{side}{PurePosixPath(name).suffix}" for side, name in sizes.items()
    }
    new = new or {old: f"portraits/{stem}{PurePosixPath(old).suffix}"}
    # A picture that is not there cannot be seen either.
    with contextlib.suppress(FileNotFoundError, IsADirectoryError):
        for name, other in new.items():
            with default_storage.open(name) as picture:
                default_storage.save(other, picture)
        speaker.portrait.name = new[old]
        forget_files(old)


def tidy(speaker: Speaker) -> None:
    """Delete, after the commit, what neither the speaker nor a proposal that waits still needs."""
    transaction.on_commit(lambda: delete_unused(speaker), robust=True)


def delete_unused(speaker: Speaker) -> None:
    needed = {Speaker.objects.values_list("portrait_original", flat=True).get(pk=speaker.pk)}
    for texts in ProposedChange.objects.filter(
        speaker=speaker, state=ProposedChange.State.PENDING
    ).values_list("texts", flat=True):
        needed |= {text["after"] for text in texts.values()}
    private = storages["private"]
    with contextlib.suppress(FileNotFoundError):
        for name in private.listdir(folder(speaker))[1]:
            if f"{folder(speaker)}/{name}" not in needed:
                private.delete(f"{folder(speaker)}/{name}")


def delete_strays() -> int:
    """Delete pictures in both storages that no speaker and no waiting proposal names."""
    shown, kept = set[str](), set[str]()
    for portrait, original in Speaker.objects.values_list("portrait", "portrait_original"):
        shown |= {portrait, *sizes_of(portrait).values()}
        kept.add(original)
    waiting = ProposedChange.objects.filter(state=ProposedChange.State.PENDING)
    for texts in waiting.values_list("texts", flat=True):
        kept |= {text["after"] for text in texts.values()}
    count = strays.delete_strays(default_storage, "portraits", shown)
    return count + strays.delete_strays(storages["private"], "speakers", kept)
