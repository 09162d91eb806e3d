"""Runs the numbered migrations against the database of the current app."""

import click
from alembic import context
from flask import current_app
from sqlalchemy.exc import OperationalError

from app.infra.db import db
from app.infra.troubles import sentence_of


def run() -> None:
    """Migrate in one transaction, so that a failure leaves the old schema."""
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            include_object=_is_ours,
            process_revision_directives=_number,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


def _is_ours(_thing, name, kind, _reflected, _compare_to):
    return not (kind == "table" and name.startswith("huey_"))


def _number(context_, _revision, directives):
    """Name the next revision 0008 after 0007."""
    script = directives[0]
    head = context_.script.get_current_head()
    script.rev_id = f"{int(head or 0) + 1:04d}"


with current_app.app_context():
    try:
        run()
    except OperationalError as error:
        raise click.ClickException(sentence_of(error)) from error
