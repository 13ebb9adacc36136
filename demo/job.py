"""The main job, done as its people do it: through the pages of the running site."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from .accounts import PASSWORD
from .browser import Browser, BrowserError, Page
from .process import ProcessError
from .smtpsink import read
from .stack import Place

EVENT = "ai-science-society-2025"
# The form refuses whoever fills it faster than a person can.
SECONDS_TO_FILL = 4.0


@dataclass
class Attendee:
    language: str
    given_name: str
    family_name: str
    organisation: str
    position: str
    country: str
    email: str = ""
    mail: Path | None = None


@dataclass
class Job:
    """What is done at ``site``, and where it left its files."""

    site: str
    place: Place
    attendees: list[Attendee] = field(
        default_factory=lambda: [
            Attendee("fr", "Zoé", "d’Aubigné-Lefèvre", "Université de Lille", "Doctorante", "FR"),
            Attendee("en", "Siobhán", "O’Hara", "University of Galway", "Science writer", "IE"),
        ]
    )
    files: dict[str, Path] = field(default_factory=dict)

    def parts(self) -> list[tuple[str, Callable[[], None]]]:
        return [
            ("Register one person in French and one in English", self.register),
            ("Wait for both confirmations", self.await_confirmations),
            ("Draw the badges of all registrations", self.draw_badges),
            ("Export a media list as CSV and XLSX", self.export_media_list),
        ]

    def register(self) -> None:
        """Open both forms, take the time a person takes, send both."""
        stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
        opened = []
        for attendee in self.attendees:
            attendee.email = f"demo-{attendee.language}-{stamp}@example.org"
            browser = Browser(self.site, headers={"Accept-Language": attendee.language})
            page = browser.open(f"/{attendee.language}/{EVENT}/register/")
            _expect(page, 200)
            opened.append((attendee, browser, page))
        time.sleep(SECONDS_TO_FILL)
        for attendee, browser, page in opened:
            form = page.form("given_name", "family_name", "email")
            answer = browser.send(page, form, answers(attendee, form.choices))
            if "/done/" not in answer.url:
                self._keep("refused.html", answer.body)
                raise BrowserError(
                    f"The registration in {attendee.language!r} was refused (status "
                    f"{answer.status}); the page is in {self.place.results / 'refused.html'}."
                )

    def await_confirmations(self) -> None:
        deadline = time.monotonic() + 60
        while missing := [one for one in self.attendees if one.mail is None]:
            for attendee in missing:
                attendee.mail = self._mail_to(attendee.email)
            if time.monotonic() > deadline:
                raise ProcessError("No confirmation came within a minute: see worker.log.")
            time.sleep(0.2)

    def draw_badges(self) -> None:
        """As the registration desk: everybody who is confirmed, in both formats."""
        desk = self._staff("desk@example.org", "fr")
        asked = {}
        for name, action in {"badges": "badges_folded", "badges-a4": "badges_four"}.items():
            page = desk.open("/fr/admin/registration/registration/?state__exact=confirmed")
            form = page.form("_selected_action", "action")
            everybody = {"action": action, "select_across": "1", "index": "0"}
            one = form.choices["_selected_action"][0]
            asked[name] = desk.send(page, form, everybody | {"_selected_action": one})
        for name, page in asked.items():
            self._keep(f"{name}.pdf", self._download(desk, page))

    def _download(self, browser: Browser, page: Page) -> bytes:
        """The file that a page of progress leads to, once the worker has made it."""
        deadline = time.monotonic() + 180
        while 'http-equiv="refresh"' in page.text:
            if time.monotonic() > deadline:
                raise ProcessError("The badges were not drawn in three minutes: see worker.log.")
            time.sleep(0.3)
            page = browser.open(page.url)
        return browser.open(_link(page, r"/fr/admin/papers/paper/[0-9a-f-]+/download/")).body

    def export_media_list(self) -> None:
        """As a press officer: the first saved list, twice, with what it is for."""
        officer = self._staff("press@example.org", "en")
        page = officer.open("/en/admin/press/medialist/")
        export = _link(page, r"/en/admin/press/medialist/\d+/") + "export/"
        for format in ("csv", "xlsx"):
            page = officer.open(export)
            form = page.form("purpose", "format")
            purpose = "Demonstration: invitation to the opening of the conference"
            answer = officer.send(page, form, {"format": format, "purpose": purpose})
            _expect(answer, 200)
            if "attachment" not in answer.headers.get("Content-Disposition", ""):
                raise BrowserError(f"{page.url} gave no file: see {self.place.logs / 'web.log'}.")
            self._keep(f"media-list.{format}", answer.body)

    def _staff(self, email: str, language: str) -> Browser:
        """A browser in which that account has signed in."""
        browser = Browser(self.site, headers={"Accept-Language": language})
        page = browser.open(f"/{language}/account/staff/")
        form = page.form("password")
        login = next(name for name in ("login", "username", "email") if name in form.names())
        answer = browser.send(page, form, {login: email, "password": PASSWORD})
        if any("password" in form.names() for form in answer.forms):
            raise BrowserError(f"{email} could not sign in at {page.url}.")
        return browser

    def _mail_to(self, address: str) -> Path | None:
        for path in self.place.mail.glob(f"*-{address}.eml"):
            if address in read(path)["To"]:
                return path
        return None

    def _keep(self, name: str, content: bytes) -> Path:
        path = self.place.results / name
        path.write_bytes(content)
        self.files[name] = path
        return path


def answers(attendee: Attendee, choices: dict[str, list[str]]) -> dict[str, str | list[str]]:
    return {
        "given_name": attendee.given_name,
        "family_name": attendee.family_name,
        "email": attendee.email,
        "organisation": attendee.organisation,
        "role_title": attendee.position,
        "country": attendee.country,
        "ticket_type": next(value for value in choices["ticket_type"] if value),
    }


def _link(page: Page, pattern: str) -> str:
    """The first address on the page that matches."""
    found = re.search(pattern, page.text)
    if found is None:
        raise BrowserError(f"{page.url} leads nowhere like {pattern}.")
    return found[0]


def _expect(page: Page, status: int) -> None:
    if page.status != status:
        raise BrowserError(f"{page.url} answered {page.status} instead of {status}.")
