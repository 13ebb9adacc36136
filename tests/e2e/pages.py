"""The pages that a visitor meets, found as a visitor finds them: by following links."""

from playwright.sync_api import Page

from tests.e2e.site import Site

# A name for the test's report, and where it lies under /<language>/<conference>/.
PUBLIC = {
    "home": "",
    "schedule": "schedule/",
    "grid": "schedule/?view=grid",
    "nothing-found": "schedule/?room=none-such",
    "found": "schedule/?q=data&view=grid",
    "now": "schedule/now/",
    "agenda": "agenda/",
    "speakers": "speakers/",
    "themes": "themes/",
    "partners": "partners/",
    "press": "press/",
    "register": "register/",
    "done": "register/done/",
    "not-found": "no-such-page/",
}
# Where the first link of that kind leads.
LINKED = {
    "session": ("schedule/", "a[href*='/session/']:not([href$='.ics'])"),
    "speaker": ("speakers/", "a[href*='/speaker/']"),
    "theme": ("themes/", "a[href*='/theme/']"),
    "page": ("", "a[href*='/page/']"),
    "release": ("press/", "main a[href*='/press/']"),
}
NAMES = [*PUBLIC, *LINKED]


def open_page(page: Page, site: Site, language: str, name: str) -> None:
    """Bring the browser to the page called ``name``."""
    if name in PUBLIC:
        page.goto(site.address(language, PUBLIC[name]))
        return
    start, link = LINKED[name]
    page.goto(site.address(language, start))
    page.goto(site.url + (page.locator(link).first.get_attribute("href") or ""))
