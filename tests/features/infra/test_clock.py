"""The one source of time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.infra import clock

NOON = datetime(2026, 10, 2, 12, tzinfo=UTC)


def test_time_passes_by_itself():
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_journey_ends_where_it_began():
    with clock.travel(NOON):
        assert clock.now() == NOON

    assert clock.now() != NOON


def test_a_journey_ends_also_when_something_fails():
    with pytest.raises(ZeroDivisionError), clock.travel(NOON):
        raise ZeroDivisionError

    assert clock.now() != NOON


def test_a_journey_within_a_journey_returns_to_the_outer_one():
    with clock.travel(NOON):
        with clock.travel(NOON + timedelta(days=1)):
            assert clock.now().day == 3
        assert clock.now() == NOON


def test_a_moment_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"), clock.travel(datetime(2026, 10, 2)):  # noqa: DTZ001
        pass


def test_now_is_told_in_utc_whatever_zone_one_travels_from():
    berlin = datetime(2026, 10, 2, 14, tzinfo=ZoneInfo("Europe/Berlin"))

    with clock.travel(berlin):
        assert clock.now() == NOON
        assert clock.now().tzinfo is UTC


def test_a_day_begins_earlier_in_the_east():
    with clock.travel(datetime(2026, 10, 2, 22, 30, tzinfo=UTC)):
        assert clock.today(ZoneInfo("Europe/Berlin")) == date(2026, 10, 3)
        assert clock.today(ZoneInfo("America/New_York")) == date(2026, 10, 2)
