"""What others do while a count keeps its results: they read and write, and see nothing of it."""

import pytest
from sqlalchemy import event, select, text

from app.ballots.models import SealedBallot
from app.cycles.models import Cycle
from app.domain.ballot.document import Comment, Rating
from app.domain.cycle import CycleState
from app.infra.audit import CHAIN_LOCK
from app.infra.db import BEFOREHAND, db, is_sqlite, transaction
from app.infra.disk_erasure import cut_off
from app.lifecycle.count import counting
from app.lifecycle.count.counting import count_and_forget
from app.lifecycle.count.forgetting import EMPTIED
from app.results import storing
from app.results.models import ReleasedComment, StatementScore
from tests.whole_cycles import answer, begin_closing, make_team, open_cycle

PEOPLE = 8
WORDS = "canary-31 words that nobody else would write"


def answers(review):
    for colleague in review.colleagues:
        yield from (Rating(colleague.person_id, s, 4) for s in range(1, 15))
        yield Comment(colleague.person_id, "keep", WORDS)


@pytest.fixture
def settings(settings_of_its_own):
    """A database that is looked at byte by byte."""
    return settings_of_its_own


@pytest.fixture
def cycle_id(app):
    """A cycle that waits for its count."""
    people = make_team(PEOPLE)
    cycle_id = open_cycle(people)
    for person in people:
        answer(person, answers)
    begin_closing(cycle_id)
    return cycle_id


def counted_while(cycle_id, act, monkeypatch):
    """Count, and do `act` once everything that takes long has been written."""
    keep = storing.keep_beforehand

    def kept(results, **over):
        keep(results, **over)
        act()

    monkeypatch.setattr(storing, "keep_beforehand", kept)
    count_and_forget(cycle_id)


def as_somebody_else(act):
    """What `act` finds on a connection of its own that waits for nobody."""
    never = "PRAGMA busy_timeout=0" if is_sqlite() else "SET LOCAL lock_timeout = '1ms'"
    with db.engine.connect() as other:
        other.exec_driver_sql(never)
        found = act(other)
        other.commit()
        if is_sqlite():
            other.exec_driver_sql("PRAGMA busy_timeout=15000")
        return found


def test_others_read_and_write_while_the_results_are_written(cycle_id, monkeypatch):
    found = []

    def writes(other):
        other.execute(select(SealedBallot.locator)).all()
        other.execute(text("UPDATE person SET title = 'Somebody else wrote'"))
        other.execute(text("UPDATE cycle SET progress = 'looked at'"))
        found.append(other.scalar(text("SELECT count(*) FROM person WHERE title LIKE 'Some%'")))

    counted_while(cycle_id, lambda: as_somebody_else(writes), monkeypatch)

    assert found == [PEOPLE]
    assert db.session.get_one(Cycle, cycle_id).state is CycleState.CLOSED
    assert len(db.session.scalars(select(StatementScore.mean)).all()) == PEOPLE * 14


def test_nobody_sees_results_before_the_act_that_keeps_them(cycle_id, monkeypatch):
    """Were they readable beside the ballots, a second count would be a second draw of noise."""
    seen: list[object] = []

    def looks(other):
        tables = (StatementScore.mean, ReleasedComment.text)
        seen.extend(other.execute(select(column)).all() for column in tables)

    counted_while(cycle_id, lambda: as_somebody_else(looks), monkeypatch)

    assert seen == [[], []]


@pytest.mark.sqlite_only
def test_no_file_holds_results_before_the_act_that_keeps_them(cycle_id, settings, monkeypatch):
    def files():
        data = [one for one in settings.data_folder.rglob("*") if one.is_file()]
        return b"".join(one.read_bytes() for one in data)

    before = []
    counted_while(cycle_id, lambda: before.append(WORDS.encode() in files()), monkeypatch)

    assert before == [False]
    assert WORDS.encode() in files()


