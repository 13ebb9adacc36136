"""Short texts in two languages; a long one shows its own note (``components/prose.html``)."""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from conference.i18n import text_of

register = template.Library()


@register.simple_tag
def text(instance: object, field: str) -> SafeString:
    """``{% text room "name" %}``: the text, and its language told when it is not the page's."""
    found = text_of(instance, field)
    if found.is_fallback:
        return format_html('<span lang="{}">{}</span>', found.language, found.value)
    return conditional_escape(found.value)


@register.simple_tag
def plain(instance: object, field: str) -> str:
    """The same without markup, for titles and attributes."""
    return text_of(instance, field).value
