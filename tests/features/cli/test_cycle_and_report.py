"""The commands for operators: what they do, and one clear sentence when they may not."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from app.cycles.queries import cycle_by_name
from app.domain.ballot.document import Rating
from app.domain.cycle import CycleState
from app.infra import clock
from app.infra.db import db
from tests.factories import make_company
from tests.whole_cycles import answer

WHEN = "%Y-%m-%d %H:%M"


@pytest.fixture
def run(app):
    def invoke(*words):
        db.session.rollback()
        result = app.test_cli_runner().invoke(args=list(words))
        db.session.rollback()
        return result

    return invoke


@pytest.fixture
def people(app):
    return make_company(9)


def in_days(days):
    return (clock.now() + timedelta(days=days)).strftime(WHEN)


def plan(run, *more):
    return run(
        "cycle", "plan", "--name", "2026 Q4", "--opens", in_days(1), "--closes", in_days(14), *more
    )


def test_a_whole_cycle_runs_from_the_command_line(run, people, tmp_path):
    assert plan(run).exit_code == 0
    opened = run("cycle", "open", "2026 Q4")
    assert opened.exit_code == 0, opened.output
    for person in people:
        answer(person, lambda review: [Rating(c.person_id, 1, 4) for c in review.colleagues])
    extended = run("cycle", "extend", "2026 Q4", "--until", in_days(20))
    closed = run("cycle", "close", "2026 Q4")
    published = run("cycle", "publish", "2026 Q4")
    file = tmp_path / "report.pdf"
    report = run("report", "personal", people[3].email, "--cycle", "2026 Q4", "-o", str(file))

    for result in (extended, closed, published, report):
        assert result.exit_code == 0, result.output
    assert "2026 Q4  " in run("cycle", "list").output
    assert cycle_by_name("2026 Q4").state is CycleState.PUBLISHED
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(file.read_bytes())).pages)
    assert people[3].name in text
    assert re.search(r"\b[345]\.\d\b", text)
    assert "entries; the chain is whole" in run("audit", "verify").output


def test_a_cycle_with_too_few_people_does_not_open(run, app):
    make_company(5)
    plan(run)

    result = run("cycle", "open", "2026 Q4")

    assert result.exit_code == 1
    assert "5 people take part; a cycle needs at least 7." in result.output
    assert cycle_by_name("2026 Q4").state is CycleState.DRAFT


def test_a_changed_audit_entry_is_found(run, people):
    plan(run)
    db.session.execute(db.text("UPDATE audit_entry SET tag = 'cycle:opened'"))
    db.session.commit()

    result = run("audit", "verify")

    assert result.exit_code == 1
    assert "was changed" in result.output