def test_a_count_that_stops_leaves_nothing_of_what_it_wrote_beforehand(cycle_id, monkeypatch):
    def stops(*_args, **_over):
        raise OSError("the power went off")

    with monkeypatch.context() as patch:
        patch.setattr(counting, "forget_ballots", stops)
        with pytest.raises(OSError, match="power"):
            count_and_forget(cycle_id)

    assert db.session.scalars(select(StatementScore.mean)).all() == []
    if is_sqlite():
        listed = [one.name for one in db.session.execute(text("PRAGMA database_list"))]
        assert BEFOREHAND not in listed
    # then: it is counted as if nothing had been
    count_and_forget(cycle_id)
    assert len(db.session.scalars(select(StatementScore.mean)).all()) == PEOPLE * 14


@pytest.mark.sqlite_only
def test_what_was_written_beforehand_is_given_to_nobody_else_even_while_it_is_read(cycle_id):
    left = []

    def reads_on():
        connection = db.session.connection()
        connection.exec_driver_sql(f"CREATE TABLE {BEFOREHAND}.words AS SELECT 1 UNION SELECT 2")
        rows = connection.connection.execute(f"SELECT * FROM {BEFOREHAND}.words")
        left.append((rows, rows.fetchone()))
        raise OSError("the power went off")

    with pytest.raises(OSError, match="power"), transaction(beforehand=reads_on):
        pass

    listed = [one.name for one in db.session.execute(text("PRAGMA database_list"))]
    assert BEFOREHAND not in listed
    count_and_forget(cycle_id)
    assert len(db.session.scalars(select(StatementScore.mean)).all()) == PEOPLE * 14


def test_of_the_act_only_its_entry_in_the_log_follows_on_what_lets_others_wait(cycle_id):
    """Whoever opens the start page waits from there until the commit."""
    said = []

    def note(_connection, _cursor, statement, *_more):
        said.append(" ".join(statement.split()))

    event.listen(db.engine, "before_cursor_execute", note)
    event.listen(db.engine, "commit", lambda _connection: said.append("COMMIT"))
    try:
        count_and_forget(cycle_id)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)

    begins = ("DROP TABLE", "TRUNCATE")
    first = next(place for place, one in enumerate(said) if one.startswith(begins))
    last = max(place for place, one in enumerate(said) if one.startswith(begins))
    until = said.index("COMMIT", last)
    allowed = ("audit_entry", "CREATE", "sqlite_schema", "lock_timeout", "SAVEPOINT", "advisory")
    others = [
        one
        for one in said[first:until]
        if not one.startswith(begins) and not any(word in one for word in allowed)
    ]
    assert others == []
    assert any("INSERT INTO audit_entry" in one for one in said[first:until])


def test_emptied_tables_keep_their_shape(cycle_id):
    """SQLite makes them anew."""
    before = shape()

    count_and_forget(cycle_id)

    assert shape() == before
    assert db.session.scalars(select(SealedBallot.locator)).all() == []


def shape():
    db.session.rollback()
    names = sorted(table.__tablename__ for table in EMPTIED)
    if is_sqlite():
        schema = "SELECT tbl_name, type, name, sql FROM sqlite_schema ORDER BY 1, 2, 3"
        found = [row for row in db.session.execute(text(schema)).all() if row.tbl_name in names]
    else:
        indexes = "SELECT tablename, indexdef FROM pg_indexes ORDER BY 1, 2"
        found = [row for row in db.session.execute(text(indexes)).all() if row.tablename in names]
    db.session.rollback()
    return [tuple(row) for row in found]


@pytest.mark.postgresql_only
def test_whoever_waits_for_the_log_is_not_waited_for_by_everybody_else(cycle_id):
    """Somebody notes an act in the log for long: pages that read ballots go on meanwhile."""
    with db.engine.connect() as noting:
        noting.execute(text(f"SELECT pg_advisory_xact_lock({CHAIN_LOCK})"))
        with transaction():
            assert not cut_off(EMPTIED)
            ballots = as_somebody_else(
                lambda other: other.execute(select(SealedBallot.locator)).all()
            )

    assert len(ballots) == PEOPLE
