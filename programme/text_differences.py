"""What became of a text, word by word."""

import re
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

# Words and signs, each with the space before it, so that nothing of a text is lost.
WORDS = re.compile(r"\s*\w+|\s*[^\w\s]|\s+")
# Beyond so many pairs of words a comparison would be felt: then the whole text is another.
PAIRS_COMPARED = 1_000_000


def marked(before: str, after: str) -> SafeString:
    """``after`` with what is new in ``<ins>`` and what is gone from ``before`` in ``<del>``."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    if len(old) * len(new) > PAIRS_COMPARED:
        return changed("".join(old), "".join(new))
    # The first word of a text has no space before it, and is the same word elsewhere.
    steps = SequenceMatcher(None, bare(old), bare(new), autojunk=False).get_opcodes()
    return format_html_join(
        "",
        "{}",
        (
            (
                "".join(new[c:d])
                if tag == "equal"
                else changed("".join(old[a:b]), "".join(new[c:d])),
            )
            for tag, a, b, c, d in steps
        ),
    )


def bare(words: list[str]) -> list[str]:
    return [word.strip() for word in words]


def changed(old: str, new: str) -> SafeString:
    gone = format_html("<del>{}</del>", old) if old else mark_safe("")
    return gone + (format_html("<ins>{}</ins>", new) if new else mark_safe(""))
