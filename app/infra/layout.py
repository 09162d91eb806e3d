"""What is the same on very many pages is put together once: addresses, and the menus.

Building an address costs as much as escaping thirty names, and a page holds a dozen that never
change. Nothing that is kept here knows a person: the menu depends on roles and place only.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from flask import Flask, has_request_context, render_template, request, url_for
from markupsafe import Markup

PLACES_OF_HR: Final[Mapping[str, str]] = {
    "desk": "desk.show",
    "lifecycle": "lifecycle.index",
    "people": "people.index",
    "internal_services": "desk.more",
    "questionnaires": "desk.more",
}
"""Where HR is on the pages of a feature; the second row of the menu shows it."""
NOWHERE: Final = ""
SINGLE_PAGES: Final[Mapping[str, str]] = {
    "desk.more": "desk.more",
    "heard.choose": "desk.more",
    "unit_questions.confirm": "desk.show",
    "desk.company.edit": "desk.more",
    "desk.company.shorten": "desk.more",
    "home.audit_log": "desk.more",
    "home.outbox": "home.outbox",
    "home.participation": "lifecycle.index",
    "lifecycle.requests.index": "desk.show",
    "lifecycle.requests.refuse": "desk.show",
    "lifecycle.backup.go_on": "desk.show",
    "reports.of_cycle": "lifecycle.index",
    "people.change_password": NOWHERE,
    "people.own_sign_ins": NOWHERE,
    "people.factors": NOWHERE,
    "people.set_up_codes": NOWHERE,
    "people.set_up_passkey": NOWHERE,
    "people.new_recovery": NOWHERE,
    "people.confirm_factor": NOWHERE,
    "people.confirm_with": NOWHERE,
    "people.link_with": NOWHERE,
    "people.back_from": NOWHERE,
}
"""The same for pages that stand elsewhere than the others of their feature."""
FEATURES_OF_COMPANY: Final = frozenset({"enps", "heard", "unit_answers", "unit_questions"})
"""Features whose pages stand below “Company”, but for those of the board and of HR."""
KEPT: Final = 1000
"""So many addresses and menus are kept, far more than the app has."""


def init_layout(app: Flask) -> None:
    """Give the templates `url_for` with a memory, and `menu`."""
    # Each app has a memory of its own. A server may mount the app below another address.
    known = lru_cache(KEPT)(lambda _root, endpoint, **values: url_for(endpoint, **values))
    menus = lru_cache(KEPT)(_menu)
    rows = lru_cache(KEPT)(_row)

    def address(endpoint: str, **values: Any) -> str:
        """What `url_for` says, remembered where nothing in it varies from page to page."""
        is_constant = not values or endpoint == "static"
        if is_constant and has_request_context():
            return known(request.root_path, endpoint, **values)
        return url_for(endpoint, **values)

    def menu(*, is_board: bool, is_hr: bool) -> Markup:
        """The main menu for these roles, as it is on the page that was asked for."""
        place = request.endpoint or ""
        return menus(request.root_path, place, is_board=is_board, is_hr=is_hr)

    def places() -> Markup:
        """The second row of the menu, on pages of HR alone."""
        place = request.endpoint or ""
        return rows(request.root_path, place) if place_of_hr(place) else Markup()

    app.jinja_env.globals.update(url_for=address, menu=menu, places=places)


def place_of_hr(endpoint: str) -> str:
    """Which place of HR a page belongs to; empty for pages that are not HR's."""
    return SINGLE_PAGES.get(endpoint, PLACES_OF_HR.get(endpoint.partition(".")[0], ""))


def section_of(endpoint: str) -> str:
    """The feature in the main menu below which a page stands; empty for none."""
    feature, _, page = endpoint.partition(".")
    if place_of_hr(endpoint):
        return "desk"
    if endpoint in SINGLE_PAGES:
        return NOWHERE
    if feature in FEATURES_OF_COMPANY:
        return "board" if feature == "enps" and "board" in page else "enps"
    return feature


def _menu(_root: str, place: str, *, is_board: bool, is_hr: bool) -> Markup:
    section = section_of(place)
    return _written("_menu.html", place=place, is_board=is_board, is_hr=is_hr, section=section)


def _row(_root: str, place: str) -> Markup:
    return _written("_places.html", place=place, hr_place=place_of_hr(place))


def _written(template: str, **values: object) -> Markup:
    written = render_template(template, **values)
    return Markup(written)  # noqa: S704 - a template of our own, escaped as any  # nosec B704
