"""A cycle opens only when every web process and worker sees the same key folder."""

import stat
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import create_app
from app.domain.errors import PlanRefusedError
from app.infra import clock
from app.infra.db import db
from app.infra.keys import KeyFolder
from app.infra.processes import ProcessSeen
from app.lifecycle import due
from tests.browsing import Browser
from tests.whole_cycles import make_team, open_cycle


@pytest.fixture
def people(app):
    return make_team(8)


def seen():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(ProcessSeen))


@pytest.fixture
def elsewhere(settings, tmp_path):
    """Another machine's web process whose key folder is not the shared one."""
    other = create_app(replace(settings, key_folder=tmp_path / "not mounted"), testing=True)
    yield other
    with other.app_context():
        db.engine.dispose()


@pytest.fixture
def beside(settings):
    """Another web process with the same key folder."""
    other = create_app(settings, testing=True)
    yield other
    with other.app_context():
        db.engine.dispose()


def test_processes_with_the_same_folder_let_a_cycle_open(people, beside):
    Browser(beside).get("/ready")
    assert seen() == 1

    assert open_cycle(people)


def test_a_process_with_another_folder_keeps_a_cycle_from_opening(people, beside, elsewhere):
    Browser(beside).get("/ready")
    Browser(elsewhere).get("/ready")
    assert seen() == 2

    with pytest.raises(PlanRefusedError, match="1 of 2 other running processes cannot read"):
        open_cycle(people)


def test_a_process_that_is_gone_for_three_minutes_does_not(people, elsewhere, at):
    Browser(elsewhere).get("/ready")

    with at(clock.now() + timedelta(minutes=4)):
        assert open_cycle(people)


def test_a_process_that_cannot_read_its_folder_does(people, beside, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(KeyFolder, "mark", lambda _folder: "")
        Browser(beside).get("/ready")

    with pytest.raises(PlanRefusedError, match="1 of 1 other running processes"):
        open_cycle(people)


def test_nothing_opens_where_the_key_folder_itself_cannot_be_read(people, settings):
    settings.keys.write_text("not a folder")

    with pytest.raises(PlanRefusedError, match="cannot be read or written"):
        open_cycle(people)


def test_rows_of_processes_that_are_gone_are_dropped(app, beside, at):
    Browser(beside).get("/ready")

    with at(clock.now() + timedelta(minutes=4)):
        due.do_all()

    assert seen() == 1


def test_a_request_notes_its_process_once_a_minute(alice, at):
    start = clock.now()
    noted = []
    for seconds in (0, 30, 90):
        with at(start + timedelta(seconds=seconds)):
            alice.get("/")
        noted.append(db.session.scalars(select(ProcessSeen.seen_at)).one())

    assert noted == [start, start, start + timedelta(seconds=90)]


def test_a_request_of_the_fill_in_notes_nothing(app, people):
    cycle = open_cycle(people)
    rater = Browser(app, people[3])

    rater.get("/review/")
    rater.post("/review/self", {"row-1": "3"}, page="/review/self")
    rater.post("/review/save", json={"cells": []}, page="/review/self")

    assert cycle
    assert seen() == 0


def test_a_database_that_is_busy_or_empty_does_not_hold_up_a_request(app, client, monkeypatch):
    with db.engine.begin() as other:
        other.exec_driver_sql("DROP TABLE process_seen")

    assert client.get("/ready").status_code == 200


@pytest.mark.sqlite_only
def test_a_locked_database_does_not_hold_up_a_request(app, client):
    with db.engine.connect() as other:
        other.execution_options(writes=True)
        other.exec_driver_sql("UPDATE person SET title = title")

        assert client.get("/ready").status_code == 200
        other.rollback()

    assert seen() == 0


def test_a_command_is_no_process(app):
    app.test_cli_runner().invoke(args=["cycle", "list"])

    assert seen() == 0


def test_a_server_notes_itself_at_its_start(settings):
    made = create_app(settings)
    with made.app_context():
        kinds = db.session.scalars(select(ProcessSeen.kind)).all()
        db.session.remove()
        db.engine.dispose()

    assert kinds == ["web"]


class TestTheFoldersMark:
    def test_is_the_same_for_everybody_who_sees_the_folder(self, tmp_path):
        first, second = KeyFolder(tmp_path / "keys"), KeyFolder(tmp_path / "keys")

        assert first.mark() == second.mark() != ""
        assert KeyFolder(tmp_path / "other").mark() != first.mark()

    def test_lies_in_a_file_for_its_owner_only(self, tmp_path):
        KeyFolder(tmp_path / "keys").mark()

        (file,) = (tmp_path / "keys").iterdir()
        assert file.name == "folder-id"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_is_empty_where_there_is_no_folder(self, tmp_path):
        (tmp_path / "keys").write_text("not a folder")

        assert KeyFolder(tmp_path / "keys").mark() == ""
