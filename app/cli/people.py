"""flask people: the directory from the command line."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.cli.failing import one_sentence
from app.cli.files import written_whole
from app.infra.db import transaction
from app.people import export, queries
from app.people.name_order import sort_key

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


@commands.command("list")
@click.option("--all", "with_left", is_flag=True, help="Also those who are deactivated.")
@one_sentence
def list_(*, with_left: bool) -> None:
    """Print everybody: name, e-mail, department, and what is special."""
    people = queries.known_people()
    shown = [person for person in people if person.is_active or with_left]
    for person in sorted(shown, key=lambda someone: (sort_key(someone.name), someone.email)):
        marks = [*sorted(person.roles), *([] if person.is_active else ["deactivated"])]
        path = " / ".join(person.department)
        click.echo("\t".join([person.name, person.email, path, " ".join(marks)]).rstrip())
