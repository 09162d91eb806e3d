"""flask people: the directory from the command line."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.cli.failing import one_sentence
from app.cli.files import written_whole
from app.infra.db import transaction
from app.people import export

commands = AppGroup("people")


@commands.command("export")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of the screen.",
)
@one_sentence
def export_(output: Path | None) -> None:
    """Write the directory as CSV that can be edited and imported again.

    People who are deactivated are not in it.
    """
    if output is None:
        click.echo(_exported(), nl=False)
        return
    with written_whole(output) as file:
        file.write(_exported())
    click.echo(f"The directory is in {output}.", err=True)


def _exported() -> bytes:
    with transaction():
        return export.directory_file(by=None)
