"""Let SQLite number the rows of no table of a cycle: numbers tell an order."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

TABLES = ("cycle_totals", "unit", "manual_change")


def upgrade():
    for table in TABLES:
        rebuild(table, "", " WITHOUT ROWID")


def downgrade():
    for table in TABLES:
        rebuild(table, " WITHOUT ROWID", "")


def rebuild(table, former, ending):
    """A copy of the table that ends in other words; PostgreSQL knows none of this."""
    if op.get_bind().dialect.name != "sqlite":
        return
    find = sa.text("SELECT sql FROM sqlite_master WHERE name = :name")
    made = op.get_bind().scalar(find, {"name": table})
    _, _, columns = made.removesuffix(former).partition("(")
    op.execute(f"CREATE TABLE rebuilt ({columns}{ending}")
    op.execute(f"INSERT INTO rebuilt SELECT * FROM {table}")  # noqa: S608 - names of our own tables
    op.execute(f"DROP TABLE {table}")
    op.execute(f"ALTER TABLE rebuilt RENAME TO {table}")
