"""One edition, one drawing."""

from datetime import date
from xml.etree import ElementTree

from conference import motif

FIRST, LAST = date(2025, 2, 6), date(2025, 2, 7)


def test_same_edition_same_drawing() -> None:
    once = motif.svg("edition", first=FIRST, last=LAST)
    motif.svg.cache_clear()

    assert motif.svg("edition", first=FIRST, last=LAST) == once
    assert motif.svg("another", first=FIRST, last=LAST) != once
    assert motif.svg("edition", first=date(2026, 2, 6), last=date(2026, 2, 7)) != once


def test_drawing_is_small_and_needs_no_style() -> None:
    for day in range(1, 28):
        text = motif.svg("edition", first=date(2025, 5, day), last=date(2025, 5, day + 1))

        assert len(text) < 8_000
        assert "style" not in text
        assert ElementTree.fromstring(text).get("aria-hidden") == "true"
