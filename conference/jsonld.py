"""Structured data (schema.org) as search engines read it, inside a page."""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

# As Django's json_script: no text can end the element, nor open another.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def script(data: dict[str, Any]) -> SafeString:
    """``data`` in a ``script`` element that browsers do not run; empty values are left out."""
    content = json.dumps(told({"@context": "https://schema.org"} | data), ensure_ascii=False)
    return mark_safe(  # noqa: S308 - the three characters that HTML knows are escaped
        f'<script type="application/ld+json">{content.translate(ESCAPES)}</script>'
    )


def told(value: Any) -> Any:
    """The same without what is empty: an absent property is better than an empty one."""
    if isinstance(value, dict):
        cleaned = {key: told(item) for key, item in value.items()}
        return {key: item for key, item in cleaned.items() if item not in ("", None, [], {})}
    if isinstance(value, list):
        return [told(item) for item in value]
    return value
