"""Whether choosing helps: not fooled by low scores that rise by themselves."""

import numpy as np
import pytest

from app.domain.statistics.chosen import moved_by_choosing

STATEMENTS, PLAYS = 14, 200
CHANCE = 0.35
"""Standard deviation of a printed score around the truth, with some dozen colleagues."""


def quarter_pair(random, people, *, helps=0.0, missing=0.0):
    """Scores of two quarters; everybody chooses the lowest or second lowest of their own."""
    truth = (
        3.7
        + random.normal(0, 0.3, (people, 1))
        + random.normal(0, 0.25, (1, STATEMENTS))
        + random.normal(0, 0.35, (people, STATEMENTS))
    )
    before = np.round(truth + random.normal(0, CHANCE, truth.shape), 1)
    chosen = np.zeros(truth.shape, dtype=bool)
    rank = random.integers(0, 2, people)
    chosen[np.arange(people), np.argsort(before, axis=1)[np.arange(people), rank]] = True
    after = np.round(truth + helps * chosen + random.normal(0, CHANCE, truth.shape), 1)
    hidden = random.random(truth.shape) < missing
    return np.where(hidden, np.nan, before), np.where(hidden, np.nan, after), chosen


def plays(people, **how):
    random = np.random.default_rng(people)
    return [moved_by_choosing(*quarter_pair(random, people, **how)) for _ in range(PLAYS)]


@pytest.mark.parametrize("people", [20, 60])
def test_where_choosing_does_nothing_it_seems_to_help_and_is_not_said_to(people):
    random = np.random.default_rng(people)
    naive = []
    for _ in range(PLAYS):
        before, after, chosen = quarter_pair(random, people)
        naive.append((after - before)[chosen].mean() - (after - before)[~chosen].mean())

    found = plays(people)

    assert np.mean(naive) > 0.3
    assert abs(np.mean([one.delta for one in found])) < 0.02
    assert np.mean([one.is_noise for one in found]) >= 0.92


def test_where_choosing_helps_it_is_found_with_its_size_and_range():
    found = plays(60, helps=0.3, missing=0.05)

    assert abs(np.mean([one.delta for one in found]) - 0.3) < 0.03
    covered = [abs(one.delta - 0.3) < 1.96 * one.standard_error for one in found]
    assert np.mean(covered) >= 0.92
    assert np.mean([not one.is_noise for one in found]) > 0.8


def test_without_a_choice_or_with_nothing_known_there_is_no_comparison():
    before, after, chosen = quarter_pair(np.random.default_rng(1), 20)

    assert moved_by_choosing(before, after, np.zeros_like(chosen)) is None
    assert moved_by_choosing(np.full_like(before, np.nan), after, chosen) is None


def test_one_person_alone_is_no_comparison():
    before, after, chosen = quarter_pair(np.random.default_rng(1), 1)

    assert moved_by_choosing(before, after, chosen) is None
