"""The main menu is put together once for a role and a page, and is nobody else's."""

import re

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
