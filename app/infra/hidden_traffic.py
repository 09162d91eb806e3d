"""What the fill-in leaves behind on the way: no line in an access log, and sizes of few classes.

Somebody who reads a server's log, or watches the wire, must not be able to match who was there
when with what was counted.
"""

import base64
import logging
import os
import zlib
from typing import Final

from flask import Flask, Response

HIDDEN: Final = "/review"
"""Where the fill-in lives; no access log of a server that runs us has a line about it."""
ACCESS_LOGS: Final = ("granian.access", "werkzeug", "gunicorn.access", "uvicorn.access")
SMALLEST: Final = {"text/html": 32 * 1024, "application/json": 1024}
"""Answers are filled up to these sizes in bytes, or to twice, four times … as much."""
SMALLEST_PACKED: Final = 4 * 1024
"""What a page comes to when the server in front compresses it; again, twice, four times …"""
PACKING: Final = (4, zlib.DEFLATED, 14, 5)
"""How hard zlib tries, and on how small a window: two thirds of what its own level 6 takes.

Another level in front moves all pages alike, by what the page weighs.
"""
FRAME: Final = (b"\n<!-- ", b" -->\n")
NOISE_PACKS_TO: Final = 3 / 4
"""64 signs are 6 bits each."""


def is_of_fill_in(path: str) -> bool:
    """Whether a path belongs to the fill-in, or might."""
    return path.startswith(HIDDEN)


class LeaveOut(logging.Filter):
    """Lets every line pass but those about the fill-in."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether `record` may be written; one that cannot be read is not."""
        try:
            return HIDDEN not in record.getMessage()
        except (TypeError, ValueError, KeyError):
            return False


def init_quiet(app: Flask) -> None:
    """Keep the fill-in out of access logs, also where an operator switched them on."""
    app.extensions["quiet"] = quiet = LeaveOut()
    for name in ACCESS_LOGS:
        log = logging.getLogger(name)
        for old in [one for one in log.filters if isinstance(one, LeaveOut)]:
            log.removeFilter(old)
        log.addFilter(quiet)


def level(response: Response) -> Response:
    """Fill a page or an answer up to its class, so that its size tells little of what is in it."""
    kind = response.mimetype or ""
    smallest = SMALLEST.get(kind)
    if smallest is None or response.is_streamed or response.direct_passthrough:
        return response
    body = response.get_data()
    if kind == "text/html":
        body += _noise(body)
    rest = size_class(len(body), smallest) - len(body)
    response.set_data(body + b" " * rest)
    return response


def size_class(length: int, smallest: int) -> int:
    """The smallest of `smallest`, twice, four times … that holds `length` bytes."""
    while smallest < length:
        smallest *= 2
    return smallest


def _noise(page: bytes) -> bytes:
    """What brings `page` near its class however it is compressed; blanks alone would vanish."""
    packing = zlib.compressobj(*PACKING)
    packed = len(packing.compress(page)) + len(packing.flush()) + sum(map(len, FRAME))
    rest = size_class(packed, SMALLEST_PACKED) - packed
    length = int(rest / NOISE_PACKS_TO)
    noise = base64.b64encode(os.urandom(length * 3 // 4 + 1))[:length]
    return FRAME[0] + noise + FRAME[1]
