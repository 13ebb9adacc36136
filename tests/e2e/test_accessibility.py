"""Every public page by the rules of axe, at both widths, in light and dark, in both languages."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.pages import NAMES, open_page

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
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
def test_page_has_no_violation(page, site, name, language):
    open_page(page, site, language, name)

    found = {}
    for width in (1280, 320):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            if objections := violations(page):
                found[f"{width} {scheme}"] = objections

    assert not found, json.dumps(found, indent=1, ensure_ascii=False)


@pytest.mark.parametrize("name", NAMES)
def test_page_fits_a_narrow_screen(page, site, name):
    page.set_viewport_size({"width": 320, "height": 700})
    open_page(page, site, "fr", name)

    wider = page.evaluate("document.documentElement.scrollWidth")

    assert wider <= 320


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_page_says_its_language_and_one_title(page, site, name, language):
    open_page(page, site, language, name)

    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").count() == 1
    assert page.title()
    other = "en" if language == "fr" else "fr"
    if name not in ("not-found",):
        link = page.locator(f"link[rel=alternate][hreflang={other}]").get_attribute("href")
        assert f"/{other}/" in (link or "")
