"""The export of a large company: read in parts, and whole on however many sheets."""

import csv
import io
from itertools import islice

import openpyxl
import pytest
from sqlalchemy import select

from app.cycles.models import Cycle
from app.infra.db import db
from app.people.models import Person
from app.reports import results_files
from app.results import export, exported_cells
from app.results.exported_cells import cells_of, score_fields, texts_of
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

    results_files.write_csv(cycle, table)
    results_files.write_xlsx(cycle, sheets)

    book = openpyxl.load_workbook(sheets, read_only=True)
    rows = [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]
    lines = list(csv.DictReader(io.StringIO(table.getvalue().decode("utf-8-sig"))))
    assert book.sheetnames[:2] == ["Results", "Results 2"]
    assert {one[0] for one in rows} == {results_files.COLUMNS}
    assert {len(one) for one in rows[:-1]} == {100}
    kind = results_files.COLUMNS.index("kind")
    written = [row[kind] for one in rows for row in one[1:]]
    assert sorted(written) == sorted(line["kind"] for line in lines)


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_a_company_in_which_nearly_all_differ_gets_the_same_file(cycle, monkeypatch, kind):
    kept, forgotten = io.BytesIO(), io.BytesIO()
    results_files.WRITERS[kind](cycle, kept)
    monkeypatch.setattr(exported_cells, "MOST_LINES", 1)

    results_files.WRITERS[kind](cycle, forgotten)

    assert forgotten.getvalue() == kept.getvalue()
