"""Addresses that nobody was given: each gets a refusal in the language of the address, never a 500."""

import logging
import re
from urllib.parse import quote

from django.core.cache import cache
from django.test import TestCase

from tests.access import SPEAKER_SPACE, Browser, Edition, Route, every_route

UUID = "0b5bd2a1-4c0e-4a6c-9e0a-7d4f3a2b1c0d"
SURROGATE, OVERLONG, LATIN_1, CUT = "%ED%A0%80", "%C0%AF", "%E9", "%E2%82"

# What may stand where a slug, a code or a token belongs; written as on the wire.
WORDS = [
    *("0", "-1", "1", "00", "1e9", "0x1", "1.0", "NaN", "null", "None", "undefined", "true", "[]"),
    *(str(2**31), str(2**63), str(-(2**63)), str(2**64), "9" * 400),
    *(UUID, UUID.upper(), UUID.replace("-", ""), f"%7B{UUID}%7D", f"urn:uuid:{UUID}", UUID[:-1]),
    *("%00", "a%00b", "%01", "%1F", "%7F", "%C2%85", "%0A", "%0D%0ASet-Cookie:%20a=b", "%09"),
    *(SURROGATE, OVERLONG, LATIN_1, CUT, "%FF%FE", "%EF%BF%BF", "%F4%90%80%80", "%EF%BB%BF"),
    *("..", "...", "..%2F..%2Fetc%2Fpasswd", "%2e%2e%2f", "..%5C..", "%252e%252e", "%2F", "%5C"),
    *("a;b", "a;jsessionid=1", "a,b", "a:b", "a@b", "a+b", "a%20b", "%20", "%25", "%", "%zz", "a%"),
    *(
        "~",
        "-",
        "_",
        "__",
        ".",
        "*",
        "$",
        "(",
        "'",
        "%22",
        "%3C",
        "%7C",
        "%60",
        "%5E",
        "%23",
        "%3F",
    ),
    *("'%20OR%201=1--", "%27;DROP%20TABLE%20x;--", "%3Cscript%3Ealert(1)%3C/script%3E"),
    *("%7B%7B7*7%7D%7D", "%7B%25%20debug%20%25%7D", "%25(x)s", "%25s%25n", "$%7Bjndi:ldap://x%7D"),
    *("__class__", "__init__", "constructor", "pk", "_connector", "id__in", "admin", "fr", "en"),
    *(quote("é"), quote("e\u0301"), quote("ａ"), quote("١٢٣"), quote("日本語"), quote("😀")),
    *(quote("\u202eevil"), quote("a\u200bb"), quote("\ufeff"), quote("ﬁ"), quote("İ"), quote("ß")),
    *("a" * 81, "a" * 300, "a" * 4000, quote("é") * 500, "-" * 200, "A" * 32, "=" * 32, "a" * 43),
]

# What may stand after the question mark, on pages that read their query and on those that do not.
QUERIES = [
    f"{key}={value}"
    for key in ("theme", "room", "kind", "view", "page", "p", "done", "day")
    for value in ("-1", str(2**63), "%00", "%ED%A0%80", "%C0%AF", "'", "[]", "a" * 3000, "")
] + [
    *("_connector=OR", "_connector=OR%20TRUE", "_negated=1", "__class__=x", "__class__.__init__=x"),
    *("theme__slug=x", "theme__conference__slug=x", "id=-1", "pk=1;2", "order_by=-id", "o=-1.-2"),
    *("theme[]=x", "theme[$ne]=x", "theme.slug=x", "theme=a&theme=b", "theme=;", ";", "&&&", "="),
    *("=x", "%00=x", "%ED%A0%80=x", "%C0%AF=%C0%AF", "%", "%zz", "a=%", "%u0041=1", "?", "??x"),
    *("next=//evil.example", "language=xx", "format=json", "_method=DELETE", "debug=1", "x" * 4000),
    *("__proto__=x", "e=1", "_popup=1", "_to_field=id", "utm_source=x", "a=" + "&a=" * 300),
]

