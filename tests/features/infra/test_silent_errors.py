"""What fails in the database is logged without the values: they may hold who did what."""

import logging
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.assignments.models import Assignment
from app.infra.bulk import write_columns
from app.infra.db import db, transaction
from app.people.models import Person
from tests.factories import LONG_AGO, make_department

SECRET = "what-nobody-may-read-in-a-log"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1 FROM no_such_table WHERE name = :value",
        "INSERT INTO no_such_table (name) VALUES (:value)",
    ],
)
def test_a_failing_statement_names_no_values(app, caplog, statement):
    with caplog.at_level(logging.DEBUG), pytest.raises(DBAPIError) as caught, transaction():
        db.session.execute(text(statement), {"value": SECRET})
    logging.getLogger("app").error("it failed", exc_info=caught.value)

    assert "no_such_table" in caplog.text
    assert SECRET not in caplog.text
    assert SECRET not in str(caught.value)


def test_many_values_at_once_are_not_named_either(app):
    rows = [{"value": SECRET}, {"value": SECRET}]

    with pytest.raises(DBAPIError) as caught, transaction():
        db.session.execute(text("INSERT INTO no_such_table (name) VALUES (:value)"), rows)

    assert SECRET not in str(caught.value)


def test_a_row_that_breaks_a_rule_is_not_quoted(app, caplog):
    row = {
        "name": SECRET,
        "email": f"UPPER-{SECRET}@example.com",
        "department_id": make_department().id,
        "joined_on": LONG_AGO,
        "account_made_on": LONG_AGO,
    }

    with pytest.raises(IntegrityError) as caught, transaction():
        db.session.execute(insert(Person), [row])
    logging.getLogger("app").error("it failed", exc_info=caught.value)

    assert "email_in_lower_case" in caplog.text
    assert SECRET not in caplog.text


def test_a_row_among_very_many_is_not_quoted_either(app, caplog):
    pair: dict[str, list[Any]] = {"cycle_id": [1], "rater_id": [1], "subject_id": [2]}

    with pytest.raises(Exception, match=r"relationship|too long") as caught, transaction():
        write_columns(Assignment, pair | {"relationship": [SECRET]})
    logging.getLogger("app").error("it failed", exc_info=caught.value)

    assert SECRET not in caplog.text
