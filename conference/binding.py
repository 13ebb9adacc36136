"""Parts of a book, painted one after the other and put into one tagged PDF (ISO 32000-1).

WeasyPrint paints a document once all of it is laid out, and a laid out page takes a megabyte of
memory. So each part is painted by itself and its layout forgotten; what it became (objects that
name one another by number) is numbered on, and the trees of pages, of tags, of bookmarks and of
names are joined.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from typing import Any

import pydyf

REFERENCE = re.compile(rb"(\d+) 0 R")


class Frozen(pydyf.Object):  # type: ignore[misc]
    """An object that nobody changes any more: its bytes alone."""

    def __init__(self, found: pydyf.Object) -> None:
        super().__init__()
        self.number = found.number
        self.content: bytes = found.data
        self.is_compressible: bool = found.compressible

    @property
    def data(self) -> bytes:
        return self.content

    @property
    def compressible(self) -> bool:
        return self.is_compressible


@dataclass(slots=True)
class Painted:
    """Where the trunk of each tree of a part is, in the numbers of the whole."""

    catalog: dict[str, Any]
    info: dict[str, Any]
    pages: list[int]
    tags: list[bytes]
    bookmarks: list[Any]


class Binding:
    """Takes painted parts in any order, and writes them in the order of ``order``."""

    def __init__(self) -> None:
        self.pdf = pydyf.PDF()
        self.root = self.added({"Type": "/StructTreeRoot"})
        self.document = self.added({"Type": "/StructElem", "S": "/Document"})
        self.bookmarks = self.added({})
        self.parents: list[Any] = []  # of tagged content: key and value in turn
        self.names: list[tuple[str, Any]] = []

    def added(self, values: dict[str, Any]) -> Any:
        found = pydyf.Dictionary(values)
        self.pdf.add_object(found)
        return found

    def take(self, part: pydyf.PDF, elsewhere: Collection[str] = ()) -> Painted:
        """Number the objects of ``part`` on; names ``elsewhere`` are other parts' to tell."""
        pages = [resolved(part, reference) for reference in part.page_references]
        tree = resolved(part, part.catalog["StructTreeRoot"])
        document, mapping = resolved(part, tree["K"][0]), resolved(part, tree["ParentTree"])
        kids = [resolved(part, reference) for reference in document["K"]]
        top = bookmarks_of(part)
        self.number_on(part)

        key = len(self.parents) // 2
        for found in pages:
            found["Parent"] = self.pdf.pages.reference
            found["StructParents"] += key
        for found in part.objects:
            if isinstance(found, dict) and "StructParent" in found:
                found["StructParent"] += key
        for kid in kids:
            kid["P"] = self.document.reference
        for number, value in zip(mapping["Nums"][::2], mapping["Nums"][1::2], strict=True):
            self.parents += [number + key, value]
        self.names += [pair for pair in names_of(part) if pair[0] not in elsewhere]
        painted = Painted(
            catalog=dict(part.catalog),
            info=dict(part.info),
            pages=[found.number for found in pages],
            tags=[kid.reference for kid in kids],
            bookmarks=top,
        )
        self.freeze(part, kept=top)
        return painted

    def number_on(self, part: pydyf.PDF) -> None:
        by = len(self.pdf.objects) - 1
        seen: set[int] = set()
        for found in [*part.objects[1:], part.info]:
            shift(found.extra if isinstance(found, pydyf.Stream) else found, by, seen)
        for found in part.objects[1:]:
            self.pdf.add_object(found)

    def freeze(self, part: pydyf.PDF, kept: list[Any]) -> None:
        """Keep bytes only, but for bookmarks, which are chained to those of other parts."""
        last = {found.number for found in kept}
        # Its own trunks are of no use any more.
        for trunk in (part.pages, part.catalog):
            trunk.clear()
        for found in part.objects[1:]:
            if found.number not in last:
                self.pdf.objects[found.number] = Frozen(found)

    def written(self, order: list[Painted]) -> bytes:
        """One PDF; what is said of the document is what the first part says of itself."""
        first = order[0]
        self.pdf.info.update(first.info)
        for name in ("Lang", "Metadata", "MarkInfo", "ViewerPreferences"):
            self.pdf.catalog[name] = first.catalog[name]
        for part in order:
            for number in part.pages:
                self.pdf.pages["Kids"].extend([number, 0, "R"])
                self.pdf.pages["Count"] += 1
        self.join_tags(order)
        self.join_bookmarks([found for part in order for found in part.bookmarks])
        self.join_names()
        output = BytesIO()
        self.pdf.write(output, "1.7", compress=True)
        return output.getvalue()

    def join_tags(self, order: list[Painted]) -> None:
        self.document["P"] = self.root.reference
        self.document["K"] = pydyf.Array([tag for part in order for tag in part.tags])
        self.root["K"] = pydyf.Array([self.document.reference])
        self.root["ParentTree"] = pydyf.Dictionary({"Nums": pydyf.Array(self.parents)})
        self.root["ParentTreeNextKey"] = len(self.parents) // 2
        self.pdf.catalog["StructTreeRoot"] = self.root.reference

    def join_bookmarks(self, top: list[Any]) -> None:
        if not top:
            return
        for one, other in pairwise(top):
            one["Next"], other["Prev"] = other.reference, one.reference
        for found in top:
            found["Parent"] = self.bookmarks.reference
        self.bookmarks["First"], self.bookmarks["Last"] = top[0].reference, top[-1].reference
        self.bookmarks["Count"] = len(top) + sum(max(0, found["Count"]) for found in top)
        self.pdf.catalog["Outlines"] = self.bookmarks.reference

    def join_names(self) -> None:
        """A name tree is sorted; where two parts use a name, the first one has it."""
        known = dict(reversed(self.names))
        pairs = [part for name in sorted(known) for part in (pydyf.String(name), known[name])]
        tree = pydyf.Dictionary({"Names": pydyf.Array(pairs)})
        self.pdf.catalog["Names"] = pydyf.Dictionary({"Dests": tree})


def resolved(part: pydyf.PDF, reference: bytes) -> Any:
    match = REFERENCE.fullmatch(reference)
    assert match
    return part.objects[int(match[1])]


def bookmarks_of(part: pydyf.PDF) -> list[Any]:
    """The bookmarks of the highest level."""
    if "Outlines" not in part.catalog:
        return []
    found = [resolved(part, resolved(part, part.catalog["Outlines"])["First"])]
    while "Next" in found[-1]:
        found.append(resolved(part, found[-1]["Next"]))
    return found


def names_of(part: pydyf.PDF) -> list[tuple[str, Any]]:
    names = part.catalog.get("Names", {}).get("Dests", {}).get("Names", [])
    return [(name.string, place) for name, place in zip(names[::2], names[1::2], strict=True)]


def shift(value: Any, by: int, seen: set[int]) -> Any:
    """``value`` with every reference raised by so many; lists and dictionaries in place, once."""
    if isinstance(value, bytes):
        match = REFERENCE.fullmatch(value)
        return b"%d 0 R" % (int(match[1]) + by) if match else value
    if isinstance(value, dict | list) and id(value) not in seen:
        seen.add(id(value))
        for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
            value[key] = shift(inner, by, seen)
    return value