# The same place under a prefix that is none of the site's languages, or not quite one.
PREFIXES = [
    *("de", "fr-FR", "FR", "En", "en-gb", "eng", "f", "xx", "zh-hans", "fr.", "fr%00", "fr%20"),
    *("%66r%0A", "..", "fr/en", "en/fr", "fr/fr", "-", "0", "static", "media", "admin", UUID),
]

UNDER_A_LINK = {f"registration:{page}" for page in ("badge", "cancel", "ticket", "calendar")}
UNDER_A_LINK |= SPEAKER_SPACE.keys() - {"speakers:space"}


class BadAddresses(TestCase):
    client_class = Browser

    @classmethod
    def setUpTestData(cls):
        cls.edition = Edition.make(slug="own")

    def setUp(self):
        cache.clear()
        logging.disable()
        self.addCleanup(logging.disable, logging.NOTSET)

    def ask(self, address: str, *, harmless: bool = False) -> None:
        """Get a refusal (or a page, where ``harmless``) in the language that the address begins with."""
        answer = self.client.get(address)
        place = f"{answer.status_code} {address[:200]}"
        is_led_back = answer.status_code in (301, 302) and answer["Location"].startswith("/")
        assert 400 <= answer.status_code < 500 or is_led_back or harmless, place
        assert answer.status_code < 500, place
        language = re.match(r"/(fr|en)/", address)
        if language and "<html" in answer.read:
            assert f'<html lang="{language[1]}"' in answer.read, place

    def routes(self, language: str) -> list[tuple[Route, dict[str, str]]]:
        """Every public route with something to fill in, and what rightly fills it in."""
        return [
            (route, {"conference": "own", **self.edition.values().get(route.name, {})})
            for route in every_route(language)
            if "conference" in route.parameters
        ]

    def test_there_are_enough_of_them(self):
        assert len({*WORDS, *QUERIES, *PREFIXES}) >= 240

    def test_bad_words_in_every_hole(self):
        for language in ("fr", "en"):
            for route, values in self.routes(language):
                holes = set(route.parameters)
                if route.name != "conference:home":
                    holes.remove("conference")
                # Half of the words in each language; what hangs under a private link is found as
                # that is, and gets fewer.
                step = 8 if route.name in UNDER_A_LINK else 2
                for hole in holes:
                    for word in WORDS[language == "en" :: step]:
                        self.ask(route.address(**{**values, hole: word}))

    def test_bad_queries_on_every_page(self):
        for number, (route, values) in enumerate(self.routes("fr") + self.routes("en")):
            step = 2 if route.name == "programme:schedule" else 12
            for query in QUERIES[number % step :: step]:
                self.ask(f"{route.address(**values)}?{query}", harmless=True)

    def test_bad_prefixes(self):
        for prefix in PREFIXES:
            for rest in ("", "own/", "own/schedule/", "account/login/", "admin/"):
                self.ask(f"/{prefix}/{rest}")

    def test_addresses_of_the_whole_site(self):
        for number, word in enumerate(WORDS):
            self.ask([f"/{word}", f"/sitemap-{word}.xml", f"/media/{word}"][number % 3])
        for query in QUERIES[::3]:
            self.ask(f"/sitemap-pages.xml?{query}", harmless=True)

    def test_bad_words_in_the_account_pages(self):
        for word in WORDS[::4]:
            self.ask(f"/fr/account/password/reset/key/{word}-{word}/", harmless=True)
            self.ask(f"/en/account/login/?next={word}", harmless=True)
            self.ask(f"/en/account/2fa/webauthn/keys/{word}/remove/")

    def test_refusal_is_written_in_the_language_of_the_address(self):
        french = self.client.get("/fr/own/session/nothing/").read
        english = self.client.get("/en/own/session/nothing/").read

        assert '<html lang="fr"' in french and '<html lang="en"' in english
        assert french != english
