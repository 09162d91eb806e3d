"""Copies of the database as a file: made while the app runs, and brought back while it does not."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Final

from app.domain.errors import ReviewError
from app.infra.db import db
from app.infra.settings import settings

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"
FILE_OF: Final = {SQLITE: "database.sqlite", POSTGRESQL: "database.dump"}


class CopyError(ReviewError):
    """A copy cannot be made, read or brought back; the text says why."""


def kind() -> str:
    """Which of the two databases this installation has."""
    return SQLITE if settings().database_file else POSTGRESQL


def write(file: Path) -> None:
    """Copy the database as it is at one moment to `file`, which must not exist yet."""
    if source := settings().database_file:
        _write_sqlite(source, file)
    else:
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")


def test(file: Path, kind_: str) -> None:
    """Whether `file` can be read to its end. Raises CopyError when it cannot."""
    if kind_ == SQLITE:
        try:
            with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as found:
                (said,) = found.execute("PRAGMA integrity_check").fetchone()
        except sqlite3.Error as error:
            said = str(error)
        if said != "ok":
            raise CopyError(f"{file} is damaged: {said}.")
    else:
        _run("pg_restore", "--file=/dev/null", str(file), connect=False)


def bring_back(file: Path) -> None:
    """Put `file` in the place of the database. Nobody may use the database meanwhile."""
    db.session.remove()
    db.engine.dispose()
    if target := settings().database_file:
        _bring_back_sqlite(file, target)
    else:
        _empty_postgresql()
        _run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", str(file))


def _write_sqlite(source: Path, file: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live,
        closing(sqlite3.connect(file)) as copy,
    ):
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")


def _bring_back_sqlite(file: Path, target: Path) -> None:
    """Replace the whole file at once; a log of the old one must never meet the new one."""
    draft = target.with_name(f"{target.name}.restoring")
    shutil.copyfile(file, draft)
    with draft.open("rb+") as written:
        os.fsync(written.fileno())
    for left in ("-wal", "-shm", "-journal"):
        target.with_name(target.name + left).unlink(missing_ok=True)
    draft.replace(target)


def _empty_postgresql() -> None:
    """Everything goes in one step; what comes back brings its own tables."""
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")


def _run(program: str, *words: str, connect: bool = True) -> None:
    """Run one of PostgreSQL's programs. Raises CopyError with what it said."""
    url = db.engine.url
    env = {**os.environ, "PGPASSWORD": url.password or ""}
    place = {"host": url.host or url.query.get("host"), "port": url.port, "username": url.username}
    options = [f"--{name}={value}" for name, value in place.items() if value] if connect else []
    if connect:
        options.append(f"--dbname={url.database}")
    try:
        # The program is ours to name, and no shell reads the words.
        done = subprocess.run(  # noqa: S603  # nosec B603
            [program, *options, *words], env=env, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise CopyError(
            f"{program} is not installed. It comes with PostgreSQL's client programs, in the "
            "version of your server."
        ) from None
    if done.returncode:
        said = " ".join(done.stderr.split()) or "no reason given"
        raise CopyError(f"{program} failed: {said}")
