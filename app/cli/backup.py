"""flask backup: what a backup job tells us."""

from datetime import timedelta
from typing import Final

import click
from flask.cli import AppGroup

from app.cli.failing import one_sentence
from app.infra import heartbeats
from app.infra.db import transaction
from app.infra.heartbeats import Sign

commands = AppGroup("backup")
DAILY: Final = 26


next_within = click.option(
    "--next-within",
    "hours",
    type=click.IntRange(1, 24 * 366),
    default=DAILY,
    show_default=True,
    help="Hours until the next one is overdue.",
)


def note_backup(hours: int) -> None:
    """Note that a backup was made just now, and the next one is due within `hours`."""
    with transaction():
        heartbeats.beat(Sign.BACKUP, next_within=timedelta(hours=hours))


@commands.command("done")
@next_within
@one_sentence
def done(hours: int) -> None:
    """Note that a backup was made just now; HR is told when the next one does not come."""
    note_backup(hours)
    click.echo("Noted.")
