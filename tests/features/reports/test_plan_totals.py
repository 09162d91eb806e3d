"""What HR is told of plans: totals of twenty people and more, taken once, blurred."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.cycle import CycleState
from app.domain.release.fairness import Adjustment
from app.domain.release.policy import Reason
from app.domain.reports.action_plan import Going
from app.infra import clock
from app.infra.db import db, transaction
from app.lifecycle import services
from app.reports.models import ActionMarkRow, PlanTotals
from app.reports.plan_totals import erase_totals, keep_totals
from app.results.models import (
    AboutCycle,
    CompanyScore,
    CycleTotals,
    RaterGroup,
    StatementScore,
    SubjectResult,
)
from tests.factories import make_cycle, make_questionnaire
from tests.loop import planned
from tests.randomness import seeded, silent
from tests.whole_cycles import make_team

PEOPLE = 24


def quarter(people, days_ago, state, questionnaire_id, means):
    """A counted quarter; `means` gives a person's score by their place and the statement."""
    opened = clock.now() - timedelta(days=days_ago)
    day = (opened + timedelta(days=14)).date()
    cycle = make_cycle(
        people,
        opens_at=opened,
        questionnaire_id=questionnaire_id,
        state=state,
        opened_on=opened.date(),
        closed_on=day,
        forgotten_on=day,
        published_on=day if state is CycleState.PUBLISHED else None,
    )
    key = {"cycle_id": cycle.id}
    db.session.add(
        AboutCycle(**key, adjustment=Adjustment.NO_SAMPLE, between_raters=0.4, within_raters=0.4)
    )
    db.session.add(CycleTotals(**key, invited=len(people), sent=len(people), counted=len(people)))
    for place, person in enumerate(people):
        mine = key | {"subject_id": person.id}
        db.session.add(SubjectResult(**mine, unit_number=0, raters=12))
        for statement in range(1, 15):
            mean = means(place, statement)
            db.session.add(
                StatementScore(
                    **mine,
                    view=RaterGroup.COLLEAGUES,
                    statement=statement,
                    mean=mean,
                    raters=12,
                )
            )
    db.session.commit()
    return cycle


def before(place, statement):
    """Scores that differ by person and statement; the third is low."""
    return 3.0 + (place % 5) / 10 + (statement % 4) / 10 + (place * statement % 7) / 20


def after(place, statement):
    """What people chose has risen by .6, and nothing else."""
    return round(before(place, statement) + (0.6 if statement == 3 and place < 22 else 0), 2)


@pytest.fixture
def two_quarters(app):
    """A published quarter in which 22 of 24 chose statement 3, and a counted one after it."""

    def make(people=PEOPLE, chose=22, looked_back=9):
        team = make_team(people)
        questionnaire_id = make_questionnaire().id
        last = quarter(team, 120, CycleState.PUBLISHED, questionnaire_id, before)
        now = quarter(team, 30, CycleState.CLOSED, questionnaire_id, after)
        for place, person in enumerate(team[:chose]):
            planned(
                person,
                3,
                going=Going.WELL if place < looked_back else None,
                looked_back_on=clock.now().date() if place < looked_back else None,
            )
        db.session.add(
            ActionMarkRow(cycle_id=last.id, subject_id=team[-1].id, statement=4, surprises=True)
        )
        db.session.commit()
        return now

    return make


def kept():
    db.session.rollback()
    return db.session.scalars(select(PlanTotals)).one_or_none()


def test_totals_are_kept_once_when_the_next_quarter_is_published(two_quarters, hanna):
    cycle = two_quarters()
    with transaction():
        services.publish(cycle, by=None)
    first = (kept().people, kept().chose, kept().looked_back)
    with transaction():
        keep_totals(cycle)

    assert (kept().people, kept().chose, kept().looked_back) == first
    page = " ".join(hanna.get(f"/reports/cycle/{cycle.id}").text.split())
    assert f"Of 24 people with a report of the quarter before, about {first[1]} chose" in page


def test_exact_without_noise_and_beside_equally_low_ones(two_quarters):
    with transaction():
        keep_totals(two_quarters(), randomness=silent)

    found = kept()
    assert (found.people, found.chose, found.looked_back) == (24, 22, 9)
    assert found.moved == pytest.approx(0.6, abs=0.05)
    assert found.standard_error < 0.1


def test_the_counts_are_blurred(two_quarters):
    cycle, seen = two_quarters(), set()
    for seed in range(12):
        with transaction():
            erase_totals(cycle.id)
            keep_totals(cycle, randomness=seeded(seed))
        seen.add((kept().chose, kept().looked_back))
        assert kept().looked_back <= kept().chose <= kept().people

    assert len(seen) > 3


def test_of_nineteen_people_nothing_is_told(two_quarters, hanna):
    cycle = two_quarters(people=19, chose=19)
    with transaction():
        services.publish(cycle, by=None)

    assert kept() is None
    assert "What people made" not in hanna.get(f"/reports/cycle/{cycle.id}").text


def test_where_fewer_than_twenty_chose_it_is_not_told_whether_it_helped(two_quarters):
    with transaction():
        keep_totals(two_quarters(chose=15), randomness=silent)

    assert (kept().chose, kept().moved, kept().standard_error) == (15, None, None)


def test_totals_are_erased_with_the_results(two_quarters):
    cycle = two_quarters()
    with transaction():
        db.session.add(CompanyScore(cycle_id=cycle.id, statement=1, hidden=Reason.FEW_RESPONDENTS))
        services.publish(cycle, by=None)
    with transaction():
        services.erase_results(cycle)

    assert kept() is None


def test_what_choosing_moved_is_kept_to_two_decimals_only(two_quarters):
    """All decimals beside the printed scores would tell who of the last ones chose what."""
    with transaction():
        keep_totals(two_quarters(), randomness=silent)

    assert kept().moved == round(kept().moved, 2)
    assert kept().standard_error == round(kept().standard_error, 2)
