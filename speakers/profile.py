"""The public profile as a subject of review (speakers/review.py).

``portrait`` is kept as a name: ``before`` in the public storage, ``after`` in the private one,
where the new picture waits, already cropped and drawn again; an empty ``after`` takes it away.
``portrait_original`` follows it: the name of the picture as it was sent, in the private storage.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from conference.images import Crop
from speakers import portraits
from speakers.models import Speaker
from speakers.refusals import SubjectGone
from speakers.review import Subject

SUBJECT = "profile"
# What a speaker may change; each text in two languages is two fields.
PLAIN = ("honorific", "given_name", "family_name", "portrait_credit", "website", "orcid")
BILINGUAL = ("role_title", "affiliation", "biography")
PORTRAIT = ("portrait", "portrait_original")
FIELDS = (*PLAIN, *(f"{name}_{code}" for name in BILINGUAL for code in ("fr", "en")), *PORTRAIT)

LABELS = {
    "honorific": _("Title"),
    "given_name": _("Given name"),
    "family_name": _("Family name"),
    "portrait_credit": _("Portrait credit"),
    "website": _("Website"),
    "orcid": _("ORCID"),
    "role_title": pgettext_lazy("of a person", "position"),
    "affiliation": _("Affiliation"),
    "biography": _("Biography"),
    "portrait": _("Portrait"),
}


def current(speaker: Speaker, subject: str = SUBJECT) -> Mapping[str, str]:
    """Every field as it is now, the row locked when a transaction is open."""
    found = Speaker.objects.select_for_update(no_key=True).filter(pk=speaker.pk).first()
    if found is None:
        raise SubjectGone
    return texts_of(found)


def texts_of(speaker: Speaker) -> dict[str, str]:
    """Every field of the profile as text; a picture is its name."""
    values = {name: getattr(speaker, name) for name in FIELDS if name != "portrait"}
    texts = {name: str(value or "") for name, value in values.items()}
    return texts | {"portrait": speaker.portrait.name or ""}


def apply(speaker: Speaker, subject: str, texts: Mapping[str, str]) -> None:
    """Write the new texts; a picture moves from the private storage to the public one."""
    kept = Speaker.objects.select_for_update(no_key=True).get(pk=speaker.pk)
    names = [name for name in FIELDS if name in texts]
    for name in names:
        if name == "portrait":
            move_portrait(kept, texts[name])
        else:
            setattr(kept, name, texts[name])
    kept.clean_fields(exclude={f.name for f in Speaker._meta.fields if f.name not in names})
    kept.save(update_fields=[*names, "updated_at"])


def move_portrait(speaker: Speaker, name: str) -> None:
    if name:
        portraits.show(speaker, name, Crop())
    else:
        portraits.forget_files(speaker.portrait.name or "")
        speaker.portrait = ""


PROFILE = Subject(
    name=lambda speaker, subject: _("Public profile"),
    current=current,
    apply=apply,
    labels=LABELS,
)
