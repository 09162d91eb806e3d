"""Releasing every subject's scores, in parts: the memory holds the tallies of one part.

Noise is drawn in blocks of subjects, in the order of their places, and a part is made of whole
blocks. So the same source of noise gives the same scores, however many subjects a part has.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.arrays import Flags, Ints
from app.domain.count.rated_pairs import RatedPairs
from app.domain.release.cells import Pool, ScoreTable, release, released_shares
from app.domain.release.noise import Randomness, twice_blurred
from app.domain.release.policy import ReleasePolicy
from app.domain.scale import NOT_OBSERVED, OPTIONS, STATEMENTS

BLOCK: Final = 1024
"""So many subjects draw their noise together."""


@dataclass(frozen=True)
class Behind:
    """The ratings behind released scores: exact sums inside the count, which never leave it.

    `ratings` and `totals` (n, 14): how many, and their sum in rating points; 0 behind a hidden
    score. `squares` (n,): the sum of their squares over all statements.
    """

    ratings: NDArray[np.int32]
    totals: NDArray[np.int32]
    squares: Ints

    @classmethod
    def of(cls, pool: Pool, shown: Flags) -> "Behind":
        options = np.where(shown[:, :, None], pool.options, 0)
        return cls(
            options.sum(axis=2).astype(np.int32),
            (options @ np.arange(1, OPTIONS + 1)).astype(np.int32),
            (options.sum(axis=1) @ np.arange(1, OPTIONS + 1) ** 2),
        )


@dataclass(frozen=True)
class Released:
    """What is released of n subjects, and two things beside it that stay inside the count.

    `reports` and `others` are of those only who have a second view, in their order.
    `blind_raters` (n,) is exact, `behind` holds the sums behind what is shown.
    """

    colleagues: ScoreTable
    has_second_view: Flags
    reports: ScoreTable
    others: ScoreTable
    blind_raters: Ints
    behind: Behind

    @classmethod
    def room_for(cls, people: int) -> "Released":
        """Arrays for so many people, to be filled."""
        cells = (people, STATEMENTS)
        behind = Behind(
            np.zeros(cells, np.int32), np.zeros(cells, np.int32), np.zeros(people, np.int64)
        )
        return cls(
            colleagues=_room_for_scores(people),
            has_second_view=np.zeros(people, np.bool_),
            reports=_room_for_scores(0),
            others=_room_for_scores(0),
            blind_raters=np.zeros(people, np.int64),
            behind=behind,
        )

    def put(self, begin: int, block: "Released") -> None:
        """Fill in what is released of the subjects from place `begin` on, but for second views."""
        rows = slice(begin, begin + block.blind_raters.size)
        self.blind_raters[rows] = block.blind_raters
        self.has_second_view[rows] = block.has_second_view
        for mine, theirs in (
            (self.colleagues, block.colleagues),
            (self.behind, block.behind),
        ):
            for name, values in vars(theirs).items():
                getattr(mine, name)[rows] = values


def _joined(tables: Sequence[ScoreTable]) -> ScoreTable:
    """One table of all, in narrow arrays."""
    found = _room_for_scores(sum(len(table.raters) for table in tables))
    begin = 0
    for table in tables:
        rows = slice(begin, begin + len(table.raters))
        for name, values in vars(table).items():
            getattr(found, name)[rows] = values
        begin = rows.stop
    return found


def _room_for_scores(people: int) -> ScoreTable:
    cells = (people, STATEMENTS)
    return ScoreTable(
        np.zeros(cells, np.int8), np.full(cells, -1, np.int32), np.full((*cells, 3), -1, np.int8)
    )


def release_by_subject(
    reviews: RatedPairs,
    policy: ReleasePolicy,
    *,
    randomness: Randomness,
    at_once: int,
    block: int = BLOCK,
) -> Released:
    """Release the scores of everybody, tallying the reviews of `at_once` subjects together.

    That number is rounded up to whole blocks. Another size of a `block` is another order of
    draws.
    """
    found = Released.room_for(reviews.people)
    reports, others = [found.reports], [found.others]
    begin = 0
    for part in reviews.in_parts(max(1, ceil(at_once / block)) * block):
        everybody, of_reports = tally(part), tally(part.only(part.is_report))
        for first in range(0, part.people, block):
            rows = slice(first, first + block)
            drawn = _released(everybody.rows(rows), of_reports.rows(rows), policy, randomness)
            found.put(begin + first, drawn)
            reports.append(drawn.reports)
            others.append(drawn.others)
        begin += part.people
    return replace(found, reports=_joined(reports), others=_joined(others))


def _released(
    everybody: Pool, reports: Pool, policy: ReleasePolicy, randomness: Randomness
) -> Released:
    """One block: noise of both views first, then of all colleagues, then of distributions."""
    enough = everybody.blind_raters >= policy.blind_raters
    shown = enough[:, None] & (everybody.raters >= policy.blind_raters)
    views = _two_views(reports, everybody, policy, randomness)
    # Of two groups whose totals are shown, the total of both tells nothing more as their sum.
    blurred = twice_blurred(everybody.totals, randomness=randomness)
    totals = np.where(views.shown[:, None], views.totals, blurred)
    colleagues = release(everybody, totals, shown=shown, randomness=randomness)
    many = shown & (everybody.raters >= policy.distribution_from)
    shares = released_shares(everybody, shown=many, randomness=randomness)
    return Released(
        colleagues=replace(colleagues, shares=shares),
        has_second_view=views.shown,
        reports=views.reports.of(views.shown),
        others=views.others.of(views.shown),
        blind_raters=everybody.blind_raters,
        behind=Behind.of(everybody, shown),
    )


@dataclass(frozen=True)
class TwoViews:
    """Direct reports beside everybody else: released scores, and the noised totals of both."""

    shown: Flags
    reports: ScoreTable
    others: ScoreTable
    totals: Ints


def _two_views(
    reports: Pool, everybody: Pool, policy: ReleasePolicy, randomness: Randomness
) -> TwoViews:
    """Means only: a distribution of one view, taken from that of all, would be the other's."""
    others = everybody.without(reports)
    both = np.minimum(reports.blind_raters, others.blind_raters) >= policy.blind_raters
    # A statement hidden in one view is hidden in the other: the total would give it away.
    cells = both[:, None] & (np.minimum(reports.raters, others.raters) >= policy.blind_raters)
    of_reports = twice_blurred(reports.totals, randomness=randomness)
    of_others = twice_blurred(others.totals, randomness=randomness)
    return TwoViews(
        both,
        release(reports, of_reports, shown=cells, randomness=randomness),
        release(others, of_others, shown=cells, randomness=randomness),
        of_reports + of_others,
    )


def tally(reviews: RatedPairs) -> Pool:
    """Tally column by column: one bincount per statement is the fastest numpy knows."""
    n, subject = reviews.people, reviews.subject
    options = np.zeros((n, STATEMENTS, OPTIONS), dtype=np.int64)
    raters = np.zeros((n, STATEMENTS), dtype=np.int64)
    rated_any = np.zeros(len(subject), dtype=bool)
    for s in range(STATEMENTS):
        column = reviews.ratings[:, s]
        rated = column > NOT_OBSERVED
        rated_any |= rated
        flat = subject[rated] * OPTIONS + column[rated] - 1
        options[:, s] = np.bincount(flat, minlength=n * OPTIONS).reshape(n, OPTIONS)
        raters[:, s] = np.bincount(subject[rated & reviews.is_blind], minlength=n)
    return Pool(
        options=options,
        raters=raters,
        blind_raters=np.bincount(subject[rated_any & reviews.is_blind], minlength=n),
    )
