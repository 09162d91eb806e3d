"""The doctor: every fault of an installation is one sentence that says what to do."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from alembic import command

from app import create_app
from app.infra import clock, heartbeats, migrations
from app.infra.db import db, transaction
from app.infra.heartbeats import Sign
from app.infra.keys import key_folder
from app.infra.mail import Message, post
from app.infra.processes import ProcessSeen
from app.infra.settings import settings
from app.operations import checks_database, doctor, room
from app.operations.findings import Severity
from config import Config
from tests.fake_provider import FakeProvider, answer_for

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
    command.downgrade(migrations.config(), "0009")
    db.session.rollback()

    assert "The tables are those of step 0009" in said()


def test_a_full_disk_is_a_fault(app, monkeypatch):
    monkeypatch.setattr(room, "ENOUGH", 2**80)

    assert "reports and answers need more than 1 GB" in said()


def test_open_keys_are_a_fault(app):
    key_folder().mark()
    settings().keys.chmod(0o755)

    assert "chmod 700" in said()


def test_a_changed_log_is_a_fault(app):
    key_folder().write_note("7 " + "0" * 64)

    assert "The key folder remembers" in said() or "remembers 7 entries" in said()


def test_a_key_folder_that_cannot_be_used_is_a_fault(app, tmp_path):
    in_the_way = tmp_path / "a-file"
    in_the_way.write_text("no folder")
    app.config["SETTINGS"] = replace(settings(), key_folder=in_the_way / "keys")

    assert f"The key folder {in_the_way / 'keys'} cannot be read or written." in said()


@pytest.mark.postgresql_only
def test_clocks_that_differ_are_a_fault(app):
    assert "The clocks of this machine and of the database agree." in said(Severity.FINE)

    with clock.travel(clock.now() + timedelta(minutes=2)):
        assert "differ by 120 seconds" in said() or "differ by 119 seconds" in said()


@pytest.mark.postgresql_only
def test_a_postgresql_that_is_too_old_is_a_fault(app, monkeypatch):
    monkeypatch.setattr(checks_database, "OLDEST_POSTGRESQL", 990_000)

    assert "is too old; 99 or newer is needed" in said()


@pytest.mark.postgresql_only
def test_a_database_that_cannot_keep_every_name_is_a_fault(app, monkeypatch):
    shown = checks_database._shown
    monkeypatch.setattr(
        checks_database,
        "_shown",
        lambda name: "SQL_ASCII" if name == "server_encoding" else shown(name),
    )

    assert "keeps text as SQL_ASCII" in said()


def test_a_mail_that_waits_because_no_server_is_set_is_told_and_is_no_fault(app):
    beating()
    with transaction():
        post(Message(to="hanna@example.com", subject="s", text="t", html="h"))

    assert "1 mail waits in the outbox" in said(Severity.NOTE)
    assert "mail waits" not in said()


def test_whoever_runs_it_reads_whether_it_is_watched(app):
    assert "FULL_CIRCLE_METRICS_TOKEN is not set" in said(Severity.NOTE)
    assert "tally" not in app.extensions
    token = "only-for-tests-of-metrics-0123456789"
    app.config["SETTINGS"] = replace(
        settings(), metrics_token=token, log_format="json", slow_statement_ms=0
    )

    assert "Figures for Prometheus are at /metrics" in said(Severity.FINE)
    assert "as json lines; none tells of slow ones" in said(Severity.FINE)
    assert token not in said(Severity.FINE)


def test_tls_without_a_proxy_that_is_named_is_told(app):
    secure = replace(settings(), base_url="https://review.example.com")
    app.config["SETTINGS"] = secure

    assert "FULL_CIRCLE_TRUSTED_PROXIES is 0" in said(Severity.NOTE)


def test_an_installation_without_a_mail_server_is_told(app):
    assert "No mail server is set" in said(Severity.NOTE)


@pytest.mark.postgresql_only
def test_a_log_of_postgresql_that_would_keep_answers_is_a_fault(app):
    assert "log_parameter_max_length" in said()


def test_a_mail_server_that_does_not_answer_is_a_fault(app):
    other = replace(settings(), smtp_url="smtp://127.0.0.1:1")
    app.config["SETTINGS"] = other

    assert "The mail server cannot be used" in said()


def test_a_second_factor_that_nobody_needs_is_noted_in_production(app):
    app.config["SETTINGS"] = replace(settings(), environment="production", second_factor="hr")

    assert "No second factor is required of: board, managers." in said(Severity.NOTE)


def test_a_second_factor_that_all_need_is_fine(app):
    app.config["SETTINGS"] = replace(settings(), second_factor="hr,board,managers")

    assert "HR, board and managers need a second factor." in said(Severity.FINE)


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


class TestSignInProvider:
    @pytest.fixture
    def provider(self, monkeypatch):
        return answer_for(FakeProvider(), monkeypatch)

    @pytest.fixture
    def settings(self, settings, provider):
        return replace(settings, providers=(provider.settings(),), has_passwords=False)

    def test_one_that_answers_is_fine(self, app):
        assert "Example Login answers; it signs people out at our wish." in said(Severity.FINE)
        assert "Passwords are off" in said(Severity.NOTE)

    def test_one_that_is_silent_is_a_fault_each_time(self, app, provider):
        provider.is_silent = True

        assert "Example Login does not answer at https://login.example.com/tenant." in said()
        provider.is_silent = False
        assert "Example Login" not in said()

    def test_one_with_another_issuer_is_a_fault_that_names_it(self, app, provider):
        provider.metadata = {"issuer": "https://login.example.com/{tenantid}"}

        assert "its issuer is 'https://login.example.com/{tenantid}'" in said()
