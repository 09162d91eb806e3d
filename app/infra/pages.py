"""What every page shares: addresses, security headers, error pages, and how values are written."""

import logging
import sqlite3
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from typing import IO, Any, Final
from zoneinfo import ZoneInfo

import psycopg
from babel.dates import format_datetime
from flask import Flask, Response, abort, current_app, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.routing import IntegerConverter, Map

from app.domain.durations import lasting
from app.domain.errors import NotAllowedError, NotFoundError, ReviewError, StalePageError
from app.domain.plurals import counted, spelled
from app.domain.reports.spacing import together
from app.domain.reports.words import day, one_decimal
from app.infra import clock
from app.infra.db import LARGEST_ID
from app.infra.request_ids import request_id
from app.infra.settings import settings
from app.infra.troubles import is_away, is_busy, is_full

log = logging.getLogger(__name__)

KINDS: Final = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What a file is, by the end of its name."""
LAST_PAGE: Final = 1_000_000
LOCALE: Final = "en_GB"
CONTENT_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "img-src 'self' data:",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class RowNumber(IntegerConverter):
    """`<int:…>` in an address: what cannot be the number of a row is no page of ours."""

    regex = r"[0-9]{1,10}"

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:  # noqa: A002 - its own name
        super().__init__(map, *args, **({"max": LARGEST_ID} | kwargs))


def page_number() -> int:
    """Which page of a list `?page=` asks for: from 1, and never beyond what a database counts."""
    return min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)


def _refuse_nul() -> None:
    """Answer 404 to an address with a NUL byte: PostgreSQL cannot hold it, so nothing has it."""
    if "\0" in request.path or any(sign in request.query_string for sign in (b"%00", b"\0")):
        abort(404)


def moment(value: datetime) -> str:
    """A time where the company is, and where that is: Friday 2 October 2026, 18:00 Berlin time."""
    return _moment(value, settings().zone)


def short_moment(value: datetime) -> str:
    """The same where the place is known: 14:05 of today, 27 November, 14:05 of another day."""
    zone = settings().zone
    there = value.astimezone(zone)
    is_today = there.date() == clock.today(zone)
    return format_datetime(there, "HH:mm" if is_today else "d MMMM, HH:mm", locale=LOCALE)


@lru_cache(maxsize=1000)
def _moment(value: datetime, zone: ZoneInfo) -> str:
    # Every page of a review names the same one, and writing it costs as much as a query.
    written = format_datetime(value.astimezone(zone), "EEEE d MMMM y, HH:mm", locale=LOCALE)
    return f"{written} {zone_in_words(zone)}"


def zone_in_words(zone: ZoneInfo) -> str:
    """A time zone by its city, or by its name where that is no place: Berlin time, UTC."""
    area, _, city = zone.key.rpartition("/")
    is_place = area and not area.startswith("Etc")
    return f"{city.replace('_', ' ')} time" if is_place else city


def init_pages(app: Flask) -> None:
    """Register filters, headers and error pages; before the views, whose addresses it bounds."""
    app.url_map.converters["int"] = RowNumber
    app.before_request(_refuse_nul)
    app.add_template_filter(counted)
    app.add_template_filter(lasting)
    app.add_template_filter(spelled)
    app.add_template_filter(one_decimal)
    app.add_template_filter(day)
    app.add_template_filter(moment)
    app.add_template_filter(short_moment)
    app.add_template_filter(together)
    app.after_request(_harden)
    app.register_error_handler(NotFoundError, _not_found)
    app.register_error_handler(NotAllowedError, _not_allowed)
    app.register_error_handler(ReviewError, _broken_rule)
    app.register_error_handler(StalePageError, _misfit)
    app.register_error_handler(CSRFError, stale_page)
    app.register_error_handler(HTTPException, _http_error)
    for kind in (DBAPIError, sqlite3.Error, psycopg.Error, OSError):
        app.register_error_handler(kind, _unwritten)
    app.register_error_handler(500, _bug)


def paper(file: IO[bytes] | str, *, name: str, kind: str = "application/pdf") -> Response:
    """A file to keep, under a name that is understood a year later; no cache keeps it."""
    response: Response = send_file(file, mimetype=kind, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def posted_object() -> dict[str, Any]:
    """The JSON object that was sent; an empty one for anything else."""
    try:
        sent: Any = request.get_json(silent=True)
    except RecursionError:  # nested deeper than Python reads
        return {}
    return sent if isinstance(sent, dict) else {}


def _harden(response: Response) -> Response:
    response.headers.extend(HEADERS)
    if settings().base_url.startswith("https:"):
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if response.mimetype in {"text/html", "text/csv", "application/pdf", "application/json"}:
        # A shared computer must not show one person's pages to the next.
        response.headers["Cache-Control"] = "no-store"
    return response


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
