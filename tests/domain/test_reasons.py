"""What promoters and detractors name: blurred counts, and places shared where they are alike."""

from math import sqrt

import numpy as np
import pytest

from app.domain.enps.reasons import ranking, release_mentions
from app.domain.enps.stances import Stance
from tests.randomness import silent

REASONS = ("pay", "tools", "growth")


def test_mentions_are_counted_among_promoters_and_among_detractors():
    answers = [(9, ("pay", "tools")), (10, ("pay",)), (7, ("growth",)), (2, ("tools",)), (0, ())]

    found = release_mentions(answers, REASONS, randomness=silent)

    assert found[Stance.PROMOTER] == {"pay": 2, "tools": 1, "growth": 0}
    assert found[Stance.DETRACTOR] == {"pay": 0, "tools": 1, "growth": 0}
    assert Stance.PASSIVE not in found


def test_every_count_is_blurred_and_none_is_negative():
    draw = np.random.default_rng(1)
    found = [
        release_mentions([(9, ("pay",))] * 30, REASONS, randomness=draw.bytes) for _ in range(500)
    ]

    # Drawn twice each: its own, and one that all reasons of a side have in common.
    pay = np.array([one[Stance.PROMOTER]["pay"] for one in found])
    none = np.array([one[Stance.DETRACTOR]["tools"] for one in found])

    assert pay.var() == pytest.approx(3, rel=0.2)
    assert none.min() == 0
    assert none.max() > 1


def test_one_draw_is_common_to_all_reasons_of_a_side_and_to_no_other_side():
    draw = np.random.default_rng(2)
    answers = [(9, ("pay", "tools"))] * 30 + [(0, ("pay",))] * 30
    found = [release_mentions(answers, REASONS, randomness=draw.bytes) for _ in range(2_000)]

    pay, tools = (
        np.array([one[Stance.PROMOTER][reason] for one in found]) for reason in ("pay", "tools")
    )
    other = np.array([one[Stance.DETRACTOR]["pay"] for one in found])

    assert np.corrcoef(pay, tools)[0, 1] == pytest.approx(0.5, abs=0.07)
    assert np.corrcoef(pay, other)[0, 1] == pytest.approx(0, abs=0.07)
    assert (pay - tools).var() == pytest.approx(3, rel=0.15)  # what a ranking counts on


def test_a_reason_that_is_not_offered_is_refused():
    with pytest.raises(ValueError, match="not offered"):
        release_mentions([(9, ("weather",))], REASONS, randomness=silent)


def test_a_clear_order_has_a_place_for_each():
    found = ranking([{"pay": 90, "tools": 50, "growth": 10}], people=100)

    assert [(one.reason, one.text, one.share) for one in found] == [
        ("pay", "1", 90),
        ("tools", "2", 50),
        ("growth", "3", 10),
    ]


def test_reasons_that_cannot_be_told_apart_share_their_places():
    found = ranking([{"pay": 30, "tools": 28, "growth": 2}], people=40)

    assert [(one.reason, one.text) for one in found] == [
        ("pay", "1–2"),
        ("tools", "1–2"),
        ("growth", "3"),
    ]


@pytest.mark.parametrize("quarters", [1, 4])
def test_the_gap_that_tells_two_apart_holds_chance_and_the_noise_of_every_quarter(quarters):
    lower, upper = 20, 20
    while upper - lower <= 1.96 * sqrt(3 * quarters + upper + lower):
        upper += 1
    rest = [{"pay": 0, "tools": 0}] * (quarters - 1)

    apart = ranking([{"pay": upper, "tools": lower}, *rest], people=100)
    alike = ranking([{"pay": upper - 1, "tools": lower}, *rest], people=100)

    assert [one.text for one in apart] == ["1", "2"]
    assert [one.text for one in alike] == ["1–2", "1–2"]


def test_quarters_together_rank_what_was_offered_in_all_of_them():
    found = ranking([{"pay": 5, "tools": 9}, {"pay": 6, "growth": 30}], people=40)

    assert [(one.reason, one.share) for one in found] == [("pay", 28)]


def test_a_share_is_never_more_than_everybody():
    assert ranking([{"pay": 12}], people=10)[0].share == 100
    assert ranking([{"pay": 1}], people=0)[0].share == 100


def test_a_wrong_order_is_rare():
    draw = np.random.default_rng(3)
    wrong = 0
    for _ in range(1_000):
        answers = [(9, ("pay",) if draw.random() < 0.5 else ("tools",)) for _ in range(40)]
        mentions = release_mentions(answers, ("pay", "tools"), randomness=draw.bytes)
        wrong += ranking([mentions[Stance.PROMOTER]], people=40)[0].last == 1

    assert wrong / 1_000 <= 0.07
