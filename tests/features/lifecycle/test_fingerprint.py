"""What raters are promised is checked again before the count, and told on a page of theirs."""

import re

import pytest
from sqlalchemy import delete, update

from app.assignments.models import Assignment
from app.cycles.models import Cycle, ReportReader, RosterEntry
from app.cycles.queries import cycle_by_id, log_witnesses
from app.domain.ballot.document import Rating
from app.domain.cycle import CycleState
from app.domain.errors import SealBrokenError
from app.domain.release.policy import ReleasePolicy
from app.infra import audit, clock
from app.infra.audit import ChainBrokenError
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.lifecycle.count.counting import count_and_forget
from app.lifecycle.plan.fingerprint import frozen_digest
from app.people.models import Person
from app.results.models import StatementScore
from tests.browsing import Browser
from tests.whole_cycles import answer, begin_closing, make_team, open_cycle


def all_threes(review):
    for colleague in review.colleagues:
        yield from (Rating(colleague.person_id, number, 3) for number in range(1, 15))


@pytest.fixture
def team(app):
    return make_team(8)


@pytest.fixture
def cycle_id(team):
    cycle_id = open_cycle(team)
    for person in team:
        answer(person, all_threes)
    return cycle_id


def change_the_policy(cycle_id):
    terms = ReleasePolicy(distribution_from=ReleasePolicy().distribution_from + 5).as_dict()
    return update(Cycle).where(Cycle.id == cycle_id).values(policy_terms=terms)


CHANGES = {
    "policy": change_the_policy,
    "reader": lambda cycle_id: delete(ReportReader),
    "new account": lambda cycle_id: update(RosterEntry).values(is_new=True),
    "pair": lambda cycle_id: delete(Assignment).where(Assignment.rater_id == 2),
    "manager": lambda cycle_id: update(RosterEntry).values(manager_id=None),
}


@pytest.mark.parametrize("what", CHANGES)
def test_terms_changed_in_the_database_count_nobody(cycle_id, what):
    with transaction():
        db.session.execute(CHANGES[what](cycle_id))
    begin_closing(cycle_id)

    with pytest.raises(SealBrokenError, match="no longer what raters were promised"):
        count_and_forget(cycle_id)

    assert cycle_by_id(cycle_id).state is CycleState.CLOSING
    assert db.session.query(StatementScore).count() == 0


def test_untouched_terms_are_counted(cycle_id):
    begin_closing(cycle_id)
    count_and_forget(cycle_id)

    assert cycle_by_id(cycle_id).state is CycleState.CLOSED


def test_what_the_rater_sees_is_the_digest_of_what_is_stored(app, team, cycle_id):
    page = Browser(app, team[3]).get("/review/promise").text

    assert f">{frozen_digest(cycle_by_id(cycle_id))[:16]}<" in page


def test_a_rater_reads_how_many_are_asked_and_how_many_are_new(app, team):
    before = open_and_end(team)
    team[5].account_made_on = clock.now().date()
    cycle_id = open_cycle(team + make_team(8)[1:])
    rater = Browser(app, team[3])

    promise = " ".join(re.sub("<[^>]+>", " ", rater.get("/review/promise").text).split())
    colleagues = rater.get("/review/colleagues").text

    assert before != cycle_id
    assert "15 people take part. 1 account is younger than 30 days" in promise
    assert "Rater 01 (person002@example.com) 14 1" in promise
    assert "1 of 14 people asked have a new account" in colleagues


def open_and_end(people):
    """A first cycle that is over, so that the exception for new accounts is used up."""
    cycle_id = open_cycle(people)
    begin_closing(cycle_id)
    count_and_forget(cycle_id)
    return cycle_id


def test_the_promise_of_the_first_cycle_says_that_new_accounts_count(app, team):
    for person in team:
        person.account_made_on = clock.now().date()
    open_cycle(team)

    page = " ".join(Browser(app, team[1]).get("/review/promise").text.split())

    assert "This is the first review here, so accounts younger than 30 days count" in page


def test_the_log_as_it_was_at_the_opening_is_told_to_every_rater(app, team, cycle_id):
    cycle = cycle_by_id(cycle_id)
    page = Browser(app, team[1]).get("/review/promise").text
    mail = db.session.query(OutboxMail).filter(OutboxMail.to == team[1].email).first()

    assert cycle.log_head[:16] in page
    assert mail is not None
    assert f"{cycle.log_length} entry, {cycle.log_head[:16]}" in mail.text
    assert cycle.frozen_hash[:16] in mail.text
    assert audit.verify(log_witnesses()) >= cycle.log_length


def test_a_log_cut_off_before_the_opening_no_longer_fits_the_promise(app, cycle_id):
    with transaction():
        db.session.execute(delete(audit.AuditEntry))

    result = app.test_cli_runner().invoke(args=["audit", "verify"])

    assert result.exit_code == 1
    assert "The promise of" in result.output
    with pytest.raises(ChainBrokenError):
        audit.verify(log_witnesses())


def test_raters_whose_accounts_are_in_new_hands_do_not_count(team, cycle_id):
    for person in team[2:5]:
        db.session.get_one(Person, person.id).handed_over_on = clock.now().date()
    db.session.commit()
    begin_closing(cycle_id)
    count_and_forget(cycle_id)

    hidden = {row.subject_id for row in db.session.query(StatementScore) if row.hidden}
    assert team[1].id in hidden, "7 raters, one reads the report, three are in new hands"


def test_the_ballots_of_people_who_left_still_count(team, cycle_id):
    for person in team[2:5]:
        db.session.get_one(Person, person.id).is_active = False
    db.session.commit()
    begin_closing(cycle_id)
    count_and_forget(cycle_id)

    shown = {row.subject_id for row in db.session.query(StatementScore) if not row.hidden}
    assert team[1].id in shown
