"""Statements of the database that took longer than a setting allows, without their values."""

import logging
import re
from time import perf_counter
from typing import Any, Final

from flask import Flask, current_app, has_app_context
from sqlalchemy import event

from app.infra.db import db
from app.infra.measuring import count_slow_statement, is_in_fill_in

log = logging.getLogger(__name__)

LONGEST: Final = 2000
A_VALUE: Final = r"(?:\?|%\(\w+\)s|\$\d+)(?:::[\w ]+)?"
MANY_VALUES: Final = re.compile(rf"\(?{A_VALUE}(?:\)?, \(?{A_VALUE})+\)?")
"""How many values there were can tell how many people."""
WRITTEN: Final = re.compile(r"'(?:[^']|'')*'")


def init_slow_statements(app: Flask) -> None:
    """Watch how long statements take, where a limit is set."""
    limit = app.config["SETTINGS"].slow_statement_ms / 1000
    app.extensions["slow_statement"] = limit
    if limit:
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", _begin)
            event.listen(db.engine, "after_cursor_execute", _end)


def note(statement: str, seconds: float) -> None:
    """Log a statement that took too long; in the fill-in it is only counted.

    There a line would say when somebody answered.
    """
    limit = current_app.extensions["slow_statement"] if has_app_context() else 0
    if not limit or seconds < limit:
        return
    count_slow_statement()
    if not is_in_fill_in():
        log.warning("a statement took %.1f seconds: %s", seconds, without_values(statement))


def without_values(statement: str) -> str:
    """The text of a statement in one line, without values and without how many there were."""
    line = WRITTEN.sub("'…'", " ".join(statement.split()))
    return MANY_VALUES.sub("(…)", line)[:LONGEST]


def _begin(_c: Any, _cursor: Any, _text: str, _values: Any, context: Any, _many: bool) -> None:  # noqa: FBT001 - SQLAlchemy's own order
    context.full_circle_began = perf_counter()


def _end(_c: Any, _cursor: Any, text: str, _values: Any, context: Any, _many: bool) -> None:  # noqa: FBT001 - SQLAlchemy's own order
    note(text, perf_counter() - context.full_circle_began)
