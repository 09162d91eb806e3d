"""Long work that one process at a time does, though several workers look at what is due.

A turn ends with its process, so that a killed one is followed at once. PostgreSQL keeps it with a
connection: it is free as soon as the process is gone, and a minute after its machine is. Beside
SQLite, where everybody is on one machine, it is a lock on a file, which the system lets go.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final
from weakref import finalize

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app.infra.db import db, is_sqlite
from app.infra.settings import settings

PLAN_LINE: Final = 362
"""Working out the plan of a draft."""
COUNT_LINE: Final = 363
"""Counting a cycle, and destroying what is left of it."""
PARTS_LINE: Final = 364
"""Opening a large cycle in parts."""
REPORTS_LINE: Final = 365
"""Putting reports together."""
MAIL_LINE: Final = 366
"""Sending mail."""
LIST_LINE: Final = 367
"""Reading and writing a large people list."""
MACHINE_GONE: Final = (
    "SET tcp_keepalives_idle = 30",
    "SET tcp_keepalives_interval = 10",
    "SET tcp_keepalives_count = 3",
)
"""Lets the server notice within a minute that nobody is at the other end any more."""
FOLDER: Final = "turns"
"""Where the files of the turns lie beside SQLite, one for each line; nothing is in them."""


class TurnAtWork:
    """A turn at some work: taken, and held until it is given back or its process is gone.

    Where the connection to PostgreSQL breaks, somebody else may begin meanwhile; what the work
    commits must bear that. Beside SQLite all numbers of a line share one turn.
    """

    def __init__(self, line: int, number: int = 0) -> None:
        self._line, self._number = line, number
        self._connection: Connection | None = None
        self._end: Callable[[], object] | None = None

    def take(self) -> bool:
        """Whether it is ours now, or was before: False while another process has it."""
        if self._end is not None and not self._is_lost():
            return True
        self.give_back()
        end = _locked_file(self._line) if is_sqlite() else self._locked_on_server()
        # A turn that was forgotten about must not last until the process ends.
        self._end = finalize(self, end) if end is not None else None
        return end is not None

    def give_back(self) -> None:
        """Let another one have it; harmless where it is not ours."""
        end, self._end, self._connection = self._end, None, None
        if end is not None:
            end()

    def _is_lost(self) -> bool:
        """Whether PostgreSQL was away meanwhile, and let go of it."""
        try:
            if self._connection is not None:
                self._connection.exec_driver_sql("SELECT 1")
        except SQLAlchemyError:
            return True
        return False

    def _locked_on_server(self) -> Callable[[], None] | None:
        connection = db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            asked = text("SELECT pg_try_advisory_lock(:line, :number)")
            row = {"line": self._line, "number": self._number}
            if not connection.scalar(asked, row):
                connection.close()
                return None
            connection.detach()  # given back to the pool it would keep the turn
            for setting in MACHINE_GONE:
                connection.exec_driver_sql(setting)
        except BaseException:
            _close(connection)
            raise
        self._connection = connection
        return lambda: _close(connection)


@contextmanager
def alone(line: int, number: int) -> Iterator[bool]:
    """Whether the block has its turn: False while another process does the same work."""
    turn = TurnAtWork(line, number)
    try:
        yield turn.take()
    finally:
        turn.give_back()


def _close(connection: Connection) -> None:
    with suppress(SQLAlchemyError):  # one that broke has let go of it
        # The server would notice a moment later: too late for whoever asks now.
        connection.exec_driver_sql("SELECT pg_advisory_unlock_all()")
    with suppress(SQLAlchemyError):
        connection.close()


def _locked_file(line: int) -> Callable[[], None] | None:
    place = settings().data_folder / FOLDER / str(line)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return lambda: os.close(handle)
