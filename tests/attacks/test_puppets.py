"""Attack 13: accounts invented around one person, whose answers their inventor knows.

Accounts younger than thirty days count as blind raters of nobody, and towards no threshold of
the eNPS; the very first cycle of a company is the exception, and the promise says so.
"""

import os
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import select

from app.cycles.models import Cycle
from app.domain.ballot.document import EnpsCommentChange, EnpsScoreChange
from app.domain.count.counting import count
from app.domain.count.rated_pairs import RatedPairs
from app.domain.cycle import CycleState
from app.domain.enps.units import EnpsAnswer, release_enps
from app.domain.errors import PlanRefusedError
from app.domain.release.policy import Hidden
from app.enps.models import EnpsComment
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.settings import company_day
from app.lifecycle import services
from app.people.models import Person
from tests.attacks.best_guess import POLICY, drawn
from tests.factories import make_cycle, make_department, make_person
from tests.randomness import silent
from tests.whole_cycles import answer, close, make_team, open_cycle

PUPPETS = 30
TREE = {0: None, 1: 0, 2: 0}
REASONS = ("pay",)


def around_one(honest: int, *, seed: int = 1) -> RatedPairs:
    """One subject with so many honest raters, and puppets who all answer what they are told."""
    given = drawn(np.random.default_rng(seed), honest, 14)
    ratings = np.vstack([given, np.full((PUPPETS, 14), 3)]).astype(np.int8)
    raters = np.arange(1, len(ratings) + 1)
    return RatedPairs(
        people=1,
        rater=raters,
        subject=np.zeros(len(ratings), dtype=np.int64),
        ratings=ratings,
        is_blind=raters <= honest,
        is_report=raters % 2 == 0,
        unit=np.zeros(len(ratings) + 1, dtype=np.int64),
    )


@pytest.mark.parametrize("honest", [1, 2, 3, 4])
def test_puppets_uncover_no_score(honest, tell):
    counted = count(around_one(honest), POLICY)

    tables = (counted.colleagues, counted.reports, counted.others, counted.company)
    shown = sum(int((made.raters >= 0).sum()) for made in tables)
    tell(f"13 puppets around {honest}", people=PUPPETS + 1 + honest, success=shown / 14, chance=0)
    assert shown == 0
    assert counted.raters.tolist() == [-1]
    assert counted.adjusted.raters.tolist() == [-1]


def test_puppets_uncover_no_score_of_many_honest_people_more_than_there_is():
    few, many = count(around_one(5), POLICY), count(around_one(12), POLICY)

    assert few.raters.tolist() == [5]  # the puppets are not in it
    assert set(few.colleagues.raters.ravel()) == {5}
    assert (many.colleagues.shares == -1).all()


@pytest.mark.parametrize("honest", [1, 4])
def test_without_the_age_rule_puppets_uncover_it(honest, tell):
    reviews = around_one(honest)
    counted = count(replace(reviews, is_blind=np.ones_like(reviews.is_blind)), POLICY)

    shown = int(counted.colleagues.shown.sum())

    name = f"13 puppets around {honest}"
    tell(name, people=PUPPETS + 1 + honest, success=shown / 14, chance=0, off=True)
    assert shown == 14


def unit_of_victim(score: int, *, is_new: bool, randomness=os.urandom):
    """What is released of a unit of one honest person among puppets."""
    others = [EnpsAnswer(7, (), 2) for _ in range(40)]
    crowd = [EnpsAnswer(9, (), 1, is_new) for _ in range(PUPPETS)]
    cells = release_enps(
        [*others, *crowd, EnpsAnswer(score, (), 1)],
        tree=TREE,
        policy=POLICY,
        reasons=REASONS,
        randomness=randomness,
    )
    return {cell.unit: cell.answers for cell in cells}


def test_puppets_uncover_no_recommendation(tell):
    found = unit_of_victim(0, is_new=True)

    tell("13 puppets around one eNPS", people=71, success=0, chance=0)
    assert isinstance(found[1], Hidden)
    assert isinstance(found[2], Hidden)  # the company less this unit would be the other


@pytest.mark.parametrize(("settled", "words"), [(19, 0), (20, 25)])
def test_puppets_uncover_no_words_to_a_recommendation(app, settled, words):
    people = make_team(25)
    cycle_id = open_cycle(people)
    for person in people:
        answer(person, lambda _: [EnpsScoreChange(7), EnpsCommentChange("It is fine here.")])
    with transaction():
        for person in people[settled:]:  # they count in every total and towards no threshold
            db.session.get_one(Person, person.id).handed_over_on = company_day()

    close(cycle_id)

    assert len(db.session.scalars(select(EnpsComment)).all()) == words


def test_without_the_age_rule_and_the_noise_puppets_uncover_a_recommendation(tell):
    content, unhappy = (
        unit_of_victim(score, is_new=False, randomness=silent)[1] for score in (10, 0)
    )

    tell("13 puppets around one eNPS", people=71, success=1, chance=0, off=True)
    assert not isinstance(content, Hidden)
    assert content != unhappy


def test_without_the_age_rule_the_noise_still_leaves_doubt(tell):
    """The odds of one answer against the next are three to one at most: two to one here."""
    draw = np.random.default_rng(1)
    plays, right = 4_000, 0
    for _ in range(plays):
        is_unhappy = draw.random() < 0.5
        found = unit_of_victim(0 if is_unhappy else 7, is_new=False, randomness=draw.bytes)[1]
        assert not isinstance(found, Hidden)
        right += (found.detractors > 0) == is_unhappy

    rate = right / plays
    tell("13 puppets around one eNPS, not new", people=71, success=rate, chance=0.5)
    assert rate <= 2 / 3 + 0.03


def test_new_colleagues_still_count_in_the_totals():
    settled = [EnpsAnswer(9, (), 1) for _ in range(20)]
    new = [EnpsAnswer(0, (), 1, is_new=True) for _ in range(10)]

    (company,) = release_enps(
        [*settled, *new],
        tree={0: None, 1: 0},
        policy=POLICY,
        reasons=REASONS,
        randomness=silent,
    )

    assert not isinstance(company.answers, Hidden)
    assert (company.answers.respondents, company.answers.detractors) == (30, 10)


def around_a_victim(*, account_made_days_ago: int) -> Cycle:
    """A draft of a victim, three honest colleagues and eight accounts of that age."""
    earlier = clock.now() - timedelta(days=90)
    make_cycle(state=CycleState.PUBLISHED, opens_at=earlier, opened_on=earlier.date())
    unit = make_department(name="Around the victim")
    made_on = (clock.now() - timedelta(days=account_made_days_ago)).date()
    honest = [make_person(department_id=unit.id) for _ in range(4)]
    puppets = [make_person(department_id=unit.id, account_made_on=made_on) for _ in range(8)]
    return make_cycle([*honest, *puppets], opens_at=clock.now())


def test_a_cycle_of_a_victim_among_puppets_is_not_opened(app, tell):
    cycle = around_a_victim(account_made_days_ago=3)

    with pytest.raises(PlanRefusedError, match="Fewer than 5 raters could count"), transaction():
        services.open_(cycle, by=None)

    db.session.rollback()
    assert db.session.get_one(Cycle, cycle.id).state is CycleState.DRAFT
    tell("13 a cycle around a victim", people=12, success=0, chance=0)


def test_with_accounts_old_enough_it_would_open(app, tell):
    cycle = around_a_victim(account_made_days_ago=60)

    with transaction():
        services.open_(cycle, by=None)

    assert cycle.state is CycleState.OPEN
    tell("13 a cycle around a victim", people=12, success=1, chance=0, off=True)
