"""Several processes open a count's ballots: in order, without traces, and all or nothing."""

import os
import select
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
from sqlalchemy import select as rows_of

from app import create_app
from app.ballots.models import SealedBallot
from app.ballots.queries import keys_of
from app.cycles.models import Cycle
from app.domain.ballot.document import Ballot, Comment, Rating
from app.domain.ballot.encoding import encode
from app.domain.count.contents import Box
from app.domain.cycle import CycleState
from app.domain.errors import SealBrokenError
from app.infra.db import db
from app.infra.keys import CycleKeys
from app.lifecycle.count import opening_together, unsealing
from app.lifecycle.count.counting import count_and_forget
from app.lifecycle.count.opening_process import opened
from app.lifecycle.count.opening_together import (
    HelperGoneError,
    OpeningProcess,
    contents_of,
    processes_for,
)
from app.results.models import StatementScore
from tests.randomness import seeded
from tests.whole_cycles import answer, begin_closing, make_team, open_cycle

KEYS = CycleKeys.from_halves(1, b"a" * 32, b"b" * 32)
PIECES = 24
WORDS = "Words of a ballot that stand nowhere else."


def box(rater, ballot):
    place = KEYS.locator(rater)
    return Box(rater, place, KEYS.seal(place, encode(ballot)))


def ballot(rater, **over):
    said = {"answers": {1000 + rater: [4] * 14}, "sent": True, "saves": rater}
    return Ballot(**(said | over))


@pytest.fixture(scope="module")
def pieces():
    """Pieces of two boxes."""
    return [[box(2 * n, ballot(2 * n)), box(2 * n + 1, ballot(2 * n + 1))] for n in range(PIECES)]


@pytest.fixture
def started(monkeypatch):
    """Every helper, as it starts."""
    found = []
    enter = OpeningProcess.__enter__

    def noted(helper):
        found.append(enter(helper))
        return helper

    monkeypatch.setattr(OpeningProcess, "__enter__", noted)
    return found


def told(found):
    return [(boxes, vars(contents)) for boxes, contents in found]


def test_contents_come_in_the_order_of_the_boxes_from_any_number_of_processes(
    pieces, monkeypatch, started
):
    alone = told(contents_of(KEYS, pieces, processes=1))
    mine = []

    def noted(boxes, open_one):
        mine.append(boxes)
        return opened(boxes, open_one)

    monkeypatch.setattr(opening_together, "opened", noted)
    together = told(contents_of(KEYS, pieces, processes=3))

    assert together == alone
    assert [boxes for boxes, _ in alone] == pieces
    assert len(mine) <= PIECES - 4  # two others were given two pieces at once
    assert all(helper.process.returncode is not None for helper in started)
    assert len(started) == 2


def test_a_killed_helper_stops_the_opening(pieces, started):
    found = contents_of(KEYS, pieces, processes=2)
    next(found)
    started[0].process.kill()

    with pytest.raises(HelperGoneError, match="ended early"):
        list(found)


def test_an_altered_ballot_is_told_of_in_the_same_words_by_a_helper(pieces):
    place = KEYS.locator(7)
    altered = [[Box(7, place, bytes(len(pieces[0][0].sealed)))], *pieces]
    said = []

    for processes in (1, 2):
        with pytest.raises(SealBrokenError) as caught:
            list(contents_of(KEYS, altered, processes=processes))
        said.append(str(caught.value))

    assert said[0] == said[1]


def test_of_any_other_error_in_a_helper_only_its_kind_is_told():
    broken = box(5, ballot(5, answers={WORDS: [4] * 14}))

    with pytest.raises(HelperGoneError) as caught:
        list(contents_of(KEYS, [[broken]], processes=2))

    assert str(caught.value) == "A process that opened ballots failed with ValueError."
    assert caught.value.__context__ is None


def test_where_no_process_can_be_started_this_one_opens_all(pieces, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    assert len(list(contents_of(KEYS, pieces, processes=3))) == PIECES


def test_an_opening_that_is_broken_off_leaves_no_process(pieces, started):
    found = contents_of(KEYS, pieces, processes=2)
    next(found)

    found.close()

    assert started[0].process.returncode is not None


def test_a_helper_ends_when_its_worker_is_killed():
    # given: a worker that has started a helper and says its number
    worker = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from app.lifecycle.count.opening_together import OpeningProcess\n"
            "with OpeningProcess() as helper: print(helper.process.pid, flush=True); input()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with worker:
        assert worker.stdout
        helper = os.pidfd_open(int(worker.stdout.readline()))

        # when
        worker.kill()

    # then: its end is seen on the descriptor, or the wait is over
    with os.fdopen(helper) as end:
        assert select.select([end], [], [], 20)[0]


def test_a_helper_knows_no_database_and_sees_no_key_in_its_arguments(pieces):
    known = subprocess.run(
        [sys.executable, "-c", f"import sys, {opening_together.MODULE}; print(*sys.modules)"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.split()

    assert "numpy" in known
    assert not {"sqlalchemy", "psycopg", "sqlite3"} & set(known)


def test_few_ballots_are_opened_by_one_process_and_many_by_one_for_each_processor():
    processors = len(os.sched_getaffinity(0))

    assert processes_for(opening_together.WORTH_IT - 1, wanted=0) == 1
    assert processes_for(opening_together.WORTH_IT, wanted=0) == processors
    assert processes_for(opening_together.WORTH_IT, wanted=5) == 5


# --- a whole count --------------------------------------------------------------------------------

PEOPLE = 9


def says(review):
    for one in review.colleagues:
        yield from (Rating(one.person_id, n, 1 + (n + one.person_id) % 5) for n in range(1, 15))
        yield Comment(one.person_id, "keep", WORDS)


@pytest.fixture
def cycle_id(app, monkeypatch):
    """A cycle that waits for its count; a batch of its ballots is one."""
    people = make_team(PEOPLE)
    cycle_id = open_cycle(people)
    for person in people:
        answer(person, says)
    begin_closing(cycle_id)
    monkeypatch.setattr(unsealing, "BATCH", 1)
    monkeypatch.setattr(opening_together, "WORTH_IT", PEOPLE)
    return cycle_id


@pytest.fixture
def with_two(settings, app):
    """The same house, where two processes open ballots."""
    two = create_app(replace(settings, count_processes=2), testing=True)
    with two.app_context():
        yield two
        db.session.remove()
        db.engine.dispose()


def means():
    db.session.rollback()
    rows = rows_of(StatementScore.mean).order_by(
        StatementScore.subject_id, StatementScore.statement
    )
    return db.session.scalars(rows).all()


def test_a_count_whose_helper_is_killed_leaves_everything_as_it_was(
    cycle_id, with_two, started, monkeypatch
):
    boxes = unsealing._next

    def deadly(query, last):
        if last:
            started[0].process.send_signal(signal.SIGKILL)
        return boxes(query, last)

    with monkeypatch.context() as patch:
        patch.setattr(unsealing, "_next", deadly)
        with pytest.raises(HelperGoneError):
            count_and_forget(cycle_id)

    db.session.rollback()
    cycle = db.session.get_one(Cycle, cycle_id)
    keys = keys_of(cycle_id)
    kept = db.session.execute(rows_of(SealedBallot.locator, SealedBallot.sealed)).all()
    assert cycle.state is CycleState.CLOSING
    assert "nothing was changed" in cycle.progress
    assert means() == []
    assert len([keys.open_(*one) for one in kept]) == PEOPLE

    count_and_forget(cycle_id, randomness=seeded(1))

    assert len(means()) == PEOPLE * 14
    assert len(started) == 2
