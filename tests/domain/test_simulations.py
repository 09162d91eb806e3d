"""What we promise about chance, tried on many made-up companies whose truth is known."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from scipy.stats import norm

from app.domain.count.adjusted import Strictness, release_adjusted
from app.domain.count.counting import count
from app.domain.count.rated_pairs import RatedPairs
from app.domain.release.cells import ScoreTable
from app.domain.release.noise import twice_blurred
from app.domain.release.policy import ReleasePolicy
from app.domain.statistics.components import components_of, truncated
from app.domain.statistics.fit import Penalties, fit
from app.domain.statistics.intervals import Z
from app.domain.statistics.network import Network
from app.domain.statistics.spread import standard_error_of_mean
from tests.domain.networks import sampled

pytestmark = pytest.mark.slow

POLICY = ReleasePolicy()
STRICTNESS, REST = 0.4, 0.8
PEOPLE = 160


def reviewed(levels, k, random):
    """Reviews of people with these levels, (n,) or (n, 14), by k raters each, as answers 1-5."""
    n = len(levels)
    steps = random.choice(np.arange(1, n), size=k, replace=False)
    subject = np.tile(np.arange(n), k)
    rater = (subject + np.repeat(steps, n)) % n
    strict = random.normal(0, STRICTNESS, n)
    centre = np.broadcast_to(levels.T, (14, n)).T[subject]
    felt = centre + strict[rater][:, None] + random.normal(0, REST, (subject.size, 14))
    return RatedPairs(
        people=n,
        rater=rater,
        subject=subject,
        ratings=np.clip(np.rint(felt), 1, 5).astype(np.int8),
        is_blind=np.ones(subject.size, dtype=bool),
        is_report=np.zeros(subject.size, dtype=bool),
        unit=np.arange(n) % 8,
    )


def expected_answer(levels):
    """The mean answer of all conceivable raters to somebody with such a level."""
    edges = np.array([1.5, 2.5, 3.5, 4.5])
    spread = sqrt(STRICTNESS**2 + REST**2)
    return 1 + norm.sf((edges - levels[..., None]) / spread).sum(axis=-1)


@pytest.mark.parametrize("k", [5, 6, 8, 12, 18, 24])
def test_intervals_hold_the_truth_as_often_as_they_say(k):
    random = np.random.default_rng(k)
    levels = random.normal(3.6, 0.5, (PEOPLE, 14))
    counted = count(reviewed(levels, k, random), POLICY, randomness=random.bytes)

    half = Z * standard_error_of_mean(k, counted.spread)
    held = np.abs(counted.colleagues.mean - expected_answer(levels)) <= half

    assert 0.935 <= held.mean() <= 0.965


USE = {6: (0.30, 0.74), 12: (0.155, 0.82), 24: (0.085, 0.9)}
"""By raters: the largest error of a printed mean, and how closely it follows the exact one."""


@pytest.mark.parametrize("k", USE)
def test_printed_means_stay_near_the_exact_ones_where_people_are_liked(k):
    random = np.random.default_rng(k)
    reviews = reviewed(random.normal(4.7, 0.4, (PEOPLE * 4, 14)), k, random)
    exact = reviews.ratings.reshape(k, PEOPLE * 4, 14).mean(axis=0)

    printed = count(reviews, POLICY, randomness=random.bytes).colleagues.mean

    error, closeness = USE[k]
    assert 4.35 < exact.mean() < 4.65
    assert np.sqrt(((printed - exact) ** 2).mean()) <= error
    assert np.corrcoef(printed[:, 0], exact[:, 0])[0, 1] >= closeness


def corrected(made, random):
    """Raw and adjusted scores of everybody, the correction with its noise."""
    network = made.network
    parts = truncated(components_of(network))
    fitted = fit(network, Penalties.of(parts))
    strictness = Strictness.of(network, fitted, parts, people=network.people)
    received = np.maximum(network.received, 1)
    raw = network.by_subject(network.value) / received
    return raw, raw - strictness.blurred(random.bytes) / received, strictness


def correlations(k, *, companies=12):
    """Of raw and adjusted scores with the truth, one pair for each company."""
    random = np.random.default_rng(k)
    found = []
    for _ in range(companies):
        made = sampled(400, k, random=random)
        raw, adjusted, _ = corrected(made, random)
        found.append([np.corrcoef(one, made.subject)[0, 1] for one in (raw, adjusted)])
    return np.array(found)


@pytest.mark.parametrize("k", [10, 12])
def test_adjusted_scores_are_closer_to_the_truth_than_raw_ones(k):
    raw, adjusted = correlations(k).T

    assert (adjusted > raw).mean() > 0.9
    assert adjusted.mean() > raw.mean() + 0.01


def test_adjusting_ratings_inside_teams_would_wipe_out_differences_between_teams():
    random = np.random.default_rng(3)
    team = np.repeat(np.arange(30), 10)
    pairs = [(i, j) for i in range(300) for j in range(i // 10 * 10, i // 10 * 10 + 10) if i != j]
    rater, subject = np.array(pairs).T
    talent = random.normal(0, 0.4, 30)[team] + random.normal(0, 0.3, 300)
    strict = random.normal(0, 0.4, 300)
    made = sampled(300, 9, random=random)
    values = talent[subject] + strict[rater] + random.normal(0, 0.6, subject.size)
    network = Network(300, rater, subject, values)

    _, adjusted, _ = corrected(replace(made, network=network), random)

    def between(scores):
        return np.polyfit(np.bincount(team, talent) / 10, np.bincount(team, scores) / 10, 1)[0]

    assert between(network.by_subject(values) / 9) > 0.9
    assert between(adjusted) < 0.75


@pytest.mark.parametrize("k", [10, 12, 20])
def test_intervals_of_adjusted_scores_hold_the_truth(k):
    """The values of a made-up network stand for means over all 14 statements."""
    random = np.random.default_rng(40 + k)
    held = []
    for _ in range(5):
        made = sampled(300, k, random=random, rest=0.5)
        raw, _, strictness = corrected(made, random)
        noise = twice_blurred(np.zeros((300, 14), dtype=np.int64), randomness=random.bytes)
        table = release_adjusted(
            printed(3.5 + raw[:, None] + noise / k, k),
            strictness,
            reliability=np.ones(300),
            raters=np.full(300, k),
            shown=np.ones(300, dtype=bool),
            randomness=random.bytes,
        )
        held.append(np.abs(table.mean - 3.5 - made.subject) <= Z * table.standard_error)

    assert 0.93 <= np.mean(held) <= 0.97


def printed(means, raters):
    """Means (n, 14) as they are printed."""
    return ScoreTable(
        np.clip(np.rint(means * 10), 10, 50).astype(np.int8),
        np.full(means.shape, raters, dtype=np.int32),
        np.full((*means.shape, 3), -1, dtype=np.int8),
    )
