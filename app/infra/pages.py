"""What every page shares: addresses, security headers, and how values are written."""

from datetime import datetime
from functools import lru_cache
from typing import IO, Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask import Flask, Response, abort, request, send_file
from werkzeug.routing import IntegerConverter, Map

from app.domain.durations import lasting
from app.domain.plurals import counted, grouped, spelled
from app.domain.reports.spacing import together
from app.domain.reports.words import day, one_decimal
from app.infra import clock
from app.infra.db import LARGEST_ID
from app.infra.settings import settings

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
    """Register filters and headers; before the views, whose addresses it bounds."""
    app.url_map.converters["int"] = RowNumber
    app.before_request(_refuse_nul)
    app.add_template_filter(counted)
    app.add_template_filter(lasting)
    app.add_template_filter(spelled)
    app.add_template_filter(grouped)
    app.add_template_filter(one_decimal)
    app.add_template_filter(day)
    app.add_template_filter(moment)
    app.add_template_filter(short_moment)
    app.add_template_filter(together)
    app.after_request(_harden)


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
