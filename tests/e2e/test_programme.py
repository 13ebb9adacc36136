"""The programme in a browser: finding, starring, and the agenda, with and without its script."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.test_accessibility import violations

FOUND = {"fr": "sante", "en": "health"}


@pytest.fixture
def schedule(site):
    return lambda language, query="": site.address(language, f"schedule/{query}")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_words_and_filters_narrow_the_list_and_stand_in_the_address(page, schedule, language):
    page.goto(schedule(language))
    everything = page.locator("li.slot").count()

    page.locator("input[name=q]").fill(FOUND[language])
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    words = page.locator("li.slot").count()
    assert 0 < words < everything
    assert page.locator("mark").count() > 0

    page.locator("details.finder__more > summary").click()
    page.locator("select[name=kind]").select_option("workshop")
    page.locator(".filters button").click()
    page.wait_for_url("**kind=workshop*")
    assert 0 < page.locator("li.slot").count() <= words
    assert page.locator("a.chip").count() == 2

    page.locator("a.chip").last.click()
    assert page.locator("li.slot").count() == words
    assert violations(page) == []


def test_list_and_grid_are_one_markup(page, schedule):
    page.goto(schedule("en"))
    listed = page.locator("li.slot .slot__title").all_inner_texts()

    page.goto(schedule("en", "?view=grid"))
    assert page.locator("li.slot .slot__title").all_inner_texts() == listed
    first, second = (page.locator(".g-col-2, .g-col-3").nth(n).bounding_box() for n in (0, 1))
    assert first and second
    assert abs(first["y"] - second["y"]) < 2 and second["x"] > first["x"]

    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.locator(".grid-room").first.is_hidden()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_stars_without_leaving_the_page(page, schedule, language):
    page.goto(schedule(language))
    stars = page.locator("button.star")
    for number in (2, 3):
        stars.nth(number).focus()
        page.keyboard.press("Enter")
        expect(stars.nth(number)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".star-form__status")).not_to_be_empty()

    page.reload()
    expect(page.locator("button.star[aria-pressed=true]")).to_have_count(2)
    page.locator("button.star[aria-pressed=true]").first.click()
    expect(page.locator("button.star[aria-pressed=true]")).to_have_count(1)

    page.locator(".programme-bar__agenda a").click()
    expect(page).to_have_url(re.compile(r"/agenda/[\w-]{32}/$"))
    expect(page.locator("li.slot")).to_have_count(1)
    for width, scheme in ((1280, "light"), (320, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_stars_without_javascript(browser, schedule):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for number in (5, 6, 7):
        page.goto(schedule("fr"))
        page.locator("button.star").nth(number).click()
        expect(page).to_have_url(re.compile(r"/agenda/[\w-]{32}/\?done=added$"))
    expect(page.locator("li.slot")).to_have_count(3)

    # In the other language it is the same agenda.
    page.locator("a[hreflang=en]").first.click()
    expect(page.locator("li.slot")).to_have_count(3)
    page.locator("li.slot button").first.click()
    expect(page.locator("li.slot")).to_have_count(2)
    context.close()


def test_another_device_opens_the_agenda(browser, page, schedule):
    page.goto(schedule("en"))
    page.locator("button.star").first.click()
    expect(page.locator("button.star").first).to_have_attribute("aria-pressed", "true")
    page.locator(".programme-bar__agenda a").click()
    address = page.locator(".secret-address").inner_text()

    telephone = browser.new_context(viewport={"width": 320, "height": 700})
    other = telephone.new_page()
    other.goto(address)
    expect(other.locator("li.slot")).to_have_count(1)
    other.locator("button[value=keep]").click()
    other.goto(schedule("en"))
    other.locator("button.star").nth(1).click()
    page.reload()
    expect(page.locator("li.slot")).to_have_count(2)
    telephone.close()


def test_public_pages_set_no_cookie(page, schedule):
    page.goto(schedule("en"))

    assert page.context.cookies() == []
