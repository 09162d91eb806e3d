"""By statement or by person: the rater's own choice, remembered by their browser alone."""

from datetime import timedelta
from typing import Final

from flask import current_app, request
from werkzeug.wrappers import Response

from app.ballots.fill_in_steps import RatingOrder

COOKIE: Final = "view"
REMEMBERED: Final = timedelta(days=365)
VIEW_OF: Final = {
    "ballots.person": RatingOrder.BY_PERSON,
    "ballots.statement": RatingOrder.BY_STATEMENT,
}


def current_order() -> RatingOrder:
    """The view of the page that was asked for; pages of neither follow what was chosen last."""
    return (
        VIEW_OF.get(str(request.endpoint))
        or chosen(request.cookies.get(COOKIE))
        or next(iter(RatingOrder))
    )


def chosen(text: str | None) -> RatingOrder | None:
    """The view called `text`; None when there is no such view."""
    return RatingOrder(text) if text in set(RatingOrder) else None


def remember(response: Response, view: RatingOrder) -> None:
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
