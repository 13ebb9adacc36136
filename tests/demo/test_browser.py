from urllib.parse import parse_qsl

import pytest

from demo.browser import Browser, BrowserError, Page

PAGE = """
<form action="/search" method="get"><input name="q"></form>
<form method="POST" action="?next=1">
  <input type="hidden" name="token" value="abc"><input name="name" value="Zoé">
  <input type="checkbox" name="photo" value="yes" checked><input type="checkbox" name="news">
  <input name="off" disabled value="x"><input type="submit" name="go" value="Go">
  <select name="country"><option value="">-</option><option value="FR" selected>France</option></select>
  <textarea name="needs">
as it stands</textarea>
</form>
"""


@pytest.fixture
def page():
    return Page("http://127.0.0.1/form", 200, PAGE.encode(), {})


def test_a_form_would_send_what_stands_in_it(page):
    form = page.form("token")

    assert dict(form.fields) == {
        "token": "abc",
        "name": "Zoé",
        "photo": "yes",
        "country": "FR",
        "needs": "as it stands",
    }
    assert form.choices["country"] == ["", "FR"]
    assert form.choices["news"] == ["on"]


def test_a_form_that_is_not_there_is_said(page):
    with pytest.raises(BrowserError, match="no form with password"):
        page.form("password")


def test_a_form_is_sent_with_what_was_filled_in(page, monkeypatch):
    sent = []
    browser = Browser("http://127.0.0.1/")
    monkeypatch.setattr(browser, "_request", lambda request: sent.append(request) or page)

    browser.send(page, page.form("token"), {"name": "Ada", "news": ["on"]})

    assert sent[0].full_url == "http://127.0.0.1/form?next=1"
    assert dict(parse_qsl(sent[0].data.decode())) == {
        "token": "abc",
        "name": "Ada",
        "photo": "yes",
        "news": "on",
        "country": "FR",
        "needs": "as it stands",
    }
