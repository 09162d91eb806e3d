import pytest

from app.domain.pairing.all_pairs import outlooks
from app.domain.pairing.assignment import Member, Pair, Relationship, everyone
from app.domain.pairing.load import (
    Outlook,
    forecasts,
    load_of,
    minutes_for,
    rating_minutes,
)


def company(count):
    return [Member(number, 1, 1 if number > 1 else None) for number in range(1, count + 1)]


def test_24_colleagues_take_half_an_hour_with_comments_and_14_minutes_without():
    assert minutes_for(24) == 30.0
    assert rating_minutes(24 * 14) == 14
    assert rating_minutes(24 * 14, 9.3) == 53
    assert rating_minutes(0) == 0


def test_the_load_names_the_slowest_and_the_median_rater():
    pairs = [Pair(1, subject, Relationship.PEER) for subject in range(2, 10)]
    pairs += [Pair(2, 1, Relationship.PEER), Pair(3, 1, Relationship.PEER)]

    load = load_of(pairs)

    assert load.raters == 3
    assert load.ratings == 14 * 10
    assert load.slowest_minutes == 10.0
    assert load.median_minutes == 1.25
    assert load.most_colleagues == 8


def test_a_plan_without_pairs_asks_nothing():
    load = load_of([])

    assert (load.raters, load.ratings, load.slowest_minutes, load.median_minutes) == (0, 0, 0, 0)


def test_readers_and_new_people_are_raters_but_not_blind_ones():
    pairs = everyone(company(8))

    (outlook,) = outlooks(pairs, subjects=[5], readers={5: {1}}, too_new={2, 3})

    assert outlook.raters == 7
    assert outlook.blind == 4


@pytest.mark.parametrize(("percent", "raters", "blind"), [(60, 6, 5.4), (80, 8, 7.2)])
def test_expected_raters_follow_the_response(percent, raters, blind):
    (outlook,) = outlooks(everyone(company(11)), subjects=[5], readers={5: {1}})

    assert outlook.expected_raters(percent) == pytest.approx(raters)
    assert outlook.expected_blind(percent) == pytest.approx(blind)


def test_a_subject_without_raters_is_listed_too():
    (outlook,) = outlooks([], subjects=[5], readers={})

    assert (outlook.raters, outlook.blind) == (0, 0)


def test_a_forecast_names_the_worst_covered_and_how_many_would_stay_hidden():
    found = [Outlook(subject=1, raters=10, blind=9), Outlook(subject=2, raters=6, blind=5)]

    at_80 = forecasts(found, threshold=5)[1]

    assert at_80.percent == 80
    assert at_80.fewest_raters == pytest.approx(4.8)
    assert at_80.median_raters == pytest.approx(6.4)
    assert at_80.fewest_blind == pytest.approx(4.0)
    assert at_80.below_threshold == 1


def test_without_subjects_there_is_nothing_to_forecast():
    assert forecasts([], threshold=5) == []
