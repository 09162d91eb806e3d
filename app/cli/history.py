"""flask history: quarters kept in another tool."""

from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from app.cli.failing import one_sentence
from app.infra.db import transaction
from app.lifecycle.count import history_import

commands = AppGroup("history")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@commands.command("import")
@click.argument("file", type=FILE)
@click.option("--cycle", "name", required=True, help="What the quarter is called, such as 2025 Q3.")
@click.option("--enps", type=FILE, help="The answers to the 0-10 question.")
@click.option(
    "--closed",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day it closed; by default the last day of the quarter that the name says.",
)
@click.option(
    "--questionnaire",
    "version",
    type=int,
    help="The version of the questionnaire that was asked; needed where there are several.",
)
@one_sentence
def import_(
    file: Path, name: str, enps: Path | None, closed: datetime | None, version: int | None
) -> None:
    """Count a past quarter out of FILE and keep only what may be shown.

    FILE is CSV with a line for each review: rater, subject (e-mails), s01 to s14 (1 to 5, 0 for
    not observed), and keep and try if there are comments. The --enps file has enps, reasons
    (with | between them) and comment, and rater if units shall be told apart.
    """
    closed_on = closed.date() if closed else history_import.closing_day(name)
    if closed_on is None:
        raise click.UsageError(f"{name} names no quarter; say when it closed: --closed 2025-09-30")
    click.echo(f"Reading {file.name} …", err=True)
    try:
        with transaction():
            history = history_import.read_history(
                file.read_bytes(), enps.read_bytes() if enps else None
            )
            history_import.import_quarter(
                history_import.PastQuarter(name.strip(), closed_on, version),
                history,
                say=lambda step: click.echo(f"{step} …", err=True),
            )
    except history_import.HistoryRefusedError as error:
        for sentence in error.sentences:
            click.echo(sentence, err=True)
        faults = "1 fault" if error.count == 1 else f"{error.count:,} faults"
        raise click.ClickException(
            f"{file.name} was refused because of {faults}; nothing was changed."
        ) from error
    files = f"{file.name} and {enps.name}" if enps else file.name
    click.echo(
        f"{name} is imported and closed; HR publishes it like any other. Delete {files} now: "
        "there it still says who answered what."
    )
