"""The demo: invented people, real ballots, the real door."""

import re
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import pairwise
from random import Random

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from app import create_app
from app.assignments.models import Participation
from app.ballots.models import SealedBallot
from app.cli import demo, demo_quarters
from app.cli.demo_answers import Cast
from app.cli.demo_plan_texts import PLAN_TEXTS
from app.cli.demo_staff import move_in_many
from app.cycles.models import Cycle, FocusQuestion
from app.domain.access import Actor
from app.domain.cycle import CycleState
from app.infra.db import db, transaction
from app.leaders.models import CommentMark, MailedComment
from app.lifecycle.count.counting import count_and_forget
from app.people.credentials import epoch_of
from app.people.models import Department, Person
from app.people.queries import person_by_email
from app.questionnaires.default import STATEMENTS
from app.reports.models import PlannedAction, PlanTotals
from app.results.models import CycleTotals, FocusResult, ReleasedComment, StatementScore
from app.results.queries import personal_report
from app.unit_answers.models import UnitAnswer
from tests.factories import make_person
from tests.randomness import seeded
from tests.whole_cycles import review_for


def number(query):
    return db.session.scalar(query) or 0


def nothing_clear():
    """Names of those whose newest report finds nothing."""
    published = select(Cycle).where(Cycle.state == CycleState.PUBLISHED).order_by(Cycle.id)
    cycle = db.session.scalars(published).all()[-1]
    people = db.session.scalars(select(Person)).all()
    reports = (
        personal_report(cycle.id, one.id, reader=Actor(one.id), company="Nordlicht")
        for one in people
    )
    return [report.name for report in reports if not report.said]


def test_each_statement_has_a_plan_of_its_own_in_the_demo():
    assert len({one.behaviour for one in PLAN_TEXTS}) == len(STATEMENTS)


def test_a_sentence_is_said_once_in_a_quarter():
    cast = Cast({})

    said = [cast.say_once(("First.", "Second."), quarter=2) for _ in range(3)]

    assert said == ["First.", "Second.", ""]
    assert cast.say_once(("First.", "Second."), quarter=3) == "First."


@pytest.mark.slow
def test_the_demo_company_has_three_published_quarters_and_an_open_one(app, monkeypatch):
    # With other noise one report in ten would find something where there is nothing.
    count = partial(count_and_forget, randomness=seeded(1))
    monkeypatch.setattr(demo_quarters, "count_and_forget", count)
    first = app.test_cli_runner().invoke(args=["demo", "fill"])
    assert first.exit_code == 0, first.output
    db.session.rollback()

    assert number(select(func.count(Person.id))) == 25
    assert number(select(func.count(Department.id))) == 5
    states = db.session.scalars(select(Cycle.state).order_by(Cycle.id)).all()
    assert states == [CycleState.PUBLISHED] * 3 + [CycleState.OPEN]
    assert number(select(func.count()).select_from(CycleTotals)) == 3
    openings = db.session.scalars(select(Cycle.opens_at).order_by(Cycle.id)).all()
    months = [12 * opened.year + opened.month for opened in openings]
    assert [after - before for before, after in pairwise(months)] == [3, 3, 3]
    assert max(one.day for one in openings) - min(one.day for one in openings) <= 3
    said = db.session.scalars(
        select(func.count(ReleasedComment.id)).group_by(
            ReleasedComment.cycle_id, ReleasedComment.subject_id, ReleasedComment.text
        )
    ).all()
    assert len(said) > 3 * 25 * 5
    assert set(said) == {1}
    shown = select(func.count()).select_from(StatementScore).where(StatementScore.mean > 0)
    assert number(shown) > 3 * 20 * 14
    sent = number(select(func.count()).where(Participation.sent))
    assert 0 < sent < 25
    assert number(select(func.count()).select_from(SealedBallot)) > sent
    alice = review_for(person_by_email("alice.okafor@nordlicht.example"))
    assert 0 < alice.answered < alice.total
    told = db.session.scalars(select(FocusResult.direction)).all()
    assert len([one for one in told if one]) > 2 * 8
    assert number(select(func.count()).select_from(FocusQuestion)) > 8
    assert number(select(func.count()).select_from(PlanTotals)) == 2
    assert number(select(func.count()).select_from(MailedComment)) >= 2 * 3
    marks = db.session.scalars(select(CommentMark.is_thanked)).all()
    assert 0 < sum(marks) < len(marks)
    assert len(db.session.scalars(select(UnitAnswer.mean).where(UnitAnswer.mean > 0)).all()) == 3
    assert len(nothing_clear()) >= 2
    for row in db.session.scalars(select(PlannedAction)):
        assert row.behaviour == PLAN_TEXTS[row.statement - 1].behaviour
    said_who = ("Employee", "Manager", "HR", "Second HR person", "Board", "Sample reports")
    for line in (*said_who, "Sign in at http://127.0.0.1:8000", "open now, partly answered"):
        assert line in first.output
    assert first.output.count("a-full-circle-demo") == 1
    assert "Ballots" not in first.output
    samples = sorted((app.config["SETTINGS"].data_folder / "samples").iterdir())
    assert len(samples) == 3
    assert "Alice Okafor" in PdfReader(samples[0]).pages[0].extract_text()

    again = app.test_cli_runner().invoke(args=["demo", "fill"])

    assert again.exit_code == 0
    assert "published" not in again.output
    assert "Employee" in again.output
    db.session.rollback()
    assert number(select(func.count(Cycle.id))) == 4


