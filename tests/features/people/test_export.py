import csv
import io

import pytest
from sqlalchemy import select

from app.domain.files.people_file import COLUMNS
from app.infra import audit
from app.infra.db import db
from app.people.imports import proposing
from tests.factories import LONG_AGO, make_department, make_person
from tests.features.people.importing import take_over

DANGEROUS = ("=1+1", "+49 30 123", "-nine", "@anna", "'=quoted", "＝wide", 'say "hi", now')  # noqa: RUF001


@pytest.fixture
def company(hanna):
    """A tree of departments, somebody who left, and titles that a spreadsheet would run."""
    root = make_department(name="Company")
    unit = make_department(name="Öl & Gas", parent_id=root.id)
    gone = make_person(name="Gone Gil", email="gone@example.com", is_active=False)
    make_person(name="Ben Board", is_board=True, manager_id=gone.id, department_id=unit.id)
    for title in DANGEROUS:
        make_person(title=title, department_id=unit.id, manager_id=hanna.person.id)


def table(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_export_has_the_columns_of_the_import(hanna, company):
    response = hanna.get("/people/export.csv")

    header, *people = table(response.data)
    assert tuple(header) == COLUMNS
    assert [
        "Hanna Hill",
        "hanna@example.com",
        "HR partner",
        "People",
        "",
        "2020-01-01",
        "hr",
        "",
    ] in people
    assert response.mimetype == "text/csv"
    assert response.headers["Content-Disposition"] == "attachment; filename=people.csv"
    assert response.headers["Cache-Control"] == "no-store"


def test_who_has_left_is_neither_a_line_nor_a_manager(hanna, company):
    assert "gone@example.com" not in hanna.get("/people/export.csv").text


def test_no_cell_begins_as_a_formula(hanna, company):
    cells = [cell for line in table(hanna.get("/people/export.csv").data) for cell in line]

    assert "'=1+1" in cells
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝"))] == []  # noqa: RUF001


def test_what_is_exported_is_imported_again_without_a_change(hanna, company):
    exported = hanna.get("/people/export.csv").data

    preview = proposing.propose(exported, today=LONG_AGO).preview

    # Ben alone: his manager has left.
    assert [change.name for change in preview.changed] == ["Ben Board"]
    assert (preview.added, preview.deactivated) == ((), ())


def test_an_edited_export_is_taken_over(hanna, company):
    edited = hanna.get("/people/export.csv").data.replace(b"HR partner", b"Head of HR")
    take_over(edited, today=LONG_AGO)

    assert hanna.person.title == "Head of HR"


def test_exporting_is_noted_in_the_log(hanna, alice):
    hanna.get("/people/export.csv")

    entry = db.session.scalars(select(audit.AuditEntry)).one()
    assert (entry.tag, entry.actor_id, entry.details) == (
        "people:exported",
        hanna.person.id,
        {"people": 3},
    )


def test_the_export_is_for_hr_only(client, alice):
    assert alice.get("/people/export.csv").status_code == 403
    assert client.get("/people/export.csv").status_code == 302


def test_the_command_writes_the_same_file(app, hanna, company, tmp_path):
    expected, file = hanna.get("/people/export.csv").data, tmp_path / "people.csv"
    run = app.test_cli_runner()

    printed = run.invoke(args=["people", "export"])
    told = run.invoke(args=["people", "export", "-o", str(file)])

    assert printed.stdout_bytes == expected
    assert file.read_bytes() == expected
    assert f"The directory is in {file}." in told.output
