"""The main menu is put together once for a role and a page, and is nobody else's."""

import re

import pytest

from app.infra.layout import section_of
from tests.browsing import Browser
from tests.factories import make_person
from tests.features.heard.comments_of_a_quarter import choose_leaders, published_quarter

PLACES = re.compile(r'<a href="([^"]+)"(?: aria-current="(\w+)")?>(?:\w+)</a>\s*</li>')


def menu(browser, page: str) -> dict[str, str]:
    """Where the menu on `page` leads, and what is marked as here."""
    return dict(PLACES.findall(browser.get(page).get_data(as_text=True)))


def test_each_role_finds_its_own_menu_whoever_came_before(alice, hanna):
    menus = [menu(one, "/") for one in (hanna, alice, hanna)]

    assert menus[0] == menus[2]
    assert "/desk" in menus[0]
    assert "/desk" not in menus[1]


def test_the_menu_marks_the_page_that_is_open(alice):
    marked = {page: menu(alice, page) for page in ("/", "/review/", "/review/promise", "/")}

    assert marked["/"]["/"] == "page"
    assert marked["/"]["/review/"] == ""
    assert marked["/review/"] == marked["/"] | {"/": "", "/review/": "page"}
    assert marked["/review/promise"]["/review/"] == "true"


def test_below_another_address_the_menu_leads_there(alice):
    at_the_top = menu(alice, "/")
    below = alice.get("/", environ_overrides={"SCRIPT_NAME": "/circle"}).get_data(as_text=True)

    assert list(dict(PLACES.findall(below))) == ["/circle" + place for place in at_the_top]
    assert menu(alice, "/") == at_the_top


@pytest.mark.parametrize(
    "page",
    ["/company", "/services", "/projects", "/unit-answers", "/unit-questions", "/heard"],
)
def test_every_page_about_the_company_is_marked_in_both_menus(app, page):
    bea = Browser(app, make_person(is_board=True))
    make_person(manager_id=bea.person.id)
    choose_leaders(bea.person)
    published_quarter(6)

    shown = bea.get(page).get_data(as_text=True)
    main = shown.partition('aria-label="Main"')[2].partition("</nav>")[0]
    marked = dict(PLACES.findall(main))

    assert [place for place, here in marked.items() if here] == ["/company"]
    within = shown.partition('aria-label="Company"')[2].partition("</nav>")[0]
    assert within.count("aria-current") == 1


def test_no_page_is_below_two_places_of_the_menu(app):
    places = {"home", "ballots", "reports", "enps", "board", "desk", "people", "operations", ""}
    sections = {rule.endpoint: section_of(rule.endpoint) for rule in app.url_map.iter_rules()}

    assert set(sections.values()) - {"static"} <= places
    assert sections["heard.choose"] == sections["unit_questions.confirm"] == "desk"
    assert sections["enps.board_of"] == "board"
    assert sections["people.factors"] == ""
