"""The planning board in a real browser: by mouse, by keyboard, by form, and by two people at once."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from demo.accounts import PASSWORD
from tests.e2e.shots import keep
from tests.e2e.test_accessibility import RULES

AXE = "Applying inline style"
BOARD = "admin/programme/slot/board/"
TITLES = {"en": "Machines that learn", "fr": "Des machines qui apprennent"}
DRAWER = {"en": "A visit to the laboratories", "fr": "Visite des laboratoires"}


def sign_in(page, site, language, email="programme@example.org"):
    page.goto(f"{site.url}/{language}/account/staff/?next=/{language}/{BOARD}")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator(".ec-event").first).to_be_visible()


@pytest.fixture(params=["en", "fr"])
def language(request):
    return request.param


@pytest.fixture
def board(page, site, language):
    """The board on the screen; whatever the browser complains of fails the test."""
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: told.type == "error" and complaints.append(told.text))
    page.set_viewport_size({"width": 1440, "height": 1000})
    sign_in(page, site, language)
    yield page
    # A refused move is told with its number; what axe does to the page is not the page's doing.
    assert [text for text in complaints if "409" not in text and AXE not in text] == []


def violations(page):
    """What axe objects to, but for the ribbon that the demonstration alone wears."""
    response = Axe().run(page, {"exclude": [[".ribbon"]]}, RULES).response
    return [
        (each["id"], each["help"], [node["target"] for node in each["nodes"]][:5])
        for each in response["violations"]
    ]


def session(page, title):
    return page.locator(".ec-event:not(.ec-preview, .ec-ghost)", has_text=title)


def centre(locator):
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box


def drag(page, start, end):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 6, start[1] + 6)
    page.mouse.move(*end, steps=8)
    with page.expect_response(is_move) as answered:
        page.mouse.up()
    return answered.value


def is_move(response):
    return response.request.method == "POST" and "/board/" in response.url


def label(page, title):
    return session(page, title).locator("button").get_attribute("aria-label")


def minutes(text):
    """“10:15–11:00” as minutes since midnight, both."""
    return [
        int(hours) * 60 + int(rest)
        for hours, rest in re.findall(r"(\d\d):(\d\d)", re.search(r"\d\d:\d\d–\d\d:\d\d", text)[0])
    ]


def clock(minutes):
    return f"{minutes // 60:02}:{minutes % 60:02}"


def expect_at(page, title, start, end):
    """The session stands there, as soon as the screen is drawn."""
    expect(session(page, title).locator("button")).to_have_attribute(
        "aria-label", re.compile(f"{clock(start)}–{clock(end)}"), timeout=10_000
    )


def undo(page):
    with page.expect_response(is_move):
        page.locator("#board-undo button").click()


def test_by_mouse(board, language):
    title = TITLES[language]
    before = minutes(label(board, title))
    x, _, box = centre(session(board, title))

    moved = drag(board, (x, box["y"] + 20), (x, box["y"] + 20 + 96))  # an hour of 96 pixels

    assert moved.status == 200
    expect(board.locator("#board-says")).to_contain_text(title)
    expect_at(board, title, before[0] + 60, before[1] + 60)
    keep(board, f"board-moved-{language}")

    # Its lower edge: longer by half an hour.
    x, _, box = centre(session(board, title))
    bottom = box["y"] + box["height"] - 3
    assert drag(board, (x, bottom), (x, bottom + 48)).status == 200
    expect_at(board, title, before[0] + 60, before[1] + 90)

    undo(board)
    undo(board)
    expect_at(board, title, *before)


def test_from_the_drawer_and_back(board, language):
    title = DRAWER[language]
    item = board.locator("#board-drawer-list li", has_text=title)
    column = board.locator(".ec-body .ec-day").nth(3)
    box = column.bounding_box()

    board.locator("#board-q").fill("zzz")
    expect(item).to_have_count(0)
    board.locator("#board-q").fill("LABORAT")
    expect(item).to_be_visible()
    with board.expect_response(is_move) as answered:
        item.drag_to(column, target_position={"x": box["width"] / 2, "y": 200})
    assert answered.value.status == 200
    expect(item).to_have_count(0)
    expect(session(board, title)).to_be_visible()

    x, y, _ = centre(session(board, title))
    drawer = board.locator("#board-drawer").bounding_box()
    back = drag(board, (x, y), (drawer["x"] + 60, drawer["y"] + 150))

    assert back.status == 200
    expect(item).to_be_visible()
    expect(session(board, title)).to_have_count(0)


def test_by_keyboard(board, language):
    title = TITLES[language]
    first = label(board, title)
    before = minutes(first)
    session(board, title).locator("button").focus()
    with board.expect_response(is_move) as answered:
        for key in ("ArrowDown", "ArrowDown", "Shift+ArrowDown", "ArrowRight"):
            board.keyboard.press(key)
            board.wait_for_timeout(80)  # each is seen before the next
    assert answered.value.status == 200

    expect_at(board, title, before[0] + 30, before[1] + 45)
    assert first.split(", ")[1] not in label(board, title)  # another room
    expect(board.locator("#board-says")).to_contain_text(title)
    assert board.evaluate("document.activeElement.dataset.session")

    with board.expect_response(is_move):
        board.keyboard.press("Delete")
    expect(session(board, title)).to_have_count(0)
    for _twice in "ab":
        with board.expect_response(is_move):
            board.keyboard.press("Control+z")
    expect(session(board, title)).to_be_visible()
    expect_at(board, title, *before)


def test_by_form(board, language):
    title = TITLES[language]
    before = minutes(label(board, title))
    session(board, title).locator("button").focus()
    board.keyboard.press("Enter")
    dialog = board.locator("#board-dialog")
    expect(dialog).to_be_visible()
    assert violations(board) == []
    keep(board, f"board-form-{language}")

    dialog.locator("[name=start]").fill("15:05")
    dialog.locator("[name=end]").fill("15:50")
    with board.expect_response(is_move):
        dialog.locator("[value=save]").click()

    expect(dialog).to_be_hidden()
    expect_at(board, title, 905, 950)
    assert board.evaluate("document.activeElement.dataset.session")
    undo(board)
    expect_at(board, title, *before)


def test_others_moves_appear_and_a_stale_one_is_refused(board, site, language, new_context):
    title = TITLES[language]
    other = new_context().new_page()
    sign_in(other, site, language, "admin@example.org")
    before = minutes(label(board, title))

    # Mine is open as a form while somebody else moves the session.
    session(board, title).locator("button").click()
    session(other, title).locator("button").focus()
    with other.expect_response(is_move):
        other.keyboard.press("ArrowDown")
    with board.expect_response(is_move) as answered:
        board.locator("#board-dialog [value=save]").evaluate(
            "button => { button.form.elements.end.value = '19:45'; button.click(); }"
        )
    assert answered.value.status == 409
    expect(board.locator("#board-dialog-error")).to_contain_text(title)
    board.keyboard.press("Escape")
    expect_at(board, title, before[0] + 15, before[1] + 15)

    # And what they do next appears by itself.
    undo(other)
    expect_at(board, title, *before)
    other.close()


def test_warnings_arise_and_lead_to_what_puts_them_right(board, language):
    title = TITLES[language]
    count = int(board.locator("#board-warnings-count").inner_text())
    session(board, title).locator("button").focus()
    with board.expect_response(is_move):
        for _step in range(2):
            board.keyboard.press("ArrowUp")
            board.wait_for_timeout(80)
    expect(board.locator("#board-warnings-count")).not_to_have_text(str(count))
    group = board.locator("#board-warnings-list details[data-kind=room-overlap]")
    # What has just become grave opens by itself.
    expect(group.locator("a").first).to_be_visible()
    keep(board, f"board-warnings-{language}")

    group.locator("a").first.click()

    expect(board.locator("#board-dialog")).to_be_visible()
    expect(board.locator("#board-dialog-warnings li").first).to_be_visible()
    board.keyboard.press("Escape")
    undo(board)
    expect(board.locator("#board-warnings-count")).to_have_text(str(count))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 320])
def test_board_is_accessible(board, language, width, scheme):
    board.set_viewport_size({"width": width, "height": 900})
    board.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    board.reload()
    expect(board.locator(".ec-event").first).to_be_visible()
    keep(board, f"board-{language}-{width}-{scheme}")

    assert violations(board) == []
    assert board.evaluate("document.documentElement.scrollWidth") <= width


def test_without_script(browser, site, language):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}/{language}/account/staff/?next=/{language}/{BOARD}")
    page.locator("input[name=login]").fill("programme@example.org")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.locator("table a", has_text=TITLES[language]).click()
    before = page.locator("[name=start]").input_value()
    keep(page, f"board-session-{language}")

    page.locator("[name=start]").fill("15:10")
    page.locator("[name=end]").fill("15:55")
    page.locator(".board-form .board__button--main").click()

    row = page.locator("table tr", has_text=TITLES[language])
    expect(row).to_contain_text("15:10–15:55")
    keep(page, f"board-table-{language}", full=True)
    page.locator("#board-undo button").click()
    expect(row).to_contain_text(before)
    context.close()
