"""Every public page by the rules of axe, at both widths, in light and dark, in both languages."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.pages import NAMES, open_page

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
# The layout does not depend on the language: English is looked at from the two far corners.
VIEWS = {
    "fr": [(1280, "light"), (1280, "dark"), (320, "light"), (320, "dark")],
    "en": [(1280, "light"), (320, "dark")],
}


def violations(page):
    """What axe objects to, short enough to be read in a report."""
    response = Axe().run(page, options=RULES).response
    return [
        (each["id"], each["help"], [node["target"] for node in each["nodes"]][:5])
        for each in response["violations"]
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_page_is_accessible(page, site, name, language):
    open_page(page, site, language, name)

    found = {}
    for width, scheme in VIEWS[language]:
        page.set_viewport_size({"width": width, "height": 900})
        # Without motion: a colour half-way to another one is no colour of ours.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        if objections := violations(page):
            found[f"{width} {scheme}"] = objections
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found[f"{width} {scheme}"] = "wider than the screen"

    assert not found, json.dumps(found, indent=1, ensure_ascii=False)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_page_says_what_it_is_and_makes_no_complaint(page, site, name, language):
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    # What the browser gave up itself, because it left the page, is no complaint.
    page.on(
        "requestfailed",
        lambda request: request.failure == "net::ERR_ABORTED" or complaints.append(request.url),
    )

    open_page(page, site, language, name)

    if name == "not-found":  # the browser tells of the 404 itself
        complaints = [text for text in complaints if "404" not in text]
    assert complaints == []
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").count() == 1
    assert page.title()
    if name != "not-found":
        other = "en" if language == "fr" else "fr"
        link = page.locator(f"link[rel=alternate][hreflang={other}]").get_attribute("href")
        assert f"/{other}/" in (link or "")
