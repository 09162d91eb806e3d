"""What `flask report` writes: whole files with understandable names, or nothing."""

from zipfile import ZipFile

import pytest
from sqlalchemy import select

import app.cli.report as commands
from app.infra.audit import AuditEntry
from app.infra.db import db
from app.reports import bundling, rendering
from app.reports.models import ReportBundle
from tests.factories import make_person
from tests.features.reports.conftest import add_results, make_report


@pytest.fixture(autouse=True)
def plain_paper(monkeypatch):
    """Bytes instead of papers: the papers have tests of their own."""
    for module in (rendering, commands):
        monkeypatch.setattr(
            module, "render", lambda report, **_: f"paper of {report.name}".encode()
        )


@pytest.fixture
def run(app):
    def invoke(*words):
        db.session.rollback()
        result = app.test_cli_runner().invoke(args=["report", *words])
        db.session.rollback()
        return result

    return invoke


@pytest.fixture
def cycle(alice, bob):
    """A quarter with three reports; bob reads two of them."""
    made = make_report(alice.person, reader=bob.person)
    add_results(made, make_person(name="Zoe Zimmer"), reader=bob.person)
    add_results(made, bob.person)
    return made


def test_all_reports_of_a_cycle_become_zip_files_of_some_size(run, cycle, tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "PER_VOLUME", 2)

    result = run("bundle", "--cycle", cycle.name, "-o", str(tmp_path / "out"))

    assert result.exit_code == 0, result.output
    files = sorted(file.name for file in (tmp_path / "out").iterdir())
    assert files == [
        f"Full Circle {cycle.name} - reports, part {number} of 2.zip" for number in (1, 2)
    ]
    found = [name for file in files for name in ZipFile(tmp_path / "out" / file).namelist()]
    assert {name.partition(" - ")[2] for name in found} == {
        "Alice Archer.pdf",
        "Bob Baker.pdf",
        "Zoe Zimmer.pdf",
    }


def test_a_reader_gets_only_what_may_be_read(run, cycle, bob, tmp_path):
    out = tmp_path / "out"

    run("bundle", "--cycle", cycle.name, "--for", bob.person.email, "-o", str(out))

    (file,) = out.iterdir()
    assert [name.partition(" - ")[2] for name in ZipFile(file).namelist()] == [
        "Alice Archer.pdf",
        "Zoe Zimmer.pdf",
    ]


def test_whoever_reads_nobody_is_told_so(run, cycle, alice, tmp_path):
    result = run("bundle", "--cycle", cycle.name, "--for", alice.person.email, "-o", str(tmp_path))

    assert result.exit_code == 1
    assert "There are no such reports" in result.output
    assert not list(tmp_path.glob("*.zip"))


def test_a_volume_that_breaks_off_leaves_no_file(run, cycle, tmp_path, monkeypatch):
    def broken(_report, **_):
        raise OSError("no paper left")

    monkeypatch.setattr(rendering, "render", broken)
    result = run("bundle", "--cycle", cycle.name, "-o", str(tmp_path / "out"))

    assert result.exit_code == 1
    assert "no paper left" in result.output
    assert list((tmp_path / "out").iterdir()) == []


def test_what_was_written_is_in_the_log_without_the_subject(run, cycle, alice, tmp_path):
    file = tmp_path / "alice.pdf"
    run("personal", alice.person.email, "--cycle", cycle.name, "-o", str(file))
    run("bundle", "--cycle", cycle.name, "-o", str(tmp_path / "out"))

    assert file.read_bytes() == b"paper of Alice Archer"
    assert file.stat().st_mode & 0o077 == 0
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.tag, entry.details) for entry in entries] == [
        ("report:written", {"cycle_id": cycle.id, "kind": "personal"}),
        ("report:written", {"cycle_id": cycle.id, "kind": "zip"}),
    ]


def test_an_erased_report_lies_in_no_zip_either(run, cycle, alice, bob):
    bundling.ask(cycle, reader_id=bob.person.id)
    db.session.commit()
    bundling.make_next_volume()
    (bundle,) = db.session.scalars(select(ReportBundle)).all()
    file = bundling.file_of(bundle, 1)
    assert file.exists()

    run("erase", alice.person.email, "--yes")

    assert not file.exists()
    assert db.session.scalars(select(ReportBundle)).all() == []


def test_a_paper_that_cannot_be_written_is_not_in_the_log(run, cycle, alice, tmp_path):
    nowhere = tmp_path / "nowhere" / "alice.pdf"

    result = run("personal", alice.person.email, "--cycle", cycle.name, "-o", str(nowhere))

    assert result.exit_code == 1
    assert result.stderr == f"Error: {nowhere} cannot be used: No such file or directory.\n"
    assert db.session.scalars(select(AuditEntry)).all() == []
