"""The 0-10 question: estimators against reference numbers, release, reasons."""

import json
from fractions import Fraction
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.enps.score import (
    Contributions,
    Groups,
    ReleasedReasons,
    ReleasedShares,
    Stance,
    adjusted_interval,
    contributions,
    grain_of,
    release_reasons,
    release_shares,
    rounding_variance,
    score_interval,
    share_text,
    stance_of,
    standard_error,
    wald_interval,
)

REFERENCE = json.loads((Path(__file__).parent.parent / "reference" / "enps.json").read_text())
COUNTS = st.tuples(*[st.integers(0, 160)] * 3).filter(any)
"""Promoters, passives, detractors."""


def percent(bounds: list[float]) -> object:
    return pytest.approx((100 * bounds[0], 100 * bounds[1]), abs=1e-4)


def test_answers_fall_into_three_groups():
    stances = [stance_of(answer) for answer in range(11)]

    assert stances == [Stance.DETRACTOR] * 7 + [Stance.PASSIVE] * 2 + [Stance.PROMOTER] * 2
    assert Groups.of([10, 9, 8, 6, 0]) == Groups(2, 1, 2)


@pytest.mark.parametrize("answer", [-1, 11])
def test_an_answer_off_the_scale_is_refused(answer):
    with pytest.raises(ValueError, match="between 0 and 10"):
        stance_of(answer)


@pytest.mark.parametrize("case", REFERENCE["intervals_95"])
def test_score_and_intervals_reproduce_the_reference(case):
    groups = Groups(case["pro"], case["pas"], case["det"])

    assert groups.score == pytest.approx(100 * case["nps"])
    assert (groups.variance / groups.total) ** 0.5 == pytest.approx(case["se"])
    assert wald_interval(groups) == percent(case["wald"])
    assert adjusted_interval(groups) == percent(case["adjwald"])
    assert score_interval(groups) == percent(case["score"])


def test_intervals_are_cut_to_the_scale():
    all_promoters, all_detractors = Groups(2, 0, 0), Groups(0, 0, 2)

    assert adjusted_interval(all_promoters)[1] == 100
    assert adjusted_interval(all_detractors)[0] == -100
    assert score_interval(all_promoters)[1] == 100
    assert score_interval(all_detractors)[0] == -100


def test_the_score_interval_of_unanimous_answers_stays_open_below():
    low, high = score_interval(Groups(10, 0, 0))

    assert 20 < low < 80
    assert high == 100


@given(COUNTS)
def test_turning_all_answers_round_turns_the_interval_round(counts):
    promoters, passives, detractors = counts

    low, high = score_interval(Groups(promoters, passives, detractors))
    turned_low, turned_high = score_interval(Groups(detractors, passives, promoters))

    assert (turned_low, turned_high) == pytest.approx((-high, -low), abs=1e-6)


def test_rounding_makes_every_interval_wider():
    groups = Groups(6, 5, 3)

    for interval in (adjusted_interval, score_interval):
        low, high = interval(groups)
        wider_low, wider_high = interval(groups, rounding=rounding_variance(20))

        assert wider_low < low
        assert wider_high > high
    assert standard_error(groups, rounding=9.0) ** 2 == pytest.approx(
        standard_error(groups) ** 2 + 9
    )


