"""The numbered migrations: which is the newest, and how to bring the database up to date.

Whoever imports this imports Alembic, which takes a third as long as Flask and SQLAlchemy. So a
command that changes no tables leaves it alone.
"""

from functools import lru_cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from app.infra.db import db

FOLDER: Final = Path(__file__).resolve().parents[2] / "migrations"
NEWEST: Final = "head"


@lru_cache(maxsize=1)
def newest() -> str:
    """The number of the last migration that this program has."""
    return ScriptDirectory(str(FOLDER)).get_current_head() or ""


def is_known(number: str) -> bool:
    """Whether this program has the migration `number`."""
    try:
        ScriptDirectory(str(FOLDER)).get_revision(number)
    except CommandError:
        return False
    return True


def reached() -> str:
    """The number of the last migration that the database went through; empty without tables."""
    return MigrationContext.configure(db.session.connection()).get_current_revision() or ""


def upgrade(number: str = NEWEST) -> None:
    """Bring the current app's database up to the migration `number`, in one transaction.

    Raises CommandError where there is none of that number.
    """
    command.upgrade(config(), number)


def config() -> Config:
    """What Alembic wants to know."""
    found = Config(str(FOLDER / "alembic.ini"))
    # In Alembic's settings a % begins the name of another one.
    found.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return found
