"""Attacks 8 to 10 with the adjusted overall score: it may tell hardly more than means do.

It is the printed overall mean less the noised strictness of the raters, so all it adds is how
strict they are together. Whoever joins brings their own strictness into that sum.
"""

from typing import Final

import numpy as np
import pytest

from app.domain.count.adjusted import HALVES, Strictness
from app.domain.count.counting import count
from app.domain.count.rated_pairs import RatedPairs
from app.domain.release.noise import blurred
from app.domain.statistics.components import components_of, truncated
from app.domain.statistics.fit import Penalties, fit
from tests.attacks import alike
from tests.attacks.best_guess import POLICY, Rate
from tests.domain.networks import sampled

MORE: Final = 3
"""In points: how much better a guess may become beside the means; chance moves it by one."""
PLAYS: Final = 12_000
STRICT: Final = 0.4
"""Standard deviation of strictness in points; the rest of a halo is the two people's own."""


def of_joiner(raters: int, *, noised: bool = True) -> tuple[Rate, Rate]:
    """Guess a joiner's level from the means alone, and with what is corrected in both quarters."""
    random = np.random.default_rng(raters)
    strict = random.normal(0, STRICT, (PLAYS, raters + 1))
    own = random.normal(0, 0.6, (PLAYS, raters + 1))
    single = random.normal(0, 0.5, (PLAYS, raters + 1, 14))
    answers = np.clip(np.rint(3.6 + (strict + own)[:, :, None] + single), 1, 5).astype(np.int64)
    means = [alike.printed(part, random) for part in (answers[:, 1:], answers)]
    corrections = [_correction(part, random, noised=noised) for part in (strict[:, 1:], strict)]
    level = np.rint(answers[:, 0].mean(axis=1)).astype(np.int64)
    overall = [part.mean(axis=1) for part in means]
    return alike.guess(overall, level), alike.guess([*overall, *corrections], level)


def _correction(strict, random, *, noised):
    halves = np.rint(HALVES * strict.sum(axis=1)).astype(np.int64)
    total = blurred(halves, randomness=random.bytes) if noised else HALVES * strict.sum(axis=1)
    return total / HALVES


@pytest.mark.parametrize("raters", [10, 12, 15, 24])
def test_an_adjusted_score_tells_hardly_more_of_a_joiner_than_means_do(raters, tell):
    plain, both = of_joiner(raters)

    name = f"10 who joins {raters}, adjusted score"
    tell(name, people=raters + 2, success=both.success, chance=both.chance)
    assert both.gain - plain.gain <= MORE


def test_without_noise_on_the_correction_a_joiners_strictness_is_told(tell):
    plain, both = of_joiner(12, noised=False)

    name = "10 who joins 12, adjusted score"
    tell(name, people=14, success=both.success, chance=both.chance, off=True)
    assert both.gain - plain.gain > MORE + 1


def everybody(people: int) -> RatedPairs:
    """Everybody rates everybody; some are strict."""
    random = np.random.default_rng(people)
    rater, subject = np.nonzero(~np.eye(people, dtype=bool))
    strict, talent = random.normal(0, STRICT, people), random.normal(3.6, 0.4, people)
    felt = (talent[subject] - strict[rater])[:, None] + random.normal(0, 0.6, (rater.size, 14))
    return RatedPairs(
        people=people,
        rater=rater,
        subject=subject,
        ratings=np.clip(np.rint(felt), 1, 5).astype(np.int8),
        is_blind=np.ones(rater.size, dtype=bool),
        is_report=np.zeros(rater.size, dtype=bool),
        unit=np.arange(people) % 3,
    )


def strictness_told(people: int, each: int) -> float:
    """How closely the correction of a person's score follows that person's own strictness."""
    made = sampled(people, each, random=np.random.default_rng(1), rater=0.2)
    found = truncated(components_of(made.network))
    fitted = fit(made.network, Penalties.of(found))
    corrected = Strictness.of(made.network, fitted, found, people=people).total
    return abs(float(np.corrcoef(corrected, fitted.rater)[0, 1]))


def test_where_everybody_rates_everybody_there_is_no_adjusted_score(tell):
    """It would be the person's own strictness: only theirs is missing in the sum."""
    adjusted = count(everybody(25), POLICY, randomness=np.random.default_rng(1).bytes).adjusted

    assert not adjusted.shown.any()
    assert strictness_told(25, 24) == pytest.approx(1)
    assert strictness_told(60, 12) < 0.35
    tell("12 one's own strictness from the score", people=25, success=1, chance=0, off=True)
    tell("12 one's own strictness from the score", people=25, success=0, chance=0)
