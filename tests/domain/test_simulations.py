"""What we promise about chance, tried on many made-up companies whose truth is known."""

from functools import cache
from math import sqrt

import numpy as np
import pytest
from scipy.stats import norm

from app.domain.count.adjusted import adjusted_scores, release_adjusted
from app.domain.count.counting import count
from app.domain.count.reviews import Reviews
from app.domain.enps.score import release_shares
from app.domain.enps.shifts import Certainty, shift_in
from app.domain.release.grains import GRAINS
from app.domain.release.policy import ReleasePolicy, Shown
from app.domain.reports.marks import marks_of_report, self_other_difference
from app.domain.statistics.components import components_of, truncated
from app.domain.statistics.differences import Change
from app.domain.statistics.fit import Penalties, fit
from app.domain.statistics.intervals import Z, pooled_variance
from app.domain.statistics.reliability import reliabilities
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
    return Reviews(
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


@cache
def coverage(k):
    """How often the interval of a statement holds the truth, before rounding and as released."""
    random = np.random.default_rng(k)
    levels = random.normal(3.6, 0.5, (PEOPLE, 14))
    truth = expected_answer(levels)
    reviews = reviewed(levels, k, random)
    options = np.stack([(reviews.ratings == option) for option in range(1, 6)], axis=2)
    counts = options.reshape(k, PEOPLE, 14, 5).sum(axis=0)
    means = counts @ np.arange(1, 6) / k
    half = np.array([Z * sqrt(pooled_variance(counts[:, s]) / k) for s in range(14)])
    table = count(reviews, POLICY).colleagues
    exact = np.abs(means - truth) <= half
    released = (table.low <= truth) & (truth <= table.high)
    return exact.mean(), released.mean()


@pytest.mark.parametrize("k", range(5, 25))
def test_intervals_hold_the_truth_as_often_as_they_say(k):
    exact, released = coverage(k)

    assert exact >= 0.93
    assert released >= 0.95


def shown_of(table, person):
    """The released scores of one person."""
    mean, low, high = (one[person].tolist() for one in (table.mean, table.low, table.high))
    return [
        Shown(mean[s], GRAINS[grain], low[s], high[s])
        for s, grain in enumerate(table.grain[person].tolist())
    ]


@pytest.mark.parametrize("k", [6, 12, 24])
def test_a_report_without_any_true_difference_is_rarely_marked(k):
    random = np.random.default_rng(100 + k)
    levels = random.normal(3.4, 0.35, PEOPLE)
    before, now = (count(reviewed(levels, k, random), POLICY) for _ in range(2))
    gap = 0.3  # people rate themselves higher than others do, all alike
    felt = levels[:, None] + gap + random.normal(0, 0.5, (PEOPLE, 14))
    own = np.clip(np.rint(felt), 1, 5).astype(int)

    marked = 0
    for person in range(PEOPLE):
        current = shown_of(now.colleagues, person)
        marks = marks_of_report(
            previous=shown_of(before.colleagues, person),
            current=current,
            own=[
                self_other_difference(int(answer), score, gap)
                for answer, score in zip(own[person], current, strict=True)
            ],
        )
        kinds = {*marks.changes, *marks.stands_out, *marks.own_views}
        marked += kinds != {Change.NONE}

    assert marked / PEOPLE <= 0.10


@pytest.mark.parametrize("respondents", [20, 60, 600])
def test_a_stable_company_is_rarely_alarmed_within_eight_quarters(respondents):
    random = np.random.default_rng(respondents)
    companies, alarmed = 1000, 0
    for _ in range(companies):
        drawn = random.multinomial(respondents, (0.40, 0.35, 0.25), size=8).tolist()
        quarters = [release_shares(*groups) for groups in drawn]
        alarmed += any(
            shift_in(quarters[:seen]).certainty is Certainty.CLEAR for seen in range(2, 9)
        )

    assert alarmed / companies <= 0.05


def correlations(k, *, companies=12):
    """Of raw and adjusted scores with the truth, one pair for each company."""
    random = np.random.default_rng(k)
    found = []
    for _ in range(companies):
        made = sampled(400, k, random=random)
        parts = truncated(components_of(made.network))
        fitted = fit(made.network, Penalties.of(parts))
        adjusted = adjusted_scores(made.network, fitted, parts, level=0.0).score
        raw = made.network.by_subject(made.network.value) / k
        found.append([np.corrcoef(one, made.subject)[0, 1] for one in (raw, adjusted)])
    return np.array(found)


@pytest.mark.parametrize("k", [8, 12])
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
    made = sampled(300, 9, random=random).network
    values = talent[subject] + strict[rater] + random.normal(0, 0.6, subject.size)
    network = type(made)(300, rater, subject, values)
    parts = truncated(components_of(network))

    adjusted = adjusted_scores(network, fit(network, Penalties.of(parts)), parts, level=0.0).score

    def between(scores):
        return np.polyfit(np.bincount(team, talent) / 10, np.bincount(team, scores) / 10, 1)[0]

    assert between(network.by_subject(values) / 9) > 0.9
    assert between(adjusted) < 0.75


@pytest.mark.parametrize("k", [10, 12, 20])
def test_released_intervals_of_adjusted_scores_hold_the_truth(k):
    random = np.random.default_rng(40 + k)
    held = []
    for _ in range(5):
        made = sampled(300, k, random=random, rest=0.5)
        parts = truncated(components_of(made.network))
        adjusted = adjusted_scores(
            made.network, fit(made.network, Penalties.of(parts)), parts, level=3.5
        )
        table = release_adjusted(
            adjusted,
            reliability=reliabilities(made.network, parts),
            raters=np.full(300, k),
            shown=np.ones(300, dtype=bool),
        )
        truth = np.clip(3.5 + made.subject, 1, 5)
        held.append(((table.low <= truth) & (truth <= table.high)).mean())

    assert np.mean(held) >= 0.95
