"""Attack 8: linear algebra over everything published. No total of one to four people follows."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain.count.counting import count
from app.domain.count.rated_pairs import RatedPairs
from app.domain.enps.units import EnpsAnswer, EnpsCell, Tree, release_enps
from app.domain.release.policy import Hidden, ReleasePolicy
from tests.attacks.published import (
    Equations,
    adjusted_totals,
    all_of_team,
    all_ratings,
    totals_of_ratings,
    totals_of_teams,
    totals_of_units,
)
from tests.nightly_sizes import IS_NIGHTLY
from tests.randomness import seeded

PARTITIONS = settings(max_examples=10_000 if IS_NIGHTLY else 500)
COMPANIES = settings(max_examples=200 if IS_NIGHTLY else 25)
POLICY = ReleasePolicy()
REASONS = ("pay", "tools")
SIZES = (0, 0, 1, 2, 4, 9, 19, 20, 21, 24, 40)


@st.composite
def departments(draw):
    """A tree of units and how many in each answered, settled and new accounts."""
    units = draw(st.integers(1, 12))
    tree: dict[int, int | None] = {0: None}
    tree |= {unit: draw(st.integers(0, unit - 1)) for unit in range(1, units)}
    settled = {unit: draw(st.sampled_from(SIZES)) for unit in tree}
    new = {unit: draw(st.sampled_from((0, 0, 0, 1, 3, 25))) for unit in tree}
    return tree, settled, new


def answered(tree: Tree, settled: dict[int, int], new: dict[int, int]) -> list[EnpsAnswer]:
    return [
        EnpsAnswer(9, ("pay",), unit, is_new)
        for unit in tree
        for is_new, many in ((False, settled[unit]), (True, new[unit]))
        for _ in range(many)
    ]


def people_of(settled: dict[int, int], new: dict[int, int]) -> dict[int, list[tuple[int, int]]]:
    return {unit: [(unit, n) for n in range(settled[unit] + new[unit])] for unit in settled}


def solved_in(tree: Tree, settled: dict[int, int], new: dict[int, int]):
    cells = release_enps(answered(tree, settled, new), tree=tree, policy=POLICY, reasons=REASONS)
    return totals_of_units(cells, tree, people_of(settled, new)).solved()


@PARTITIONS
@given(departments())
def test_no_department_gives_away_four_people_or_fewer(company):
    tree, settled, new = company

    assert solved_in(tree, settled, new) is None


@PARTITIONS
@given(departments())
def test_reasons_are_of_the_whole_company_whose_total_is_published_anyway(company):
    tree, settled, new = company
    cells = release_enps(answered(tree, settled, new), tree=tree, policy=POLICY, reasons=REASONS)

    assert {cell.unit for cell in cells if cell.mentions} <= {0}
    for cell in cells:
        assert not (isinstance(cell.answers, Hidden) and cell.mentions)


def shown_without_protection(tree: Tree, settled: dict[int, int], *, threshold: int):
    """Every unit from the threshold on, whatever is left beside it."""
    staff = people_of(settled, dict.fromkeys(settled, 0))
    everybody = totals_of_units([EnpsCell(unit, _anything()) for unit in tree], tree, staff).groups
    return Equations([group for group in everybody if len(group) >= threshold])


def _anything():
    cells = release_enps(
        [EnpsAnswer(9, (), 0)] * 20, tree={0: None}, policy=POLICY, reasons=REASONS
    )
    assert not isinstance(cells[0].answers, Hidden)
    return cells[0].answers


def test_without_complementary_suppression_a_small_department_is_what_the_others_leave(tell):
    tree = {0: None, 1: 0, 2: 0, 3: 0}
    settled = {0: 0, 1: 25, 2: 22, 3: 3}

    found = shown_without_protection(tree, settled, threshold=20).solved()

    assert found == {(3, 0), (3, 1), (3, 2)}
    assert solved_in(tree, settled, dict.fromkeys(tree, 0)) is None
    tell("8 departments by subtraction", people=50, success=1, chance=0, off=True)
    tell("8 departments by subtraction", people=50, success=0, chance=0)


def test_with_a_threshold_of_one_everybody_alone_in_a_team_is_told():
    assert shown_without_protection({0: None, 1: 0}, {0: 30, 1: 1}, threshold=1).solved() == {
        (1, 0)
    }


def test_the_equations_find_what_takes_more_than_one_subtraction():
    a, b, c, d = "a", *("bcdefg", "hijklm", "nopqrs")
    groups = [frozenset(a + b), frozenset(b + c), frozenset(c + d), frozenset(d)]

    assert Equations(groups).solved() == {"a"}
    assert Equations(groups[:3]).solved() is None


def test_the_equations_know_what_the_attacker_knows():
    five = Equations([frozenset("abcde")])

    assert five.solved() is None
    assert five.with_known("ab").solved() == frozenset("cde")


def drawn_reviews(seed: int, people: int) -> RatedPairs:
    """Everybody rates most others; managers, gaps, and a few whom hardly anybody rates."""
    random = np.random.default_rng(seed)
    pairs = [(i, j) for i in range(people) for j in range(people) if i != j]
    seldom = set(random.choice(people, size=people // 5, replace=False).tolist())
    keeps = {j: 0.2 if j in seldom else random.uniform(0.3, 1) for j in range(people)}
    pairs = [(i, j) for i, j in pairs if random.random() < keeps[j]]
    rater, subject = np.array(pairs).T
    manager = np.array([0 if n % 2 else 1 for n in range(people)])
    ratings = random.integers(1, 6, size=(len(pairs), 14))
    ratings[random.random(ratings.shape) < random.choice([0.05, 0.3])] = 0
    return RatedPairs(
        people=people,
        rater=rater,
        subject=subject,
        ratings=ratings.astype(np.int8),
        is_blind=rater != manager[subject],
        is_report=manager[rater] == subject,
        unit=np.arange(people) % 3,
    )


@COMPANIES
@example(seed=0, people=16)  # has second views of some who are not the first
@given(st.integers(0, 10**6), st.integers(12, 26))
def test_no_statement_gives_away_four_raters_or_fewer_not_even_to_their_managers(seed, people):
    reviews = drawn_reviews(seed, people)
    counted = count(reviews, POLICY)
    teams = teams_of(people)
    overall = adjusted_totals(counted, reviews)
    readers = ~reviews.is_blind
    own = set(zip(reviews.rater[readers].tolist(), reviews.subject[readers].tolist(), strict=True))

    assert overall.solved() is None
    assert overall.with_known(own).solved() is None
    for statement in (0, 7):
        equations = totals_of_ratings(counted, reviews, statement)
        equations = equations.and_also(totals_of_teams(counted, reviews, statement, teams).groups)
        assert equations.solved() is None
        assert equations.with_known(own).solved() is None


def teams_of(people: int) -> list[list[int]]:
    """The two managers' people of `drawn_reviews`, and everybody for a reader from HR."""
    halves = [[one for one in range(people) if one % 2 == half] for half in (0, 1)]
    return [*halves, list(range(people))]


