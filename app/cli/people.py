"""flask people: the directory from the command line."""

import sys
from datetime import date
from pathlib import Path
from typing import Final

import click
from flask.cli import AppGroup

from app.cli.failing import one_sentence
from app.cli.files import written_whole
from app.domain.files.people_changes import Preview
from app.infra import clock
from app.infra.db import transaction
from app.infra.settings import settings
from app.people import export, people_import, queries, services
from app.people.name_order import sort_key

commands = AppGroup("people", help="Who works here: import, export, list, passwords, the HR role.")

SHOWN: Final = 50
LONG: Final = 2_000
"""From so many people on a command shows how far it is."""


@commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@one_sentence
def import_(file: Path, *, dry_run: bool) -> None:
    """Make the directory say what FILE says: the whole company as CSV.

    People who are not in FILE are deactivated; those who are in it again are reactivated.
    """
    today = _today()
    proposal = _proposal(file, today)
    _print_preview(proposal.preview)
    if dry_run:
        click.echo("Nothing was changed (--dry-run).")
        return
    preview = proposal.preview
    written = len(preview.added) + len(preview.changed) + len(preview.deactivated)
    hidden = written < LONG
    progress = click.progressbar(length=written, label="Writing", file=sys.stderr, hidden=hidden)
    with progress as bar, transaction():
        people_import.import_people(
            proposal.rows,
            today=today,
            by=None,
            expected=proposal.fingerprint,
            progress=bar.update,
        )
    click.echo(people_import.told(preview))
    if not queries.hr_people():
        click.echo("Nobody has the HR role yet: flask people make-hr EMAIL", err=True)


def _proposal(file: Path, today: date) -> people_import.Proposal:
    content = file.read_bytes()
    if len(content) > LONG * 100:
        click.echo(f"Reading {file.name} …", err=True)
    try:
        return people_import.propose(content, today=today)
    except people_import.FileRefusedError as error:
        for sentence in error.sentences:
            click.echo(sentence, err=True)
        faults = "1 fault" if error.count == 1 else f"{error.count:,} faults"
        raise click.ClickException(
            f"{file.name} was refused because of {faults}; nothing was changed."
        ) from error


def _print_preview(preview: Preview) -> None:
    _print_part("Added", [f"{p.name} <{p.email}>, {p.department}" for p in preview.added])
    changes = [
        f"{person.name} <{person.email}>: "
        + "; ".join(f"{field.field} {field.old!r} → {field.new!r}" for field in person.fields)
        for person in preview.changed
    ]
    _print_part("Changed", changes)
    _print_part("Deactivated", [f"{p.name} <{p.email}>" for p in preview.deactivated])
    _print_part("New departments", list(preview.new_departments))
    click.echo(f"Unchanged: {preview.unchanged_count:,}")


def _print_part(title: str, entries: list[str]) -> None:
    click.echo(f"{title}: {len(entries):,}")
    for entry in entries[:SHOWN]:
        click.echo(f"  {entry}")
    if len(entries) > SHOWN:
        click.echo(f"  and {len(entries) - SHOWN:,} more")


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


def _today() -> date:
    return clock.today(settings().zone)
