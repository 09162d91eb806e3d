"""Slowing down guesses: failures are counted in the database.

Ten for an e-mail from one address, so that nobody locks others out from elsewhere; fifty from an
address over all e-mails; a hundred for an e-mail over all addresses, for guesses by many machines.
An own table, because no extension keeps this in SQL and the database is our only service.
Keys are hashes, so that the table tells nobody who tried to sign in from where.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Final

from sqlalchemy import delete, select, update

from app.domain.errors import ReviewError
from app.infra import clock
from app.infra.db import db, insert_of
from app.people.models import SignInAttempts

PER_PAIR: Final = 10
PER_ADDRESS: Final = 50
PER_EMAIL: Final = 100
WINDOW: Final = timedelta(minutes=15)


class TooManyAttemptsError(ReviewError):
    """Too many failures for this e-mail or from this address; the text says how long to wait."""


@dataclass(frozen=True, order=True)
class Limit:
    """The hashed key under which failures are counted, and how many there may be."""

    key: str
    most: int


def limits_for(
    email: str, address: str, *, secret: str, purpose: str, per_email: int = PER_EMAIL
) -> list[Limit]:
    """What attempts for `email` from `address` are measured by, sorted."""

    def limit(most: int, *counted: str) -> Limit:
        message = "/".join((purpose, *counted)).encode()
        return Limit(hmac.new(secret.encode(), message, hashlib.sha256).hexdigest(), most)

    email = email.strip().lower()
    # Sorted: two attempts that lock the same rows must do so in the same order.
    return sorted(
        (
            limit(PER_PAIR, "pair", address, email),
            limit(PER_ADDRESS, "address", address),
            limit(per_email, "email", email),
        )
    )


def limit_of_address(address: str, *, secret: str, purpose: str) -> list[Limit]:
    """What attempts from `address` are measured by where nobody says yet who they are."""
    found = limits_for("", address, secret=secret, purpose=purpose)
    return [limit for limit in found if limit.most == PER_ADDRESS]


def begin(limits: Sequence[Limit]) -> None:
    """Count an attempt as failed before it is made, so that many at once gain nothing.

    Raises TooManyAttemptsError, and counts nothing, where a limit is reached already.
    """
    moment = clock.now()
    _forget_old()
    counters = [_counter(limit.key) for limit in limits]
    full = [c for c, limit in zip(counters, limits, strict=True) if c.failures >= limit.most]
    if full:
        wait = max(counter.window_ends_at for counter in full) - moment
        minutes = max(1, ceil(wait / timedelta(minutes=1)))
        unit = "minute" if minutes == 1 else "minutes"
        raise TooManyAttemptsError(f"Too many attempts. Please try again in {minutes} {unit}.")
    for counter in counters:
        counter.failures += 1


def forgive(limits: Sequence[Limit]) -> None:
    """Take back the attempt that `begin` counted: it was not a failure."""
    for limit in limits:
        succeeded = update(SignInAttempts).where(
            SignInAttempts.key == limit.key, SignInAttempts.failures > 0
        )
        db.session.execute(succeeded.values(failures=SignInAttempts.failures - 1))


def _counter(key: str) -> SignInAttempts:
    """The row of `key`, locked; made with a fresh window where there is none."""
    fresh = {"key": key, "failures": 0, "window_ends_at": clock.now() + WINDOW}
    db.session.execute(insert_of(SignInAttempts).values(fresh).on_conflict_do_nothing())
    found = db.session.get_one(SignInAttempts, key, with_for_update=True, populate_existing=True)
    # One that ends too late was begun before the clock was set back: it would last for days.
    if not clock.now() < found.window_ends_at <= clock.now() + WINDOW:
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
