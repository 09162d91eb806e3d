"""The pages that say what went wrong: one clear sentence, and what can be done about it."""

import logging
import sqlite3
from http import HTTPStatus
from typing import Final

import psycopg
from flask import Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, InternalServerError

from app.domain.errors import NotAllowedError, NotFoundError, ReviewError, StalePageError
from app.infra.request_ids import request_id
from app.infra.troubles import is_away, is_busy, is_full

log = logging.getLogger(__name__)


def init_error_pages(app: Flask) -> None:
    """Answer each kind of error with its page."""
    app.register_error_handler(NotFoundError, _not_found)
    app.register_error_handler(NotAllowedError, _not_allowed)
    app.register_error_handler(ReviewError, _broken_rule)
    app.register_error_handler(StalePageError, _misfit)
    app.register_error_handler(CSRFError, stale_page)
    app.register_error_handler(HTTPException, _http_error)
    for kind in (DBAPIError, sqlite3.Error, psycopg.Error, OSError):
        app.register_error_handler(kind, _unwritten)
    app.register_error_handler(500, _bug)


def _page(title: str, message: str, status: int) -> ResponseReturnValue:
    try:
        return _page_of_ours(title, message, status)
    except (DBAPIError, psycopg.Error) as error:  # it says who is signed in
        if not is_away(error):
            raise
        return _away()


def _page_of_ours(title: str, message: str, status: int) -> tuple[str, int]:
    # Only errors of ours stand in the log, so only with them a number helps to find the line.
    number = request_id() if status >= HTTPStatus.INTERNAL_SERVER_ERROR else ""
    words = {"title": title, "message": message, "number": number}
    return render_template("errors/error.html", **words), status


def _not_found(error: NotFoundError) -> ResponseReturnValue:
    return _page("Not found", str(error), 404)


def _not_allowed(error: NotAllowedError) -> ResponseReturnValue:
    return _page("Not for you to see", str(error), 403)


def _broken_rule(error: ReviewError) -> ResponseReturnValue:
    return _page("That is not possible", str(error), 409)


def _misfit(error: StalePageError) -> ResponseReturnValue:
    return _page("Please reload the page", str(error), 400)


def stale_page(_error: CSRFError) -> ResponseReturnValue:
    """Say that a form's token is too old, or was made in another session."""
    message = "This page was open for too long. Go back, reload it and try again."
    return _page("Please reload the page", message, 400)


TEXTS: Final = {
    403: ("Not for you to see", "Your account may not open this page."),
    404: ("Not found", "There is no page at this address."),
    405: ("Not possible here", "This page does not take what was sent to it."),
    413: ("Too large", "What was sent is larger than this page takes."),
}


def _http_error(error: HTTPException) -> ResponseReturnValue | HTTPException:
    if error.code is None or error.code < 400:
        return error
    title, message = TEXTS.get(error.code, (error.name, error.description or error.name))
    return _page(title, message, error.code)


FULL: Final = (
    "The server has no room left, so this could not be saved. Whatever was saved before is safe.",
    "Please tell whoever runs Full Circle.",
)
BUSY: Final = (
    "The server was busy for too long, so this could not be saved. Whatever was saved before is "
    "safe.",
    "Please try again in a minute.",
)
STILL_HERE: Final = "What you entered is still in your browser: go back, and send it again later."
AWAY: Final = "The database does not answer at the moment. Whatever was saved before is safe."
PERHAPS: Final = "What you have just sent may be saved or not."
INSUFFICIENT_STORAGE, UNAVAILABLE = 507, 503


def _unwritten(error: Exception) -> ResponseReturnValue:
    """A full disk, or somebody who writes for very long: nothing is lost, and we say where it is.

    A script keeps what it sent and sends it again; a form keeps what was typed when its reader
    goes back. Every other fault of a disk or a database is a bug.
    """
    if is_full(error):
        title, (what, advice), status = "The server is full", FULL, INSUFFICIENT_STORAGE
    elif is_busy(error):
        title, (what, advice), status = "The server is busy", BUSY, UNAVAILABLE
    elif is_away(error):
        return _away()
    else:
        raise error
    if request.is_json:
        return {"message": f"{what} Your answers are kept on this device. {advice}"}, status
    log.error("a request could not be written: %s", title.lower())
    entered = [STILL_HERE] if request.method == "POST" else []
    return _page(title, " ".join([what, *entered, advice]), status)


def _away() -> ResponseReturnValue:
    """What is said while the database does not answer; the page must not ask it for anything."""
    log.error("the database does not answer")
    advice = "Please try again in a minute."
    if request.is_json:
        return {"message": f"{AWAY} Your answers are kept on this device. {advice}"}, UNAVAILABLE
    doubt = [PERHAPS, STILL_HERE] if request.method == "POST" else []
    words = {"title": "Full Circle cannot be reached", "message": " ".join([AWAY, *doubt, advice])}
    page = current_app.jinja_env.get_template("errors/away.html")
    return page.render(words), UNAVAILABLE


def _bug(error: InternalServerError) -> ResponseReturnValue:
    if error.original_exception and is_away(error.original_exception):
        return _away()
    message = "Something went wrong on our side. Please look whether it is done, or try again."
    return _page("That did not work", message, 500)
