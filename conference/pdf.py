"""The only door to WeasyPrint: tagged PDF from our own templates, styles and fonts.

Nothing on the network and no file outside the static ones can be reached from a page, whatever
text it prints.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any
from urllib import parse

import pydyf
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from conference.binding import Binding, Painted

# What ``lay_out`` gives to ``impose``; opaque to everybody else.
type Pages = Document

# A picture's bytes and its type, asked for when it is laid out.
type Picture = Callable[[], tuple[bytes, str]]

SCHEME = "static"
POINTS = 72 / 25.4  # in a millimetre
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


class PictureFetcher(StaticFetcher):
    """The same with pictures that the caller holds: ``<img src="picture:name">``."""

    def __init__(self, pictures: Mapping[str, "Picture"]) -> None:
        super().__init__()
        self.pictures = pictures

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        scheme, _, name = url.partition(":")
        if scheme != "picture" or name not in self.pictures:
            return super().fetch(url, headers)
        content, kind = self.pictures[name]()
        return URLFetcherResponse(url, content, {"Content-Type": kind})


@lru_cache(maxsize=1)
def fetcher() -> StaticFetcher:
    """One for all: each would read the system's certificates, for a network it never asks."""
    return StaticFetcher()


@lru_cache(maxsize=16)
def styles(names: tuple[str, ...]) -> tuple[list[CSS], FontConfiguration]:
    """Style sheets and their fonts, read once for the life of the process."""
    fonts = FontConfiguration()
    sheets = [
        CSS(url=f"{SCHEME}:///{name}", url_fetcher=fetcher(), font_config=fonts) for name in names
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
        document, options = laid_out(html, stylesheets, {}, variant)
        pdf: bytes = document.write_pdf(**options)
    return pdf


def laid_out(
    html: str,
    stylesheets: Sequence[str],
    drawings: Mapping[str, "Squares"],
    variant: str,
    pictures: Mapping[str, Picture] | None = None,
) -> tuple[Document, dict[str, Any]]:
    sheets, fonts = styles(tuple(stylesheets))
    options = {"pdf_variant": variant or None, "pdf_tags": bool(variant)}
    images = {f"drawing:{name}": drawing for name, drawing in drawings.items()}
    door = PictureFetcher(pictures) if pictures else fetcher()
    document = HTML(string=html, url_fetcher=door, base_url=f"{SCHEME}:///").render(
        font_config=fonts, stylesheets=sheets, cache=images, **options
    )
    return document, options


# --- Books: parts laid out one after the other, bound into one file ------------------------------


def lay_out_part(
    template: str,
    context: dict[str, Any],
    *,
    language: str,
    stylesheets: Sequence[str],
    pictures: Mapping[str, Picture] | None = None,
) -> Pages:
    """Pages for a ``Book``; where its anchors lie is known at once (``anchors_of``)."""
    with translation.override(language):
        html = render_to_string(template, {"language": language, **context})
    with _one_at_a_time:
        return laid_out(html, stylesheets, {}, "pdf/ua-1", pictures)[0]


def anchors_of(pages: Pages) -> dict[str, int]:
    """On which page each ``id`` stands, counted from 0."""
    found: dict[str, int] = {}
    for number, page in enumerate(pages.pages):
        for name in page.anchors:
            found.setdefault(name, number)
    return found


class _PaintedError(Exception):
    """Stops WeasyPrint once the objects are made: it would write them as a file of their own."""


class Book:
    """Parts painted as soon as they are laid out, so that memory is that of the largest one."""

    def __init__(self) -> None:
        self.binding = Binding()

    def paint(self, pages: Pages, elsewhere: Collection[str] = ()) -> Painted:
        """Take the pages in; links may lead to anchors ``elsewhere``, in other parts."""
        own = anchors_of(pages)
        others = [name for name in elsewhere if name not in own]
        for name in others:
            pages.pages[0].anchors[name] = (0, 0, 0, 0)
        found: list[Painted] = []

        def finish(_document: Document, pdf: pydyf.PDF) -> None:
            found.append(self.binding.take(pdf, set(others)))
            raise _PaintedError

        with _one_at_a_time, suppress(_PaintedError):
            pages.write_pdf(finisher=finish, pdf_variant="pdf/ua-1", pdf_tags=True)
        return found[0]

    def bound(self, parts: list[Painted]) -> bytes:
        """One tagged PDF of ``parts``; its language and title are those of the first."""
        return self.binding.written(parts)


# --- Imposition: pages made once and put on sheets, several times and beside one another -------


class Squares:
    """Black squares on a white grid, such as a QR code: ``<img src="drawing:name">``.

    An image as WeasyPrint draws them, but of ten lines of PDF rather than a thousand of SVG.
    """

    def __init__(self, rows: Iterable[Iterable[object]], margin: int) -> None:
        operators: list[str] = []
        height = 0
        for height, row in enumerate(rows, start=1):
            y, x = height - 1 + margin, margin
            for is_dark, run in groupby(row):
                length = len(list(run))
                if is_dark:
                    operators.append(f"{x} {y} {length} 1 re")
                x += length
        self.side = height + 2 * margin
        paper = f"1 1 1 rg 0 0 {self.side} {self.side} re f"
        self.operators = f"q {paper} 0 0 0 rg {' '.join(operators)} f Q".encode()

    def get_intrinsic_size(self, resolution: float, font_size: float) -> tuple[float, float, float]:
        return self.side, self.side, 1

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        stream.transform(width / self.side, 0, 0, height / self.side)
        stream.stream.append(self.operators)


@dataclass(frozen=True, slots=True)
class Placed:
    """A page of the document, by number, with its top left corner on a sheet (in millimetres)."""

    page: int
    left: float
    top: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of paper in millimetres: what lies on it, and the lines that tell where to cut."""

    width: float
    height: float
    placed: list[Placed]
    marks: Sequence[tuple[float, float, float, float]] = ()


def lay_out(
    template: str,
    context: dict[str, Any],
    *,
    language: str,
    stylesheets: Sequence[str],
    drawings: Mapping[str, Squares],
) -> Pages:
    """Pages for ``impose``; laying out is most of the work, and can be done in portions."""
    with translation.override(language):
        html = render_to_string(template, {"language": language, **context})
    with _one_at_a_time:
        return laid_out(html, stylesheets, drawings, "")[0]


def impose(documents: Sequence[Pages], sheets: Sequence[Sheet]) -> bytes:
    """One PDF of ``sheets``; the pages of all ``documents`` are numbered through from 0."""
    pages = [page for document in documents for page in document.pages]
    with _one_at_a_time:
        pdf: bytes = (
            documents[0].copy(pages).write_pdf(finisher=lambda _, pdf: rearrange(pdf, sheets))
        )
    return pdf


def rearrange(pdf: pydyf.PDF, sheets: Sequence[Sheet]) -> None:
    """Turn each page of ``pdf`` into a form, and draw the forms on new pages (ISO 32000-1 §8.10)."""
    forms = []
    for number in pdf.pages["Kids"][::3]:
        page = pdf.objects[number]
        form = pdf.objects[int(page["Contents"].split()[0])]
        box, resources = page["MediaBox"], page["Resources"]
        form.extra |= {"Type": "/XObject", "Subtype": "/Form", "BBox": box, "Resources": resources}
        forms.append(form)
        page.clear()
    pdf.pages["Kids"], pdf.pages["Count"] = pydyf.Array(), 0
    for sheet in sheets:
        content = pydyf.Stream(compress=True)
        used = pydyf.Dictionary()
        for placed in sheet.placed:
            form = forms[placed.page]
            used[f"P{placed.page}"] = form.reference
            form_height = form.extra["BBox"][3]
            x, y = placed.left * POINTS, (sheet.height - placed.top) * POINTS - form_height
            content.push_state()
            content.set_matrix(1, 0, 0, 1, x, y)
            content.draw_x_object(f"P{placed.page}")
            content.pop_state()
        content.set_line_width(0.25)
        for x1, y1, x2, y2 in sheet.marks:
            content.move_to(x1 * POINTS, (sheet.height - y1) * POINTS)
            content.line_to(x2 * POINTS, (sheet.height - y2) * POINTS)
            content.stroke()
        pdf.add_object(content)
        size = [0, 0, sheet.width * POINTS, sheet.height * POINTS]
        pdf.add_page(
            pydyf.Dictionary(
                {
                    "Type": "/Page",
                    "Parent": pdf.pages.reference,
                    "MediaBox": pydyf.Array(size),
                    "Contents": content.reference,
                    "Resources": pydyf.Dictionary({"XObject": used}),
                }
            )
        )
