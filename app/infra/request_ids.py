"""A short name for each request: on an error page, in the log, and in a header of the answer.

Whoever sees an error reads the name out, and whoever runs the installation finds the line.
"""

import logging
import re
import secrets
from typing import Final

from flask import Flask, Response, has_request_context, request

from app.infra.hidden_traffic import is_of_fill_in
from app.infra.settings import settings

HEADER: Final = "X-Request-Id"
SIGNS: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""No two of them are mistaken for each other when they are read out."""
HALF: Final = 4
WELL_FORMED: Final = re.compile(r"[A-Za-z0-9-]{8,64}")
KEPT_AS: Final = "full_circle.request_id"


def init_request_ids(app: Flask) -> None:
    """Send the name of each request back with its answer."""
    app.after_request(_send_back)


def request_id() -> str:
    """The name of the request that is answered now; empty where there is none.

    A proxy's own name for it is taken where a proxy is set. In the fill-in it never is: a proxy
    that keeps a log has the address of a computer beside that name, and our log would then say
    whose answers could not be saved.
    """
    if not has_request_context():
        return ""
    known: str | None = request.environ.get(KEPT_AS)
    if known is None:
        known = request.environ[KEPT_AS] = _from_proxy() or _new()
    return known


def _from_proxy() -> str:
    said = request.headers.get(HEADER, "")
    is_trusted = settings().trusted_proxies and not is_of_fill_in(request.path)
    return said if is_trusted and WELL_FORMED.fullmatch(said) else ""


def _new() -> str:
    halves = ("".join(secrets.choice(SIGNS) for _ in range(HALF)) for _ in range(2))
    return "-".join(halves)


def _send_back(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    return response


class NameRequest(logging.Filter):
    """Writes onto each record which request it belongs to and which page of ours that asked for.

    The page is named by its function: an address would name people by their numbers.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        record.request_id = name = request_id()
        record.route = (request.endpoint or "") if name else ""
        return True
