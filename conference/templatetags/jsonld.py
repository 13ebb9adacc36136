"""``{{ structured_data|jsonld }}``: schema.org data where search engines look for it."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from conference import jsonld

register = template.Library()


@register.filter(name="jsonld")
def jsonld_filter(data: dict[str, Any]) -> SafeString:
    return jsonld.script(data)
