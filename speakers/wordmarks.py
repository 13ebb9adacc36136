"""What changed from one text to another, word by word, as HTML."""

import re
from collections.abc import Iterable
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
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    gone = [("del" if step[0] != "equal" else "", old[step[1] : step[2]]) for step in steps]
    come = [("ins" if step[0] != "equal" else "", new[step[3] : step[4]]) for step in steps]
    return joined(gone), joined(come)


def joined(parts: Iterable[tuple[str, list[str]]]) -> SafeString:
    return format_html_join("", "{}", ((whole(tag, "".join(words)),) for tag, words in parts))


def whole(tag: str, text: str) -> SafeString:
    """``text`` as it is, or in one mark."""
    if not tag or not text:
        return format_html("{}", text)
    return format_html("<ins>{}</ins>" if tag == "ins" else "<del>{}</del>", text)
