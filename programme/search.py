"""Words in the released programme: in both languages, whatever the accents.

PostgreSQL finds (``websearch_to_tsquery``: quotes, “or” and a minus are understood, and nothing
is a mistake); what was found is marked by characters that stand in no text, and becomes markup
only once everything around them is escaped.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from conference.models import Conference

# For private use (Unicode, plane 0): taken out of every text before they are put in.
START, STOP = "\ue000", "\ue001"
CONFIGURATIONS = {"fr": "colloque_french", "en": "colloque_english"}
# A last word of nothing but letters and digits may be the beginning of a longer one.
LAST_WORD = re.compile(r"(?:^|\s)([^\W_]{2,})$")
TITLE = f"StartSel={START}, StopSel={STOP}, HighlightAll=true"
EXCERPT = (
    f"StartSel={START}, StopSel={STOP}, MaxFragments=1, MaxWords=28, MinWords=12, "
    'FragmentDelimiter=" … "'
)

# Speakers' names are those of today and never in what a release keeps; who is not published is
# not found.
FIND = """
WITH asked AS (
    SELECT {fr} AS fr, {en} AS en
),
found AS (
    SELECT slot.id, slot.content->'texts' AS texts, asked.fr || asked.en AS asked
    FROM asked, programme_slot AS slot
    JOIN programme_release AS release ON release.id = slot.release_id
    LEFT JOIN conference_organisation AS organisation
        ON organisation.id = (slot.content->>'organisation')::bigint
    LEFT JOIN LATERAL (
        SELECT string_agg(concat_ws(
            ' ', speaker.given_name, speaker.family_name,
            speaker.affiliation_fr, speaker.affiliation_en), ' ') AS names
        FROM jsonb_array_elements(slot.content->'people') AS part
        JOIN speakers_speaker AS speaker
            ON speaker.id = (part->>'speaker')::bigint AND speaker.is_published
    ) AS people ON true
    CROSS JOIN LATERAL (
        SELECT concat_ws(
            ' ', people.names, organisation.name_fr, organisation.name_en, organisation.short_name
        ) AS words
    ) AS names
    WHERE release.conference_id = %(conference)s
        AND release.is_current
        AND NOT slot.is_cancelled
        AND ((slot.search_fr || to_tsvector('colloque_french', names.words)) @@ asked.fr
            OR (slot.search_en || to_tsvector('colloque_english', names.words)) @@ asked.en)
)
SELECT id,
    ts_headline(%(config)s::regconfig, {title}, asked, %(title)s),
    ts_headline(%(config)s::regconfig, {abstract}, asked, %(excerpt)s)
FROM found
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A session that was found, with the words that were asked for marked in its texts."""

    title: SafeString
    excerpt: SafeString
    words: tuple[str, ...]

    def marked(self, name: str) -> SafeString:
        """``name`` with those of its words marked that begin as the question does."""
        parts = (
            f"{START}{word}{STOP}" if folded(word).startswith(self.words) else word
            for word in re.split(r"([^\w]+)", name)
        )
        return markup("".join(parts))


def find(conference: Conference, question: str) -> dict[int, Hit]:
    """Released slots of ``conference`` that answer ``question``, by key; one query."""
    language = get_language() or "fr"
    asked = {f"asked_{code}": name for code, name in CONFIGURATIONS.items()}
    values = asked | {
        "conference": conference.pk,
        "question": question,
        "config": CONFIGURATIONS[language],
        "title": TITLE,
        "excerpt": EXCERPT,
        "language": language,
        "other": "en" if language == "fr" else "fr",
        **beginning_of(question),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement(has_beginning="last" in values), values)
        rows = cursor.fetchall()
    words = tuple(filter(None, (folded(word) for word in re.split(r"[^\w]+", question))))
    return {
        pk: Hit(markup(title), markup(excerpt) if START in excerpt else mark_safe(""), words)
        for pk, title, excerpt in rows
    }


def beginning_of(question: str) -> dict[str, str]:
    """What stands before a last word that may be unfinished, and that word."""
    last = LAST_WORD.search(question)
    if last is None or question.count('"') % 2:
        return {}
    return {"before": question[: last.start(1)], "last": f"{last[1]}:*"}


def statement(*, has_beginning: bool) -> str:
    queries = {}
    for code in CONFIGURATIONS:
        config = f"%(asked_{code})s::regconfig"
        queries[code] = f"websearch_to_tsquery({config}, %(question)s)"
        if has_beginning:
            queries[code] += (
                f" || (websearch_to_tsquery({config}, %(before)s)"
                f" && to_tsquery({config}, %(last)s))"
            )
    return FIND.format(**queries, title=written("title"), abstract=written("abstract"))


def written(field: str) -> str:
    """SQL for a text in the page's language, else the other one, without marks of any kind."""
    either = (
        f"COALESCE(NULLIF(texts->'{field}'->>%(language)s, ''), texts->'{field}'->>%(other)s, '')"
    )
    marks = f"{START}{STOP}" + ("*_`#>" if field == "abstract" else "")
    return f"translate({either}, '{marks}', '')"


def markup(text: str) -> SafeString:
    """Escaped text in which what was found is in ``<mark>``."""
    safe = escape(text).replace(START, "<mark>").replace(STOP, "</mark>")
    return mark_safe(safe)  # noqa: S308 — escaped the line above


def folded(word: str) -> str:
    """Without accents and capitals."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
