"""Counts what this process does for `/metrics`; where no token is set nothing is counted."""

import os
from time import perf_counter
from typing import Final

from flask import Flask, Response, current_app, has_request_context, request

from app.infra.hidden_traffic import is_of_fill_in
from app.infra.settings import settings
from app.infra.tally import FOLDER, Tally, write_in_background

BEGAN: Final = "full_circle.began"
NOT_COUNTED: Final = frozenset({"static", "desk.health", "desk.ready", "operations.metrics"})
"""Files, and what machines ask every few seconds."""
ERRORS: Final = 500


def init_measuring(app: Flask) -> None:
    """Count requests and errors of this process where somebody may read the figures."""
    if app.config["SETTINGS"].metrics_token:
        app.extensions["tally"] = Tally()
        app.before_request(_begin)
        app.after_request(_count)


def measure_worker() -> None:
    """From now on this process is a worker."""
    tally = tally_of_process()
    if tally is not None:
        tally.kind = "worker"
        _ensure_writing()


def tally_of_process() -> Tally | None:
    """What this process counts with; None where nothing is counted."""
    found: Tally | None = current_app.extensions.get("tally")
    return found


def count_slow_statement() -> None:
    """Count a slow statement."""
    tally = tally_of_process()
    if tally is not None:
        tally.slow_statement()


def is_in_fill_in() -> bool:
    """Whether what is done now is done for somebody who answers."""
    return has_request_context() and is_of_fill_in(request.path)


def _begin() -> None:
    request.environ[BEGAN] = perf_counter()


def _count(response: Response) -> Response:
    tally = tally_of_process()
    _ensure_writing()
    if tally is None or request.endpoint in NOT_COUNTED:
        return response
    if response.status_code >= ERRORS:
        tally.fault()
    if not is_in_fill_in():
        tally.request(perf_counter() - request.environ.get(BEGAN, perf_counter()))
    return response


def _ensure_writing() -> None:
    """Begin to write in this very process: a server may have forked it after the app was built."""
    writers: dict[int, object] = current_app.extensions.setdefault("tally_writers", {})
    tally = tally_of_process()
    if tally is not None and os.getpid() not in writers and not current_app.testing:
        tally.begin_process()
        writers[os.getpid()] = write_in_background(tally, settings().data_folder / FOLDER)
