"""Attack 11: whatever is published, it could always have come from raters who did not agree."""

from itertools import combinations_with_replacement
from typing import Final

import numpy as np
import pytest

from app.domain.enps.score import release_shares
from app.domain.release.cells import Pool, ScoreTable, hidden_where, release, together
from app.domain.release.policy import Reason
from tests.attacks.guessing import OPTIONS, POLICY, exactly, published, table

VARIANCE: Final = np.ones(1)


def vectors(raters: int):
    """Every way in which so many raters can answer, in no order: (m, raters)."""
    return np.array(list(combinations_with_replacement(OPTIONS.tolist(), raters)))


def agrees(answers):
    """Which rows are unanimous."""
    return answers.min(axis=1) == answers.max(axis=1)


def certified(seen, unanimous) -> int:
    """How many published values can only have come from unanimous answers."""
    _, place = np.unique(seen, axis=0, return_inverse=True)
    place = place.ravel()
    differ = np.bincount(place, weights=~unanimous)
    return int((differ == 0).sum())


@pytest.mark.parametrize("raters", [*range(5, 16), 19, 20, 21, 24])
def test_no_score_certifies_that_all_gave_the_same_answer(raters, tell):
    answers = vectors(raters)

    found = certified(published(answers), agrees(answers))

    tell("11 unanimity of a score", people=raters, success=found / 5, chance=0)
    assert found == 0


@pytest.mark.parametrize("raters", [5, 10, 20])
def test_exact_values_certify_it(raters, tell):
    answers = vectors(raters)

    found = certified(exactly(answers), agrees(answers))

    tell("11 unanimity of a score", people=raters, success=found / 5, chance=0, off=True)
    assert found > 0


@pytest.mark.parametrize("blind", [5, 9, 10, 15])
def test_no_score_with_the_managers_rating_in_it_certifies_it(blind):
    answers = vectors(blind + 1)

    assert certified(published(answers, blind=blind), agrees(answers)) == 0


def both_views(reports: int, others: int, *, derived: bool):
    """All pairs of answers of two groups, with what is published of each and of both together."""
    one, other = vectors(reports), vectors(others)
    rows = np.indices((len(one), len(other))).reshape(2, -1)
    answers = np.column_stack([one[rows[0]], other[rows[1]]])
    parts = (table(one[rows[0]]), table(other[rows[1]]))
    whole = table(answers)
    if derived:
        pools = (_pool(one[rows[0]]), _pool(other[rows[1]]))
        whole = together(whole, parts, pools=pools, variance=VARIANCE)
    seen = np.column_stack([_means(each) for each in (whole, *parts)])
    return seen, agrees(one)[rows[0]], agrees(other)[rows[1]]


def _pool(answers) -> Pool:
    options = np.stack([(answers == option).sum(axis=1) for option in OPTIONS], axis=1)
    blind = np.full((len(answers), 1), answers.shape[1])
    return Pool(options[:, None, :], blind, np.zeros_like(blind))


def _means(each: ScoreTable):
    return np.rint(each.mean[:, 0] * 10).astype(np.int64)


@pytest.mark.parametrize(("reports", "others"), [(5, 5), (5, 6), (6, 5), (7, 5), (5, 8), (7, 7)])
def test_no_second_view_certifies_it_not_even_beside_the_whole(reports, others, tell):
    seen, of_reports, of_others = both_views(reports, others, derived=True)

    found = certified(seen, of_reports) + certified(seen, of_others)

    tell("11 unanimity of one view", people=reports + others, success=found, chance=0)
    assert found == 0


def test_three_roundings_of_two_groups_would_certify_it(tell):
    seen, of_reports, of_others = both_views(7, 8, derived=False)

    found = certified(seen, of_reports) + certified(seen, of_others)

    tell("11 unanimity of one view", people=15, success=float(found > 0), chance=0, off=True)
    assert found > 0


@pytest.mark.parametrize("people", [*range(20, 45), 69, 70, 99, 100, 101])
def test_no_share_certifies_that_all_would_recommend_the_same(people):
    counts = np.array([(p, q) for p in range(people + 1) for q in range(people + 1 - p)])
    shown = [release_shares(p, q, people - p - q) for p, q in counts.tolist()]
    seen = np.array([(one.promoters, one.passives) for one in shown])
    unanimous = (counts.max(axis=1) == people) | (counts.sum(axis=1) == 0)

    assert certified(seen, unanimous) == 0
    assert certified(counts, unanimous) == 3


def test_hidden_scores_show_nothing_to_certify():
    pool = _pool(np.full((1, 4), 5))

    made = release(
        pool, hidden_where(pool.blind < 5, Reason.FEW_RATERS), policy=POLICY, variance=VARIANCE
    )

    assert np.isnan(made.mean).all()
    assert (made.shares == -1).all()