@pytest.mark.sqlite_only
def test_the_demo_brings_a_database_without_tables_up_to_date(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "_fill_company", lambda: None)
    empty = create_app(
        replace(settings, database_url=f"sqlite:///{tmp_path / 'empty.sqlite'}"), testing=True
    )

    result = empty.test_cli_runner().invoke(args=["demo", "fill"])

    assert result.exit_code == 0, result.output
    with empty.app_context():
        assert number(select(func.count(Person.id))) == 0
        db.session.remove()
        db.engine.dispose()


@pytest.mark.slow
def test_a_quarter_of_invented_people_ends_with_a_report_for_each(app, tmp_path):
    folder = tmp_path / "papers"

    result = app.test_cli_runner().invoke(
        args=["demo", "quarter", "--people", "12", "--folder", str(folder)]
    )

    assert result.exit_code == 0, result.output
    assert len(list(folder.glob("*.pdf"))) == 12
    for step in ("Plan and open", "Fill in and send", "Close and count", "Write the PDF reports"):
        assert f"{step} …" in result.stderr
        assert re.search(rf"{step} +\d+\.\d\d s\n", result.stdout), step
    assert "Together" in result.stdout
    assert "12 reports are in" in result.stdout
    db.session.rollback()
    assert number(select(func.count(Person.id))) == 0


def test_a_directory_of_other_people_is_left_alone(app):
    make_person(name="Somebody Else", email="else@example.com")

    result = app.test_cli_runner().invoke(args=["demo", "fill"])

    assert result.exit_code == 0, result.output
    assert "Sign in" not in result.output
    db.session.rollback()
    assert number(select(func.count(Person.id))) == 1


def test_a_company_of_any_size_has_teams_published_quarters_and_an_open_one(app):
    result = app.test_cli_runner().invoke(
        args=["demo", "company", "--people", "60", "--cycles", "1"]
    )

    assert result.exit_code == 0, result.output
    db.session.rollback()
    states = db.session.scalars(select(Cycle.state).order_by(Cycle.id)).all()
    people = db.session.scalars(select(Person).order_by(Person.id)).all()
    ballots = [review_for(person).ballot for person in people]
    assert states == [CycleState.PUBLISHED, CycleState.OPEN]
    assert len({person.email for person in people}) == 60
    assert [person.manager_id for person in people].count(None) == 1
    assert number(select(func.count(StatementScore.subject_id.distinct()))) == 60
    assert all(None not in ballot.own for ballot in ballots if ballot.sent)
    assert sum(ballot.sent for ballot in ballots) == 24
    assert make_person(name="One More", email="more@example.com").id == 61


def test_whoever_signs_in_to_such_a_company_can_read_what_they_answer(app):
    with transaction():
        move_in_many(9, today=date(2026, 1, 31), random=Random(1))

    person = db.session.scalars(select(Person)).first()

    assert person is not None
    assert epoch_of(person) == person.credential_epoch


def test_a_company_moves_into_an_empty_database_only(app):
    make_person(name="Somebody Else", email="else@example.com")

    result = app.test_cli_runner().invoke(args=["demo", "company", "--people", "20"])

    assert result.exit_code == 1
    assert "There are people in this database already." in result.output
