"""The migrations build exactly the tables of the models, and know the way back."""

import re
from dataclasses import replace

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, LargeBinary, TextClause, inspect, text

from app import create_app
from app.infra import migrations
from app.infra.db import db, is_sqlite
from tests.guards.places import ROOT

OPEN_OR_RELEASED = {
    "ballot",
    "key_half",
    "assignment",
    "participation",
    "roster_entry",
    "report_reader",
    "subject_result",
    "statement_score",
    "company_score",
    "adjusted_score",
    "about_cycle",
    "self_answer",
    "released_comment",
    "enps_score",
    "enps_mention",
    "enps_comment",
    "enps_direct",
    "service_result",
    "service_score",
    "service_comment",
    "unit_answer",
    "unit_comment",
}
"""Tables whose rows came from raters: no order, no row number and no time may be in them."""
NAMED_BY_HR = {
    "service_member",
    "service_department",
    "service_statement",
    "service_of_cycle",
    "unit_question_of_cycle",
}
"""What HR and managers say, not what raters do."""
KEYS_OF_ACCOUNTS = {"passkey", "time_codes"}
"""Keys to accounts, which change when somebody sets up or removes one and at no sign-in."""


@pytest.fixture
def bare_app(settings, databases, tmp_path):
    """The app on a database without any table."""
    with databases.empty(tmp_path) as url:
        made = create_app(replace(settings, database_url=url), testing=True)
        with made.app_context():
            yield made
            db.session.remove()
            db.engine.dispose()


def rows_of_raters():
    """The tables above that exist, and every other one that hangs on them by name."""
    return [table for table in db.metadata.sorted_tables if table.name in OPEN_OR_RELEASED]


def test_the_migrations_build_exactly_the_models(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda _thing, name, kind, *_: (
                    kind != "table" or not name.startswith("huey_")
                ),
            },
        )
        assert compare_metadata(context, db.metadata) == []


def test_the_migrations_build_every_check(app):
    built = inspect(db.engine)
    for table in db.metadata.sorted_tables:
        wanted = {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)}
        found = {check["name"] for check in built.get_check_constraints(table.name)}
        assert wanted <= found, table.name


@pytest.mark.sqlite_only
def test_every_check_is_built_with_the_numbers_of_its_rule(app):
    """Models take thresholds from the rule's constant; a migration that says another is found."""
    built = inspect(db.engine)
    for table in db.metadata.sorted_tables:
        found = {
            check["name"]: " ".join(check["sqltext"].split())
            for check in built.get_check_constraints(table.name)
        }
        for check in table.constraints:
            # An enum's check has no text before it is compiled, and a test of its own below.
            if isinstance(check, CheckConstraint) and isinstance(check.sqltext, TextClause):
                assert found[str(check.name)] == " ".join(check.sqltext.text.split()), table.name


def test_every_enum_column_has_its_check(app):
    built = inspect(db.engine)
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            values = getattr(column.type, "enums", None)
            if values:
                checks = " ".join(c["sqltext"] for c in built.get_check_constraints(table.name))
                assert all(f"'{value}'" in checks for value in values), f"{table}.{column.name}"


def test_migrations_are_numbered_without_gaps():
    names = sorted(file.name for file in (ROOT / "migrations/versions").glob("*.py"))

    assert [name[:4] for name in names] == [f"{n:04d}" for n in range(1, len(names) + 1)]
    assert all(re.fullmatch(r"\d{4}_[a-z_]+\.py", name) for name in names)


def test_each_migration_follows_the_one_before():
    for file in sorted((ROOT / "migrations/versions").glob("*.py")):
        number = int(file.name[:4])
        before = f'"{number - 1:04d}"' if number > 1 else "None"
        assert f'revision = "{number:04d}"\ndown_revision = {before}\n' in file.read_text()


def test_the_way_back_to_nothing_is_known_and_can_be_gone_again(bare_app):
    migrations.upgrade()
    command.downgrade(migrations.config(), "base")

    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}

    migrations.upgrade()
    assert "person" in inspect(db.engine).get_table_names()


def test_the_list_of_tables_from_raters_is_complete(app):
    known = {table.name for table in db.metadata.sorted_tables}
    holding_answers = {
        table.name
        for table in db.metadata.sorted_tables
        if table.name.startswith(
            ("ballot", "enps_", "statement_", "subject_", "released_", "service_", "unit_")
        )
        or any(isinstance(column.type, LargeBinary) for column in table.columns)
    } - {"draw_secret", *NAMED_BY_HR, *KEYS_OF_ACCOUNTS}

    assert known >= OPEN_OR_RELEASED
    assert holding_answers <= OPEN_OR_RELEASED


def test_no_table_from_raters_has_a_row_number_on_sqlite(app):
    numbered = [t.name for t in rows_of_raters() if t.dialect_options["sqlite"]["with_rowid"]]

    assert numbered == []


@pytest.mark.sqlite_only
def test_sqlite_itself_was_told_so(app):
    for table in rows_of_raters():
        made = db.session.scalar(
            text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table.name}
        )
        assert "WITHOUT ROWID" in made.upper(), table.name


def test_no_table_from_raters_counts_its_rows(app):
    built = inspect(db.engine)
    for table in rows_of_raters():
        assert table.autoincrement_column is None or is_sqlite(), table.name
        for column in built.get_columns(table.name):
            assert not str(column.get("default") or "").startswith("nextval"), table.name
            assert not column.get("identity"), table.name


def test_no_table_from_raters_holds_a_time(app):
    for table in rows_of_raters():
        for column in table.columns:
            kind = type(column.type).__name__.lower()
            assert "date" not in kind, f"{table.name}.{column.name}"
            assert "time" not in kind, f"{table.name}.{column.name}"


def test_no_released_table_names_a_rater(app):
    for table in rows_of_raters():
        if table.name not in {"assignment", "ballot", "key_half"}:
            assert not [c.name for c in table.columns if "rater_id" in c.name], table.name
