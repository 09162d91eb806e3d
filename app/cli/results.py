"""flask results: everything released of a cycle, for other programs."""

import sys
from pathlib import Path
from typing import IO

import click
from flask.cli import AppGroup

from app.cli.failing import one_sentence
from app.cli.files import written_whole
from app.cycles.queries import cycle_by_name
from app.infra.bulk import no_cycles_sought
from app.infra.db import transaction
from app.reports.results_files import WRITERS, note_taken, refuse_unpublished

commands = AppGroup("results")


@commands.command("export")
@click.option("--cycle", "name", required=True, help="The cycle's name, such as “2026 Q3”.")
@click.option("--format", "kind", type=click.Choice(list(WRITERS)), default="json")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of the screen.",
)
@one_sentence
def export(name: str, kind: str, output: Path | None) -> None:
    """Write everything released of a published cycle. docs/results.md explains every field."""
    cycle = cycle_by_name(name)
    refuse_unpublished(cycle)
    if output is None:
        _write(name, kind, sys.stdout.buffer)
        return
    with written_whole(output) as file:
        _write(name, kind, file)
    click.echo(f"{output} holds what was released of {name}.", err=True)


def _write(name: str, kind: str, file: IO[bytes]) -> None:
    with transaction():
        note_taken(cycle_by_name(name), kind, by=None)
    with no_cycles_sought():
        WRITERS[kind](cycle_by_name(name), file)
