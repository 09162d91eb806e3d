"""Whether the database is there, up to date, and set as the promises to raters need it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.infra import clock, migrations
from app.infra.db import db, is_sqlite
from app.infra.settings import settings
from app.infra.troubles import sentence_of
from app.operations.findings import Finding, fault, fine, note

DATABASE: Final = "database"
CLOCK: Final = "clock"
OLDEST_POSTGRESQL: Final = 150_000
CLOCK_MAY_DIFFER: Final = timedelta(seconds=5)
SILENT: Final = {
    "log_statement": ("none",),
    "log_min_duration_statement": ("-1",),
    "log_parameter_max_length": ("0",),
    "log_parameter_max_length_on_error": ("0",),
}
"""PostgreSQL's own log would keep times and values of saved answers otherwise."""


def database() -> Iterator[Finding]:
    """The database answers, has our tables, and on PostgreSQL logs no answers."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        yield fault(DATABASE, sentence_of(error))
        return
    yield from _tables()
    if is_sqlite():
        yield from _sqlite()
    else:
        yield from _postgresql()


def _tables() -> Iterator[Finding]:
    newest, found = migrations.newest(), migrations.reached()
    if found == newest:
        yield fine(DATABASE, "The database answers, and its tables are up to date.")
    elif not found:
        yield fault(DATABASE, "The database has no tables yet: flask db upgrade makes them.")
    else:
        yield fault(
            DATABASE,
            f"The tables are those of step {found}, this program needs {newest}: "
            "flask db upgrade brings them up to date.",
        )


def _sqlite() -> Iterator[Finding]:
    if settings().is_production:
        yield note(DATABASE, "SQLite serves one machine; several need PostgreSQL.")


def _postgresql() -> Iterator[Finding]:
    version = int(_shown("server_version_num"))
    if version < OLDEST_POSTGRESQL:
        yield fault(
            DATABASE,
            f"PostgreSQL {_shown('server_version')} is too old; "
            f"{OLDEST_POSTGRESQL // 10_000} or newer is needed.",
        )
    if (encoding := _shown("server_encoding")) != "UTF8":
        yield fault(
            DATABASE,
            f"The database keeps text as {encoding}, which has no place for many names. Make it "
            "anew: createdb --template template0 --encoding UTF8.",
        )
    for name, allowed in SILENT.items():
        if (said := _shown(name)) not in allowed:
            yield fault(
                DATABASE,
                f"PostgreSQL's setting {name} is {said}; its log would keep who saved when. "
                f"Set it to {_or(allowed)} for this database.",
            )
    away = abs(db.session.execute(text("SELECT clock_timestamp()")).scalar_one() - clock.now())
    if away > CLOCK_MAY_DIFFER:
        yield fault(
            CLOCK,
            f"The clocks of this machine and of the database differ by {away.total_seconds():,.0f} "
            "seconds; let both follow a time server.",
        )
    else:
        yield fine(CLOCK, "The clocks of this machine and of the database agree.")


def _shown(name: str) -> str:
    """A setting as PostgreSQL shows it; `name` is one of ours, never typed by anybody."""
    found: str = db.session.execute(text(f"SHOW {name}")).scalar_one()
    return found


def _or(words: Sequence[str]) -> str:
    return " or ".join(words)
