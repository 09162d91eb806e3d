"""Pages of ratings are written once for everybody: nothing of whoever came first stays in them."""

import re

import pytest
from flask import render_template

from app.infra import blanks
from app.infra.blanks import Blank
from tests.browsing import Browser

PAGES = ("statements/1", "statements/14", "people/1", "self")
CHANGING = re.compile(r'(name="(csrf_token|shown)" value=")[^"]*|<!-- \S* -->\s*')


def shown(browser, page):
    """A page but for what differs at every look."""
    html = browser.get(f"/review/{page}").get_data(as_text=True)
    return CHANGING.sub(r"\1", html)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_the_same_as_one_that_is_written_afresh(app, rater, company, page, monkeypatch):
    somebody = Browser(app, company[3])
    shown(somebody, page)
    filled = shown(rater, page)

    def afresh(template, *, roles, **values):
        assert roles.person_id == 0
        return render_template(template, **values)

    monkeypatch.setattr(blanks, "fill", afresh)

    assert filled == shown(rater, page)
    assert filled != shown(somebody, page)


def test_what_is_kept_of_a_page_is_the_same_whoever_came_first(app, rater, company, monkeypatch):
    def kept(browser):
        written = []

        def write(*asked):
            written.append(blanks._written(*asked))
            return written[-1]

        monkeypatch.setitem(app.extensions, "blanks", write)
        for page in PAGES:
            browser.get(f"/review/{page}")
        return [page.texts for page in written]

    assert kept(rater) == kept(Browser(app, company[3]))


def test_a_notice_is_shown_to_whom_it_is_for_and_to_nobody_after(rater, save):
    save("statements/1", r1="4", go="stay")

    assert "Saved." in shown(rater, "statements/1")
    assert "Saved." not in shown(rater, "statements/1")


@pytest.mark.parametrize("look", [bool, len, list, str, lambda blank: blank == 1])
def test_a_template_that_looks_at_a_blank_is_refused(look):
    with pytest.raises(TypeError, match=r"page\.number"):
        look(Blank("page").number)
