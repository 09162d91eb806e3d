"""Which units are shown, attacked with linear algebra, and the cells released for them."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.enps.score import ReleasedReasons, ReleasedShares
from app.domain.enps.units import EnpsAnswer, EnpsCell, Tree, release_enps, visible_units
from app.domain.release.policy import Hidden, Reason, ReleasePolicy

SHOWN = None
FEW = Reason.FEW_RESPONDENTS
PROTECTS = Reason.PROTECTS_OTHERS


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
    """The smallest group of people that the shown totals give away, by a rank test.

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
    people = st.sampled_from((0, 0, 1, 3, 5, 9, 10, 11, 14, 25))
    return tree, {unit: draw(people) for unit in tree}


@given(companies(), st.sampled_from((10, 12)))
def test_no_group_below_the_threshold_can_be_worked_out_of_the_shown_units(company, threshold):
    tree, staff = company

    verdicts = visible_units(tree, totals(tree, staff), threshold=threshold)

    shown = [unit for unit, reason in verdicts.items() if reason is SHOWN]
    found = smallest_solvable(tree, staff, shown)
    assert found is None or found >= threshold


@given(companies())
def test_the_company_is_shown_whenever_it_is_large_enough(company):
    tree, staff = company
    respondents = totals(tree, staff)

    verdicts = visible_units(tree, respondents)

    assert (verdicts[0] is SHOWN) == (respondents[0] >= 10)
    assert all(
        verdicts[unit] is FEW if respondents[unit] < 10 else verdicts[unit] is not FEW
        for unit in tree
    )


@given(companies())
def test_a_unit_is_hidden_for_others_only_where_showing_it_would_give_some_away(company):
    tree, staff = company
    verdicts = visible_units(tree, totals(tree, staff))
    shown = [unit for unit, reason in verdicts.items() if reason is SHOWN]

    for unit in (unit for unit, reason in verdicts.items() if reason is PROTECTS):
        found = smallest_solvable(tree, staff, [*shown, unit])

        assert found is not None
        assert found < 10


def test_the_rank_test_finds_what_naive_thresholds_give_away():
    tree = {0: None, 1: 0, 2: 0}

    assert smallest_solvable(tree, {0: 0, 1: 22, 2: 8}, [0, 1]) == 8


def test_units_of_ten_are_shown_beside_the_company():
    tree = {0: None, 1: 0, 2: 0}

    assert visible_units(tree, {0: 20, 1: 10, 2: 10}) == {0: SHOWN, 1: SHOWN, 2: SHOWN}


def test_a_single_small_unit_takes_the_next_smallest_with_it():
    tree = {0: None, 1: 0, 2: 0, 3: 0}

    found = visible_units(tree, {0: 41, 1: 8, 2: 13, 3: 20})

    assert found == {0: SHOWN, 1: FEW, 2: PROTECTS, 3: SHOWN}


def test_small_units_that_reach_ten_together_hide_nobody_else():
    tree = {0: None, 1: 0, 2: 0, 3: 0}

    found = visible_units(tree, {0: 31, 1: 6, 2: 5, 3: 20})

    assert found == {0: SHOWN, 1: FEW, 2: FEW, 3: SHOWN}


def test_a_unit_where_nobody_answered_hides_nobody_else():
    tree = {0: None, 1: 0, 2: 0}

    assert visible_units(tree, {0: 20, 1: 0, 2: 20}) == {0: SHOWN, 1: FEW, 2: SHOWN}


def test_direct_staff_of_the_company_count_as_a_sibling():
    tree = {0: None, 1: 0}

    assert visible_units(tree, {0: 23, 1: 20}) == {0: SHOWN, 1: PROTECTS}


def test_a_hidden_unit_is_looked_through_so_that_its_large_teams_stay_visible():
    tree = {0: None, 1: 0, 2: 0, 3: 1, 4: 1, 5: 1}

    found = visible_units(tree, {0: 98, 1: 90, 2: 8, 3: 50, 4: 25, 5: 15})

    assert found == {0: SHOWN, 1: PROTECTS, 2: FEW, 3: SHOWN, 4: SHOWN, 5: PROTECTS}


def test_a_company_below_the_threshold_shows_nothing():
    assert visible_units({0: None, 1: 0}, {0: 9, 1: 9}) == {0: FEW, 1: FEW}


def test_totals_that_contradict_the_tree_are_refused():
    with pytest.raises(ValueError, match="more people than it does"):
        visible_units({0: None, 1: 0}, {0: 12, 1: 30})


def answers(unit: int, *scores: int, reasons: tuple[str, ...] = ()) -> list[EnpsAnswer]:
    return [EnpsAnswer(score, reasons, unit) for score in scores]


POLICY = ReleasePolicy()
REASONS = ("pay", "tools", "growth")


def test_each_unit_gets_shares_or_a_reason_and_no_number():
    given_answers = [
        *answers(1, *[9] * 10, *[7] * 5, *[3] * 7),
        *answers(2, *[10] * 24),
        *answers(3, 5),
        *answers(4),
    ]

    cells = release_enps(
        given_answers, tree={0: None, 1: 0, 2: 0, 3: 0, 4: 0}, policy=POLICY, reasons=REASONS
    )

    assert [cell.unit for cell in cells] == [0, 1, 2, 3, 4]
    assert isinstance(cells[0].shares, ReleasedShares)
    assert cells[1] == EnpsCell(1, Hidden(PROTECTS))
    assert cells[2] == EnpsCell(2, ReleasedShares(24, 80, 20, 0))
    assert cells[3] == EnpsCell(3, Hidden(FEW))
    assert cells[4] == EnpsCell(4, Hidden(FEW))


def test_reasons_are_published_at_the_company_when_no_unit_is_large_enough():
    given_answers = [
        *answers(1, *[9] * 10, reasons=("pay",)),
        *answers(2, *[2] * 16, reasons=("tools",)),
    ]

    cells = release_enps(given_answers, tree={0: None, 1: 0, 2: 0}, policy=POLICY, reasons=REASONS)

    assert [cell.reasons is None for cell in cells] == [False, True, True]
    assert cells[0].reasons == ReleasedReasons((("pay", 40), ("tools", -60)), rest=0)


def test_reasons_are_published_once_at_the_lowest_unit_that_is_large_enough():
    given_answers = [
        *answers(2, *[9] * 30, reasons=("pay",)),
        *answers(3, *[2] * 30, reasons=("tools",)),
        *answers(0, *[8] * 30, reasons=("growth",)),
    ]
    tree = {0: None, 1: 0, 2: 1, 3: 0}

    cells = release_enps(given_answers, tree=tree, policy=POLICY, reasons=REASONS)

    assert [cell.unit for cell in cells if cell.reasons] == [2, 3]
    assert cells[2].reasons is not None
    assert dict(cells[2].reasons.points) == {"pay": 80}
    assert cells[2].reasons.rest == 0


def test_a_stricter_policy_hides_more():
    given_answers = answers(1, *[9] * 12, *[7] * 12)

    cells = release_enps(
        given_answers,
        tree={0: None, 1: 0},
        policy=ReleasePolicy(unit_respondents=25),
        reasons=REASONS,
    )

    assert cells == [EnpsCell(0, Hidden(FEW)), EnpsCell(1, Hidden(FEW))]
