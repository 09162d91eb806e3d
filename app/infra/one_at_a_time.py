"""Long work that one process at a time does, though several workers look at what is due.

PostgreSQL keeps the turn with a connection. It is free again as soon as the process that had it is
gone, and a minute after its machine is.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.infra.db import db, is_sqlite

COUNT_LINE: Final = 363
"""Counting a cycle, and destroying what is left of it."""
PLAN_LINE: Final = 362
"""Working out the plan of a draft."""
MACHINE_GONE: Final = (
    "SET tcp_keepalives_idle = 30",
    "SET tcp_keepalives_interval = 10",
    "SET tcp_keepalives_count = 3",
)
"""Lets the server notice within a minute that nobody is at the other end any more."""


@contextmanager
def alone(line: int, cycle_id: int) -> Iterator[bool]:
    """Whether the block has its turn: False while another process does the same work.

    Where the connection breaks meanwhile, somebody else may begin; what the work commits must bear
    that. On SQLite it is always True.
    """
    if is_sqlite():
        yield True
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for setting in MACHINE_GONE:
            connection.exec_driver_sql(setting)
        has_turn = _ask(connection, "pg_try_advisory_lock", line, cycle_id)
        try:
            yield has_turn
        finally:
            with suppress(DBAPIError):  # a connection that broke has let go of it
                if has_turn:
                    _ask(connection, "pg_advisory_unlock", line, cycle_id)


def _ask(connection: Connection, function: str, line: int, cycle_id: int) -> bool:
    asked = text(f"SELECT {function}(:line, :cycle)")
    return bool(connection.scalar(asked, {"line": line, "cycle": cycle_id}))
