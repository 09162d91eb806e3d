"""One entry of the log as an act of its own, in one way to the database.

Everybody who notes something stands in one line. Whoever goes to the server and back four times
while it is their turn waits for the interpreter each time, and all others with them: with eight
readers at once that was longer than everything else about their pages together.
"""

import json
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from time import perf_counter
from typing import Any, Final

from app.infra import slow_statements
from app.infra.audit import CHAIN_LOCK, CHAIN_START, refuse_what_is_never_logged, sealed_line
from app.infra.db import WRITER_WAITS_MS, db, end_of_reading, is_sqlite

_ON_POSTGRESQL: Final = """
INSERT INTO audit_entry (tag, day, actor_id, details, previous, digest)
SELECT %(tag)s, %(day)s::date, %(actor_id)s, %(details)s::json, last.digest,
    encode(sha256(convert_to(%(before)s || last.digest || %(behind)s, 'UTF8')), 'hex')
FROM (
    SELECT coalesce((SELECT digest FROM audit_entry ORDER BY id DESC LIMIT 1), %(start)s) AS digest
) AS last"""
_ON_SQLITE: Final = """
INSERT INTO audit_entry (tag, day, actor_id, details, previous, digest)
SELECT :tag, :day, :actor_id, :details, last.digest, sha256(:before || last.digest || :behind)
FROM (
    SELECT coalesce((SELECT digest FROM audit_entry ORDER BY id DESC LIMIT 1), :start) AS digest
) AS last"""


def record(
    tag: str, *, actor_id: int | None, day: date, details: Mapping[str, object], patience_ms: int
) -> None:
    """Add an act to the chain and commit; it waits so long for others who write, and no longer.

    Raises the driver's own errors, and ValueError for details that are never logged.
    """
    refuse_what_is_never_logged(details)
    end_of_reading()
    before, behind = sealed_line(tag, day, actor_id, details)
    values = {
        "tag": tag,
        "day": day.isoformat(),
        "actor_id": actor_id,
        "details": json.dumps(details),
        "before": before,
        "behind": behind,
        "start": CHAIN_START,
    }
    began = perf_counter()
    words, write = (_ON_SQLITE, _on_sqlite) if is_sqlite() else (_ON_POSTGRESQL, _on_postgresql)
    with closing(db.engine.raw_connection()) as borrowed:
        write(borrowed.driver_connection, values, patience_ms)
    slow_statements.note(words, perf_counter() - began)


def _on_postgresql(driver: Any, values: Mapping[str, object], patience_ms: int) -> None:
    """All five statements are on their way before the first one is answered."""
    try:
        with driver.pipeline():
            driver.execute("BEGIN")
            driver.execute(f"SET LOCAL lock_timeout = {patience_ms:d}")
            driver.execute("SELECT pg_advisory_xact_lock(%(line)s)", {"line": CHAIN_LOCK})
            driver.execute(_ON_POSTGRESQL, values)
            driver.execute("COMMIT")
    except BaseException:
        driver.rollback()
        raise


def _on_sqlite(driver: Any, values: Mapping[str, object], patience_ms: int) -> None:
    """One statement is an act of its own, which has the lock from its first step on."""
    driver.execute(f"PRAGMA busy_timeout={patience_ms:d}")
    try:
        driver.execute(_ON_SQLITE, values)
    finally:
        driver.execute(f"PRAGMA busy_timeout={WRITER_WAITS_MS}")
