"""A hundred colleagues on the list cost no more each than twenty-four, seen without a clock."""

import gzip
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, event, select

from app.assignments.models import Assignment
from app.infra.db import db
from app.infra.prepared_queries import Query
from tests.browsing import Browser
from tests.factories import make_company
from tests.features.ballots.test_statement_pages import Elements
from tests.whole_cycles import open_cycle, review_for

FEW, MANY = 24, 100
PAGE = "/review/statements/1"


def measured(browser, colleagues, patch):
    """A statement page and a save of all its rows, for a rater of so many colleagues."""
    owner, token = review_for(browser.person).owner, browser.token_of(PAGE)
    body = {"owner": owner, "device": "k3", "number": 1}
    cells = [[position, 1, position % 5 + 1] for position in range(1, colleagues + 1)]
    asked, touched = [], []

    def note(_connection, cursor, statement, *_rest):
        asked.append(statement)
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            touched.append(cursor.rowcount)

    def ask(query, **values):
        asked.append("QUERY")
        return read_rows(query, **values)

    read_rows = Query.all
    patch.setattr(Query, "all", ask)
    event.listen(db.engine, "after_cursor_execute", note)
    html = browser.get(PAGE).get_data()
    read, asked[:] = len(asked), []
    saved = browser.open(
        "/review/save",
        method="POST",
        json=body | {"cells": cells},
        headers={"X-CSRFToken": token},
    )
    event.remove(db.engine, "after_cursor_execute", note)
    patch.undo()
    assert saved.json["saved"] == colleagues
    page = Elements(html.decode())
    return SimpleNamespace(
        tags=page.tags,
        rows=page.tags.count("fieldset"),
        gzip=len(gzip.compress(html.partition(b"</html>")[0])),
        queries=(read, len(asked)),
        touched=touched,
    )


@pytest.fixture(scope="module")
def found():
    """Filled by the first test that runs; opening a cycle of 101 people takes a second."""
    return {}


@pytest.fixture
def few_and_many(app, found, monkeypatch):
    """What was measured for a rater of 24 and a rater of 100 colleagues in the same cycle."""
    if not found:
        company = make_company(MANY + 1)
        cycle_id = open_cycle(company)
        few, many = company[10], company[11]
        mine = (Assignment.cycle_id == cycle_id) & (Assignment.rater_id == few.id)
        kept = select(Assignment.subject_id).where(mine).order_by(Assignment.subject_id).limit(FEW)
        subjects = list(db.session.scalars(kept))
        db.session.execute(delete(Assignment).where(mine, Assignment.subject_id.not_in(subjects)))
        db.session.commit()
        measured(
            Browser(app, company[12]), MANY, monkeypatch
        )  # what an app does once, it has done then
        found["few"] = measured(Browser(app, few), FEW, monkeypatch)
        found["many"] = measured(Browser(app, many), MANY, monkeypatch)
    return found["few"], found["many"]


def test_every_colleague_adds_the_same_few_elements(few_and_many):
    few, many = few_and_many

    assert (few.rows, many.rows) == (FEW, MANY)
    headings = many.tags.count("h2") - few.tags.count("h2")
    each, rest = divmod(len(many.tags) - len(few.tags) - headings, MANY - FEW)
    assert rest == 0
    assert each <= 30


def test_a_page_grows_no_faster_than_its_list(few_and_many):
    few, many = few_and_many

    assert few.gzip < many.gzip <= few.gzip * MANY / FEW


def test_neither_a_page_nor_a_save_asks_the_database_more_often(few_and_many):
    few, many = few_and_many

    assert few.queries == many.queries
    assert few.queries[0] == 3  # who asks, the open cycle with the subjects, the ballot


def test_a_save_touches_as_few_rows(few_and_many):
    few, many = few_and_many

    assert few.touched == many.touched
    assert sum(many.touched) <= 2  # the ballot made and filled
