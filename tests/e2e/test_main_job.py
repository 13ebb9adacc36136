"""The main job as its people do it: registered by keyboard, confirmed by mail, badged, exported."""

import re
import time

import pytest

from demo.accounts import PASSWORD

WORDS = {
    "fr": {"family": "d’Aubigné-Lefèvre", "given": "Zoé", "again": "Zoé d’Aubigné"},
    "en": {"family": "O’Hara", "given": "Siobhán", "again": "Siobhán O’Hara, PhD"},
}


def tab_to(page, selector, *, at_most=120):
    """Press Tab until the element has the focus, as somebody without a mouse would."""
    for _ in range(at_most):
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by Tab on {page.url}")


def visible_focus(page):
    """Whether the element with the focus shows it."""
    return page.evaluate(
        """() => {
            const style = getComputedStyle(document.activeElement);
            return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
        }"""
    )


def type_into(page, name, text):
    tab_to(page, f"[name={name}]")
    assert visible_focus(page), name
    page.keyboard.insert_text(text)


def mail_for(site, address):
    """The first message to ``address``, once the worker has delivered it."""
    deadline = time.monotonic() + 45
    while time.monotonic() < deadline:
        if mails := site.mails_to(address):
            return mails[0]
        time.sleep(0.2)
    raise AssertionError(f"no mail came to {address}")


def sign_in(page, site, language, email):
    page.goto(f"{site.url}/{language}/admin/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/{language}/admin/"))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_person_registers_by_keyboard_and_keeps_control(page, site, language):
    words, address = WORDS[language], f"clavier-{language}@example.org"
    page.goto(site.address(language))
    tab_to(page, "a[href$='/register/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/register/")

    # An empty form is explained: a summary that has the focus or leads to each field.
    tab_to(page, "main form button:not([type=button])")
    page.keyboard.press("Enter")
    page.wait_for_selector(".error-summary")
    assert page.locator(".error-summary a").count() >= 3
    assert page.locator("[aria-invalid=true]").count() >= 3

    tab_to(page, "[name=ticket_type]")
    page.keyboard.press("Space")
    type_into(page, "given_name", words["given"])
    type_into(page, "family_name", words["family"])
    type_into(page, "email", address)
    tab_to(page, "[name=country]")
    page.keyboard.type("Ire" if language == "en" else "Irl")
    time.sleep(4)  # a person takes longer than the form's shortest time
    tab_to(page, "main form button:not([type=button])")
    page.keyboard.press("Enter")
    page.wait_for_url("**/register/done/")

    message = mail_for(site, address)
    assert message["Subject"]
    attached = [part.get_filename() for part in message.iter_attachments()]
    assert [name.rsplit(".")[-1] for name in attached] == ["pdf", "ics"]
    text = message.get_body(["plain"]).get_content()
    link = re.search(rf"{site.url}/{language}/\S+/registration/\S+/", text).group()

    page.goto(link)
    assert words["family"] in page.locator("h1").inner_text()
    tab_to(page, "[name=badge_name]")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(words["again"])
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice--success")
    assert page.locator("[name=badge_name]").input_value() == words["again"]

    ticket = page.context.request.get(f"{link}ticket.pdf")
    assert ticket.ok
    assert ticket.body().startswith(b"%PDF-")
    assert "BEGIN:VCALENDAR" in page.context.request.get(f"{link}calendar.ics").text()

    tab_to(page, "a[href$='/cancel/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cancel/")
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice--success")
    assert not page.context.request.get(f"{link}ticket.pdf").ok


@pytest.mark.parametrize("language", ["fr", "en"])
def test_desk_prints_badges_of_a_selection(page, site, language):
    sign_in(page, site, language, "desk@example.org")
    page.goto(f"{site.url}/{language}/admin/registration/registration/?state__exact=confirmed")
    for box in page.locator("input.action-select").all()[:5]:
        box.check()
    page.locator("select[name=action]").select_option(
        page.locator("select[name=action] option[value*=badge]").first.get_attribute("value")
    )
    page.locator(".actions button[type=submit], .actions button").first.click()
    if page.locator("main form button[name=print], main form [type=submit]").count():
        page.locator("main form [type=submit]").last.click()

    link = page.locator("a[href*=download]")
    link.wait_for(timeout=45_000)

    sheet = page.context.request.get(site.url + link.get_attribute("href"))
    assert sheet.ok
    assert sheet.body().startswith(b"%PDF-")


@pytest.mark.parametrize(("language", "separator"), [("fr", ";"), ("en", ",")])
def test_press_officer_exports_a_saved_list(page, site, language, separator):
    sign_in(page, site, language, "press@example.org")
    page.goto(f"{site.url}/{language}/admin/press/medialist/")
    page.locator("input.action-select").first.check()
    page.locator("select[name=action]").select_option(
        page.locator("select[name=action] option[value*=export]").first.get_attribute("value")
    )
    page.locator(".actions button").first.click()
    page.locator("[name=purpose]").wait_for()
    submit = page.locator("main form [type=submit]").last

    submit.click()
    assert page.locator("[aria-invalid=true], .errorlist").count() >= 1

    page.locator("[name=purpose]").fill("Essai de bout en bout")
    page.locator("[name=format][value=csv]").check()
    with page.expect_download() as download:
        page.locator("main form [type=submit]").last.click()

    content = download.value.path().read_text(encoding="utf-8-sig")
    assert download.value.suggested_filename.endswith(".csv")
    assert content.count(separator) > 10
