"""flask cycle list: what there is, without all that can be done to it."""

import click
from flask.cli import AppGroup

from app.cli.failing import one_sentence
from app.cycles.queries import cycles_newest_first
from app.infra.pages import moment

commands = AppGroup("cycle")


@commands.command("list")
@one_sentence
def list_() -> None:
    """Print every cycle with its state and dates."""
    for cycle in cycles_newest_first():
        dates = f"{moment(cycle.opens_at)} to {moment(cycle.closes_at)}"
        click.echo(f"{cycle.name:<12} {cycle.state:<10} {dates}")
