"""Whether the eNPS has moved: the latest quarters against the base, and who could explain it."""

from math import ceil, sqrt

import pytest

from app.domain.enps.score import StanceCounts
from app.domain.enps.shifts import Certainty, Quarter, Shift, shift_in
from app.domain.statistics.differences import Direction
from tests.bench import numbers_enps as bench


def quarter(score, people=100, *, invited=None):
    """A quarter with exactly this score, a third of its people passive where that is possible."""
    more = round(people * score / 100)
    detractors = max(0, -more, round((people * 2 / 3 - more) / 2))
    return Quarter(StanceCounts(people, detractors + more, detractors), invited or people)


def history(*scores, people=100):
    return [quarter(score, people) for score in scores]


def test_the_first_quarter_is_compared_with_nothing():
    assert shift_in(history(20)) == Shift(Certainty.FIRST)


def test_no_quarter_at_all_is_an_error():
    with pytest.raises(ValueError, match="at least one quarter"):
        shift_in([])


def test_a_stable_company_has_not_shifted():
    found = shift_in(history(10, 12, 8, 11, 9))

    assert found.certainty is Certainty.NONE
    assert found.direction is Direction.NONE


@pytest.mark.parametrize(("score", "direction"), [(70, Direction.UP), (-60, Direction.DOWN)])
def test_a_latest_quarter_beyond_three_errors_is_clear(score, direction):
    found = shift_in(history(0, 0, 0, 0, score))

    assert (found.certainty, found.direction, found.span) == (Certainty.CLEAR, direction, 1)
    assert (found.base, found.base_quarters) == (0, 4)


def test_between_two_and_three_errors_it_is_possible():
    found = shift_in(history(0, 0, 0, 0, 24))

    assert 2 < 24 / error_of_a_shift(history(0, 0, 0, 0, 24)) < 3
    assert (found.certainty, found.direction) == (Certainty.POSSIBLE, Direction.UP)


def test_two_quarters_together_find_what_one_does_not():
    once, twice = shift_in(history(0, 0, 0, 0, 26)), shift_in(history(0, 0, 0, 0, 26, 26))

    assert once.certainty is Certainty.POSSIBLE
    assert (twice.certainty, twice.span, twice.base) == (Certainty.CLEAR, 2, 0)


def test_after_an_alarm_the_base_starts_there():
    risen = history(0, 0, 0, 0, 60, 60)

    found = shift_in(risen)

    assert found.certainty is Certainty.NONE
    assert (found.base, found.base_quarters) == (60, 1)


def test_after_an_alarm_of_two_quarters_both_belong_to_the_base():
    found = shift_in(history(0, 0, 0, 0, 26, 26, 26))

    assert found.certainty is Certainty.NONE
    assert (found.base, found.base_quarters) == (26, 2)


def test_a_rise_in_the_fifth_quarter_and_a_fall_in_the_ninth_are_both_told():
    scores = (0, 0, 0, 0, 60, 60, 60, 60, 19)
    told = [shift_in(history(*scores[:end])) for end in range(1, 10)]

    clear = {place + 1: one.direction for place, one in enumerate(told) if one.certainty == "clear"}
    assert clear == {5: Direction.UP, 9: Direction.DOWN}


def test_the_base_is_the_mean_of_at_most_four_quarters():
    found = shift_in(history(-40, 0, 4, 0, 4, 0))

    assert (found.base, found.base_quarters) == (2, 4)


def test_the_smallest_shift_is_what_four_of_five_cases_would_show():
    quarters = history(0, 0, 0, 0, 5)

    assert shift_in(quarters).smallest == ceil(3.84 * error_of_a_shift(quarters))


def error_of_a_shift(quarters):
    """Of the last of five against the mean of the four before, each with the error of its own."""
    (*before, now) = (one.answers for one in quarters)
    return sqrt(sum(one.standard_error**2 for one in before) / 16 + now.standard_error**2)


def test_a_quarter_that_chance_made_extreme_is_not_taken_for_more_certain():
    before = [Quarter(StanceCounts(25, 12, 12), invited=25)] * 4
    extreme = Quarter(StanceCounts(25, 22, 3), invited=25)

    alone = 76 / sqrt(error_of_a_shift([*before, extreme]) ** 2)
    assert alone > 3
    assert shift_in([*before, extreme]).smallest > 3.84 * error_of_a_shift([*before, extreme])


class TestWhoStoppedAnswering:
    def test_could_explain_a_rise_of_those_who_are_left(self):
        before = [quarter(0, 150)] * 4
        left = Quarter(StanceCounts(105, 60, 5), invited=150)

        found = shift_in([*before, left])

        assert (found.certainty, found.direction) == (Certainty.CLEAR, Direction.UP)
        assert found.stopped == 45

    def test_could_explain_a_fall_too(self):
        before = [quarter(0, 150)] * 4

        found = shift_in([*before, Quarter(StanceCounts(105, 5, 60), invited=150)])

        assert (found.direction, found.stopped) == (Direction.DOWN, 45)

    def test_cannot_explain_a_rise_that_is_larger_than_they_are(self):
        before = [quarter(-40, 150)] * 4

        found = shift_in([*before, Quarter(StanceCounts(140, 110, 10), invited=150)])

        assert (found.certainty, found.stopped) == (Certainty.CLEAR, 0)

    def test_are_nobody_where_as_many_answer_as_ever(self):
        before = [Quarter(quarter(0, 100).answers, invited=150)] * 4

        found = shift_in([*before, Quarter(quarter(70, 100).answers, invited=150)])

        assert (found.certainty, found.stopped) == (Certainty.CLEAR, 0)

    def test_are_not_those_who_have_left_the_company(self):
        before = [quarter(0, 150)] * 4

        found = shift_in([*before, Quarter(StanceCounts(105, 60, 5), invited=105)])

        assert (found.certainty, found.stopped) == (Certainty.CLEAR, 0)

    def test_are_not_spoken_of_where_nothing_has_shifted(self):
        found = shift_in([quarter(0, 150), Quarter(quarter(0, 100).answers, invited=150)])

        assert (found.certainty, found.stopped) == (Certainty.NONE, 0)

    def test_are_not_found_where_nobody_knows_how_many_were_asked(self):
        before = [Quarter(quarter(0, 150).answers, invited=0)]

        assert shift_in([*before, Quarter(StanceCounts(105, 70, 5), invited=150)]).stopped == 0


@pytest.mark.slow
@pytest.mark.parametrize("people", [25, 60, 400])
def test_a_stable_company_is_rarely_alarmed_within_eight_quarters(people):
    assert bench.false_alarms(people, bench.USUAL, runs=600) <= 5  # measured over 2,000: at most 4


def test_a_fall_of_33_at_60_people_is_mostly_found_within_two_quarters():
    assert bench.found_falls(60, after=2, runs=400) >= 60


def test_the_nine_quarters_read_as_a_rise_and_a_fall_with_noise_too():
    rise, fall = bench.nine_quarters(100, runs=200)

    assert rise >= 95
    assert fall >= 80


def test_where_detractors_stop_answering_the_headline_always_says_so():
    alarms, explained = bench.detractors_stop(runs=200)

    assert alarms >= 50
    assert explained >= 98
