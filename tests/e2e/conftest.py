"""A real Chromium, the one that is installed; where there is none, the tests say so."""

import contextlib
import os
import shutil
import subprocess
import time

import pytest
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Error

from tests.e2e.site import running_site

# Playwright's synchronous interface runs on an event loop, which Django would take for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """What ``CHROMIUM`` names, or the first that is on PATH."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def pytest_collection_modifyitems(items):
    """The browser's tests last: the quick ones speak first."""
    here = os.path.dirname(__file__)
    items.sort(key=lambda item: str(item.path).startswith(here))


def what_is_missing() -> str:
    """Why no browser can be driven here, or nothing."""
    if find_chromium() is None:
        return "no Chromium is installed (Debian: apt-get install chromium), nor named by CHROMIUM"
    driver, *_ = compute_driver_executable()
    if subprocess.run([driver, "--version"], capture_output=True).returncode:
        return "Playwright's driver does not start (Debian: apt-get install libatomic1)"
    return ""


@pytest.fixture(scope="session")
def chromium():
    if reason := what_is_missing():
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return find_chromium()


@pytest.fixture(scope="session")
def playwright(chromium, request):
    """Not started where it has no browser to drive."""
    return request.getfixturevalue("playwright")


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium, browser_type_launch_args):
    arguments = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-sync",
        "--font-render-hinting=none",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return browser_type_launch_args | {"executable_path": chromium, "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture(scope="session")
def site(browser):
    """The running reference event, once the browser reaches it.

    Chromium's network service refuses its first connections now and then while it starts.
    """
    with running_site() as site:
        for _attempt in range(10):
            with contextlib.suppress(Error), contextlib.closing(browser.new_page()) as page:
                page.goto(f"{site.url}/livez")
                break
            time.sleep(0.5)
        yield site
