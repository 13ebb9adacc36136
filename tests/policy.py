"""What the content security policy forbids in a page, as a browser would read it."""

from html.parser import HTMLParser


class Forbidden(HTMLParser):
    """Notes inline scripts, styles and handlers, and the hostile picture, as a browser reads them;
    data blocks and linked files are allowed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        is_code = tag == "script" and "src" not in names and names.get("type") != "application/json"
        is_styled = tag == "style" or "style" in names
        is_handled = any(name.startswith("on") for name in names)
        if is_code or is_styled or is_handled or names.get("src") == "x":
            self.found.append(self.get_starttag_text() or tag)


def forbidden_by_policy(html: str) -> list[str]:
    parser = Forbidden()
    parser.feed(html)
    return parser.found
