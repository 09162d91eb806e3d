"""Attack 12: the manager's own rating, from both sides.

The manager, who reads the report, takes it off the total to see the team's ratings; the
subject, or whoever sees every view, tries to find out what the manager answered.
"""

from dataclasses import fields

import numpy as np
import pytest

from app.domain.count.counting import Counted, count
from app.domain.count.rated_pairs import RatedPairs
from app.domain.release.policy import ReleasePolicy
from tests.attacks.best_guess import POLICY, best_guess, drawn, published
from tests.attacks.published import totals_of_ratings
from tests.domain.test_fairness import company

BOUND = 8
PLAYS = 60_000


def reviews_of(*, blind: int, manager: int | None, reports: int = 0, seed: int = 1) -> RatedPairs:
    """One subject, the manager's rating (0 is "not observed"; None: none), and the others'."""
    given = drawn(np.random.default_rng(seed), blind, 14)
    if manager is not None:
        given = np.vstack([np.full((1, 14), manager), given])
    is_manager = np.arange(len(given)) < (manager is not None)
    return RatedPairs(
        people=1,
        rater=np.arange(len(given)) + (1 if manager is not None else 2),
        subject=np.zeros(len(given), dtype=np.int64),
        ratings=given.astype(np.int8),
        is_blind=~is_manager,
        is_report=np.arange(len(given)) >= len(given) - reports,
        unit=np.zeros(len(given) + 2, dtype=np.int64),
    )


@pytest.mark.parametrize(("blind", "reports"), [(4, 0), (5, 0), (9, 4), (10, 5), (11, 5), (12, 6)])
def test_a_manager_who_subtracts_the_own_rating_is_left_with_five_at_least(blind, reports, tell):
    reviews = reviews_of(blind=blind, manager=4, reports=reports)

    equations = totals_of_ratings(count(reviews, POLICY), reviews, 0)
    found = equations.with_known([(1, 0)]).solved()

    tell("12 the team less the manager", people=blind, success=float(found is not None), chance=0)
    assert found is None


def test_with_the_manager_counted_towards_the_threshold_four_are_left(tell):
    reviews = reviews_of(blind=4, manager=4)
    counted = count(
        RatedPairs(**{**vars(reviews), "is_blind": np.ones(5, dtype=bool)}), ReleasePolicy()
    )

    found = totals_of_ratings(counted, reviews, 0).with_known([(1, 0)]).solved()

    tell("12 the team less the manager", people=4, success=1, chance=0, off=True)
    assert found is not None
    assert len(found) == 4


@pytest.mark.parametrize(("blind", "reports"), [(5, 0), (11, 5), (12, 7), (23, 9)])
def test_the_managers_rating_is_nowhere_a_total_of_its_own(blind, reports):
    reviews = reviews_of(blind=blind, manager=2, reports=reports)
    equations = totals_of_ratings(count(reviews, POLICY), reviews, 0)

    assert equations.groups
    assert equations.solved() is None
    everybody_blind = frozenset((rater, 0) for rater in range(2, blind + 2))
    assert equations.and_also([everybody_blind]).solved() == {(1, 0)}  # were both published


@pytest.mark.parametrize("blind", [5, 6, 7, 9, 11, 15, 20, 23, 30])
def test_the_subject_guesses_the_managers_rating_hardly_better_than_anybodys(blind, tell):
    random = np.random.default_rng(blind)
    others, manager = drawn(random, PLAYS, blind), drawn(random, PLAYS)

    rate = best_guess([published(np.column_stack([others, manager]), random, blind=blind)], manager)

    name = f"12 the manager beside {blind} others"
    tell(name, people=blind + 2, success=rate.success, chance=rate.chance)
    assert rate.gain <= BOUND


@pytest.mark.parametrize("blind", [7, 11, 15])
def test_a_mean_with_and_one_without_the_manager_would_tell_the_rating(blind, tell):
    random = np.random.default_rng(blind)
    others, manager = drawn(random, PLAYS, blind), drawn(random, PLAYS)
    everybody = np.column_stack([others, manager])

    rate = best_guess([everybody.sum(axis=1) - others.sum(axis=1)], manager)

    name = f"12 the manager beside {blind} others"
    tell(name, people=blind + 2, success=rate.success, chance=rate.chance, off=True)
    assert rate.gain > 2 * BOUND


def shape_of(counted: Counted) -> list[object]:
    """Everything published but the values themselves: what is shown, and of how many raters."""
    found: list[object] = [counted.raters.tolist(), counted.has_second_view.tolist()]
    for name in ("colleagues", "reports", "others"):
        made = getattr(counted, name)
        found += [made.hidden.tolist(), made.raters.tolist()]
        found.append((made.shares[:, :, 0] >= 0).tolist())
    return found


@pytest.mark.parametrize("blind", [4, 5, 6, 7, 9, 10, 14, 15, 19, 20, 23, 29, 30])
def test_nothing_tells_whether_the_manager_answered(blind):
    shapes = [
        shape_of(count(reviews_of(blind=blind, manager=manager, reports=blind // 2), POLICY))
        for manager in (None, 0, 3)
    ]

    assert shapes[0] == shapes[1] == shapes[2]


def test_no_adjusted_score_tells_by_its_error_whether_the_manager_answered():
    """Two subjects with eleven blind raters each; the manager of the first one answered too."""
    reviews = company(60, size=12)
    of_first, of_second = (np.flatnonzero(reviews.subject == subject) for subject in (0, 1))
    reviews.is_blind[of_first[0]] = False
    reviews.ratings[of_second[0]] = -1

    adjusted = count(reviews, POLICY).adjusted

    assert adjusted.raters[:2].tolist() == [11, 11]
    assert adjusted.standard_error[0] == adjusted.standard_error[1]
    assert len(set(adjusted.standard_error[2:])) == 1  # nor how many others anybody's raters rated


def test_a_number_of_all_ratings_would_tell_it():
    def raters(manager):
        reviews = reviews_of(blind=6, manager=manager)
        everybody = RatedPairs(
            **{**vars(reviews), "is_blind": np.ones(len(reviews.rater), dtype=bool)}
        )
        return count(everybody, POLICY).colleagues.raters.tolist()

    assert raters(3) != raters(None)


def test_every_released_table_is_part_of_the_attack():
    """Whoever adds a view to the count adds it here and to the equations."""
    assert {field.name for field in fields(Counted)} == {
        "raters",
        "colleagues",
        "has_second_view",
        "reports",
        "others",
        "company",
        "spread",
        "adjusted",
        "about",
    }
