"""The doctor: every fault of an installation is one sentence that says what to do."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from flask_migrate import downgrade

from app import create_app
from app.infra import clock, heartbeats
from app.infra.db import db, transaction
from app.infra.heartbeats import Sign
from app.infra.keys import key_folder
from app.infra.processes import ProcessSeen
from app.infra.settings import settings
from app.operations import checks_machine, doctor
from app.operations.findings import Severity
from config import Config

NOBODY = "postgresql://nobody@127.0.0.1:1/nothing"


def said(severity=Severity.FAULT):
    return " ".join(one.said for one in doctor.examine() if one.severity is severity)


def running(kind="worker", mark=None):
    with transaction():
        mark = key_folder().mark() if mark is None else mark
        db.session.add(ProcessSeen(id=kind, kind=kind, seen_at=clock.now(), folder_mark=mark))


def beating():
    """A worker that says it is there and has done what was due."""
    with transaction():
        for sign in (Sign.WORKER, Sign.ROUND):
            heartbeats.beat(sign, next_within=timedelta(minutes=1))


@pytest.mark.sqlite_only
def test_an_installation_that_is_well_has_no_fault(app):
    beating()

    assert said() == ""
    assert "Worker and mail do what is due." in said(Severity.FINE)
    assert "its tables are up to date" in said(Severity.FINE)


def test_a_silent_worker_is_a_fault_with_the_command_that_helps(app):
    assert "flask --app app jobs run" in said()


def test_a_process_with_another_key_folder_is_a_fault(app):
    running(mark="another")

    assert "Some running processes see another key folder" in said()


def test_tables_of_an_older_version_are_a_fault(app):
    downgrade(revision="0009")
    db.session.rollback()

    assert "The tables are those of step 0009" in said()


def test_a_full_disk_is_a_fault(app, monkeypatch):
    monkeypatch.setattr(checks_machine, "ROOM", 2**80)

    assert "reports and answers need more than 1 GB" in said()


def test_open_keys_are_a_fault(app):
    key_folder().mark()
    settings().keys.chmod(0o755)

    assert "chmod 700" in said()


def test_a_changed_log_is_a_fault(app):
    key_folder().write_note("7 " + "0" * 64)

    assert "The key folder remembers" in said() or "remembers 7 entries" in said()


@pytest.mark.postgresql_only
def test_a_log_of_postgresql_that_would_keep_answers_is_a_fault(app):
    assert "log_parameter_max_length" in said()


def test_a_mail_server_that_does_not_answer_is_a_fault(app):
    other = replace(settings(), smtp_url="smtp://127.0.0.1:1")
    app.config["SETTINGS"] = other

    assert "The mail server cannot be used" in said()


@pytest.mark.parametrize("command", ["ops doctor", "people list", "db upgrade"])
def test_a_database_that_is_away_is_told_in_one_sentence(tmp_path, command):
    app = create_app(_away(tmp_path), testing=True)

    found = app.test_cli_runner().invoke(args=command.split())

    assert found.exit_code == 1
    assert "The database does not answer: " in found.output
    assert "Traceback" not in found.output


def _away(tmp_path):
    return Config(secret_key="s3cret-" * 8, database_url=NOBODY, data_folder=tmp_path / "data")


def test_the_queue_is_not_asked_before_it_is_needed(tmp_path):
    settings = replace(_away(tmp_path))
    app = create_app(settings, testing=False)

    assert app.test_client().get("/health").status_code == 503


def test_machines_read_the_same_as_json(app):
    found = app.test_cli_runner().invoke(args=["ops", "doctor", "--json"])

    assert {"place", "severity", "said"} == set(json.loads(found.output)[0])
