"""The direct question: what is released of it, and what may be said."""

import pytest

from app.domain.enps.direct import (
    DirectAnswer,
    DirectComparison,
    DirectCounts,
    is_asked,
    release_direct,
)
from app.domain.release.policy import Hidden, Reason, ReleasePolicy
from tests.bench.numbers_enps import direct_calls, direct_found
from tests.randomness import silent

POLICY = ReleasePolicy()


def said(less: int, same: int, more: int, *, new: int = 0) -> list[DirectAnswer]:
    given = [
        *[DirectComparison.LESS] * less,
        *[DirectComparison.SAME] * same,
        *[DirectComparison.MORE] * more,
    ]
    return [DirectAnswer(one, is_new=place < new) for place, one in enumerate(given)]


def test_only_a_small_company_is_asked_directly():
    assert is_asked(99)
    assert not is_asked(100)


def test_below_the_threshold_nothing_is_released_of_the_direct_question():
    assert release_direct(said(5, 5, 9), POLICY) == Hidden(Reason.FEW_RESPONDENTS)


def test_new_accounts_do_not_carry_the_direct_question_over_the_threshold():
    assert release_direct(said(5, 5, 10, new=1), POLICY) == Hidden(Reason.FEW_RESPONDENTS)


def test_more_and_less_are_counted_of_all_who_answered():
    released = release_direct(said(3, 7, 10), POLICY, randomness=silent)

    assert released == DirectCounts(respondents=20, more=10, less=3)
    assert released.shares == (50, 35, 15)
    assert released.score == 35


def test_what_is_released_directly_is_blurred():
    answers = said(10, 10, 10)

    assert len({str(release_direct(answers, POLICY)) for _ in range(40)}) > 5


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (
            DirectCounts(60, 28, 3),
            "47 % say that they would recommend working here more than three",
        ),
        (DirectCounts(60, 28, 3), "5 % less: clearly more than chance explains."),
        (DirectCounts(23, 11, 1), "4 % less: perhaps more than chance explains."),
        (DirectCounts(23, 8, 6), "26 % less: this could be chance."),
    ],
)
def test_a_verdict_says_how_sure_it_is(counts, words):
    assert words in counts.verdict


@pytest.mark.parametrize("people", [25, 60])
def test_where_as_many_say_more_as_less_hardly_a_company_is_told_of_a_clear_answer(people):
    """In eight quarters; chance alone moves a rate of 300 runs by two points."""
    assert direct_calls(people, (0.2, 0.6, 0.2), runs=300) <= 6


def test_a_clear_answer_of_a_company_of_60_is_found_at_once():
    assert direct_found(60, (0.47, 0.48, 0.05), runs=200) >= 85
