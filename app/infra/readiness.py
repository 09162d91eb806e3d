"""Whether this process can answer people: the database is there and up to date, the keys too."""

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.infra import migrations
from app.infra.db import db
from app.infra.keys import key_folder


def database_answers() -> bool:
    """Whether the database can be asked."""
    try:
        return bool(db.session.scalar(text("SELECT 1")) == 1)
    except SQLAlchemyError:
        db.session.rollback()
        return False


def faults() -> list[str]:
    """What keeps this process from answering people; nothing when it is ready."""
    if not database_answers():
        return ["The database does not answer."]
    told = []
    if _version() != migrations.newest():
        told.append("The database is not up to date: flask --app app db upgrade")
    if not key_folder().mark():
        told.append("The key folder cannot be read.")
    return told


def _version() -> str:
    try:
        return db.session.scalar(text("SELECT version_num FROM alembic_version")) or ""
    except SQLAlchemyError:
        db.session.rollback()
        return ""
