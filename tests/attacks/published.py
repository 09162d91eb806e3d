"""What is published, as equations: each value is a total over some people's answers.

Values are taken as if they were exact, which noise only makes harder for the attacker.
Team reports and adjusted scores are further sets in `Equations`.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np

from app.domain.count.counting import Counted
from app.domain.count.rated_pairs import RatedPairs
from app.domain.enps.units import EnpsCell, Tree
from app.domain.release.policy import Hidden
from app.domain.reports.team import SMALLEST_TEAM
from app.domain.scale import NOT_OBSERVED

People = AbstractSet[Hashable]
FEW = 4
"""Nobody may learn the total of so few people or fewer."""


@dataclass(frozen=True)
class Equations:
    """Published totals, each over the answers of a group of people."""

    groups: Sequence[People] = ()

    def with_known(self, known: Collection[Hashable]) -> "Equations":
        """As somebody sees them who subtracts answers that they know."""
        return Equations([group - frozenset(known) for group in self.groups])

    def and_also(self, more: Iterable[People]) -> "Equations":
        """With further published totals."""
        return Equations([*self.groups, *more])

    def solved(self, *, most: int = FEW) -> People | None:
        """At most `most` people whose total follows from the published ones, or None.

        Whoever stands in the same groups cannot be told apart: such people are one atom. A total
        follows exactly when it is perpendicular to every vector of the null space.
        """
        atoms = _atoms(self.groups)
        small = [place for place, atom in enumerate(atoms) if len(atom) <= most]
        matrix = [[int(atom <= group) for atom in atoms] for group in self.groups]
        free = _null_space(matrix, len(atoms))
        for size in range(1, most + 1):
            for chosen in combinations(small, size):
                people = sum(len(atoms[place]) for place in chosen)
                if people <= most and all(sum(v[place] for place in chosen) == 0 for v in free):
                    return frozenset().union(*(atoms[place] for place in chosen))
        return None


def _atoms(groups: Sequence[People]) -> list[People]:
    """Everybody who stands in some group, put together with those in just the same groups."""
    places: dict[Hashable, list[int]] = {}
    for number, group in enumerate(groups):
        for one in group:
            places.setdefault(one, []).append(number)
    found: dict[tuple[int, ...], set[Hashable]] = {}
    for one, where in places.items():
        found.setdefault(tuple(where), set()).add(one)
    return [frozenset(atom) for atom in found.values()]


def _null_space(rows: Sequence[Sequence[int]], width: int) -> list[list[Fraction]]:
    """A basis of all vectors that the rows do not see, by elimination in fractions."""
    reduced: list[list[Fraction]] = []
    pivots: list[int] = []
    for row in rows:
        rest = [Fraction(value) for value in row]
        for pivot, done in zip(pivots, reduced, strict=True):
            if rest[pivot]:
                rest = [a - rest[pivot] * b for a, b in zip(rest, done, strict=True)]
        lead = next((place for place, value in enumerate(rest) if value), None)
        if lead is None:
            continue
        rest = [value / rest[lead] for value in rest]
        reduced = [
            [a - done[lead] * b for a, b in zip(done, rest, strict=True)] if done[lead] else done
            for done in reduced
        ]
        reduced.append(rest)
        pivots.append(lead)
    return [_free_vector(reduced, pivots, place, width) for place in set(range(width)) - {*pivots}]


def _free_vector(
    reduced: Sequence[Sequence[Fraction]], pivots: Sequence[int], place: int, width: int
) -> list[Fraction]:
    vector = [Fraction(0)] * width
    vector[place] = Fraction(1)
    for pivot, row in zip(pivots, reduced, strict=True):
        vector[pivot] = -row[place]
    return vector


def totals_of_units(
    cells: Iterable[EnpsCell], tree: Tree, staff: Mapping[int, Collection[Hashable]]
) -> Equations:
    """The answers of every shown unit: totals over the answers of all in its subtree."""
    shown = [cell.unit for cell in cells if not isinstance(cell.answers, Hidden)]
    return Equations([frozenset(_inside(unit, tree, staff)) for unit in shown])


def _inside(unit: int, tree: Tree, staff: Mapping[int, Collection[Hashable]]) -> Iterator[Hashable]:
    for other, people in staff.items():
        above: int | None = other
        while above is not None and above != unit:
            above = tree[above]
        if above == unit:
            yield from people


def totals_of_ratings(counted: Counted, reviews: RatedPairs, statement: int) -> Equations:
    """Everything published about one statement (0-13), as totals over (rater, subject).

    Persons' scores, both second views, and the company's mean, which pools the released scores.
    Distributions, reasons and words are about the same groups.
    """
    everybody = np.arange(reviews.people)
    two_views = np.flatnonzero(counted.has_second_view)
    tables = (
        (counted.colleagues, everybody, None),
        (counted.reports, two_views, True),
        (counted.others, two_views, False),
    )
    groups = [
        _rated(reviews, statement, subject, is_report)
        for table, subjects, is_report in tables
        for subject in subjects[table.shown[:, statement]].tolist()
    ]
    company = frozenset().union(*groups) if groups else frozenset()
    return Equations([*groups, company] if counted.company.raters[statement] >= 0 else groups)


def totals_of_teams(
    counted: Counted, reviews: RatedPairs, statement: int, teams: Iterable[Collection[int]]
) -> Equations:
    """A team's mean of each statement: all ratings behind the released scores of its people.

    `teams` are the subjects whose reports one manager reads.
    """
    known = counted.colleagues.shown[:, statement]
    released = [[one for one in team if known[one]] for team in teams]
    return Equations(
        [
            frozenset().union(*(_rated(reviews, statement, one, None) for one in team))
            for team in released
            if len(team) >= SMALLEST_TEAM
        ]
    )


def all_of_team(reviews: RatedPairs, statement: int, team: Collection[int]) -> People:
    """Every rating of a team: what its mean would pool without protection."""
    return frozenset().union(*(_rated(reviews, statement, one, None) for one in team))


def adjusted_totals(counted: Counted, reviews: RatedPairs) -> Equations:
    """The adjusted overall scores: totals over what (rater, subject) means over all statements.

    Raters' strictness comes from the same ratings; who knows all of it is left with these. They
    are no totals of single statements; `test_adjusted_score` guesses with both.
    """
    rated = (reviews.ratings > NOT_OBSERVED).any(axis=1)
    return Equations(
        [
            frozenset((rater, subject) for rater in reviews.rater[rated & rows].tolist())
            for subject in np.flatnonzero(counted.adjusted.shown).tolist()
            for rows in [reviews.subject == subject]
        ]
    )


def all_ratings(reviews: RatedPairs, statement: int) -> People:
    """Everybody's ratings of one statement: what a company's mean without protection pools."""
    return frozenset().union(
        *(_rated(reviews, statement, subject, None) for subject in range(reviews.people))
    )


def _rated(reviews: RatedPairs, statement: int, subject: int, is_report: bool | None) -> People:  # noqa: FBT001
    rows = (reviews.subject == subject) & (reviews.ratings[:, statement] > NOT_OBSERVED)
    if is_report is not None:
        rows &= reviews.is_report == is_report
    return frozenset((rater, subject) for rater in reviews.rater[rows].tolist())
