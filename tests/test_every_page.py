"""The reference event as a visitor finds it: every page that a link leads to, in both languages."""

import html
import re
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import urldefrag, urljoin, urlsplit

import django_countries
import pytest
from django.conf import settings
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from conference.models import Conference
from demo.loader import load
from tests import factories
from tests.access import Browser, make_page

EVENT = "ai-science-society-2025"
LANGUAGES = ("fr", "en")
# Pages that must be among those found, at least so many of each in each language.
EXPECTED = {
    "": 1,
    "schedule/": 1,
    "session/": 30,
    "speakers/": 1,
    "speaker/": 14,
    "themes/": 1,
    "theme/": 4,
    "room/": 4,
    "organisation/": 2,
    "agenda/": 1,
    "partners/": 1,
    "page/": 5,
    "press/": 2,
    "register/": 1,
}
# Words of the interface that would stand in a French page only if nobody had translated them.
ENGLISH = re.compile(
    r"\b(Skip to|Home|Schedule|Speakers?|Partners|Register|Registration|Themes|Press room|"
    r"Read more|Add to|calendar|About|Biography|Download|Organised by|Room|Chaired|with the|"
    r"Language|Search|Filter|Show|All rooms|Back to|Next|Previous|Contact us|Released|"
    r"Please|Your|you|This page|not compliant|Published with|Main|Email)\b"
)
NARROW = "\u202f"
NO_BREAK = "\xa0"


@dataclass
class Found:
    """What a reader, a browser or a search engine takes from one page."""

    status: int
    source: str
    text: list[tuple[str, str]]  # with the language it is marked as
    attributes: list[tuple[str, str, str]]  # element, name, value

    def values(self, element: str, name: str) -> list[str]:
        return [value for tag, key, value in self.attributes if (tag, key) == (element, name)]


class Reader(HTMLParser):
    """Collects the text of a page with its language, and the attributes of its elements."""

    VOID = {"meta", "link", "img", "br", "hr", "input", "source", "wbr", "col", "use", "path"}
    SILENT = {"script", "style"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str]] = [("", "")]
        self.text: list[tuple[str, str]] = []
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
        if tag not in self.VOID:
            language = dict(attrs).get("lang") or self.open[-1][1]
            self.open.append((tag, language))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))

    def handle_endtag(self, tag: str) -> None:
        while len(self.open) > 1:
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        tag, language = self.open[-1]
        if data.strip() and tag not in self.SILENT:
            self.text.append((language, " ".join(data.split(" "))))


class EveryPage(TestCase):
    """Crawled once; each test looks at what was found."""

    pages: dict[str, Found]

    @classmethod
    def setUpTestData(cls):
        load()
        cls.pages = crawl([f"/{language}/{EVENT}/" for language in LANGUAGES])
        cls.html = {
            path: page for path, page in cls.pages.items() if page.source.startswith("<!DOCTYPE")
        }

    def test_every_link_leads_somewhere(self):
        broken = {path: page.status for path, page in self.pages.items() if page.status >= 400}

        assert broken == {}

    def test_every_kind_of_page_was_found(self):
        for language in LANGUAGES:
            counts = Counter(
                re.sub(r"^(\w+/)[^/]+/$", r"\1", path.removeprefix(f"/{language}/{EVENT}/"))
                for path in self.html
                if path.startswith(f"/{language}/{EVENT}/") and "?" not in path
            )
            short = {kind: counts[kind] for kind in EXPECTED if counts[kind] < EXPECTED[kind]}
            assert short == {}, counts

    def test_every_anchor_is_on_its_page(self):
        missing = []
        for path, page in self.html.items():
            for link in page.values("a", "href"):
                target, anchor = urldefrag(urljoin(path, link))
                if anchor and target in self.html:
                    ids = [
                        value for _tag, name, value in self.html[target].attributes if name == "id"
                    ]
                    if anchor not in ids:
                        missing.append((path, link))
        assert missing == []

    def test_every_page_has_one_heading_and_its_language(self):
        for path, page in self.html.items():
            language = path.split("/")[1]
            assert page.values("html", "lang") == [language], path
            assert len(re.findall(r"<h1[ >]", page.source)) == 1, path

    def test_no_identifier_is_used_twice(self):
        for path, page in self.html.items():
            ids = Counter(value for _tag, name, value in page.attributes if name == "id")
            assert [name for name, count in ids.items() if count > 1] == [], path

    def test_headings_leave_out_no_level(self):
        for path, page in self.html.items():
            levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", page.source)]
            body = levels[levels.index(1) :]
            jumps = [(a, b) for a, b in pairwise(body) if b > a + 1]
            assert jumps == [], path

    def test_every_page_names_its_twin_and_the_twin_is_there(self):
        for path, page in self.html.items():
            if "/account/" in path:
                continue
            twins = [
                value.removeprefix(settings.SITE_URL)
                for value in page.values("link", "href")
                if re.search(r"hreflang", page.source)
                and value.startswith(settings.SITE_URL)
                and value.removeprefix(settings.SITE_URL) in self.twins_of(path)
            ]
            assert set(twins) >= set(self.twins_of(path)), path
            for twin in self.twins_of(path):
                assert twin in self.pages, f"{path} has no twin {twin}"

    def twins_of(self, path: str) -> list[str]:
        return [f"/{language}/{path.split('/', 2)[2]}" for language in LANGUAGES]

    def test_titles_tell_pages_apart(self):
        titles: dict[str, list[str]] = {}
        for path, page in self.html.items():
            if "?" not in path:
                (title,) = re.findall(r"<title>(.*?)</title>", page.source, re.DOTALL)
                titles.setdefault(html.unescape(title).strip(), []).append(path)

        # A title may be the same in both languages, never twice in one.
        shared = {
            title: paths
            for title, paths in titles.items()
            if len({path.split("/")[1] for path in paths}) < len(paths)
        }
        assert shared == {}

    def test_every_page_describes_itself(self):
        for path, page in self.html.items():
            (description,) = re.findall(r'<meta name="description" content="(.*?)"', page.source)
            assert len(html.unescape(description).strip()) > 20, path

    def test_nothing_is_inline(self):
        """The content policy refuses it; the browser's tests look at fewer pages."""
        for path, page in self.html.items():
            names = {name for _tag, name, _value in page.attributes}
            assert not {name for name in names if name.startswith("on")}, path
            assert "style" not in names, path
            assert "<style" not in page.source, path
            for script in re.findall(r"<script([^>]*)>", page.source):
                assert "src=" in script or "application/ld+json" in script, path
            assert "javascript:" not in page.source, path

    def test_nothing_comes_from_elsewhere(self):
        for path, page in self.html.items():
            for element, name in (("link", "href"), ("script", "src"), ("img", "src")):
                for value in page.values(element, name):
                    host = urlsplit(value).netloc
                    assert not host or value.startswith(settings.SITE_URL), (path, value)

    def test_french_pages_speak_french(self):
        left = Counter(
            (word[0], text.strip())
            for path, page in self.html.items()
            if path.startswith("/fr/")
            for language, text in page.text
            if language == "fr" and (word := ENGLISH.search(text))
        )
        assert left == {}

    def test_french_is_set_as_french_is(self):
        """A narrow no-break space before ; ! ?, a no-break one before : and inside guillemets."""
        with translation.override("fr"):  # their names are their library's
            countries = set(dict(django_countries.countries).values())
        wrong = Counter(
            text.strip()
            for path, page in self.html.items()
            if path.startswith("/fr/")
            for language, text in page.text
            if language == "fr" and text.strip() not in countries and badly_set(text)
        )
        assert wrong == {}

    def test_english_is_set_as_english_is(self):
        wrong = Counter(
            text.strip()
            for path, page in self.html.items()
            if path.startswith("/en/")
            for language, text in page.text
            if language == "en" and re.search(rf"[ {NARROW}{NO_BREAK}][;!?:](\s|$)", text)
        )
        assert wrong == {}

    def test_no_template_shows_through(self):
        for path, page in self.html.items():
            words = " ".join(text for _language, text in page.text)
            assert not re.search(r"\{[{%#]|[%#}]\}|%\(\w+\)s|<bound method", words), path


