"""By statement or by person: the rater's own choice, remembered by their browser alone."""

from datetime import timedelta
from typing import Final

from flask import current_app, request
from werkzeug.wrappers import Response

from app.ballots.steps import View

COOKIE: Final = "view"
REMEMBERED: Final = timedelta(days=365)
VIEW_OF: Final = {"ballots.person": View.BY_PERSON, "ballots.statement": View.BY_STATEMENT}


def current_view() -> View:
    """The view of the page that was asked for; pages of neither follow what was chosen last."""
    return (
        VIEW_OF.get(str(request.endpoint))
        or chosen(request.cookies.get(COOKIE))
        or next(iter(View))
    )


def chosen(text: str | None) -> View | None:
    """The view called `text`; None when there is no such view."""
    return View(text) if text in set(View) else None


def remember(response: Response, view: View) -> None:
    """Let the browser keep the choice; it tells nothing about any answer."""
    response.set_cookie(
        COOKIE,
        view,
        max_age=REMEMBERED,
        path="/review",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
