"""Staff's Markdown to HTML; whatever they paste, only harmless markup leaves."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
TAGS = {
    "a", "abbr", "blockquote", "br", "code", "dd", "dl", "dt", "em", "h2", "h3", "h4", "hr", "li",
    "ol", "p", "pre", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title", "hreflang"}, "abbr": {"title"}, "th": {"scope"}}


def render(text: str) -> SafeString:
    """HTML with links to http, https, mailto and tel only; raw HTML is shown as text."""
    tokens = PARSER.parse(text)
    for token in tokens:
        if token.tag == "h1":  # the page's own title is the only one
            token.tag = "h2"
    html = PARSER.renderer.render(tokens, PARSER.options, {}).replace("<th>", '<th scope="col">')
    return mark_safe(  # noqa: S308 - nh3 is what makes it safe
        nh3.clean(
            html,
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel="noopener",
        )
    )
