"""What templates are set with: dates, Markdown, the motif, the address of the colours."""

from datetime import date
from hashlib import blake2s

from django import template
from django.db import models
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from conference import dates, markdown, motif, theme
from conference.i18n import Text, text_of
from conference.models import Conference

register = template.Library()


@register.simple_tag
def date_range(first: date, last: date) -> str:
    return dates.date_range(first, last)


@register.simple_tag
def long_date_range(first: date, last: date) -> str:
    return dates.long_date_range(first, last)


@register.filter(name="markdown")
def markdown_filter(text: str) -> SafeString:
    return markdown.render(text or "")


@register.simple_tag
def theme_url(conference: Conference) -> str:
    """The style sheet of this accent, under an address that changes with its content."""
    digest = blake2s(theme.stylesheet(conference.accent).encode(), digest_size=5).hexdigest()
    return f"{reverse('conference:theme_css', args=[conference.slug])}?v={digest}"


@register.simple_tag
def paper_colours(conference: Conference) -> SafeString:
    """What a PDF's own ``<style>`` holds, so that paper wears the accent too."""
    return mark_safe(theme.paper_stylesheet(conference.accent))  # noqa: S308 — made of hex colours


@register.simple_tag(name="motif")
def motif_tag(conference: Conference) -> SafeString:
    """The drawing that only this edition has."""
    return motif.svg(conference.slug, first=conference.starts_on, last=conference.ends_on)


@register.filter
def in_language(instance: models.Model, field: str) -> Text:
    """``{% with text=session|in_language:"abstract" %}``: the text, its language, and whether it
    stands in for a missing translation (``text.is_fallback``)."""
    return text_of(instance, field)
