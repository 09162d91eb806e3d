"""Attack 14: open again, count again, lower the threshold, remove a rater and subtract."""

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError

from app.assignments.models import Assignment, Participation
from app.ballots.models import SealedBallot
from app.ballots.queries import keys_of
from app.cycles.models import Cycle, ReportReader, RosterEntry
from app.cycles.queries import cycle_by_id
from app.domain.ballot.document import Rating
from app.domain.cycle import CycleState
from app.domain.errors import ReviewError, SealBrokenError
from app.domain.release.policy import ReleasePolicy
from app.infra.db import db, transaction
from app.infra.keys import CycleKeys
from app.lifecycle import due, services
from app.lifecycle.count import frozen_terms, unsealing
from app.lifecycle.count.abandoning import abandon
from app.lifecycle.count.counting import count_and_forget
from app.lifecycle.plan.fingerprint import frozen_digest
from app.people.models import Person
from app.results.models import StatementScore
from tests.browsing import Browser
from tests.factories import make_person
from tests.whole_cycles import answer, begin_closing, close, make_team, open_cycle

PEOPLE = 10
STRICT = ReleasePolicy(blind_raters=8).as_dict()
"""Only whoever was rated by everybody else gets numbers."""


def all_fours(review):
    for colleague in review.colleagues:
        yield from (Rating(colleague.person_id, number, 4) for number in range(1, 15))


@pytest.fixture
def people(app):
    return make_team(PEOPLE)


@pytest.fixture
def cycle_id(app, settings, scenes):
    """A strict cycle that waits for its count: two did not send, so nobody has 8 blind raters."""
    scenes.begin("all fours, closing", settings, lambda: waiting(make_team(PEOPLE)))
    return db.session.scalars(select(Cycle.id)).one()


def waiting(people):
    cycle_id = open_cycle(people, policy_terms=STRICT)
    for person in people[:-2]:
        answer(person, all_fours)
    begin_closing(cycle_id)
    return cycle_id


def released():
    """How many scores can be read."""
    db.session.rollback()
    return len(db.session.scalars(select(StatementScore.mean).where(StatementScore.mean > 0)).all())


def lower_the_threshold(cycle_id):
    yield update(Cycle).where(Cycle.id == cycle_id).values(policy_terms=ReleasePolicy().as_dict())


def blind_the_readers(cycle_id):
    yield delete(ReportReader).where(ReportReader.cycle_id == cycle_id)


def remove_a_rater(cycle_id):
    raters = select(RosterEntry.person_id).where(RosterEntry.cycle_id == cycle_id)
    victim = max(db.session.scalars(raters))
    place = keys_of(cycle_id).locator(victim)
    yield delete(SealedBallot).where(SealedBallot.locator == place)
    yield delete(Assignment).where(Assignment.rater_id == victim)
    yield delete(Participation).where(Participation.person_id == victim)
    yield delete(RosterEntry).where(RosterEntry.person_id == victim)


def remove_a_ballot(cycle_id):
    victim = min(db.session.scalars(select(Participation.person_id)))
    place = keys_of(cycle_id).locator(victim)
    yield delete(SealedBallot).where(SealedBallot.locator == place)
    yield update(Participation).where(Participation.person_id == victim).values(sent=False)


BEFORE = [lower_the_threshold, blind_the_readers, remove_a_rater, remove_a_ballot]


def change(cycle_id, statements, *, with_hash):
    """What a database administrator types; they know how the hash is computed."""
    with transaction():
        for statement in list(statements(cycle_id)):
            db.session.execute(statement)
        db.session.flush()
        if with_hash:
            db.session.expire_all()
            cycle = cycle_by_id(cycle_id)
            cycle.frozen_hash = frozen_digest(cycle)


@pytest.mark.parametrize("with_hash", [False, True], ids=["terms only", "terms and hash"])
@pytest.mark.parametrize("statements", BEFORE)
def test_terms_changed_by_hand_before_the_count_open_nothing(cycle_id, tell, statements, with_hash):
    change(cycle_id, statements, with_hash=with_hash)

    with pytest.raises(SealBrokenError):
        count_and_forget(cycle_id)

    tell(f"14 before the count: {statements.__name__}", people=PEOPLE, success=0, chance=0)
    assert released() == 0
    assert cycle_by_id(cycle_id).state is CycleState.CLOSING


@pytest.mark.parametrize("statements", [lower_the_threshold, blind_the_readers])
def test_without_the_check_the_same_change_opens_hidden_scores(
    cycle_id, monkeypatch, tell, statements
):
    monkeypatch.setattr(frozen_terms, "refuse_broken", lambda _cycle: None)
    change(cycle_id, statements, with_hash=False)

    count_and_forget(cycle_id)

    tell(f"14 … not checked: {statements.__name__}", people=PEOPLE, success=1, chance=0, off=True)
    assert released() > 0


