"""HR's one manual change per subject."""

import pytest

from app.assignments.models import ChangeKind, ManualChange
from app.assignments.services import PairChange
from app.cycles.models import Pairing
from app.cycles.queries import cycle_by_id
from app.domain.errors import PlanRefusedError
from app.infra.audit import AuditEntry
from app.infra.db import db, transaction
from app.lifecycle.plan import drafting, planning
from tests.factories import make_company, make_cycle, make_person


def change(cycle, kind, *, rater, subject):
    with transaction():
        planning.change_pair(cycle_by_id(cycle.id), PairChange(rater.id, subject.id, kind), by=None)


def pairs_of(cycle):
    return {(pair.rater, pair.subject) for pair in drafting.worked_out(cycle_by_id(cycle.id)).pairs}


def test_hr_takes_one_rater_away(app):
    company = make_company(9)
    cycle = make_cycle(company)

    change(cycle, ChangeKind.REMOVE, rater=company[3], subject=company[4])

    assert (company[3].id, company[4].id) not in pairs_of(cycle)
    assert len(pairs_of(cycle)) == 9 * 8 - 1


def test_hr_adds_one_rater(app):
    company = make_company(40)
    cycle = make_cycle(company, pairing=Pairing.SAMPLE)
    held = pairs_of(cycle)
    rater, subject = next(
        (a, b) for a in company for b in company if a is not b and (a.id, b.id) not in held
    )

    change(cycle, ChangeKind.ADD, rater=rater, subject=subject)

    assert pairs_of(cycle) - held == {(rater.id, subject.id)}


def test_a_subject_is_changed_at_most_once(app):
    company = make_company(9)
    cycle = make_cycle(company)
    change(cycle, ChangeKind.REMOVE, rater=company[3], subject=company[4])

    with pytest.raises(PlanRefusedError, match="changed once already"):
        change(cycle, ChangeKind.REMOVE, rater=company[5], subject=company[4])

    assert db.session.query(ManualChange).count() == 1


def test_a_change_that_changes_nothing_is_refused(app):
    company = make_company(9)
    cycle = make_cycle(company)

    with pytest.raises(PlanRefusedError, match="changes nothing"):
        change(cycle, ChangeKind.ADD, rater=company[3], subject=company[4])
    with pytest.raises(PlanRefusedError, match="their own rater"):
        change(cycle, ChangeKind.ADD, rater=company[3], subject=company[3])
    with pytest.raises(PlanRefusedError, match="have to take part"):
        change(cycle, ChangeKind.ADD, rater=make_person(), subject=company[3])


def test_a_manual_change_can_be_taken_back(app):
    company = make_company(9)
    cycle = make_cycle(company)
    change(cycle, ChangeKind.REMOVE, rater=company[3], subject=company[4])

    with transaction():
        planning.restore_pair(cycle_by_id(cycle.id), company[4].id, by=None)

    assert len(pairs_of(cycle)) == 9 * 8


def test_the_log_of_a_manual_change_names_neither_rater_nor_subject(app):
    company = make_company(9)
    cycle = make_cycle(company)

    change(cycle, ChangeKind.REMOVE, rater=company[3], subject=company[4])

    (entry,) = db.session.query(AuditEntry).filter_by(tag="cycle:pair_changed")
    assert entry.details == {"cycle_id": cycle.id, "kind": "remove"}
