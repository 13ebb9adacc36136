"""What a speaker's page is set with, and what it brings to "my space"."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from conference.admin_base import LANGUAGE_NAMES, label_in
from speakers import review
from speakers.models import By, ProposedChange
from speakers.profile import PORTRAIT
from speakers.refusals import SubjectGone
from speakers.space.access import SIGNED_IN, Visitor, speakers_of
from speakers.wordmarks import marked

register = template.Library()


@dataclass(frozen=True, slots=True)
class Row:
    """One text before and after, with what differs marked; a picture is told by a word."""

    label: str
    language: str
    before: SafeString
    after: SafeString
    is_picture: bool


@register.simple_tag
def change_name(change: ProposedChange) -> str:
    return review.subject_name(change)


@register.simple_tag
def change_rows(change: ProposedChange) -> list[Row]:
    """The differences in the order of the form; where a picture lies is nobody's business."""
    try:
        labels = review.behind(change.subject).labels
    except SubjectGone:
        labels = {}
    rows = []
    for name, text in change.texts.items():
        if name == "portrait_original":
            continue
        stem, _, code = name.rpartition("_")
        is_bilingual = code in LANGUAGE_NAMES
        label = labels.get(stem if is_bilingual else name, name)
        before, after = marked(text["before"], text["after"])
        rows.append(
            Row(
                label_in(label, code) if is_bilingual else capfirst(str(label)),
                code if is_bilingual else "",
                before,
                after,
                name in PORTRAIT,
            )
        )
    return rows


@register.inclusion_tag("speakers/fragments/my_speaker_pages.html")
def my_speaker_pages(user: Any) -> dict[str, Any]:
    """Where somebody who is signed in finds their own pages as a speaker."""
    found = speakers_of(user).select_related("conference").order_by("-conference__starts_on", "pk")
    return {"visitors": [Visitor(one, By.SPEAKER, f"{SIGNED_IN}{one.code}") for one in found]}
