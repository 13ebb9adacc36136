"""Pictures of what the browser's tests saw, kept where the continuous integration collects them."""

import re
from pathlib import Path

from playwright.sync_api import Page

FOLDER = Path(__file__).parents[2] / "var" / "screenshots"


def keep(page: Page, name: str, *, full: bool = False) -> Path:
    """Keep the page as it looks now under ``name``; with ``full``, all the way down."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{re.sub(r'[^a-z0-9-]+', '-', name.lower()).strip('-')}.png"
    page.screenshot(path=file, full_page=full, animations="disabled")
    return file