def badly_set(text: str) -> bool:
    """Whether French typography would have it otherwise; addresses and hours are left alone."""
    text = re.sub(r"\S*(://|@|www\.)\S*|\d+:\d\d|Hi! PARIS", "", text)
    return bool(
        re.search(rf"(?<![{NARROW}\d&])[;!?](?=\s|$)|(?<![{NO_BREAK}{NARROW}]):(?=\s|$)", text)
        or re.search(rf"«(?![{NO_BREAK}{NARROW}])|(?<![{NO_BREAK}{NARROW}])»", text)
        or re.search(r"\w'\w|\"", text)
    )


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ("Où ?", True),
        ("Où\u202f?", False),
        ("« ici »", True),
        ("«\u202fici\u202f»", False),
        ("Lieu\xa0: ici", False),
        ("Lieu : ici", True),
        ("l'heure", True),
        ("l’heure, à 14:30", False),
        ("https://example.org/?a", False),
    ],
)
def test_badly_set(text, is_wrong):
    assert badly_set(text) == is_wrong


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["", "partners/", "page/one/"])
def test_pages_of_the_ground_cost_the_same_whatever_they_hold(client, path):
    """The other lists are counted by the tests of their applications."""
    conference = factories.make_conference(slug="own")
    make_page(conference, slug="one")
    factories.make_slot(session=factories.make_session(conference=conference))
    factories.make_release(conference)

    costs = []
    for count in (1, 2):
        for number in range(count):
            furnish(conference, f"{count}-{number}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/en/own/{path}").status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]


def furnish(conference: Conference, slug: str) -> None:
    """One more of everything that the ground's pages list."""
    make_page(conference, slug=f"header-{slug}", menu="header")
    make_page(conference, slug=f"footer-{slug}")
    factories.make_theme(conference=conference)
    factories.make_speaker(conference=conference, is_headliner=True)
    factories.make_press_contact(conference=conference)
    factories.make_ticket_type(conference=conference, seats=5)
    host = factories.make_organisation()
    factories.make_organisation(parent=host)
    conference.partners.create(organisation=host, level="host")


def crawl(starts: list[str]) -> dict[str, Found]:
    """Every page of the site that links lead to from ``starts``, by its path and query."""
    browser, found, waiting = Browser(), {}, list(starts)
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        answer = browser.get(path)
        reader = Reader()
        if answer.headers["Content-Type"].startswith("text/html"):
            reader.feed(answer.read)
        page = Found(answer.status_code, answer.read, reader.text, reader.attributes)
        found[path] = page
        links = [*page.values("a", "href"), answer.headers.get("Location", "")]
        links += page.values("form", "action") if 'method="get"' in answer.read else []
        for link in links:
            target = urldefrag(urljoin(path, link.removeprefix(settings.SITE_URL)))[0]
            if target.startswith("/") and not target.startswith(("//", "/static/")):
                waiting.append(target)
    return found
