"""What paper says in one language or in both: words of the interface, texts, dates."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from html import unescape

from django.utils import translation
from django.utils.html import conditional_escape, format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString, mark_safe

from conference import markdown
from conference.dates import long_date_range
from conference.i18n import text_of

type Languages = Sequence[str]

HEADING = re.compile(r"<(/?)h[1-6][^>]*>")


def each(languages: Languages, words: Callable[[], object]) -> list[tuple[str, str]]:
    """``words`` said in each language, once where they read the same."""
    found: dict[str, str] = {}
    for code in languages:
        with translation.override(code):
            text = str(words())
        if text and text not in found.values():
            found[code] = text
    return list(found.items())


def said(languages: Languages, words: Callable[[], object], between: str = " · ") -> SafeString:
    """The same on one line, each part in its own ``lang``."""
    return joined(languages, each(languages, words), between)


def joined(languages: Languages, parts: list[tuple[str, str]], between: str) -> SafeString:
    if len(parts) == 1 and parts[0][0] == languages[0]:
        return conditional_escape(parts[0][1])
    return format_html_join(
        between,
        '<span lang="{}" class="in-{}">{}</span>',
        ((code, number, text) for number, (code, text) in enumerate(parts, start=1)),
    )


def texts(languages: Languages, instance: object, field: str) -> list[tuple[str, str]]:
    """A text in each language in which it is written; in another when it is in none of them."""
    found: dict[str, str] = {}
    for code in languages:
        text = text_of(instance, field, code)
        if text and text.value not in found.values():
            found.setdefault(text.language, text.value)
    order = [*languages, *(code for code in found if code not in languages)]
    return [(code, found[code]) for code in order if code in found]


def written(languages: Languages, instance: object, field: str, between: str = " ") -> SafeString:
    return joined(languages, texts(languages, instance, field), between)


def day_name(languages: Languages, day: date, between: str = " · ") -> SafeString:
    return said(languages, lambda: long_date_range(day, day), between)


def prose(languages: Languages, instance: object, field: str, length: int = 0) -> SafeString:
    """Markdown as paragraphs, one block a language; cut to about ``length`` letters if told."""
    blocks = (
        (code, shortened(text, length) if length else without_headings(text))
        for code, text in texts(languages, instance, field)
    )
    return format_html_join("", '<div class="prose" lang="{}">{}</div>', blocks)


def without_headings(text: str) -> SafeString:
    """Headings inside a text are no headings of the booklet: a reader by ear would be lost."""
    html = HEADING.sub(
        lambda tag: "</strong></p>" if tag[1] else "<p><strong>", markdown.render(text)
    )
    return mark_safe(html)  # noqa: S308 — sanitised, and only tags exchanged


def shortened(text: str, length: int) -> SafeString:
    """The first sentences of a text as far as they fit, else its first words and an ellipsis."""
    # The sanitiser wrote entities, which are letters again here.
    plain = " ".join(unescape(strip_tags(markdown.render(text))).split())
    if len(plain) > length:
        start = plain[: length + 1]
        sentence = max(start.rfind(mark) for mark in (". ", "! ", "? ", "… "))
        if sentence > length // 2:
            plain = start[: sentence + 1]
        else:
            plain = start[:length].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"
    return format_html("<p>{}</p>", plain)
