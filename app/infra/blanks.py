"""Pages that differ in a few values: Jinja writes them once with blanks, requests fill these in.

A page of ratings is asked for hundreds of times by everybody. Writing its frame, menu and form
anew each time would cost more than reading the answers. What is kept holds nothing of whoever came
first: a template that looks at a value instead of showing it fails as soon as it is written.
"""

from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from types import SimpleNamespace
from typing import Any, Final, Never

from flask import Flask, current_app, render_template, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import escape

from app.domain.access import Actor

KEPT: Final = 200
"""So many pages are kept: one for each template, set of roles and place."""
EDGE: Final = "\0"
"""Stands on both sides of a blank's name; no template holds this letter."""


def init_blanks(app: Flask) -> None:
    """Let `app` keep its pages; each app keeps its own."""
    app.extensions["blanks"] = lru_cache(KEPT)(_written)


def fill(template: str, *, roles: Actor, **values: Any) -> str:
    """What `render_template` would write for whoever has these `roles`, and signed in.

    `roles` names nobody: whoever has the same gets the same page but for `values`.
    """
    if "_flashes" in session:  # notices come and go: such a page is not like the others
        return render_template(template, **values)
    pages = current_app.extensions["blanks"]
    page: _Page = pages(template, roles, request.root_path, request.endpoint, tuple(values))
    return page.filled(request=request, csrf_token=generate_csrf(), **values)


class Blank:
    """Stands for a value while a page is written; any part of it is a blank too."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __getattr__(self, name: str) -> "Blank":
        if name.startswith("_"):
            raise AttributeError(name)
        return Blank(f"{self._path}.{name}")

    def __html__(self) -> str:
        return f"{EDGE}{self._path}{EDGE}"

    def _refuse(self, *_: object) -> Never:
        raise TypeError(f"{self._path} is not known while the page is written")

    __bool__ = __str__ = __iter__ = __len__ = __call__ = __getitem__ = __eq__ = _refuse
    __hash__ = object.__hash__


@dataclass(frozen=True)
class _Page:
    """What is the same in every copy of a page, and the values that belong in between."""

    texts: tuple[str, ...]
    read: "attrgetter[tuple[Any, ...]]"

    def filled(self, **values: Any) -> str:
        pieces: list[str] = [""] * (2 * len(self.texts) - 1)
        pieces[::2] = self.texts
        pieces[1::2] = map(escape, self.read(SimpleNamespace(**values)))
        return "".join(pieces)


def _written(
    template: str, roles: Actor, _root: str, _endpoint: str, names: tuple[str, ...]
) -> _Page:
    # Whatever knows who asks is a blank as well; the menu depends on roles and endpoint.
    blanks = {name: Blank(name) for name in (*names, "request", "session", "g", "person")}
    written = render_template(
        template,
        **blanks,
        actor=roles,
        csrf_token=lambda: Blank("csrf_token"),
        get_flashed_messages=lambda **_: (),
    )
    pieces = written.split(EDGE)
    return _Page(tuple(pieces[::2]), attrgetter(*pieces[1::2]))
