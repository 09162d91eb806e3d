"""Say in SQLite's fastest words which values a score may hold; PostgreSQL is as it was.

A list after IN is a table that SQLite looks into for every row it writes. The checks and their
names are the same before and afterwards.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade():
    rebuild(lambda made: re.sub(r'\(("?\w+"?) IN \(([^)]*)\)\)', one_by_one, made))


def downgrade():
    rebuild(lambda made: re.sub(r"\((\"?\w+\"? = '\w+'(?: OR [^)]*)?)\)", listed, made))


def one_by_one(check):
    """(a IN ('x', 'y')) as (a = 'x' OR a = 'y')."""
    column, values = check.groups()
    return f"({' OR '.join(f'{column} = {value}' for value in values.split(', '))})"


def listed(check):
    """The way back."""
    columns, values = zip(*(one.split(" = ") for one in check[1].split(" OR ")), strict=True)
    return f"({columns[0]} IN ({', '.join(values)}))"


def rebuild(reworded):
    """SQLite cannot change a CHECK; a copy of the table keeps all else, WITHOUT ROWID included."""
    if op.get_bind().dialect.name != "sqlite":
        return
    found = sa.text("SELECT sql FROM sqlite_master WHERE name = 'statement_score'")
    former = op.get_bind().scalar(found)
    made = reworded(former)
    if made == former:
        raise ValueError("statement_score has no checks of its words as expected")
    op.execute(re.sub(r'^CREATE TABLE "?statement_score"?', "CREATE TABLE rebuilt", made))
    op.execute("INSERT INTO rebuilt SELECT * FROM statement_score")
    op.execute("DROP TABLE statement_score")
    op.execute("ALTER TABLE rebuilt RENAME TO statement_score")
