"""Which units are shown, attacked with linear algebra, and the cells released for them."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.enps.score import StanceCounts
from app.domain.enps.stances import Stance
from app.domain.enps.units import EnpsAnswer, EnpsCell, Tree, release_enps
from app.domain.enps.units import visible_units as verdicts_of
from app.domain.release.policy import Hidden, Reason, ReleasePolicy
from tests.randomness import silent

SHOWN = None
FEW = Reason.FEW_RESPONDENTS
PROTECTS = Reason.PROTECTS_OTHERS


def visible_units(tree, people, settled=None, *, threshold=20):
    return verdicts_of(tree, people, settled or people, threshold=threshold)


def totals(tree: Tree, staff: dict[int, int]) -> dict[int, int]:
    """Respondents of each subtree, from the direct staff of each unit."""
    found = dict.fromkeys(tree, 0)
    for unit, people in staff.items():
        above: int | None = unit
        while above is not None:
            found[above] += people
            above = tree[above]
    return found


def smallest_solvable(tree: Tree, staff: dict[int, int], shown: list[int]) -> int | None:
    """The smallest group of people that the shown totals single out, by a rank test.

    Any linear combination of totals treats the direct staff of a unit alike, so only
    unions of direct staffs can be solved for.
    """
    atoms = [unit for unit in tree if staff.get(unit, 0)]
    rows = np.zeros((len(shown), len(atoms)))
    for row, unit in enumerate(shown):
        for column, atom in enumerate(atoms):
            above: int | None = atom
            while above is not None and above != unit:
                above = tree[above]
            rows[row, column] = above == unit
    rank = np.linalg.matrix_rank(rows) if shown else 0
    sizes = [
        sum(staff[atom] for atom, is_in in zip(atoms, target, strict=True) if is_in)
        for target in product((0, 1), repeat=len(atoms))
        if any(target) and shown and np.linalg.matrix_rank(np.vstack([rows, target])) == rank
    ]
    return min(sizes, default=None)


@st.composite
def companies(draw):
    units = draw(st.integers(1, 8))
    tree: dict[int, int | None] = {0: None}
    for unit in range(1, units):
        tree[unit] = draw(st.integers(0, unit - 1))
    people = st.sampled_from((0, 0, 1, 3, 4, 5, 9, 19, 20, 21, 25, 40))
    return tree, {unit: draw(people) for unit in tree}


@given(companies(), st.sampled_from((20, 30)))
def test_no_group_below_five_can_be_subtracted_out_of_the_shown_units(company, threshold):
    tree, staff = company

    verdicts = visible_units(tree, totals(tree, staff), threshold=threshold)

    shown = [unit for unit, reason in verdicts.items() if reason is SHOWN]
    found = smallest_solvable(tree, staff, shown)
    assert found is None or found >= 5


@given(companies())
def test_the_company_is_shown_whenever_it_is_large_enough_and_small_units_never(company):
    tree, staff = company
    people = totals(tree, staff)

    verdicts = visible_units(tree, people)

    assert (verdicts[0] is SHOWN) == (people[0] >= 20)
    for unit in tree:
        assert (verdicts.get(unit) is FEW) == (people[unit] < 20)


@given(companies())
def test_no_answer_stands_in_more_than_three_totals_nor_twice_in_the_same(company):
    tree, staff = company
    people = totals(tree, staff)
    verdicts = visible_units(tree, people)
    shown = [unit for unit, reason in verdicts.items() if reason is SHOWN]

    for unit in shown:
        path, above = [unit], tree[unit]
        while above is not None:
            path += [above] if verdicts.get(above, FEW) is SHOWN else []
            above = tree[above]
        assert len(path) <= 3
        assert len({people[one] for one in path}) == len(path)


@given(companies())
def test_a_unit_is_hidden_for_others_only_where_showing_it_would_single_some_out(company):
    tree, staff = company
    verdicts = visible_units(tree, totals(tree, staff))
    shown = [unit for unit, reason in verdicts.items() if reason is SHOWN]

    for unit in (unit for unit, reason in verdicts.items() if reason is PROTECTS):
        found = smallest_solvable(tree, staff, [*shown, unit])

        assert found is not None
        assert found < 20


def test_the_rank_test_finds_what_a_threshold_alone_gives_away():
    tree = {0: None, 1: 0, 2: 0}

    assert smallest_solvable(tree, {0: 0, 1: 22, 2: 3}, [0, 1]) == 3


def test_a_rest_of_nobody_hides_nobody():
    tree = {0: None, 1: 0, 2: 0}

    assert visible_units(tree, {0: 40, 1: 20, 2: 20}) == {0: SHOWN, 1: SHOWN, 2: SHOWN}


def test_a_rest_of_five_hides_nobody():
    tree = {0: None, 1: 0, 2: 0, 3: 0}

    found = visible_units(tree, {0: 58, 1: 5, 2: 23, 3: 30})

    assert found == {0: SHOWN, 1: FEW, 2: SHOWN, 3: SHOWN}


def test_a_rest_of_one_to_four_takes_the_smallest_unit_with_it():
    tree = {0: None, 1: 0, 2: 0, 3: 0}

    found = visible_units(tree, {0: 57, 1: 4, 2: 23, 3: 30})

    assert found == {0: SHOWN, 1: FEW, 2: PROTECTS, 3: SHOWN}


def test_direct_staff_are_a_rest_too():
    tree = {0: None, 1: 0}

    assert visible_units(tree, {0: 24, 1: 20}) == {0: SHOWN, 1: PROTECTS}
    assert visible_units(tree, {0: 25, 1: 20}) == {0: SHOWN, 1: SHOWN}


def test_new_accounts_fill_up_no_rest():
    tree = {0: None, 1: 0}
    people, settled = {0: 33, 1: 20}, {0: 24, 1: 20}

    assert visible_units(tree, people, settled) == {0: SHOWN, 1: PROTECTS}


def test_a_hidden_unit_is_looked_through_so_that_its_large_teams_stay_visible():
    tree = {0: None, 1: 0, 3: 1, 4: 1, 5: 1}

    found = visible_units(tree, {0: 91, 1: 90, 3: 40, 4: 30, 5: 20})

    assert found == {0: SHOWN, 1: PROTECTS, 3: SHOWN, 4: SHOWN, 5: PROTECTS}


def test_a_unit_with_the_very_people_of_the_one_above_is_left_out():
    tree = {0: None, 1: 0, 2: 1, 3: 1}

    found = visible_units(tree, {0: 60, 1: 60, 2: 30, 3: 30})

    assert found == {0: SHOWN, 2: SHOWN, 3: SHOWN}


def test_a_fourth_level_is_left_out():
    tree = {0: None, 1: 0, 2: 1, 3: 2, 4: 3}

    found = visible_units(tree, {0: 200, 1: 150, 2: 100, 3: 50, 4: 3})

    assert found == {0: SHOWN, 1: SHOWN, 2: SHOWN, 4: FEW}


def test_a_company_below_the_threshold_shows_nothing():
    assert visible_units({0: None, 1: 0}, {0: 19, 1: 19}) == {0: FEW, 1: FEW}


def test_totals_that_contradict_the_tree_are_refused():
    with pytest.raises(ValueError, match="more people than it does"):
        visible_units({0: None, 1: 0}, {0: 22, 1: 30})


def answers(unit: int, *scores: int, reasons: tuple[str, ...] = ()) -> list[EnpsAnswer]:
    return [EnpsAnswer(score, reasons, unit) for score in scores]


POLICY = ReleasePolicy()
REASONS = ("pay", "tools", "growth")


def released(given_answers, tree, *, policy=POLICY, randomness=silent):
    cells = release_enps(
        given_answers, tree=tree, policy=policy, reasons=REASONS, randomness=randomness
    )
    return {cell.unit: cell for cell in cells}


def test_each_unit_gets_its_answers_or_a_reason_and_no_number():
    given_answers = [
        *answers(1, *[9] * 10, *[7] * 5, *[3] * 7),
        *answers(2, *[10] * 24),
        *answers(3, 5),
        *answers(4),
    ]

    cells = released(given_answers, {0: None, 1: 0, 2: 0, 3: 0, 4: 0})

    assert cells[0].answers == StanceCounts(47, 34, 8)
    assert cells[1] == EnpsCell(1, Hidden(PROTECTS))
    assert cells[2] == EnpsCell(2, StanceCounts(24, 24, 0))
    assert cells[3] == EnpsCell(3, Hidden(FEW))
    assert cells[4] == EnpsCell(4, Hidden(FEW))


def test_reasons_are_released_of_the_company_alone():
    given_answers = [
        *answers(1, *[9] * 30, reasons=("pay",)),
        *answers(2, *[2] * 40, reasons=("tools",)),
    ]

    cells = released(given_answers, {0: None, 1: 0, 2: 0})

    assert cells[0].mentions == {
        Stance.PROMOTER: {"pay": 30, "tools": 0, "growth": 0},
        Stance.DETRACTOR: {"pay": 0, "tools": 40, "growth": 0},
    }
    assert cells[1].mentions is cells[2].mentions is None


def test_every_unit_is_blurred_for_itself():
    draw = np.random.default_rng(1)
    given_answers = [*answers(1, *[9] * 40, *[0] * 40), *answers(2, *[9] * 40, *[0] * 40)]
    tree = {0: None, 1: 0, 2: 0}

    plays = [released(given_answers, tree, randomness=draw.bytes) for _ in range(300)]

    promoters = np.array([[play[unit].answers.promoters for unit in tree] for play in plays])
    assert (promoters[:, 0] != promoters[:, 1] + promoters[:, 2]).mean() > 0.5
    assert abs(np.corrcoef(promoters.T) - np.eye(3)).max() < 0.2


def test_a_stricter_policy_hides_more():
    given_answers = answers(1, *[9] * 12, *[7] * 12)

    cells = released(given_answers, {0: None, 1: 0}, policy=ReleasePolicy(unit_respondents=25))

    assert cells == {0: EnpsCell(0, Hidden(FEW)), 1: EnpsCell(1, Hidden(FEW))}
