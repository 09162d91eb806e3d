"""HR's sums over a counted cycle: taken once after the count, and never older than an erasure."""

import pytest
from sqlalchemy import text

from app.infra.db import db, transaction
from app.lifecycle.count.forgetting import finish_forgetting
from app.results import sums
from app.results.models import KeptSums, StatementScore
from app.results.services import erase_cycle, erase_subject
from app.results.sums import ReleasedSums, keep_sums, sums_of
from tests.factories import make_person
from tests.features.reports.conftest import add_results, make_report


@pytest.fixture
def counted(app):
    """A published cycle with two reports, one of which a test may erase."""
    first, second = make_person(), make_person()
    cycle = make_report(first)
    add_results(cycle, second)
    return cycle, second


def test_sums_say_how_much_was_released_and_nothing_of_what_it_says(counted):
    cycle, _ = counted

    assert sums_of(cycle.id) == ReleasedSums(
        reports={9: 2}, scores={0: 2, 9: 26}, distributions=0, unseen={}, comments=2
    )


@pytest.mark.postgresql_only
def test_postgresql_knows_how_much_the_count_has_written_before_it_is_added_up(counted):
    cycle, _ = counted
    known = text("SELECT reltuples FROM pg_class WHERE relname = 'statement_score'")

    keep_sums(cycle.id)

    assert db.session.scalar(known) == db.session.query(StatementScore).count()


def test_once_everything_of_the_count_is_gone_the_sums_are_kept(counted):
    cycle, _ = counted
    before = sums_of(cycle.id)

    finish_forgetting(cycle.id)
    db.session.query(StatementScore).delete()
    db.session.commit()

    assert sums_of(cycle.id) == before


def test_with_an_erased_report_the_former_sums_are_erased_and_taken_anew(counted):
    cycle, second = counted
    finish_forgetting(cycle.id)

    with transaction():
        erase_subject(second.id, by=second.id)

    assert db.session.get(KeptSums, cycle.id) is None
    finish_forgetting(cycle.id)
    assert db.session.get(KeptSums, cycle.id) is not None
    assert sums_of(cycle.id).reports == {9: 1}


def test_sums_during_which_a_report_was_erased_are_not_kept(counted, monkeypatch):
    cycle, second = counted
    add_up = sums._added_up

    def erased_meanwhile(cycle_id):
        found = add_up(cycle_id)
        with transaction():
            erase_subject(second.id, by=second.id)
        return found

    monkeypatch.setattr(sums, "_added_up", erased_meanwhile)
    keep_sums(cycle.id)

    assert db.session.get(KeptSums, cycle.id) is None


def test_sums_are_erased_with_the_results_of_their_cycle(counted):
    cycle, _ = counted
    keep_sums(cycle.id)

    with transaction():
        erase_cycle(cycle.id)
    keep_sums(cycle.id)

    assert db.session.get(KeptSums, cycle.id) is None
