"""A large draft is worked out once, by a job; whoever looks meanwhile is told so."""

import re

import pytest

from app.cycles.models import PlanFindings
from app.cycles.queries import cycle_by_id
from app.infra.db import db, transaction
from app.lifecycle import services
from app.lifecycle.plan import findings, kept_findings, plan_check, planning
from app.people.models import Person
from tests.features.lifecycle.drafts_and_forms import make_draft


@pytest.fixture
def draft(app, monkeypatch):
    """A draft of 20 people that counts as a large one; its id."""
    monkeypatch.setattr(kept_findings, "WORKED_OUT_AT_ONCE", 10)
    return make_draft(20).id


def known(draft):
    return plan_check.known_check(cycle_by_id(draft))


def test_a_page_does_not_draw_and_the_next_one_shows_what_a_job_drew(draft, hanna, run_jobs):
    waiting = hanna.get(f"/cycles/{draft}").text
    run_jobs()
    drawn = hanna.get(f"/cycles/{draft}").text

    assert "The plan is being worked out" in waiting
    assert "20 people" in drawn
    assert "Open now" in drawn


def test_what_is_kept_is_what_working_it_out_again_finds(draft):
    kept_findings.work_out(draft)

    assert known(draft) == plan_check.check_plan(cycle_by_id(draft))


def test_it_is_drawn_once_for_everybody_who_looks(draft, monkeypatch):
    kept_findings.work_out(draft)
    drawn: list[object] = []
    monkeypatch.setattr(kept_findings, "findings_of", drawn.append)

    kept_findings.work_out(draft)
    known(draft)

    assert drawn == []


@pytest.mark.parametrize("change", ["manager_id", "department_id", "is_active"])
def test_a_change_of_anybody_who_takes_part_makes_it_out_of_date(draft, change):
    kept_findings.work_out(draft)
    with transaction():
        someone, other = db.session.query(Person).order_by(Person.id.desc()).limit(2)
        value = {"manager_id": other.id, "department_id": 1, "is_active": False}[change]
        setattr(someone, change, value)

    assert known(draft) is None


def test_a_change_of_the_plan_makes_it_out_of_date(draft):
    kept_findings.work_out(draft)
    with transaction():
        cycle_by_id(draft).sample_size += 1

    assert known(draft) is None


def test_nobody_confirms_what_is_not_worked_out(draft):
    assert planning._faults_but_confirmation(cycle_by_id(draft), "") == [planning.BEING_DRAWN]


@pytest.mark.parametrize("act", [services.open_, planning.delete_draft])
def test_opening_and_deleting_leave_nothing_of_it(draft, act):
    kept_findings.work_out(draft)

    with transaction():
        act(cycle_by_id(draft), by=None)

    assert db.session.query(PlanFindings).all() == []


def test_only_the_first_names_are_kept(draft, monkeypatch):
    monkeypatch.setattr(findings, "NAMES_IN_A_SENTENCE", 2)
    with transaction():
        cycle = cycle_by_id(draft)
        cycle.policy_terms = cycle.policy_terms | {"blind_raters": 19}
    kept_findings.work_out(draft)

    fault = known(draft).faults[0]

    assert re.search(r"could count for \w[^,.]*, \w[^,.]* and 1\d more\.", fault)
