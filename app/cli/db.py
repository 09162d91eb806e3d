"""flask db: the numbered migrations."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from alembic import command
from alembic.util import CommandError
from flask.cli import AppGroup

from app.cli.failing import one_sentence
from app.infra import migrations

commands = AppGroup("db")


@commands.command("upgrade")
@click.argument("number", default=migrations.NEWEST)
@one_sentence
def upgrade(number: str) -> None:
    """Make the tables, or bring them up to the migration NUMBER, by default the newest."""
    with _told():
        migrations.upgrade(number)


@commands.command("migrate")
@click.option("-m", "--message", required=True, help="What the migration does.")
@one_sentence
def migrate(message: str) -> None:
    """Write the next migration from what the models have and the tables have not."""
    with _told():
        command.revision(migrations.config(), message, autogenerate=True)


@commands.command("current")
@one_sentence
def current() -> None:
    """Print the migration that the database has, and the newest one."""
    click.echo(f"{migrations.reached() or 'none'} of {migrations.newest()}")


@contextmanager
def _told() -> Iterator[None]:
    """Let Alembic say in its own words why it refused."""
    try:
        yield
    except CommandError as error:
        raise click.ClickException(str(error)) from error
