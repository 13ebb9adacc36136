"""Speakers taken over: all of them in one transaction, or none."""

from collections.abc import Callable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.db import transaction
from django.utils import timezone

from conference.images import Crop, sizes_of
from conference.imports import Notes, Plan, finish, hold, refuse_other
from conference.models import ImportRun
from speakers import links, portraits
from speakers.imports.pictures import suffix_of
from speakers.imports.plan import NewPicture, SpeakersPlan
from speakers.models import Speaker

AT_ONCE = 500


@transaction.atomic
def apply(run: ImportRun, plan: Callable[[Notes], SpeakersPlan], *, expected: str) -> Plan:
    """Write what ``expected`` stands for, or raise ``CannotImport`` and write nothing."""
    hold(run.conference)
    made = plan(Notes())
    refuse_other(made.plan, expected)
    Speaker.objects.bulk_create(made.new, AT_ONCE)
    for speaker in made.changed:
        speaker.updated_at = timezone.now()
    if made.changed:
        if "email" in made.fields:
            links.close_old_addresses(with_another_address(made.changed))
        fields = sorted({*made.fields, "updated_at"} - {"portrait"})
        Speaker.objects.bulk_update(made.changed, fields, AT_ONCE)
    finish(run, made.plan)
    # Last of all: a file is not rolled back.
    save_pictures(made.drawn)
    return made.plan


def with_another_address(changed: list[Speaker]) -> list[Speaker]:
    """Those who are written to elsewhere than until now."""
    before = Speaker.objects.filter(pk__in=[speaker.pk for speaker in changed])
    known = dict(before.values_list("pk", "email"))
    return [one for one in changed if one.email.casefold() != known[one.pk].casefold()]


def save_pictures(drawn: list[NewPicture]) -> None:
    """Keep and cut each; the files of a failure half-way are deleted with its rows."""
    kept: list[str] = []
    shown: list[str] = []
    try:
        for new in drawn:
            speaker = new.speaker
            name = f"{portraits.folder(speaker)}/sent-import.{suffix_of(new.content)}"
            original = storages["private"].save(name, ContentFile(new.content))
            kept.append(original)
            portraits.show(speaker, original, Crop())
            shown.append(str(speaker.portrait.name))
            speaker.portrait_original = original
            speaker.save(update_fields=["portrait", "portrait_original", "updated_at"])
            portraits.tidy(speaker)
    except BaseException:
        for name in kept:
            storages["private"].delete(name)
        for name in shown:
            for one in {name, *sizes_of(name).values()}:
                default_storage.delete(one)
        raise
