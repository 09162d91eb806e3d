from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from app.domain.reminder_times import APART, PlannedKind, planned_reminders

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 10, 5, 9, tzinfo=BERLIN)
HALF, THREE, LAST = PlannedKind


def planned(opens_at, closes_at):
    return {one.kind: one.at for one in planned_reminders(opens_at, closes_at, BERLIN)}


def test_people_are_reminded_at_half_time_three_days_and_one_day_before_the_close():
    found = planned(MONDAY, datetime(2026, 10, 23, 18, tzinfo=BERLIN))

    assert found == {
        HALF: datetime(2026, 10, 14, 9, tzinfo=BERLIN),
        THREE: datetime(2026, 10, 20, 18, tzinfo=BERLIN),
        LAST: datetime(2026, 10, 22, 18, tzinfo=BERLIN),
    }


def test_the_hour_stays_when_clocks_change_before_the_close():
    found = planned(MONDAY, datetime(2026, 10, 26, 18, tzinfo=BERLIN))

    assert found[THREE] == datetime(2026, 10, 23, 18, tzinfo=BERLIN)
    assert found[THREE].utcoffset() != datetime(2026, 10, 26, 18, tzinfo=BERLIN).utcoffset()


@pytest.mark.parametrize(
    ("days", "kinds"),
    [
        (1, [LAST]),
        (2, [LAST]),
        (4, [THREE, LAST]),
        (6, [THREE, LAST]),
        (9, [HALF, THREE, LAST]),
        (92, [HALF, THREE, LAST]),
    ],
)
def test_a_short_review_has_fewer_reminders(days, kinds):
    assert list(planned(MONDAY, MONDAY + timedelta(days=days))) == kinds


@pytest.mark.parametrize("hours", range(24, 24 * 20, 5))
def test_nobody_is_written_to_twice_in_a_day(hours):
    found = planned_reminders(MONDAY, MONDAY + timedelta(hours=hours), BERLIN)

    times = [one.at for one in found]
    assert all(later - earlier >= APART for earlier, later in pairwise(times))
    assert times == sorted(times)
    assert found[-1].kind is LAST
    assert times[0] >= MONDAY
