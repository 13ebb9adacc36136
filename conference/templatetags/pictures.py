"""Portraits in the size that a page shows."""

from typing import Any

from django import template

from conference.images import sizes_of

register = template.Library()

# How wide the portraits of static/css/components.css are on the page.
WIDTHS = {
    "small": "3rem",
    "medium": "5.5rem",
    "large": "(min-width: 24rem) 22rem, 100vw",
    "fill": "(min-width: 30rem) 15rem, 50vw",
}


@register.filter
def srcset(picture: Any) -> str:
    """Every size in which it is stored, for a browser to choose; nothing where there is one."""
    sizes = sizes_of(picture.name or "")
    return ", ".join(f"{picture.storage.url(name)} {side}w" for side, name in sizes.items())


@register.filter
def portrait_width(size: str) -> str:
    """What stands in the ``sizes`` of a portrait of that class."""
    return WIDTHS.get(size or "fill", WIDTHS["fill"])