def test_without_the_bond_between_key_and_promise_a_new_hash_is_believed(people, monkeypatch, tell):
    derive = CycleKeys.from_halves
    monkeypatch.setattr(
        CycleKeys, "from_halves", lambda cycle, one, other, promise: derive(cycle, one, other)
    )
    cycle_id = waiting(people)
    change(cycle_id, lower_the_threshold, with_hash=True)

    count_and_forget(cycle_id)

    tell("14 … key not bound to the promise", people=PEOPLE, success=1, chance=0, off=True)
    assert released() > 0


def test_terms_that_change_while_they_are_read_are_not_used(cycle_id, monkeypatch):
    """Between the check and the count the administrator slips in."""

    def count_with(real):
        def opened(cycle, frozen, say):
            db.session.rollback()
            with db.engine.begin() as administrator:
                administrator.execute(next(lower_the_threshold(cycle.id)))
            return real(cycle, frozen, say)

        return opened

    monkeypatch.setattr(
        "app.lifecycle.count.counting.open_ballots", count_with(unsealing.open_ballots)
    )

    count_and_forget(cycle_id)

    assert released() == 0


# --- after the count -----------------------------------------------------------------------------


def play():
    """A cycle with default rules, counted."""
    people = make_team(PEOPLE)
    cycle_id = open_cycle(people)
    for person in people:
        answer(person, all_fours)
    close(cycle_id)


@pytest.fixture
def counted(app, settings, scenes):
    """The counted cycle."""
    scenes.begin("all fours, counted", settings, play)
    return db.session.scalars(select(Cycle.id)).one()


def everything():
    """All results, as they are read."""
    db.session.rollback()
    return sorted(
        (table.name, str(row))
        for table in db.metadata.sorted_tables
        if table.name.startswith(
            ("statement_", "subject_", "self_", "released_", "company_", "enps_")
        )
        for row in db.session.execute(table.select())
        if table.name != "statement"
    )


def by_services(app, cycle_id):
    """Every step a service knows, one after the other."""
    for step in (services.open_, services.begin_closing, services.close_early, abandon):
        with transaction():
            step(cycle_by_id(cycle_id), by=None)
    count_and_forget(cycle_id)


def by_command(app, cycle_id):
    name = cycle_by_id(cycle_id).name
    db.session.rollback()
    for words in (["open", name], ["close", name], ["abandon", name, "--yes"]):
        app.test_cli_runner().invoke(args=["cycle", *words])


def by_pages(app, cycle_id):
    hr = Browser(app, make_person(name="Hugo Hiring", is_hr=True))
    for step in ("open", "close", "abandon", "edit", "pairs", "delete", "extend", "confirm"):
        hr.post(f"/cycles/{cycle_id}/{step}", page=f"/cycles/{cycle_id}")


def by_the_scheduler(app, cycle_id):
    due.do_all()


WAYS = [by_services, by_command, by_pages, by_the_scheduler]


@pytest.mark.parametrize("state", [None, "draft", "open", "closing"])
@pytest.mark.parametrize("way", WAYS)
def test_a_counted_cycle_is_never_counted_again(app, counted, tell, way, state):
    """With its state as it is, and turned back by hand in the database."""
    before = everything()
    if state:
        with transaction():
            db.session.execute(text("UPDATE cycle SET state = :state"), {"state": state})

    try:
        way(app, counted)
    except (ReviewError, IntegrityError):
        db.session.rollback()

    turned = f", state '{state}' by hand" if state else ""
    tell(f"14 after the count {way.__name__}{turned}", people=PEOPLE, success=0, chance=0)
    assert everything() == before
    assert db.session.scalars(select(Person)).first() is not None


def test_a_backup_put_back_after_the_count_cannot_be_counted_without_a_rater(
    people, tell, settings
):
    """The whole database as it was before the count, one rater less: the key is gone."""
    cycle_id = open_cycle(people)
    for person in people:
        answer(person, all_fours)
    begin_closing(cycle_id)
    backup = {
        table: [dict(row._mapping) for row in db.session.execute(table.select())]
        for table in map(db.metadata.tables.__getitem__, ("ballot", "key_half", "assignment"))
    }
    count_and_forget(cycle_id)

    with transaction():
        for table, rows in backup.items():
            kept = rows[1:] if table.name == "ballot" else rows
            db.session.execute(table.insert(), kept)
        db.session.execute(delete(StatementScore))
        db.session.execute(update(Cycle).values(state=CycleState.CLOSING))

    with pytest.raises(SealBrokenError, match="key file"):
        count_and_forget(cycle_id)
    tell("14 backup put back, one rater less", people=PEOPLE, success=0, chance=0)
    assert released() == 0
