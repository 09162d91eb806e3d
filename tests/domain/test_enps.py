"""The 0-10 question: estimators against reference numbers, noise, interval, who did not answer."""

import json
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.enps.score import NOISE, StanceCounts, release, together
from app.domain.enps.stances import Stance, stance_of
from app.domain.statistics.differences import Difference
from tests.bench.numbers_enps import MIXTURES, coverage
from tests.randomness import silent

REFERENCE = json.loads((Path(__file__).parent.parent / "reference" / "enps.json").read_text())


def exact(promoters, passives, detractors):
    return StanceCounts(promoters + passives + detractors, promoters, detractors, noise=0.0)


@st.composite
def counts(draw):
    promoters, passives, detractors = draw(st.tuples(*[st.integers(0, 160)] * 3).filter(any))
    return exact(promoters, passives, detractors)


def test_answers_fall_into_three_groups():
    stances = [stance_of(answer) for answer in range(11)]

    assert stances == [Stance.DETRACTOR] * 7 + [Stance.PASSIVE] * 2 + [Stance.PROMOTER] * 2
    assert StanceCounts.of([10, 9, 8, 6, 0]) == exact(2, 1, 2)


@pytest.mark.parametrize("answer", [-1, 11])
def test_an_answer_off_the_scale_is_refused(answer):
    with pytest.raises(ValueError, match="between 0 and 10"):
        stance_of(answer)


@pytest.mark.parametrize("case", REFERENCE["intervals_95"])
def test_score_and_interval_reproduce_the_reference(case):
    answers = exact(case["pro"], case["pas"], case["det"])

    assert answers.score == pytest.approx(100 * case["nps"], abs=1)
    low, high = (100 * bound for bound in case["adjwald"])
    assert answers.adjusted == pytest.approx((low + high) / 2, abs=1e-4) or high == 100
    assert answers.interval == (round(low), round(high))


def test_a_difference_of_two_quarters_reproduces_the_reference():
    case = REFERENCE["two_sample"]
    before, now = (exact(*reversed(case[name])) for name in ("y", "x"))

    error = np.hypot(before.standard_error, now.standard_error)
    found = Difference(now.adjusted - before.adjusted, float(error))

    assert found.delta == pytest.approx(100 * case["adjwald"]["delta"])
    assert found.standard_error == pytest.approx(100 * case["adjwald"]["se"])
    assert found.p == pytest.approx(case["adjwald"]["p"])


@given(counts())
def test_shares_are_whole_percent_and_add_up_and_the_score_is_their_difference(answers):
    promoters, passives, detractors = answers.shares

    assert promoters + passives + detractors == 100
    assert min(answers.shares) >= 0
    assert answers.score == promoters - detractors
    assert abs(promoters - 100 * answers.promoters / answers.respondents) <= 0.5


@given(counts())
def test_turning_all_answers_round_turns_the_interval_round(answers):
    turned = replace(answers, promoters=answers.detractors, detractors=answers.promoters)

    low, high = answers.interval

    assert turned.interval == (-high, -low)


def test_the_interval_is_cut_to_the_scale():
    assert exact(3, 0, 0).interval[1] == 100
    assert exact(0, 0, 3).interval[0] == -100


def test_noise_is_part_of_the_error():
    answers = exact(10, 8, 7)
    n = answers.respondents + 3

    noised = replace(answers, noise=NOISE)

    assert noised.standard_error**2 == pytest.approx(answers.standard_error**2 + 1e4 * 8 / n**2)


def test_quarters_together_have_all_their_answers_and_all_their_noise():
    one = StanceCounts(23, 9, 5)

    found = together([one, StanceCounts(25, 8, 8)])

    assert found == StanceCounts(48, 17, 13, noise=2 * NOISE)
    assert found.standard_error < one.standard_error


def test_without_noise_the_exact_counts_are_released():
    assert release(exact(9, 8, 5), randomness=silent) == StanceCounts(22, 9, 5)


@given(counts(), st.integers(0, 2**32 - 1))
def test_what_is_released_is_possible_whatever_the_noise(answers, seed):
    released = release(answers, randomness=np.random.default_rng(seed).bytes)

    assert released.respondents == answers.respondents
    assert min(released.promoters, released.detractors) >= 0
    assert released.promoters + released.detractors <= released.respondents
    assert released.noise == NOISE


def test_promoters_and_detractors_are_blurred_each_for_itself_and_anew():
    draw = np.random.default_rng(1)
    found = [release(exact(20, 20, 20), randomness=draw.bytes) for _ in range(2_000)]

    moved = np.array([(one.promoters - 20, one.detractors - 20) for one in found])

    assert np.corrcoef(moved.T)[0, 1] == pytest.approx(0, abs=0.1)
    assert moved.var(axis=0).sum() == pytest.approx(NOISE, rel=0.15)
    assert (moved[:, 0] == 0).mean() == pytest.approx(1 / 3, abs=0.05)


@pytest.mark.parametrize("name", MIXTURES)
@pytest.mark.parametrize("people", [20, 60])
def test_the_interval_holds_the_truth_as_often_as_it_says(people, name):
    least = 90 if name == "polarised" else 93  # nobody passive: 92 % at 20 answers
    assert least <= coverage(people, MIXTURES[name], runs=1_000) <= 99.5


def test_without_the_noise_in_it_the_interval_would_hold_less():
    draw = np.random.default_rng(2)
    missed = 0
    for _ in range(1_000):
        promoters, _, detractors = draw.multinomial(20, MIXTURES["flat"]).tolist()
        shown = release(StanceCounts(20, promoters, detractors, noise=0.0), randomness=draw.bytes)
        low, high = replace(shown, noise=0.0).interval
        missed += not low <= 0 <= high

    assert missed / 1_000 > 0.08


def test_whatever_others_think_the_score_lies_within_bounds():
    answers = StanceCounts(23, 9, 5)

    assert answers.whatever_others_think(2) == (8, 24)
    assert answers.whatever_others_think(0) == (answers.score, answers.score)


@given(counts(), st.integers(0, 30))
def test_no_opinions_of_those_who_are_silent_lead_out_of_the_bounds(answers, silent):
    low, high = answers.whatever_others_think(silent)

    for promoters in islice(range(silent + 1), 6):
        all_of_them = answers.with_more(promoters, Stance.PROMOTER)
        rest = silent - promoters
        for stance in Stance:
            assert low - 1 <= all_of_them.with_more(rest, stance).score <= high + 1
