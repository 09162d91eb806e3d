"""Slowing down guesses: failures are counted per e-mail and per address, in the database.

An own table, because no extension keeps this in SQL and the database is our only service.
Keys are hashes, so that the table tells nobody who tried to sign in from where.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import timedelta
from math import ceil
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.errors import ReviewError
from app.infra import clock
from app.infra.db import db, is_sqlite
from app.people.models import SignInAttempts

FAILURES: Final = 10
WINDOW: Final = timedelta(minutes=15)


class TooManyAttemptsError(ReviewError):
    """Too many failures for this e-mail or from this address; the text says how long to wait."""


def keys_for(email: str, address: str, *, secret: str, purpose: str) -> list[str]:
    """The hashed keys under which attempts for `email` from `address` are counted, sorted."""

    def key(kind: str, value: str) -> str:
        message = f"{purpose}/{kind}/{value}".encode()
        return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()

    # Sorted: two attempts that lock the same rows must do so in the same order.
    return sorted((key("email", email.strip().lower()), key("address", address)))


def begin(keys: Sequence[str]) -> None:
    """Count an attempt as failed before it is made, so that many at once gain nothing.

    Raises TooManyAttemptsError, and counts nothing, when a key has had its ten failures.
    """
    moment = clock.now()
    _forget_old()
    counters = [_counter(key) for key in keys]
    full = [counter for counter in counters if counter.failures >= FAILURES]
    if full:
        wait = max(counter.window_ends_at for counter in full) - moment
        minutes = max(1, ceil(wait / timedelta(minutes=1)))
        unit = "minute" if minutes == 1 else "minutes"
        raise TooManyAttemptsError(f"Too many attempts. Please try again in {minutes} {unit}.")
    for counter in counters:
        counter.failures += 1


def forgive(keys: Sequence[str]) -> None:
    """Take back the attempt that `begin` counted: it was not a failure."""
    for key in keys:
        succeeded = update(SignInAttempts).where(
            SignInAttempts.key == key, SignInAttempts.failures > 0
        )
        db.session.execute(succeeded.values(failures=SignInAttempts.failures - 1))


def _counter(key: str) -> SignInAttempts:
    """The row of `key`, locked; made with a fresh window where there is none."""
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    fresh = {"key": key, "failures": 0, "window_ends_at": clock.now() + WINDOW}
    db.session.execute(insert(SignInAttempts).values(fresh).on_conflict_do_nothing())
    found = db.session.get_one(SignInAttempts, key, with_for_update=True, populate_existing=True)
    if found.window_ends_at <= clock.now():
        found.failures, found.window_ends_at = 0, clock.now() + WINDOW
    return found


def _forget_old() -> None:
    """Delete windows that are over; a row that somebody is just using is left to them."""
    over = select(SignInAttempts.key).where(SignInAttempts.window_ends_at <= clock.now())
    db.session.execute(
        delete(SignInAttempts)
        .where(SignInAttempts.key.in_(over.with_for_update(skip_locked=True)))
        .execution_options(synchronize_session=False)
    )