def test_rounding_variance_is_what_largest_remainders_really_do():
    total = 29 * 31  # prime to the grain, so that remainders spread evenly
    errors = []
    for promoters in range(total // 5, total * 2 // 5):
        for detractors in range(total // 5, total * 2 // 5, 7):
            steps = [20 * count / total for count in (promoters, detractors)]
            steps.append(20 - sum(steps))
            rounded = [int(step) for step in steps]
            order = sorted(range(3), key=lambda place: rounded[place] - steps[place])
            for place in order[: 20 - sum(rounded)]:
                rounded[place] += 1
            errors.append(5 * (rounded[0] - rounded[1] - steps[0] + steps[1]))

    found = sum(error**2 for error in errors) / len(errors)

    assert found == pytest.approx(rounding_variance(5), rel=0.02)


@pytest.mark.parametrize(
    ("respondents", "grain"),
    [(20, 20), (39, 20), (40, 10), (69, 10), (70, 5), (99, 5), (100, 1), (9000, 1)],
)
def test_the_more_answers_the_finer_the_shares(respondents, grain):
    assert grain_of(respondents) == grain


@given(COUNTS)
def test_released_shares_add_up_and_never_certify_unanimity(counts):
    released = release_shares(*counts)

    shares = (released.promoters, released.passives, released.detractors)
    assert sum(shares) == 100
    assert min(shares) >= 0
    assert max(shares) <= 100 - released.grain
    assert released.respondents == sum(counts)


@given(COUNTS)
def test_released_shares_lie_within_one_step_of_the_truth(counts):
    released = release_shares(*counts)

    for share, count in zip(
        (released.promoters, released.passives, released.detractors), counts, strict=True
    ):
        reach = released.grain if max(counts) < 0.8 * sum(counts) else 2 * released.grain
        assert abs(share - 100 * count / sum(counts)) <= reach


@given(COUNTS)
def test_turning_all_answers_round_turns_the_shares_round(counts):
    promoters, passives, detractors = counts

    there, back = (
        release_shares(promoters, passives, detractors),
        release_shares(detractors, passives, promoters),
    )

    assert (there.promoters, there.detractors) == (back.detractors, back.promoters)
    assert there.score == -back.score


@pytest.mark.parametrize("respondents", [*range(10, 42), 99, 100, 137])
def test_unanimous_answers_look_like_those_with_one_dissenter(respondents):
    everybody, all_but_one = respondents, respondents - 1

    assert release_shares(everybody, 0, 0) == release_shares(all_but_one, 1, 0)
    assert release_shares(0, 0, everybody) == release_shares(0, 1, all_but_one)
    assert release_shares(0, everybody, 0) == release_shares(1, all_but_one, 0)
    assert release_shares(0, everybody, 0) == release_shares(0, all_but_one, 1)


@pytest.mark.parametrize(
    ("counts", "shares"),
    [
        ((22, 0, 0), (80, 20, 0)),
        ((0, 0, 22), (0, 20, 80)),
        ((0, 22, 0), (10, 80, 10)),
        ((0, 40, 0), (5, 90, 5)),
        ((0, 80, 0), (3, 94, 3)),
        ((0, 150, 0), (1, 98, 1)),
        ((40, 0, 0), (90, 10, 0)),
        ((80, 0, 0), (95, 5, 0)),
        ((150, 0, 0), (99, 1, 0)),
        ((13, 10, 2), (60, 40, 0)),
        ((5, 10, 5), (20, 60, 20)),
        ((20, 14, 6), (50, 40, 10)),
        ((38, 26, 8), (55, 35, 10)),
        ((61, 60, 60), (34, 33, 33)),
    ],
)
def test_shares_are_rounded_by_largest_remainders(counts, shares):
    released = release_shares(*counts)

    assert (released.promoters, released.passives, released.detractors) == shares


@pytest.mark.parametrize("counts", [(0, 0, 0), (5, -1, 8)])
def test_shares_of_nobody_are_refused(counts):
    with pytest.raises(ValueError, match="at least one answer"):
        release_shares(*counts)


def test_the_largest_share_is_said_open_ended():
    assert share_text(30) == "30 %"
    assert share_text(90) == "90 % or more"
    assert share_text(90, grain=5) == "90 %"
    assert release_shares(42, 0, 0).texts == ("90 % or more", "10 % or less", "0 %")
    assert release_shares(0, 0, 80).texts == ("0 %", "5 % or less", "95 % or more")
    assert release_shares(18, 0, 4).texts == ("80 % or more", "0 %", "20 %")
    assert release_shares(0, 42, 0).texts == ("10 % or less", "90 % or more", "10 % or less")
    assert release_shares(13, 10, 2).texts == ("60 %", "40 %", "0 %")


def test_a_released_interval_uses_the_score_method_for_few_answers():
    few, more = ReleasedShares(12, 50, 30, 20), ReleasedShares(24, 50, 30, 20)

    low, high = score_interval(Groups(6, 3.6, 2.4), rounding=rounding_variance(20))
    assert few.interval[0] == pytest.approx(low, abs=1)
    assert few.interval[1] == pytest.approx(high, abs=1)
    low, high = adjusted_interval(Groups(12, 7.2, 4.8), rounding=rounding_variance(20))
    assert more.interval[0] == pytest.approx(low, abs=1)
    assert more.interval[1] == pytest.approx(high, abs=1)


@given(COUNTS.filter(lambda counts: sum(counts) >= 10))
def test_a_released_interval_holds_the_released_score_in_whole_points(counts):
    released = release_shares(*counts)

    low, high = released.interval

    assert -100 <= low <= released.score <= high <= 100
    assert isinstance(low, int)
    assert isinstance(high, int)


def test_reasons_add_up_exactly_to_the_score():
    answers = [10, 9, 9, 7, 3, 0, 9]
    ticked = [
        ("pay",),
        ("pay", "tools"),
        (),
        ("growth",),
        ("pay", "tools", "growth"),
        ("tools",),
        (),
    ]

    found = contributions(answers, ticked, ("pay", "tools", "growth", "meaning"))

    seventh = Fraction(100, 7)
    assert found.points["pay"] == seventh * (1 + Fraction(1, 2) - Fraction(1, 3))
    assert found.points["meaning"] == 0
    assert found.people == {
        "pay": {0, 1, 4},
        "tools": {1, 4, 5},
        "growth": {3, 4},
        "meaning": set(),
    }
    assert found.silent == {2, 6}
    assert found.no_reason == seventh * 2
    assert found.total == seventh * 2 == Fraction(Groups.of(answers).score).limit_denominator(100)


REASONS = ("pay", "tools", "growth", "meaning")


@given(
    st.lists(
        st.tuples(st.integers(0, 10), st.sets(st.sampled_from(REASONS), max_size=3)), min_size=1
    )
)
def test_reasons_always_add_up_and_released_ones_too(given_answers):
    answers = [answer for answer, _ in given_answers]
    released = release_shares(*(round(x) for x in _counts(answers)))

    found = contributions(answers, [ticked for _, ticked in given_answers], REASONS)
    reasons = release_reasons(found, score=released.score, grain=released.grain)

    promoters, _, detractors = _counts(answers)
    assert found.total == Fraction(100 * round(promoters - detractors), len(answers))
    assert sum(points for _, points in reasons.points) + reasons.rest == released.score
    assert all(points % released.grain == 0 for _, points in reasons.points)


def _counts(answers: list[int]) -> tuple[float, float, float]:
    groups = Groups.of(answers)
    return groups.promoters, groups.passives, groups.detractors


def test_contributions_refuse_what_was_not_offered_and_unequal_lengths():
    with pytest.raises(ValueError, match="not offered"):
        contributions([9], [("weather",)], REASONS)
    with pytest.raises(ValueError, match="argument 2"):
        contributions([9, 8], [()], REASONS)
    with pytest.raises(ValueError, match="at least one answer"):
        contributions([], [], REASONS)


def explained(mentions: dict[str, int], points: dict[str, int] | None = None) -> Contributions:
    """Reasons each mentioned by people of their own."""
    values = points or dict.fromkeys(mentions, 0)
    places = iter(range(sum(mentions.values())))
    people = {name: frozenset(islice(places, many)) for name, many in mentions.items()}
    return Contributions({name: Fraction(x) for name, x in values.items()}, people, Fraction(0))


@pytest.mark.parametrize(
    ("mentions", "published"),
    [
        ({"pay": 9, "tools": 5, "growth": 7}, {"pay", "tools", "growth"}),
        ({"pay": 9, "tools": 4, "growth": 7}, {"pay"}),
        ({"pay": 9, "tools": 4, "growth": 1}, {"pay"}),
        ({"pay": 9, "tools": 3, "growth": 1}, set()),
        ({"pay": 9, "tools": 0, "growth": 7}, {"pay", "growth"}),
        ({"pay": 4, "tools": 0, "growth": 0}, set()),
    ],
)
def test_a_rare_reason_is_hidden_with_the_next_smallest(mentions, published):
    found = release_reasons(explained(mentions), score=20, grain=5)

    assert {name for name, _ in found.points} == published


@pytest.mark.parametrize(
    ("tools", "growth", "silent", "new", "published"),
    [
        ({0, 1, 2}, {3, 4}, set(), set(), {"pay"}),
        ({0, 1, 2}, {0, 1}, set(), set(), set()),  # five mentions, of three people
        ({0, 1, 2}, {0, 1}, {3, 4}, set(), {"pay"}),
        ({0, 1, 2}, {0, 1}, {3, 4}, {4}, set()),
        (range(9), range(9), {20, 21}, set(), {"pay", "growth"}),  # else the rest is these two
        (range(9), range(9), {20}, {20}, {"pay", "growth"}),
        (range(9), range(9), set(), set(), {"pay", "tools", "growth"}),
    ],
)
def test_what_is_left_stands_on_five_different_people_or_on_nobody(
    tools, growth, silent, new, published
):
    people = {"pay": range(10, 20), "tools": tools, "growth": growth}
    found = Contributions(
        dict.fromkeys(people, Fraction(0)),
        {name: frozenset(who) for name, who in people.items()},
        Fraction(0),
        silent=frozenset(silent),
        new=frozenset(new),
    )

    shown = {name for name, _ in release_reasons(found, score=20, grain=5).points}

    assert shown == published


def test_reasons_are_rounded_to_the_grain_and_the_rest_line_adds_up():
    found = explained(
        dict.fromkeys(("pay", "tools", "growth"), 9), {"pay": 13, "tools": -18, "growth": 2}
    )

    assert release_reasons(found, score=5, grain=5) == ReleasedReasons(
        (("pay", 15), ("tools", -20), ("growth", 0)), rest=10
    )


@pytest.mark.parametrize(("points", "released"), [(100, 95), (-100, -95), (96, 95)])
def test_a_single_reason_never_certifies_unanimity(points, released):
    found = explained({"pay": 40}, {"pay": points})

    assert release_reasons(found, score=released, grain=5) == ReleasedReasons(
        (("pay", released),), rest=0
    )
