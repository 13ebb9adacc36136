"""What the house's templates are set with: dates, Markdown, the motif, the address of the colours."""

from datetime import date
from hashlib import blake2s

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from conference import dates, markdown, motif, theme
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
    """The style sheet of this conference's accent, under an address that changes with its content."""
    digest = blake2s(theme.stylesheet(conference.accent).encode(), digest_size=5).hexdigest()
    return f"{reverse('conference:theme_css', args=[conference.slug])}?v={digest}"


@register.simple_tag(name="motif")
def motif_tag(conference: Conference) -> SafeString:
    """The drawing that only this edition has."""
    return motif.svg(conference.slug, first=conference.starts_on, last=conference.ends_on)
