"""Reminding many people: their progress is read with a few queries, and is what each one sees."""

import pytest
from sqlalchemy import event

from app.ballots.models import SealedBallot
from app.ballots.queries import keys_of
from app.cycles.queries import cycle_by_id
from app.domain.ballot.document import Rating
from app.domain.errors import SealBrokenError
from app.infra.db import db, transaction
from app.lifecycle import reminding
from tests.whole_cycles import answer, make_team, open_cycle

FEW = 3


def first_statement(review):
    return [Rating(colleague.person_id, 1, 4) for colleague in review.colleagues]


@pytest.fixture
def started(app):
    """An open cycle in which nine people have begun; the cycle's id and theirs."""
    team = make_team(10)
    cycle = open_cycle(team)
    for person in team[1:]:
        answer(person, first_statement, sends=False)
    return cycle, [person.id for person in team]


def queries_for(cycle, ids):
    asked = []

    def note(_connection, _cursor, statement, *_):
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        found = reminding.progress_of(cycle_by_id(cycle), ids)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(asked), found


def test_more_people_take_no_more_queries(started, monkeypatch):
    cycle, ids = started
    monkeypatch.delattr(reminding, "stored_ballot")  # it reads past what is counted here
    reminding.progress_of(cycle_by_id(cycle), ids)

    few, _ = queries_for(cycle, ids[:FEW])
    all_of_them, found = queries_for(cycle, ids)

    assert all_of_them == few
    assert [found[one].answered for one in ids] == [0] + [9] * 9


def test_a_ballot_that_was_put_back_is_refused(started):
    cycle, ids = started
    with transaction():
        keys = keys_of(cycle)
        row = db.session.get_one(SealedBallot, (cycle, keys.locator(ids[1])))
        row.sealed = b""

    with pytest.raises(SealBrokenError):
        list(reminding.stored_ballots(keys, ids))
