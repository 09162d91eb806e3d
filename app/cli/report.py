"""Commands that write papers."""

from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path

import click
from flask.cli import AppGroup

from app.cli.failing import one_sentence
from app.cli.files import written_whole
from app.cycles.models import Cycle
from app.cycles.queries import cycle_by_name
from app.domain.access import Actor
from app.domain.cycle import CycleState
from app.domain.errors import NotFoundError, WrongStateError
from app.domain.plurals import counted
from app.enps.board import board_report
from app.enps.company_charts import on_paper
from app.infra import audit
from app.infra.db import transaction
from app.pdf.letterhead import letterhead
from app.pdf.pages import board as board_paper
from app.pdf.pages import cycle as cycle_paper
from app.pdf.pages import team as team_paper
from app.pdf.pages.personal import render
from app.people.queries import person_by_email
from app.reports.bundling import discard_all
from app.reports.cycle_figures import cycle_report
from app.reports.queries import reports_for
from app.reports.volumes import PER_VOLUME, Choice, volume_name, write_volume
from app.results.dossiers import dossiers
from app.results.queries import subjects_of, subjects_read_by
from app.results.services import erase_subject
from app.results.teams import team_of, team_report

commands = AppGroup("report")


def _paper_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a command that writes one paper of a cycle."""
    output = click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        required=True,
        help="The PDF file to write.",
    )
    name = click.option(
        "--cycle", "name", required=True, help="The cycle's name, such as “2026 Q3”."
    )
    return name(output(command))


@commands.command("personal")
@click.argument("email")
@_paper_options
@one_sentence
def personal(email: str, name: str, output: Path) -> None:
    """Write the personal report of EMAIL; the plan in it is left empty, it is the person's own."""
    subject, cycle = person_by_email(email), _published(name)
    found = dossiers(cycle.id, [subject.id], reader=None)
    if not found:
        raise NotFoundError(f"{subject.name} has no report of {cycle.name}.")
    (report,) = reports_for(found, reader=None)
    paper = render(report, letterhead=letterhead())
    _write(output, paper, cycle_id=cycle.id, kind="personal")
    click.echo(f"{output} holds the report of {report.name} for {report.cycle_name}.")


def _published(name: str) -> Cycle:
    cycle = cycle_by_name(name)
    if cycle.state is not CycleState.PUBLISHED:
        raise WrongStateError(f"{cycle.name} is {cycle.state}; reports come with publishing.")
    return cycle


def _write(output: Path, paper: bytes, *, cycle_id: int, kind: str) -> None:
    """Write a paper, and log which kind; a paper that cannot be written is not in the log."""
    with written_whole(output) as file:
        file.write(paper)
        with transaction():
            audit.record("report:written", cycle_id=cycle_id, kind=kind)


@commands.command("bundle")
@click.option("--cycle", "name", required=True, help="The cycle's name, such as “2026 Q3”.")
@click.option("--for", "email", help="Only what this reader may read about others.")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder for the ZIP files.",
)
@one_sentence
def bundle(name: str, email: str | None, output: Path) -> None:
    """Write all personal reports of a cycle as ZIP files of up to 500; no plan is in them."""
    cycle = _published(name)
    reader = person_by_email(email) if email else None
    subject_ids = subjects_read_by(reader.id, cycle.id) if reader else subjects_of(cycle.id)
    if not subject_ids:
        raise NotFoundError(f"There are no such reports of {cycle.name}.")
    actor = Actor(reader.id, is_hr=reader.is_hr) if reader else None
    output.mkdir(parents=True, exist_ok=True)
    with transaction():
        audit.record("report:written", cycle_id=cycle.id, kind="zip")
    files = _volumes(cycle_by_name(name), subject_ids, actor, output)
    click.echo(
        f"{output} holds {counted(len(subject_ids), 'report')} of {name} "
        f"in {counted(len(files), 'ZIP file')}."
    )


def _volumes(
    cycle: Cycle, subject_ids: Sequence[int], reader: Actor | None, folder: Path
) -> list[Path]:
    """Write every volume, and say so; one that could not be finished is not left behind."""
    cycle_id, volumes = cycle.id, ceil(len(subject_ids) / PER_VOLUME)
    names = [volume_name(cycle, volume=n + 1, volumes=volumes) for n in range(volumes)]
    for number, name in enumerate(names):
        part = subject_ids[number * PER_VOLUME : (number + 1) * PER_VOLUME]
        with written_whole(folder / name) as file:
            written = write_volume(file, Choice(cycle_id, part, reader, holds_plans=False))
        click.echo(f"{name}: {counted(written, 'report')}", err=True)
    return [folder / name for name in names]


@commands.command("team")
@click.argument("email")
@_paper_options
@one_sentence
def team(email: str, name: str, output: Path) -> None:
    """Write the team report of the manager EMAIL."""
    cycle = _published(name)
    report = team_report(team_of(cycle, person_by_email(email)))
    content = team_paper.render(report, letterhead=letterhead())
    _write(output, content, cycle_id=cycle.id, kind="team")
    click.echo(f"{output} holds the report of the team of {report.manager} for {name}.")


@commands.command("board")
@_paper_options
@one_sentence
def board(name: str, output: Path) -> None:
    """Write the board's page of a cycle."""
    cycle = _published(name)
    report = board_report(cycle)
    charts = on_paper(report.figures)
    content = board_paper.render(report, charts=charts, letterhead=letterhead())
    _write(output, content, cycle_id=cycle.id, kind="board")
    click.echo(f"{output} holds the board's page of {name}.")


@commands.command("cycle")
@_paper_options
@one_sentence
def cycle_(name: str, output: Path) -> None:
    """Write HR's report of a counted cycle."""
    cycle = cycle_by_name(name)
    content = cycle_paper.render(cycle_report(cycle), letterhead=letterhead())
    _write(output, content, cycle_id=cycle.id, kind="cycle")
    click.echo(f"{output} holds the cycle report of {name}.")


@commands.command("erase")
@click.argument("email")
@click.confirmation_option(prompt="Erase all reports of this person for good?")
@one_sentence
def erase(email: str) -> None:
    """Erase every report of EMAIL, as they may ask for; company figures stay."""
    with transaction():
        subject = person_by_email(email)
        reports = erase_subject(subject.id, by=None)
        discard_all()  # one of them may lie in a ZIP that waits to be fetched
    click.echo(f"Erased {counted(reports, 'report')} of {email}.")
