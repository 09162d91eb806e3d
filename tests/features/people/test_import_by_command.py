"""A command writes a large people list in the acts of the job, so that nobody waits for long."""

import json

import pytest

from app.domain.errors import ReviewError
from app.infra import clock
from app.infra.db import db, transaction
from app.people import large_import, queries, services, uploads
from app.people.imports import acts, background, undoing, working
from app.people.imports.writing import CHANGED_MEANWHILE, DirectoryChangedError
from app.people.large_import import ImportStage, LargeImportPart
from tests.features.people.large_lists import (
    LIST,
    NEW,
    KilledError,
    directory,
    files,
    imports_in_the_log,
    killed_in,
    say_yes,
    under_way,
)
from tests.features.people.test_import import content, emails

pytestmark = pytest.mark.usefixtures("large_lists")

ACTS = 15
"""Of this list, each of its own; the last one notes the import."""


@pytest.fixture
def command(app, hanna, charlie, tmp_path):
    """Run `flask people import` or `sync` with the list, of which Charlie is not part."""
    file = tmp_path / "people.csv"
    file.write_bytes(content(*LIST))
    ways = {"import": ("--yes",), "sync": ()}

    def run(way="import"):
        words = ("people", way, str(file), "--whole", "--leaving", "1", *ways[way])
        result = app.test_cli_runner().invoke(args=words)
        db.session.rollback()
        return result

    return run


def test_a_large_list_is_written_in_many_short_acts(command, monkeypatch):
    real, makers = acts.act, []

    def noting(maker, **options):
        makers.append(maker)
        return real(maker, **options)

    monkeypatch.setattr(acts, "act", noting)

    result = command()

    assert (result.exit_code, "3 added" in result.output) == (0, True)
    assert emails(is_active=True) == {"hanna@example.com", *NEW}
    assert imports_in_the_log() == [{"added": 3, "changed": 0, "deactivated": 1}]
    assert (len(makers), len(set(makers))) == (ACTS, 1)
    assert (files(), under_way()) == ([], None)


def test_a_nightly_list_is_written_in_the_same_way(command, monkeypatch):
    monkeypatch.setattr("app.people.imports.writing.import_people", None)

    result = command("sync")

    assert json.loads(result.output)["status"] == "done"
    assert emails(is_active=True) == {"hanna@example.com", *NEW}


def test_it_can_be_taken_back_as_a_whole(command):
    before = directory()
    command()

    with transaction():
        undoing.undo(by=None, today=clock.now().date())

    assert directory() == before


@pytest.mark.parametrize("act", range(ACTS))
def test_the_same_command_after_a_kill_in_any_act_leaves_one_whole_import(
    command, monkeypatch, act
):
    survive = killed_in(act, monkeypatch)
    assert isinstance(command().exception, KilledError)
    survive()

    assert command().exit_code == 0

    assert emails(is_active=True) == {"hanna@example.com", *NEW}
    noted = [entry for entry in imports_in_the_log() if any(entry.values())]
    assert noted == [{"added": 3, "changed": 0, "deactivated": 1}]
    assert (under_way(), db.session.query(LargeImportPart).all()) == (None, [])


@pytest.mark.parametrize("act", range(ACTS))
def test_after_a_kill_the_job_forgets_it_or_writes_all_of_it(command, monkeypatch, act):
    before = directory()
    survive = killed_in(act, monkeypatch)
    command()
    survive()
    is_closed = under_way().stage is not ImportStage.CONFIRMED

    working.go_on()

    assert under_way() is None
    assert (directory() != before) == is_closed
    assert len(imports_in_the_log()) == is_closed


def test_a_change_at_the_last_moment_lets_it_write_nothing(command, charlie, monkeypatch):
    real = large_import.wait_for_directory

    def wait():
        real()
        queries.person_by_email("charlie@example.com").title = "Changed at the last moment"

    monkeypatch.setattr(working, "wait_for_directory", wait)

    result = command()

    assert result.exit_code == 1
    assert "Somebody changed the directory since this preview." in result.output
    assert emails() == {"hanna@example.com", "charlie@example.com"}
    assert (under_way(), db.session.query(LargeImportPart).all()) == (None, [])


def test_it_waits_for_a_list_at_which_somebody_of_hr_looks(command, hanna):
    with transaction():
        background.ask(uploads.keep_file(b"x"), by=hanna.person.id)

    result = command()

    assert result.exit_code == 1
    assert "Another people list is being imported." in result.output
    assert emails() == {"hanna@example.com", "charlie@example.com"}


def test_one_that_was_taken_over_says_so(command, monkeypatch):
    real = working._compare

    def taken_over(maker):
        with transaction():
            under_way_of_another()
        return real(maker)

    monkeypatch.setattr(working, "_compare", taken_over)

    result = command()

    assert result.exit_code == 1
    assert "the worker took over" in result.output


@pytest.mark.parametrize(("act", "said"), [(1, "The list is being prepared"), (11, " of 4 people")])
def test_hr_sees_that_a_command_is_at_it(command, hanna, monkeypatch, act, said):
    killed_in(act, monkeypatch)
    command()

    page = hanna.get("/people/import").text

    assert said in page
    assert "A command on the server imports this list." in page
    assert "Cancel" not in page
    assert ("no review opens" in page) == (act == 11)


def test_while_it_is_written_nobody_else_changes_the_directory(command, monkeypatch):
    killed_in(11, monkeypatch)
    command()

    with pytest.raises(ReviewError, match="being written"), transaction():
        services.lock_directory()


def under_way_of_another():
    """Let somebody else work on the import that is under way."""
    db.session.get_one(large_import.LargeImport, 1).maker = "another"


def test_a_nightly_list_waits_for_the_list_that_hr_looks_at(command, hanna, shown):
    before = directory()

    result = command("sync")

    told = json.loads(result.output)
    assert (result.exit_code, told["status"], told["told"]) == (6, "closed", [background.UNDER_WAY])
    assert directory() == before
    assert under_way().stage is ImportStage.READY


def test_a_short_nightly_list_waits_for_one_that_is_being_written(
    command, hanna, shown, monkeypatch
):
    say_yes(hanna, shown)
    survive = killed_in(9, monkeypatch)
    with pytest.raises(KilledError):
        working.go_on()
    db.session.rollback()
    survive()
    before = directory()
    monkeypatch.setattr("app.people.imports.parts.SIZE", 1_000)

    result = command("sync")

    told = json.loads(result.output)
    assert (result.exit_code, told["status"]) == (6, "closed")
    assert "Please try again in a minute" in told["told"][0]
    assert directory() == before


def test_a_nightly_list_says_that_somebody_changed_the_directory_meanwhile(command, monkeypatch):
    def changed_meanwhile(*_of, **_how):
        raise DirectoryChangedError(CHANGED_MEANWHILE)

    monkeypatch.setattr(working, "import_now", changed_meanwhile)

    result = command("sync")

    assert (result.exit_code, json.loads(result.output)["status"]) == (6, "closed")
