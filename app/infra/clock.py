"""The only place that reads the time, so that tests and the demo can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_travelled: ContextVar[datetime | None] = ContextVar("travelled", default=None)


def now() -> datetime:
    """The moment it is, in UTC."""
    return _travelled.get() or datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """The calendar day it is in `zone`."""
    return now().astimezone(zone).date()


@contextmanager
def travel(moment: datetime) -> Iterator[None]:
    """Let `now()` answer `moment` inside the block; `moment` must carry a time zone."""
    if moment.tzinfo is None:
        raise ValueError("travel needs a moment with a time zone")
    token = _travelled.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _travelled.reset(token)
