"""flask people: the directory from the command line."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.cli import people_import
from app.cli.failing import one_sentence
from app.cli.files import written_whole
from app.infra.db import transaction
from app.people import export, passwords, queries, second_factor, services
from app.people.name_order import sort_key

commands = AppGroup("people", help="Who works here: import, export, list, passwords, the HR role.")

commands.add_command(people_import.import_)
commands.add_command(people_import.sync)
commands.add_command(people_import.undo)


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


@commands.command("password")
@click.argument("email")
@one_sentence
def password(email: str) -> None:
    """Print a link with which EMAIL sets a password: once; an earlier link ends."""
    with transaction():
        passwords.refuse_where_there_are_none()
        person = queries.person_by_email(email)
        services.refuse_link_for_leavers(person)
        link = services.give_link(person, by=None)
    click.echo(link)


@commands.command("make-hr")
@click.argument("email")
@one_sentence
def make_hr(email: str) -> None:
    """Give EMAIL the HR role."""
    with transaction():
        person = queries.person_by_email(email)
        services.make_hr(person, by=None)
    click.echo(f"{person.name} has the HR role.")


@commands.command("reset-factor")
@click.argument("email")
@one_sentence
def reset_factor(email: str) -> None:
    """Reset the second factor of EMAIL, or ask HR to agree where two people are of HR."""
    with transaction():
        services.lock_directory()
        person = queries.person_by_email(email)
        is_reset = second_factor.reset(person, by=None)
    click.echo("It is reset." if is_reset else "Noted. It waits until somebody of HR agrees.")
