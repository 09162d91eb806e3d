"""Of several openings at once one wins, whichever drafts they are about."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.domain.errors import ReviewError
from app.infra import clock
from app.infra.db import db, transaction
from app.lifecycle import services
from tests.factories import make_cycle
from tests.whole_cycles import make_team

TOGETHER = 3


def open_together(app, cycle_ids):
    """Open each in a thread of its own; the refusals."""
    start, refusals = Barrier(len(cycle_ids)), []

    def open_one(cycle_id):
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    services.open_(db.session.get_one(Cycle, cycle_id), by=None)
            except ReviewError as refusal:
                refusals.append(str(refusal))
            finally:
                db.session.remove()

    threads = [Thread(target=open_one, args=(one,)) for one in cycle_ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refusals


def opened():
    db.session.rollback()
    return db.session.scalars(select(Cycle.id).where(Cycle.state == CycleState.OPEN)).all()


@pytest.fixture
def people(app):
    return make_team(8)


def test_of_three_drafts_opened_at_once_one_opens(app, people):
    drafts = [make_cycle(people, opens_at=clock.now()).id for _ in range(TOGETHER)]
    db.session.rollback()

    refusals = open_together(app, drafts)

    assert len(opened()) == 1
    assert len(refusals) == TOGETHER - 1
    assert all("one cycle at a time" in refusal for refusal in refusals)


def test_one_draft_opened_three_times_at_once_opens_once(app, people):
    draft = make_cycle(people, opens_at=clock.now()).id
    db.session.rollback()

    refusals = open_together(app, [draft] * TOGETHER)

    assert opened() == [draft]
    assert len(refusals) == TOGETHER - 1
