from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.cycles.models import Pairing
from app.cycles.services import proposed_dates, proposed_name, proposed_pairing

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("month", "name"),
    [(1, "2026 Q1"), (3, "2026 Q1"), (4, "2026 Q2"), (9, "2026 Q3"), (12, "2026 Q4")],
)
def test_a_cycle_is_named_after_its_quarter(month, name):
    assert proposed_name(datetime(2026, month, 15, tzinfo=UTC), []) == name


def test_a_name_that_is_taken_leads_to_the_next_quarter():
    assert proposed_name(datetime(2026, 11, 2, tzinfo=UTC), ["2026 Q4", "2027 Q1"]) == "2027 Q2"


@pytest.mark.parametrize("day", [19, 20, 25])  # Monday, Tuesday, Sunday
def test_a_cycle_runs_from_next_monday_to_the_friday_two_weeks_later(day):
    opens_at, closes_at = proposed_dates(datetime(2026, 10, day, 12, tzinfo=UTC), BERLIN)

    assert opens_at == datetime(2026, 10, 26, 9, tzinfo=BERLIN)
    assert closes_at == datetime(2026, 11, 13, 18, tzinfo=BERLIN)


def test_the_hours_are_the_company_s_also_after_the_clocks_change():
    opens_at, closes_at = proposed_dates(datetime(2026, 10, 12, tzinfo=UTC), BERLIN)

    assert (opens_at.hour, closes_at.hour) == (9, 18)
    assert opens_at.utcoffset() != closes_at.utcoffset()


def test_a_small_company_rates_everyone_and_a_larger_one_a_sample():
    assert proposed_pairing(30) is Pairing.EVERYONE
    assert proposed_pairing(31) is Pairing.SAMPLE


@pytest.mark.parametrize(
    ("after", "opens"),
    [
        (datetime(2026, 11, 26, tzinfo=UTC), datetime(2026, 11, 30, 9, tzinfo=BERLIN)),
        (datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 11, 9, tzinfo=BERLIN)),
        (datetime(2026, 12, 31, tzinfo=UTC), datetime(2027, 1, 11, 9, tzinfo=BERLIN)),
        (datetime(2027, 1, 2, tzinfo=UTC), datetime(2027, 1, 11, 9, tzinfo=BERLIN)),
        (datetime(2027, 1, 8, tzinfo=UTC), datetime(2027, 1, 11, 9, tzinfo=BERLIN)),
    ],
)
def test_no_cycle_is_proposed_for_the_days_around_new_year(after, opens):
    opens_at, closes_at = proposed_dates(after, BERLIN)

    assert opens_at == opens
    assert not {(12, 24), (12, 31), (1, 1), (1, 6)} & {
        ((opens_at + timedelta(days=day)).month, (opens_at + timedelta(days=day)).day)
        for day in range((closes_at - opens_at).days + 1)
    }
