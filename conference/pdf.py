"""The only door to WeasyPrint: tagged PDF from our own templates, styles and fonts.

Nothing on the network and no file outside the static ones can be reached from a page, whatever
text it prints.
"""

import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib import parse

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

SCHEME = "static"
# So that a style sheet's “../../fonts/x.woff2” is read beside it (urllib joins known schemes only).
for schemes in (parse.uses_relative, parse.uses_netloc):
    if SCHEME not in schemes:
        schemes.append(SCHEME)

# Pango and the fonts below are shared by the threads of a process.
_one_at_a_time = threading.Lock()


class StaticFetcher(URLFetcher):  # type: ignore[misc]
    """Resolve ``static:///css/pdf/badges.css`` and refuse every other address."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        parts = parse.urlsplit(url)
        name = parse.unquote(parts.path).lstrip("/")
        path = finders.find(name) if parts.scheme == SCHEME and not parts.netloc else None
        if not isinstance(path, str):
            raise ValueError(f"Refused to fetch {url} for a PDF")
        with open(path, "rb") as file:
            return URLFetcherResponse(url, file.read())


@lru_cache(maxsize=16)
def styles(names: tuple[str, ...]) -> tuple[list[CSS], FontConfiguration]:
    """Style sheets and their fonts, read once for the life of the process."""
    fonts = FontConfiguration()
    sheets = [
        CSS(url=f"{SCHEME}:///{name}", url_fetcher=StaticFetcher(), font_config=fonts)
        for name in names
    ]
    return sheets, fonts


def render_pdf(
    template: str,
    context: dict[str, Any],
    *,
    language: str,
    stylesheets: Sequence[str] = (),
    variant: str = "pdf/ua-1",
) -> bytes:
    """The template as a PDF in ``language``; its ``lang`` and ``title`` are the document's."""
    with translation.override(language):
        html = render_to_string(template, {"language": language, **context})
    return pdf_of(html, stylesheets=stylesheets, variant=variant)


def pdf_of(html: str, *, stylesheets: Sequence[str] = (), variant: str = "pdf/ua-1") -> bytes:
    with _one_at_a_time:
        sheets, fonts = styles(tuple(stylesheets))
        document = HTML(string=html, url_fetcher=StaticFetcher(), base_url=f"{SCHEME}:///")
        pdf: bytes = document.write_pdf(
            stylesheets=sheets,
            font_config=fonts,
            pdf_variant=variant or None,
            pdf_tags=bool(variant),
        )
    return pdf
