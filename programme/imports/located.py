"""JSON and XML whose parts know the line that they begin on."""

import io
import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

# Not in the stubs: the scanner that is written in Python, and what it calls for an object.
from json.decoder import JSONObject  # type: ignore[attr-defined]
from json.scanner import py_make_scanner  # type: ignore[attr-defined]
from typing import Any
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, Locator

from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser
from django.utils.translation import gettext as _

from conference.imports import CannotRead, Where, short

DEEPEST = 24
MOST_NODES = 400_000
LONGEST_NUMBER = 15


class Tree(dict[str, Any]):
    """A JSON object and the line that it begins on."""

    line = 0


def read_json(content: bytes) -> Any:
    """Raises ``CannotRead`` for what is no JSON (RFC 8259), with the line."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise CannotRead(_("This line is not in UTF-8."), Where(line)) from error
    try:
        found = Located(text).decode(text)
    except json.JSONDecodeError as error:
        raise CannotRead(
            _("This is not JSON: the file breaks here."), Where(error.lineno)
        ) from error
    except RecursionError as error:
        raise CannotRead(too_deep()) from error
    refuse_depth(found)
    return found


class Located(json.JSONDecoder):
    """Notes the line of every object; refuses what JSON does not know."""

    def __init__(self, text: str) -> None:
        super().__init__(
            object_pairs_hook=once,
            parse_constant=no_number,
            parse_int=whole_number,
            parse_float=real_number,
        )
        self.ends = [index for index, letter in enumerate(text) if letter == "\n"]
        self.parse_object = self.located
        # The scanner written in C does not call ``parse_object``.
        self.scan_once = py_make_scanner(self)

    def located(self, place: tuple[str, int], *arguments: Any, **options: Any) -> Any:
        found, end = JSONObject(place, *arguments, **options)
        found.line = bisect_right(self.ends, place[1] - 1) + 1
        return found, end


def once(pairs: list[tuple[str, Any]]) -> Tree:
    found = Tree(pairs)
    if len(found) != len(pairs):
        double = next(
            name for name, times in Counter(name for name, _value in pairs).items() if times > 1
        )
        raise CannotRead(_("“%(name)s” stands twice in one object.") % {"name": short(double)})
    return found


def no_number(text: str) -> None:
    raise CannotRead(_("“%(value)s” is not a number in JSON.") % {"value": text})


def whole_number(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise CannotRead(_("“%(value)s” is too large a number.") % {"value": short(text)})
    return int(text)


def real_number(text: str) -> float:
    found = float(text)
    if abs(found) > 10**LONGEST_NUMBER:
        raise CannotRead(_("“%(value)s” is too large a number.") % {"value": short(text)})
    return found


def refuse_depth(found: Any) -> None:
    level, depth = [found], 0
    while level:
        if (depth := depth + 1) > DEEPEST:
            raise CannotRead(too_deep())
        inner: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                inner.extend(value for value in one.values() if isinstance(value, dict | list))
            elif isinstance(one, list):
                inner.extend(value for value in one if isinstance(value, dict | list))
        level = inner


def too_deep() -> str:
    return _("This file is nested too deeply.")


# --- XML --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Node:
    tag: str
    attributes: dict[str, str]
    line: int
    children: list["Node"] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def all(self, tag: str) -> Iterator["Node"]:
        return (child for child in self.children if child.tag == tag)

    def first(self, tag: str) -> "Node | None":
        return next(self.all(tag), None)

    def text_of(self, tag: str) -> str:
        found = self.first(tag)
        return found.text.strip() if found else ""


def read_xml(content: bytes) -> Node:
    """Raises ``CannotRead`` for what is no XML, and for any document type declaration: entities
    are made there, and nothing of a schedule needs one."""
    handler = Collector()
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(handler)
    try:
        parser.parse(io.BytesIO(content))
    except DefusedXmlException as error:
        raise CannotRead(
            _("A document type declaration is not accepted."), handler.where()
        ) from error
    except SAXParseException as error:
        raise CannotRead(
            _("This is not XML: the file breaks here."), Where(error.getLineNumber() or 0)
        ) from error
    except (SAXException, ValueError, LookupError) as error:
        raise CannotRead(_("This is not XML that can be read."), handler.where()) from error
    if handler.root is None:
        raise CannotRead(_("This is not XML that can be read."))
    return handler.root


class Collector(ContentHandler):
    """Puts the elements together, each with its line."""

    def __init__(self) -> None:
        super().__init__()
        self.root: Node | None = None
        self.open: list[Node] = []
        self.count = 0
        self.locator: Locator | None = None

    def setDocumentLocator(self, locator: Locator) -> None:
        self.locator = locator

    def where(self) -> Where:
        return Where(self.locator.getLineNumber() or 0 if self.locator else 0)

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        self.count += 1
        if len(self.open) >= DEEPEST or self.count > MOST_NODES:
            raise CannotRead(too_deep(), self.where())
        node = Node(name, dict(attrs.items()), self.where().line)
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    def endElement(self, name: str) -> None:
        self.open.pop()

    def characters(self, content: str) -> None:
        self.open[-1].pieces.append(content)
