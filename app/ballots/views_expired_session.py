"""A page sent after the session has gone keeps everything that was typed on it."""

from urllib.parse import urlsplit

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from app.infra.error_pages import stale_page
from app.people import guard


def keep_typed() -> ResponseReturnValue | None:
    """Answer a form that comes from our own page without anybody signed in; let others pass."""
    return _kept_page() if _is_own_form() and guard.account() is None else None


def keep_stale(error: CSRFError) -> ResponseReturnValue:
    """Answer a form whose token has expired, or was made in a session that has gone."""
    return _kept_page() if _is_own_form() else stale_page(error)


def _is_own_form() -> bool:
    """Whether this is a form of our own; browsers name the page's origin, others cannot fake it."""
    if request.method != "POST":
        return False
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    is_form = request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data")
    return is_form and _host_of(origin) == request.host


def _host_of(address: str) -> str | None:
    """Whose address this is; None where it is none."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return None


def _kept_page() -> ResponseReturnValue:
    """Every field again, hidden, with a fresh token; nothing of it is stored here."""
    fields = [pair for pair in request.form.items(multi=True) if pair[0] != "csrf_token"]
    page = render_template("ballots/kept.html", fields=fields, address=request.path)
    return page, 400 if guard.account() else 401
