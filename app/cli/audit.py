"""Commands about the audit log."""

import click
from flask.cli import AppGroup

from app.cli.failing import one_sentence
from app.infra import audit

commands = AppGroup("audit", help="The log of acts.")


@commands.command("verify")
@one_sentence
def verify() -> None:
    """Walk the chain of audit entries; fail at the first that was changed or removed."""
    click.echo(f"{audit.verify():,} entries; the chain is whole.")
