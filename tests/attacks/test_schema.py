"""Attack 4: the schema itself, as built: what columns and keys would tell, if they were there."""

import pytest
from sqlalchemy import Date, DateTime, Time, inspect, text

from app.infra.db import db, is_sqlite

OPEN = {"ballot", "key_half", "participation", "assignment"}
ABOUT_NOBODY = {"ballot", "key_half"}
"""Tables that may not name a person at all; participation has names and booleans only."""
RELEASED = (
    "statement_",
    "subject_",
    "self_",
    "released_",
    "company_",
    "adjusted_",
    "enps_",
    "focus_",
)
MAY_NAME = {"subject_id"}
"""Whom a result is about. Nothing tells who said it."""
TELLING = {"version", "sequence", "number", "rowid", "rater_id", "author_id"}
ABOUT_ASKING = {"reminder_round", "report_bundle", "outbox_mail"}
"""When HR reminded whom it sees anyway, who asked for which papers, what mails wait: no ballots."""
TIMES = (Date, DateTime, Time)


def lint():
    """Every column and key that could tell who or when, as sentences."""
    built = inspect(db.engine)
    names = [name for name in built.get_table_names() if name in OPEN or name.startswith(RELEASED)]
    faults = []
    for name in names:
        faults += [fault for column in built.get_columns(name) for fault in _column(name, column)]
        faults += _people(name, built.get_foreign_keys(name))
    faults += [f"{name} numbers its rows" for name in _of_cycles(built, names) if _numbers(name)]
    return names, faults


def _of_cycles(built, names):
    """These tables, and all others whose rows belong to a cycle."""
    for name in built.get_table_names():
        columns = {column["name"] for column in built.get_columns(name)}
        if name in names or ("cycle_id" in columns and name not in ABOUT_ASKING):
            yield name


def _numbers(table):
    return is_sqlite() and "WITHOUT ROWID" not in _made(table).upper()


def _column(table, column):
    if isinstance(column["type"], TIMES) or str(column["name"]).endswith(("_at", "_on")):
        yield f"{table}.{column['name']} is a time"
    if "nextval" in str(column.get("default") or "") or column.get("identity"):
        yield f"{table}.{column['name']} counts rows"
    is_pair = (table, column["name"]) == ("assignment", "rater_id")
    if str(column["name"]) in TELLING and not is_pair:
        yield f"{table}.{column['name']} tells an order or a rater"


def _people(table, keys):
    for key in keys:
        names = set(key["constrained_columns"])
        if key["referred_table"] != "person" or table in OPEN - ABOUT_NOBODY:
            continue
        if table in ABOUT_NOBODY or not names <= MAY_NAME:
            yield f"{table}.{', '.join(sorted(names))} names a person"


def _made(table):
    find = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
    return db.session.scalar(find, {"name": table})


def test_no_table_of_ballots_or_results_holds_a_time_a_rater_or_a_row_number(app, tell):
    names, faults = lint()

    tell("4 schema: columns that tell who or when", people=0, success=len(faults), chance=0)
    assert len(names) >= 12
    assert len([*_of_cycles(inspect(db.engine), names)]) >= 18
    assert faults == []


@pytest.mark.parametrize(
    ("column", "found"),
    [
        ("saved_at TIMESTAMP", "ballot.saved_at is a time"),
        ("rater_id INTEGER", "ballot.rater_id tells an order or a rater"),
        ("person_id INTEGER REFERENCES person (id)", "ballot.person_id names a person"),
    ],
)
def test_a_column_that_tells_is_found(app, tell, column, found):
    with db.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE ballot ADD COLUMN {column}"))

    _, faults = lint()

    assert faults == [found]
    tell(f"4 … {column.split()[0]} added", people=0, success=len(faults), chance=0, off=True)


@pytest.mark.sqlite_only
def test_a_table_of_a_cycle_that_numbers_its_rows_is_found(app):
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE who_came (cycle_id INTEGER, person_id INTEGER)"))

    _, faults = lint()

    assert faults == ["who_came numbers its rows"]


@pytest.mark.parametrize("table", ["enps_vote", "released_word"])
def test_a_table_that_counts_its_rows_is_found(app, table):
    key = "INTEGER PRIMARY KEY" if is_sqlite() else "SERIAL PRIMARY KEY"
    with db.engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE {table} (id {key})"))

    _, faults = lint()

    assert faults in ([f"{table} numbers its rows"], [f"{table}.id counts rows"])
