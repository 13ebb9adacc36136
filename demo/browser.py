"""A small browser without a window: it opens pages, keeps cookies and sends the forms it finds."""

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


class BrowserError(Exception):
    """A page did not answer as a visitor would hope."""


@dataclass
class Form:
    """A form as it stands on its page: where it goes and what it would send untouched."""

    action: str
    method: str
    id: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)

    def names(self) -> set[str]:
        return {name for name, _ in self.fields} | set(self.choices)


@dataclass
class Page:
    url: str
    status: int
    body: bytes
    headers: Any

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def forms(self) -> list[Form]:
        reader = _FormReader()
        reader.feed(self.text)
        return reader.forms

    def form(self, *names: str) -> Form:
        """The form that has fields of these names."""
        for form in self.forms:
            if form.names() >= set(names):
                return form
        raise BrowserError(f"{self.url} has no form with {', '.join(names)}")


class Browser:
    def __init__(
        self, base: str, *, headers: Mapping[str, str] | None = None, timeout: float = 30.0
    ) -> None:
        self.base, self.timeout = base, timeout
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        )
        self._opener.addheaders = [
            ("User-Agent", "Colloque demonstration"),
            *(headers or {}).items(),
        ]

    def open(self, path: str) -> Page:
        return self._request(urllib.request.Request(urllib.parse.urljoin(self.base, path)))

    def send(self, page: Page, form: Form, values: Mapping[str, str | list[str]]) -> Page:
        """Fill ``form`` with ``values``, the rest as it stands, and send it."""
        pairs = [(name, value) for name, value in form.fields if name not in values]
        for name, value in values.items():
            pairs += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        target = urllib.parse.urljoin(page.url, form.action)
        data = urllib.parse.urlencode(pairs)
        if form.method == "get":
            return self.open(f"{target.partition('?')[0]}?{data}")
        return self._request(
            urllib.request.Request(target, data.encode(), {"Referer": page.url}, method="POST")
        )

    def _request(self, request: urllib.request.Request) -> Page:
        try:
            with self._opener.open(request, timeout=self.timeout) as answer:
                return Page(answer.url, answer.status, answer.read(), answer.headers)
        except urllib.error.HTTPError as error:
            return Page(request.full_url, error.code, error.read(), error.headers)
        except OSError as error:
            raise BrowserError(f"{request.full_url}: {error}") from error


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open = False
        self._select = ""
        self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            method = given.get("method", "get").lower()
            self.forms.append(Form(given.get("action", ""), method, given.get("id", "")))
            self._open = True
        elif self._open and "disabled" not in given:
            self._control(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea and self._open:
            self.forms[-1].fields.append((self._textarea, data.strip()))

    def _control(self, tag: str, given: dict[str, str]) -> None:
        form, name = self.forms[-1], given.get("name", "")
        if tag == "input" and name:
            self._input(form, name, given)
        elif tag == "textarea":
            self._textarea = name
            form.choices.setdefault(name, [])
        elif tag == "select":
            self._select = name
            form.choices.setdefault(name, [])
        elif tag == "option" and self._select:
            form.choices[self._select].append(given.get("value", ""))
            if "selected" in given:
                form.fields.append((self._select, given.get("value", "")))

    @staticmethod
    def _input(form: Form, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text").lower()
        if kind in {"submit", "button", "image", "reset", "file"}:
            return
        if kind in {"radio", "checkbox"}:
            form.choices.setdefault(name, []).append(given.get("value", "on"))
            if "checked" not in given:
                return
        form.fields.append((name, given.get("value", "on" if kind == "checkbox" else "")))
