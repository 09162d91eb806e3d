"""What is released about services: statements as about a person, 0-10 as of a unit.

The members of a service do not rate it, so that everybody who rates it is blind but HR and leaders,
who read its comments, and people with new accounts. Both draws of noise are in every mean.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np

from app.domain.arrays import Ints
from app.domain.ballot.document import Ballot
from app.domain.enps.score import StanceCounts
from app.domain.enps.score import release as release_counts
from app.domain.internal_services.asked import AskedService
from app.domain.release.cells import Pool, release
from app.domain.release.noise import Randomness, blurred, twice_blurred
from app.domain.release.policy import Hidden, Reason, ReleasePolicy, Score, Shown
from app.domain.scale import NOT_OBSERVED, OPTIONS
from app.domain.statistics.spread import PRIOR, Spread, standard_error_of_mean

PRIOR_RATINGS: Final = 8
"""With so many ratings of usual spread the spread of a cycle's ratings is blended."""
SQUARES_STEP: Final = 9
"""By so much one answer, a step further from the mean, moves a sum of squares at most."""
LEAST_VARIANCE: Final = 0.25


@dataclass(frozen=True)
class ServiceRating:
    """What one rater says of one service inside the count; 0 where a statement is not answered."""

    ratings: tuple[int, ...]
    help: int | None
    words: str = ""
    is_blind: bool = True
    """Neither a reader of its comments nor with a new account."""
    is_new: bool = False


@dataclass(frozen=True)
class ReleasedService:
    """Everything of one service that leaves the count."""

    service_id: int
    raters: int | Hidden
    """Blind people who used it and rated it."""
    means: tuple[Score, ...]
    """One for each statement."""
    helped: StanceCounts | Hidden
    words: tuple[str, ...]


def rating_in(
    ballot: Ballot, service: AskedService, *, reads: bool, is_new: bool
) -> ServiceRating | None:
    """What a sent ballot says of a service; None where it was not used, or nothing is said.

    `reads` says whether its rater reads what others write about the service.
    """
    if not ballot.further.get(service.used_key):
        return None
    ratings = tuple(ballot.further.get(key, NOT_OBSERVED) for key in service.statement_keys)
    found = ServiceRating(
        ratings,
        ballot.further.get(service.help_key),
        ballot.further_texts.get(service.words_key, ""),
        is_blind=not (reads or is_new),
        is_new=is_new,
    )
    return found if any(ratings) or found.help is not None or found.words else None


def release_services(
    services: Sequence[AskedService],
    said: Mapping[int, Sequence[ServiceRating]],
    policy: ReleasePolicy,
    *,
    randomness: Randomness = os.urandom,
) -> list[ReleasedService]:
    """What may be shown of each service; `said` has the ratings by its id."""
    if not services:
        return []
    given = [said.get(one.id, ()) for one in services]
    pool = _pool(services, given)
    enough = pool.blind_raters >= policy.blind_raters
    shown = enough[:, None] & (pool.raters >= policy.blind_raters)
    table = release(
        pool, twice_blurred(pool.totals, randomness=randomness), shown=shown, randomness=randomness
    )
    spread = _spread(pool, shown.nonzero(), randomness)
    return [
        ReleasedService(
            service.id,
            int(pool.blind_raters[row]) if enough[row] else Hidden(Reason.FEW_RATERS),
            tuple(
                _score(float(table.mean[row, place]), int(table.raters[row, place]), spread)
                for place in range(len(service.statements))
            ),
            _helped(given[row], policy, randomness),
            tuple(one.words for one in given[row] if one.words)
            if enough[row] and policy.shows_comments
            else (),
        )
        for row, service in enumerate(services)
    ]


def _score(mean: float, raters: int, spread: Spread) -> Score:
    if raters < 0:
        return Hidden(Reason.FEW_RATERS)
    return Shown(mean, raters, round(standard_error_of_mean(raters, spread), 3))


def _helped(
    given: Sequence[ServiceRating], policy: ReleasePolicy, randomness: Randomness
) -> StanceCounts | Hidden:
    answers = [(one.help, one.is_new) for one in given if one.help is not None]
    if sum(not is_new for _, is_new in answers) < policy.unit_respondents:
        return Hidden(Reason.FEW_RESPONDENTS)
    return release_counts(StanceCounts.of(help_ for help_, _ in answers), randomness=randomness)


def _pool(services: Sequence[AskedService], given: Sequence[Sequence[ServiceRating]]) -> Pool:
    """Ratings of each option, (services, statements, 5), with the blind ones among them."""
    most = max(len(one.statements) for one in services)
    options = np.zeros((len(services), most, OPTIONS + 1), dtype=np.int64)
    blind = np.zeros((len(services), most), dtype=np.int64)
    for row, ratings in enumerate(given):
        for one in ratings:
            for place, value in enumerate(one.ratings):
                options[row, place, value] += 1
                blind[row, place] += bool(value) and one.is_blind
    raters = [sum(one.is_blind and any(one.ratings) for one in ratings) for ratings in given]
    return Pool(options[:, :, 1:], blind, np.array(raters, dtype=np.int64))


def _spread(pool: Pool, cells: tuple[Ints, ...], randomness: Randomness) -> Spread:
    """How far ratings of one service lie apart in this cycle, behind shown means; with noise."""
    options = pool.options[cells]
    values = np.arange(1, OPTIONS + 1)
    ratings, totals = options.sum(axis=1), options @ values
    squares = float((options @ values**2 - totals**2 / np.maximum(ratings, 1)).sum())
    noise = int(blurred(np.zeros(1, dtype=np.int64), randomness=randomness)[0])
    degrees = int((ratings - 1).sum()) if ratings.size else 0
    usual = PRIOR_RATINGS * PRIOR.of_a_rating
    variance = (usual + squares + SQUARES_STEP * noise) / (PRIOR_RATINGS + degrees)
    # To two decimals of a standard deviation: more would be the exact sum again.
    deviation = round(sqrt(max(variance, LEAST_VARIANCE)), 2)
    return Spread(between=0.0, within=deviation**2)
