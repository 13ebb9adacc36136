"""What staff write cannot harm who reads it."""

import re

import pytest

from conference.markdown import render


def test_headings_stand_below_the_title_of_the_page() -> None:
    assert render("# One\n\n## Two") == "<h2>One</h2>\n<h2>Two</h2>\n"
    assert render("## Two\n\n### Three") == "<h2>Two</h2>\n<h3>Three</h3>\n"


def test_tables_lists_and_links_are_kept() -> None:
    html = render("| a | b |\n|---|---|\n| 1 | 2 |\n\n- x\n\n[Site](https://example.org/)")

    assert "<td>1</td>" in html
    assert "<li>x</li>" in html
    assert '<a href="https://example.org/" rel="noopener">Site</a>' in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://tracker.example.org/pixel.gif)",
        '<a href="https://example.org" style="position:fixed">x</a>',
    ],
)
def test_nothing_active_comes_through(text: str) -> None:
    html = render(text)

    tags = set(re.findall(r"<(\w+)", html))
    assert tags <= {"p", "a"}
    assert not re.search(r"<a [^>]*(javascript|data):", html)
