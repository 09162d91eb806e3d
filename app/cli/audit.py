"""Commands about the audit log."""

import click
from flask.cli import AppGroup

from app.cli.failing import one_sentence
from app.cycles.queries import log_witnesses
from app.domain.plurals import counted
from app.infra import audit

commands = AppGroup("audit")


@commands.command("verify")
@one_sentence
def verify() -> None:
    """Walk the log of acts; fail at the first entry that was changed, removed or cut off."""
    length = audit.verify(log_witnesses())
    click.echo(f"{counted(length, 'entry', 'entries')}; the chain is whole.")
