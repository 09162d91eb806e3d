"""When people are reminded of an open review: at half time, three days and one day before."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

MORNING: Final = 9
"""The hour at which half time is called; the others follow the hour of the close."""
APART: Final = timedelta(hours=24)
"""Between the opening and a reminder, and between two of them."""


class PlannedKind(StrEnum):
    """Which of the planned reminders it is."""

    HALF_TIME = "half_time"
    THREE_DAYS = "three_days"
    LAST_CALL = "last_call"


BEFORE_THE_CLOSE: Final = {
    PlannedKind.THREE_DAYS: timedelta(days=3),
    PlannedKind.LAST_CALL: timedelta(days=1),
}


@dataclass(frozen=True)
class PlannedReminder:
    """One reminder, and when it goes out."""

    kind: PlannedKind
    at: datetime


def planned_reminders(
    opens_at: datetime, closes_at: datetime, zone: ZoneInfo
) -> list[PlannedReminder]:
    """The reminders of a review in their order; a short one has fewer.

    The last call is always made, in a review of a day at its opening. Another one is left out
    where it would come within a day of the opening or of the next one. Days are counted on the
    calendar of `zone`, so that "three days before" is at the hour of the close also when clocks
    change between them.
    """
    closes = closes_at.astimezone(zone)
    opens = opens_at.astimezone(zone)
    found: list[PlannedReminder] = []
    for kind in (PlannedKind.LAST_CALL, PlannedKind.THREE_DAYS, PlannedKind.HALF_TIME):
        before = BEFORE_THE_CLOSE.get(kind)
        at = _half_time(opens, closes) if before is None else closes - before
        if kind is PlannedKind.LAST_CALL:
            found.append(PlannedReminder(kind, max(at, opens)))
        elif at - opens >= APART and found[-1].at - at >= APART:
            found.append(PlannedReminder(kind, at))
    return found[::-1]


def _half_time(opens: datetime, closes: datetime) -> datetime:
    """The morning of the day in the middle."""
    middle = opens + (closes - opens) / 2
    return middle.replace(hour=MORNING, minute=0, second=0, microsecond=0)
