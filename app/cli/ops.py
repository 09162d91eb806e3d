"""Commands for whoever runs the installation."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from app.cli.backup import next_within, note_backup
from app.cli.failing import one_sentence
from app.operations import backup, doctor, restoring
from app.operations.findings import Severity

commands = AppGroup("ops")

MARKS = {Severity.FINE: "ok", Severity.NOTE: "--", Severity.FAULT: "!!"}


@commands.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@one_sentence
def examine(*, as_json: bool) -> None:
    """Say what is wrong with this installation; fails when anything has to be mended."""
    findings = doctor.examine()
    if as_json:
        rows = [
            {"place": one.place, "severity": str(one.severity), "said": one.said}
            for one in findings
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for one in findings:
            click.echo(f"{MARKS[one.severity]} {one.place:<9} {one.said}")
    if not doctor.is_well(findings):
        raise SystemExit(1)


PLACE = click.Path(exists=True, file_okay=False, path_type=Path)


@commands.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@next_within
@one_sentence
def make_backup(folder: Path, hours: int) -> None:
    """Copy the database into a new folder below FOLDER, while everything goes on; no keys."""
    place = backup.make(folder)
    note_backup(hours)
    click.echo(f"{place}\nThe keys of open reviews are not in it, and must not be added.")


@commands.command("check")
@click.argument("place", type=PLACE)
@one_sentence
def check(place: Path) -> None:
    """Say whether the backup PLACE can be brought back; changes nothing."""
    checked = restoring.check(place)
    click.echo(f"{place} is whole. It was made on {checked.found.made_at} UTC.")
    for name in checked.forgotten:
        click.echo(f"{name} ran then, and its key is gone: it could only end without results.")


@commands.command("restore")
@click.argument("place", type=PLACE)
@click.option("--end-running", "ending", is_flag=True, help="End reviews whose key is gone.")
@click.confirmation_option(
    prompt="Everything that happened since the backup will be gone. Bring it back?"
)
@one_sentence
def restore(place: Path, *, ending: bool) -> None:
    """Put the backup PLACE in the place of the database; nothing of the app may run."""
    restoring.bring_back(restoring.check(place), ending=ending, told=click.echo)
