"""The export of a large company: read in parts, and whole on however many sheets."""

import csv
import gc
import io
import json
from itertools import islice

import openpyxl
import pytest
from sqlalchemy import select, update

from app.cycles.models import Cycle
from app.domain.files.formula_guard import harmless
from app.infra.db import db
from app.people.models import Person
from app.reports import results_files
from app.reports.results_rows import COLUMNS, rows_of
from app.results import export, exported_cells
from app.results.exported_cells import cells_of, score_fields, texts_of
from app.results.models import ReleasedComment
from app.results.released_cells import ReleasedCells
from tests.features.cli.test_results import PEOPLE, play

PART = 4


@pytest.fixture
def cycle(app, settings, scenes):
    scenes.begin("a quarter to export", settings, play)
    return db.session.scalars(select(Cycle)).one()


def test_a_part_is_read_when_it_is_written_and_no_part_is_larger(cycle, monkeypatch):
    read: list[int] = []

    def noting(reading):
        def note(cycle_id, subject_ids):
            read.append(len(subject_ids))
            return reading(cycle_id, subject_ids)

        return note

    monkeypatch.setattr(export, "cells_of", noting(cells_of))
    monkeypatch.setattr(export, "texts_of", noting(texts_of))
    monkeypatch.setattr(export, "PART", PART)

    persons = export.persons_of(cycle)

    assert len(list(islice(persons, PART))) == PART
    assert read == [PART, PART]  # cells and texts of the first part, and nothing else yet
    assert len(list(persons)) == PEOPLE - PART
    assert max(read) == PART


def test_scores_are_those_that_reports_are_made_of(cycle):
    ids = dict(db.session.execute(select(Person.email, Person.id)).all())
    for person in export.persons_of(cycle):
        subject_id = ids[person["email"]]
        released = ReleasedCells([cycle], [subject_id])
        expected = released.colleagues(cycle.id, subject_id, cycle.policy)
        view = released.second_view(cycle, subject_id)

        found = [
            {name: line[name] for name in score_fields(score)}
            for line, score in zip(person["statements"], expected, strict=True)
        ]
        assert found == [score_fields(score) for score in expected]
        assert [line["own"] for line in person["statements"]] == released.own(cycle.id, subject_id)
        assert len(person["second_view"]) == (0 if view is None else 28)


def test_what_one_sheet_does_not_hold_stands_on_the_next(cycle, monkeypatch):
    table, sheets = io.BytesIO(), io.BytesIO()
    monkeypatch.setattr(results_files, "MOST_ROWS", 100)

    results_files.WRITERS["csv"](cycle, table)
    results_files.write_xlsx(cycle, sheets)

    book = openpyxl.load_workbook(sheets, read_only=True)
    rows = [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]
    lines = list(csv.DictReader(io.StringIO(table.getvalue().decode("utf-8-sig"))))
    assert book.sheetnames[:2] == ["Results", "Results 2"]
    assert {one[0] for one in rows} == {COLUMNS}
    assert {len(one) for one in rows[:-1]} == {100}
    kind = COLUMNS.index("kind")
    written = [row[kind] for one in rows for row in one[1:]]
    assert sorted(written) == sorted(line["kind"] for line in lines)


def test_the_document_holds_the_records_of_the_people(cycle):
    make_names_awkward()
    document = io.BytesIO()

    results_files.WRITERS["json"](cycle, document)

    assert json.loads(document.getvalue())["persons"] == list(export.persons_of(cycle))


def test_the_table_is_what_a_writer_of_csv_makes_of_all_rows(cycle):
    make_names_awkward()
    table, expected = io.BytesIO(), io.StringIO()

    results_files.WRITERS["csv"](cycle, table)

    write = csv.writer(expected).writerow
    for row in (COLUMNS, *rows_of(cycle)):
        write([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    assert table.getvalue().decode("utf-8-sig") == expected.getvalue()


def make_names_awkward():
    """A cycle and people whose names and comments have to be quoted."""
    db.session.execute(update(Cycle).values(name='Summer, "one"'))
    first = db.session.scalars(select(Person).order_by(Person.email).limit(1)).one()
    first.name, first.email = 'Zoë, "Z"\\', "-a,b@example.org"
    comment = db.session.scalars(select(ReleasedComment).limit(1)).one()
    comment.text = '+1, and\r\n"more"'
    db.session.flush()
    db.session.expire_all()


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_a_score_that_several_people_have_is_put_into_words_once(cycle, monkeypatch, kind):
    put: list[object] = []

    def noting(score):
        put.append(score)
        return score_fields(score)

    monkeypatch.setattr(exported_cells, "score_fields", noting)
    results_files.WRITERS[kind](cycle, io.BytesIO())

    scores = [line for person in export.persons_of(cycle) for line in person["statements"]]
    assert 0 < len(put) < len(scores) / 2


def test_the_command_lets_the_collector_rest(app, cycle, monkeypatch):
    resting = []
    monkeypatch.setitem(
        results_files.WRITERS, "csv", lambda _cycle, _file: resting.append(not gc.isenabled())
    )

    app.test_cli_runner().invoke(
        args=["results", "export", "--cycle", cycle.name, "--format", "csv"]
    )

    assert resting == [True]
    assert gc.isenabled()


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_a_company_in_which_nearly_all_differ_gets_the_same_file(cycle, monkeypatch, kind):
    kept, forgotten = io.BytesIO(), io.BytesIO()
    results_files.WRITERS[kind](cycle, kept)
    monkeypatch.setattr(exported_cells, "MOST_SCORES", 1)

    results_files.WRITERS[kind](cycle, forgotten)

    assert forgotten.getvalue() == kept.getvalue()
