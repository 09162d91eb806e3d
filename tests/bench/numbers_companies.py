"""Made-up companies whose truth is known: what people mean, what they answer, what is printed.

A rating is the subject's level in the rater's eyes, plus how strict the rater is, plus halo (how
this rater sees this subject in everything), plus what is left, rounded to 1-5. The sizes are those
of tests/reference/simulated.json: raters differ by .11, halo is .21, answers of one rater differ
by .42 squared points. Truths are means of answers, not of what lies behind them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from app.domain.arrays import Floats, Ints
from app.domain.count.by_subject import tally
from app.domain.count.counting import Counted, count
from app.domain.count.rated_pairs import RatedPairs
from app.domain.release.policy import ReleasePolicy
from app.domain.scale import NOT_OBSERVED, STATEMENTS
from app.domain.statistics.contrasts import Printed

STRICTNESS, HALO, REST = 0.36, 0.46, 0.60
LASTING_HALO = 0.5
"""How much of its variance is the same next quarter, where the same two people meet again."""
PEOPLE_DIFFER, STATEMENTS_DIFFER = 0.35, 0.2
SELF_GAP, SELF_LASTING, SELF_DAY = 0.3, 0.2, 0.5
FARTHEST_UP, FARTHEST_DOWN = 4.7, 1.3
EDGES = np.array([1.5, 2.5, 3.5, 4.5])
BEHIND = np.linspace(-3, 9, 2401)


@dataclass(frozen=True)
class Kind:
    """A kind of company: how many people, by how many each is rated, and how well."""

    name: str
    people: int
    raters: int
    """As many as there are colleagues where everybody rates everybody."""
    mean: float = 3.7
    unobserved: float = 0.0
    lasting: bool = False
    """Whether the same raters rate again next quarter."""


@dataclass(frozen=True)
class Quarter:
    """What a count let out about a company, beside the same without noise, and the truth."""

    counted: Counted
    exact: Floats
    truth: Floats

    @cached_property
    def printed(self) -> Printed:
        table = self.counted.colleagues
        return Printed(table.mean, table.raters.astype(np.int64), self.counted.spread)

    @cached_property
    def without_noise(self) -> Printed:
        """The exact means; no view of them is blurred."""
        return replace(self.printed, mean=self.exact, views=0)


@dataclass
class Company:
    """People with their levels, and raters who stay who they are from quarter to quarter."""

    kind: Kind
    random: np.random.Generator

    def __post_init__(self) -> None:
        n = self.kind.people
        level = np.clip(self.random.normal(self.kind.mean, PEOPLE_DIFFER, (n, 1)), 2.2, 4.7)
        hard = self.random.normal(0, STATEMENTS_DIFFER, STATEMENTS)
        self.truth = np.clip(level + hard - hard.mean(), FARTHEST_DOWN, FARTHEST_UP + 0.1)
        self.strict = self.random.normal(0, STRICTNESS, n)
        self.halo = self.random.normal(0, HALO, (n, n)) if self.kind.lasting else None

    def pairs(self) -> tuple[Ints, Ints]:
        """Who rates whom: steps round a circle, drawn anew each quarter."""
        n = self.kind.people
        steps = self.random.permutation(np.arange(1, n))[: self.kind.raters]
        subject = np.tile(np.arange(n), steps.size)
        return (subject + np.repeat(steps, n)) % n, subject

    def quarter(self, truth: Floats) -> Quarter:
        """Everybody answers, and the ballots are counted; `truth` (n, 14) mean answers."""
        rater, subject = self.pairs()
        halo = self.random.normal(0, HALO, rater.size)
        if self.halo is not None:
            lasting = self.halo[rater, subject]
            halo = sqrt(LASTING_HALO) * lasting + sqrt(1 - LASTING_HALO) * halo
        felt = behind(truth)[subject] + (self.strict[rater] + halo)[:, None]
        felt += self.random.normal(0, REST, felt.shape)
        answers = np.clip(np.rint(felt), 1, 5).astype(np.int8)
        answers[self.random.random(answers.shape) < self.kind.unobserved] = NOT_OBSERVED
        reviews = self.reviews(rater, subject, answers)
        counted = count(reviews, ReleasePolicy(), randomness=self.random.bytes)
        pool = tally(reviews)
        exact = np.where(
            counted.colleagues.shown, pool.totals / np.maximum(pool.ratings, 1), np.nan
        )
        return Quarter(counted, exact, truth)

    def reviews(self, rater: Ints, subject: Ints, answers: NDArray[np.int8]) -> RatedPairs:
        return RatedPairs(
            people=self.kind.people,
            rater=rater,
            subject=subject,
            ratings=answers,
            is_blind=np.ones(rater.size, dtype=np.bool_),
            is_report=np.zeros(rater.size, dtype=np.bool_),
            unit=np.arange(self.kind.people) % 8,
        )

    def own_answers(self) -> Floats:
        """What everybody says of themselves: a usual gap to the truth, and a day's mood."""
        shape = self.truth.shape
        mood = self.random.normal(0, SELF_LASTING, (shape[0], 1))
        felt = behind(self.truth) + SELF_GAP + mood + self.random.normal(0, SELF_DAY, shape)
        found: Floats = np.clip(np.rint(felt), 1, 5)
        return found

    def mean_answers(self, truth: Floats) -> Floats:
        """The truth that an interval is about: what these raters think where all of them rate.

        Where a sample rates it is what all conceivable raters think, which is `truth`.
        """
        if not self.kind.lasting:
            return truth
        spread = sqrt(HALO**2 + REST**2)
        each = [expected(behind(truth) + strict, spread) for strict in self.strict]
        own = np.arange(self.kind.people)
        others: Floats = (np.sum(each, axis=0) - np.array(each)[own, own]) / (own.size - 1)
        return others


def expected(behind_it: Floats, spread: float) -> Floats:
    """The mean answer to people at these places behind the scale."""
    beyond = norm.sf((EDGES - behind_it[..., None]) / spread)
    found: Floats = 1 + beyond.sum(axis=-1)
    return found


MEAN_ANSWERS = expected(BEHIND, sqrt(STRICTNESS**2 + HALO**2 + REST**2))


def behind(truth: Floats) -> Floats:
    """Where somebody stands behind the scale whose mean answer is `truth`."""
    return np.interp(truth, MEAN_ANSWERS, BEHIND)


def companies(kind: Kind, people: int, random: np.random.Generator) -> Iterator[Company]:
    """As many companies of a kind as have `people` together."""
    for _ in range(max(1, round(people / kind.people))):
        yield Company(kind, random)
