"""Raters' strictness, worked out by whoever holds all reports and the list of who rated whom."""

from dataclasses import dataclass

import numpy as np

from app.domain.arrays import Floats
from app.domain.count.adjusted import overall_means
from app.domain.count.counting import count
from app.domain.count.rated_pairs import RatedPairs
from app.domain.release.policy import ReleasePolicy

STRICT, TALENT, PAIR, SINGLE = 0.4, 0.45, 0.5, 0.6
"""Standard deviations in points of strictness, of persons, of two people's view, of an answer."""


@dataclass(frozen=True)
class Told:
    """How closely what is worked out follows the truth, by what is read: correlations 0-1."""

    raw: float
    adjusted: float
    many_quarters: float


def told(people: int = 60, each: int = 12, *, quarters: int = 8, knows_pairs: bool = True) -> Told:
    """From one quarter's means, from its adjusted scores as well, and from means of `quarters`."""
    random = np.random.default_rng(people)
    strict = random.normal(0, STRICT, people)
    talent = random.normal(3.7, TALENT, people)
    drawn = [_quarter(strict, talent, each, random) for _ in range(quarters)]
    guessed = drawn if knows_pairs else [_quarter(strict, talent, each, random) for _ in drawn]
    means, corrections, weights = [], [], []
    for reviews, other in zip(drawn, guessed, strict=True):
        counted = count(reviews, ReleasePolicy(), randomness=random.bytes)
        overall = overall_means(counted.colleagues)
        means.append(overall - overall.mean())
        corrections.append(overall - counted.adjusted.mean)
        weights.append(_weights(other, people))
    return Told(
        raw=_correlation(_solved(weights[:1], means[:1]), -strict),
        adjusted=_correlation(_solved(weights[:1], corrections[:1]), -strict),
        many_quarters=_correlation(_solved(weights, means), -strict),
    )


def _quarter(strict: Floats, talent: Floats, each: int, random: np.random.Generator) -> RatedPairs:
    people = strict.size
    steps = random.choice(np.arange(1, people), size=each, replace=False)
    order = random.permutation(people)
    rater = order[np.tile(np.arange(people), each)]
    subject = order[(np.tile(np.arange(people), each) + np.repeat(steps, people)) % people]
    pair = random.normal(0, PAIR, (rater.size, 1))
    level = (talent[subject] - strict[rater])[:, None] + pair
    felt = level + random.normal(0, SINGLE, (rater.size, 14))
    return RatedPairs(
        people=people,
        rater=rater,
        subject=subject,
        ratings=np.clip(np.rint(felt), 1, 5).astype(np.int8),
        is_blind=np.ones(rater.size, dtype=bool),
        is_report=np.zeros(rater.size, dtype=bool),
        unit=np.arange(people) % 4,
    )


def _weights(reviews: RatedPairs, people: int) -> Floats:
    """What part of each subject's mean (rows) each rater (columns) is."""
    found = np.zeros((people, people))
    found[reviews.subject, reviews.rater] = 1.0
    shares: Floats = found / found.sum(axis=1, keepdims=True)
    return shares


def _solved(weights: list[Floats], seen: list[Floats]) -> Floats:
    """Ridge regression: each subject's own level, the same in all quarters, and raters' parts."""
    people = len(weights[0])
    own = np.tile(np.eye(people), (len(weights), 1))
    table = np.column_stack([np.vstack(weights), own])
    shrink = np.array([0.05, 0.05 * (STRICT / TALENT) ** 2])
    penalty = np.diag(np.repeat(shrink, people))
    right = table.T @ np.concatenate(seen)
    found = np.linalg.solve(table.T @ table + penalty, right)
    return np.asarray(found[:people], dtype=np.float64)


def _correlation(one: Floats, other: Floats) -> float:
    return float(np.corrcoef(one, other)[0, 1])
