"""What changed from one text to another, word by word, as HTML."""

import re
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
# Beyond this, comparing takes longer than anybody waits; the whole text is marked then.
MOST_WORDS = 8_000


def marked(before: str, after: str) -> tuple[SafeString, SafeString]:
    """``before`` with ``<del>`` around what goes, ``after`` with ``<ins>`` around what comes."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return whole("del", before), whole("ins", after)
    gone, come = Side("del"), Side("ins")
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for number, (step, old_start, old_end, new_start, new_end) in enumerate(steps):
        words = old[old_start:old_end]
        # A space between two changed words is part of one change.
        is_gap = 0 < number < len(steps) - 1 and not "".join(words).strip()
        is_kept = step == "equal" and not is_gap
        gone.add(words, is_kept=is_kept)
        come.add(new[new_start:new_end], is_kept=is_kept)
    return gone.html(), come.html()


class Side:
    """One of the two texts, gathered stretch by stretch."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.stretches: list[tuple[str, str]] = []

    def add(self, words: list[str], *, is_kept: bool) -> None:
        tag, text = "" if is_kept else self.tag, "".join(words)
        if self.stretches and self.stretches[-1][0] == tag:
            text = self.stretches.pop()[1] + text
        self.stretches.append((tag, text))

    def html(self) -> SafeString:
        return format_html_join("", "{}", ((whole(tag, text),) for tag, text in self.stretches))


def whole(tag: str, text: str) -> SafeString:
    """``text`` as it is, or in one mark."""
    if not tag or not text:
        return format_html("{}", text)
    return format_html("<ins>{}</ins>" if tag == "ins" else "<del>{}</del>", text)
