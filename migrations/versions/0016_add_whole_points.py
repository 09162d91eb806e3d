"""Let a mean be released in whole points."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

TABLES = ("statement_score", "company_score", "adjusted_score")
FORMER = ("half", "fifth", "tenth")


def upgrade():
    for table in TABLES:
        replace_check(table, FORMER, ("whole", *FORMER))


def downgrade():
    for table in TABLES:
        replace_check(table, ("whole", *FORMER), FORMER)


def replace_check(table, former, allowed):
    if op.get_bind().dialect.name == "sqlite":
        rebuild(table, listed(former), listed(allowed))
        return
    # Made without a table, so both databases call it what they were told: "grain".
    op.drop_constraint(op.f(f"ck_{table}_grain"), table, type_="check")
    op.create_check_constraint(op.f(f"ck_{table}_grain"), table, f"grain IN ({listed(allowed)})")


def listed(values):
    return ", ".join(f"'{value}'" for value in values)


def rebuild(table, former, allowed):
    """SQLite cannot change a CHECK; a copy of the table keeps all else, WITHOUT ROWID included."""
    made = op.get_bind().scalar(
        sa.text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table}
    )
    if former not in made:
        raise ValueError(f"{table} has no check of its grain as expected")
    made = made.replace(former, allowed).replace(f"CREATE TABLE {table}", "CREATE TABLE rebuilt", 1)
    op.execute(made.replace('CREATE TABLE "' + table + '"', "CREATE TABLE rebuilt", 1))
    op.execute(f"INSERT INTO rebuilt SELECT * FROM {table}")  # noqa: S608 - names of our own tables
    op.execute(f"DROP TABLE {table}")
    op.execute(f"ALTER TABLE rebuilt RENAME TO {table}")