def test_a_team_mean_of_all_ratings_would_give_a_hidden_member_away(tell):
    reviews = _with_one_hidden(drawn_reviews(1, 25))
    team = teams_of(25)[1]
    counted = count(reviews, POLICY)
    persons = totals_of_ratings(counted, reviews, 0)

    guarded = persons.and_also(totals_of_teams(counted, reviews, 0, [team]).groups).solved()
    told = persons.and_also([all_of_team(reviews, 0, team)]).solved()

    assert guarded is None
    assert told is not None
    about_three = {(one, 3) for one in reviews.rater[reviews.subject == 3].tolist()}
    assert told <= about_three
    tell("8 hidden scores from a team's mean", people=25, success=1, chance=0, off=True)
    tell("8 hidden scores from a team's mean", people=25, success=0, chance=0)


@pytest.mark.parametrize("people", [25, 60])
def test_a_company_mean_of_all_ratings_would_give_the_hidden_away(people, tell):
    solved = guarded = 0
    for seed in range(10):
        reviews = _with_one_hidden(drawn_reviews(seed, people))
        equations = totals_of_ratings(count(reviews, POLICY), reviews, 0)
        guarded += equations.solved() is not None
        solved += equations.and_also([all_ratings(reviews, 0)]).solved() is not None

    assert guarded == 0
    assert solved == 10
    tell("8 hidden scores from the company's mean", people=people, success=1, chance=0, off=True)
    tell("8 hidden scores from the company's mean", people=people, success=0, chance=0)


def _with_one_hidden(reviews: RatedPairs) -> RatedPairs:
    """Everybody is rated by everybody, but person 3 by three only."""
    about = np.flatnonzero(reviews.subject == 3)[:3]
    often = np.bincount(reviews.subject, minlength=reviews.people) >= 20
    keep = often[reviews.subject] & (reviews.subject != 3)
    keep[about] = True
    ratings = np.maximum(reviews.ratings, 1)
    return replace(reviews, ratings=ratings).only(keep)


@COMPANIES
@given(st.integers(0, 10**6))
def test_hidden_ratings_move_no_published_number(seed):
    """The equations rely on it: what is hidden is in no mean, no interval, nothing."""
    reviews = drawn_reviews(seed, 22)
    before = count(reviews, POLICY, randomness=seeded(seed))
    is_hidden = ~before.colleagues.shown[reviews.subject]
    others = np.random.default_rng(seed).integers(1, 6, size=reviews.ratings.shape)
    changed = np.where(is_hidden & (reviews.ratings > 0), others, reviews.ratings)

    changed_reviews = replace(reviews, ratings=changed.astype(np.int8))
    after = count(changed_reviews, POLICY, randomness=seeded(seed))

    for name in ("colleagues", "reports", "others", "company", "adjusted"):
        one, other = getattr(before, name), getattr(after, name)
        for field in fields(one):
            np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))
    assert before.spread == after.spread
    assert before.about == after.about
