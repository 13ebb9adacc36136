import pytest

from conference.markdown import render


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[text](javascript:alert(1))",
        "[text](data:text/html,x)",
        "![text](https://example.org/pixel.png)",
        "<a href='https://example.org' onclick='x'>y</a>",
        "<style>body{display:none}</style>",
        "<iframe src=//example.org></iframe>",
    ],
)
def test_render_lets_no_active_content_through(hostile):
    html = render(hostile)

    for forbidden in (
        "<script",
        "<img",
        "<style",
        "<iframe",
        'javascript:"',
        'href="data',
        "<a href='",
    ):
        assert forbidden not in html


def test_render_keeps_the_page_s_title_the_only_h1():
    assert render("# Title") == "<h2>Title</h2>\n"


def test_render_makes_links_and_tables():
    html = render("[ask](mailto:a@example.org)\n\n| a |\n| - |\n| b |")

    assert '<a href="mailto:a@example.org"' in html
    assert '<th scope="col">a</th>' in html
