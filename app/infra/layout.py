"""What is the same on very many pages is put together once: addresses, and the main menu.

Building an address costs as much as escaping thirty names, and a page holds a dozen that never
change. Nothing that is kept here knows a person: the menu depends on roles and place only.
"""

from functools import lru_cache
from typing import Any, Final

from flask import Flask, has_request_context, render_template, request, url_for
from markupsafe import Markup

KEPT: Final = 1000
"""So many addresses and menus are kept, far more than the app has."""


def init_layout(app: Flask) -> None:
    """Give the templates `url_for` with a memory, and `menu`."""
    # Each app has a memory of its own. A server may mount the app below another address.
    known = lru_cache(KEPT)(lambda _root, endpoint, **values: url_for(endpoint, **values))
    menus = lru_cache(KEPT)(_menu)

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

    app.jinja_env.globals.update(url_for=address, menu=menu)


def _menu(_root: str, place: str, *, is_board: bool, is_hr: bool) -> Markup:
    written = render_template("_menu.html", place=place, is_board=is_board, is_hr=is_hr)
    return Markup(written)  # noqa: S704 - a template of our own, escaped as any
