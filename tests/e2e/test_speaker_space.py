"""A speaker looks after the page: answers, writes, cuts the portrait by mouse and by keys, sends slides."""

import io
import re

import pytest
from PIL import Image

from tests.conference.test_documents import pdf
from tests.e2e.shots import keep
from tests.e2e.test_accessibility import violations
from tests.e2e.test_main_job import mail_for, tab_to

# What staff do in the administration, which has tests of its own: invite somebody with a talk.
INVITE = """
from conference.models import Conference
from programme.models import Participation, Session, Talk
from speakers import services
from speakers.models import Speaker
conference = Conference.objects.get(is_current=True)
speaker = Speaker.objects.create(
    conference=conference, given_name="Émilie", family_name="du Châtelet {language}",
    email="emilie-{language}@example.org", language="{language}",
)
session = Session.objects.filter(conference=conference, talks__isnull=False).first()
talk = Talk.objects.create(session=session, title_fr="Du feu", title_en="On fire", position=99)
Participation.objects.create(session=session, talk=talk, speaker=speaker)
services.invite([speaker], None)
"""


def is_clean(page, name):
    """No finding of axe, nothing wider than the screen; the page is kept as a picture."""
    assert violations(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    keep(page, f"speaker-space-{name}", full=True)


def picture():
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (1600, 800), "red")
    image.paste("blue", (800, 0, 1600, 800))
    content = io.BytesIO()
    image.save(content, "PNG")
    return {"name": "moi.png", "mimeType": "image/png", "buffer": content.getvalue()}


def colour(page, selector):
    """What the middle of a picture shows, as the browser drew it."""
    return page.evaluate(
        """async (selector) => {
            const picture = document.querySelector(selector);
            await picture.decode();
            const canvas = new OffscreenCanvas(9, 9).getContext("2d");
            canvas.drawImage(picture, 0, 0, 9, 9);
            const [red, , blue] = canvas.getImageData(4, 4, 1, 1).data;
            return red > blue ? "red" : "blue";
        }""",
        selector,
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_speaker_looks_after_the_page(page, site, language):
    failures = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    site.shell(INVITE.format(language=language))
    text = mail_for(site, f"emilie-{language}@example.org").get_body(["plain"]).get_content()
    start = re.search(rf"{site.url}/{language}/\S+/speaker-space/[\w-]+/", text).group()

    page.goto(start)
    is_clean(page, f"overview-{language}")
    page.locator("a[href$='/answer/']").first.click()
    tab_to(page, "[name=state][value=accepted]")
    page.keyboard.press("Space")
    is_clean(page, f"answer-{language}")
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice--success")

    page.goto(f"{start}profile/")
    page.locator("[name=biography_fr]").fill("Une vie d’étude.")
    page.locator("[name=biography_en]").fill("A life of study.")
    page.locator("[name=orcid]").fill("0000-0002-1825-0098")
    page.locator("main form button").first.click()
    page.wait_for_selector(".error-summary")
    assert page.locator("[name=biography_fr]").input_value() == "Une vie d’étude."
    is_clean(page, f"profile-error-{language}")
    page.locator("[name=orcid]").fill("0000-0002-1825-0097")
    page.locator("main form button").first.click()
    page.wait_for_selector(".notice--success")
    is_clean(page, f"profile-{language}")

    page.goto(f"{start}portrait/")
    page.locator("[name=picture]").set_input_files(picture())
    page.locator("form[enctype] button").click()
    square = page.locator("[data-square]:not([hidden])")
    square.wait_for()
    is_clean(page, f"portrait-{language}")
    # By mouse: to the right, where it is blue.
    box = square.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 2000, box["y"] + 40, steps=8)
    page.mouse.up()
    assert float(page.locator("[data-crop-form] [name=x]").input_value()) == 100
    page.locator("[data-crop-form] button").click()
    page.wait_for_selector(".notice--success")
    assert colour(page, "img.portrait") == "blue"
    # By keys: smaller, and to the left, where it is red.
    square.wait_for()
    tab_to(page, "[data-square]")
    for _ in range(20):
        page.keyboard.press("-")
    for _ in range(60):
        page.keyboard.press("ArrowLeft")
    assert float(page.locator("[data-crop-form] [name=x]").input_value()) == 0
    assert float(page.locator("[data-crop-form] [name=size]").input_value()) == 60
    page.locator("[data-crop-form] button").click()
    page.wait_for_selector(".notice--success")
    assert colour(page, "img.portrait") == "red"

    page.goto(f"{start}files/")
    slides = {"name": "exposé.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    page.locator("[name=document]").set_input_files(slides | {"buffer": b"<html>"})
    page.locator("form[enctype] button").click()
    page.wait_for_selector(".error-summary")
    is_clean(page, f"files-error-{language}")
    page.locator("[name=document]").set_input_files(slides)
    page.locator("form[enctype] button").click()
    page.wait_for_selector(".notice--success")
    with page.expect_download() as download:
        page.locator(".space-files a").first.click()
    assert download.value.path().read_bytes() == pdf()
    is_clean(page, f"files-{language}")

    for name in ("talks", "consents", "availability", "logistics", "assistant", "changes"):
        page.goto(f"{start}{name}/")
        is_clean(page, f"{name}-{language}")
    assert failures == []
