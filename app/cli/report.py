"""Commands that write papers."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.cli.failing import one_sentence
from app.cycles.queries import cycle_by_name
from app.domain.access import Actor
from app.domain.cycle import CycleState
from app.domain.errors import WrongStateError
from app.infra import audit
from app.infra.db import transaction
from app.infra.settings import settings
from app.pdf.personal import render
from app.people.queries import person_by_email
from app.results.queries import personal_report
from app.results.services import erase_subject

commands = AppGroup("report", help="Write reports as PDF files.")


@commands.command("personal")
@click.argument("email")
@click.option("--cycle", "name", required=True, help="The cycle's name, such as “2026 Q3”.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The PDF file to write.",
)
@one_sentence
def personal(email: str, name: str, output: Path) -> None:
    """Write the personal report of EMAIL, as its subject would download it."""
    config = settings()
    cycle, subject = cycle_by_name(name), person_by_email(email)
    if cycle.state is not CycleState.PUBLISHED:
        raise WrongStateError(f"{cycle.name} is {cycle.state}; reports come with publishing.")
    report = personal_report(cycle, subject, reader=Actor(subject.id), company=config.company_name)
    paper = render(report, paper=config.paper)
    with transaction():
        audit.record("report:written", cycle_id=cycle.id, kind="personal")
    output.write_bytes(paper)
    click.echo(f"{output} holds the report of {report.name} for {report.cycle_name}.")


@commands.command("erase")
@click.argument("email")
@click.confirmation_option(prompt="Erase all reports of this person for good?")
@one_sentence
def erase(email: str) -> None:
    """Erase every report of EMAIL, as they may ask for; company figures stay."""
    with transaction():
        subject = person_by_email(email)
        reports = erase_subject(subject.id, actor_id=None)
    click.echo(f"{reports} reports of {email} are erased.")
