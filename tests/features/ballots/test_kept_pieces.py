"""Pieces of pages are kept for everybody: nothing of whoever came first stays in them."""

import re

import pytest

from tests.browsing import Browser

PAGES = ("statements/1", "statements/14", "people/1", "self")
CHANGING = re.compile(r'(name="(csrf_token|shown)" value=")[^"]*|<!-- \S* -->\s*')


def shown(browser, page):
    """A page but for what differs at every look."""
    html = browser.get(f"/review/{page}").get_data(as_text=True)
    return CHANGING.sub(r"\1", html)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_holds_nothing_of_whoever_looked_before(app, rater, company, page):
    first = shown(rater, page)

    other = shown(Browser(app, company[3]), page)

    assert shown(rater, page) == first
    assert other != first


def test_a_notice_is_shown_to_whom_it_is_for_and_to_nobody_after(rater, save):
    save("statements/1", r1="4", go="stay")

    assert "Saved." in shown(rater, "statements/1")
    assert "Saved." not in shown(rater, "statements/1")
