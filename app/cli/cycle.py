"""Commands for the life of a cycle; they obey the same rules as the pages."""

from datetime import datetime

import click
from flask.cli import AppGroup
from sqlalchemy import select

from app.cli.failing import one_sentence
from app.cycles.models import Cycle, Pairing
from app.cycles.queries import cycle_by_name
from app.cycles.services import SAMPLE, DraftPlan, proposed_name, proposed_pairing
from app.domain.plurals import counted
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.pages import moment
from app.infra.settings import settings
from app.lifecycle import opening, services
from app.lifecycle.count.abandoning import abandon as end_without_results
from app.lifecycle.count.counting import count_and_forget
from app.lifecycle.count.forgetting import ensure_forgotten, finish_forgetting
from app.lifecycle.count.restoring import accept_restored
from app.lifecycle.plan import kept_findings, plan_check, planning
from app.people.queries import active_people
from app.questionnaires.services import ensure_default

commands = AppGroup("cycle")
WHEN = click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"])


@commands.command("plan")
@click.option("--name", help="By default the quarter of the opening.")
@click.option("--opens", type=WHEN, required=True, help="In the company's time zone.")
@click.option("--closes", type=WHEN, required=True)
@click.option("--pairing", type=click.Choice([kind.value for kind in Pairing]))
@click.option("--sample", type=int, default=SAMPLE, show_default=True)
@one_sentence
def plan(
    name: str | None, opens: datetime, closes: datetime, pairing: str | None, sample: int
) -> None:
    """Plan a cycle for everybody active who takes part, and say what stands in its way."""
    with transaction():
        day = opens.date()
        roster = frozenset(one.id for one in active_people() if not one.sits_out_on(day))
        taken = db.session.scalars(select(Cycle.name)).all()
        cycle = planning.create_draft(
            DraftPlan(
                name=name or proposed_name(opens, taken),
                questionnaire_id=ensure_default().id,
                opens_at=_local(opens),
                closes_at=_local(closes),
                roster=roster,
                pairing=Pairing(pairing) if pairing else proposed_pairing(len(roster)),
                sample_size=sample,
            ),
            by=None,
        )
        found = plan_check.check_plan(cycle)
    click.echo(f"{cycle.name} is planned for {counted(len(roster), 'person', 'people')}.")
    for sentence in (*found.faults, *found.warnings):
        click.echo(f"- {sentence}")


@commands.command("open")
@click.argument("name")
@one_sentence
def open_(name: str) -> None:
    """Open the planned cycle NAME now."""
    cycle_id = cycle_by_name(name).id
    is_large = kept_findings.is_large(cycle_id)
    kept_findings.work_out(cycle_id)
    with transaction():
        (opening.ask if is_large else services.open_)(cycle_by_name(name), by=None)
    if is_large:
        opening.go_on(cycle_id, say=lambda percent: click.echo(f"opening: {percent} %", err=True))
    click.echo(f"{name} is open; invitations are on their way.")


@commands.command("extend")
@click.argument("name")
@click.option("--until", type=WHEN, required=True, help="In the company's time zone.")
@one_sentence
def extend(name: str, until: datetime) -> None:
    """Let the open cycle NAME close later, and tell everybody."""
    with transaction():
        cycle = cycle_by_name(name)
        services.extend(cycle, _local(until), by=None)
    click.echo(f"{name} now closes on {moment(cycle.closes_at)}.")


@commands.command("close")
@click.argument("name")
@one_sentence
def close(name: str) -> None:
    """Close the open cycle NAME, count its ballots and forget who cast them.

    Before its time it needs two people where there are two people of HR: the command asks, and
    one of them confirms on the cycle's page.
    """
    with transaction():
        cycle = cycle_by_name(name)
        is_closed = services.close_early(cycle, by=None)
        cycle_id = cycle.id
    if not is_closed:
        click.echo(f"{name} stays open until a person of HR confirms the early close on its page.")
        return
    count_and_forget(cycle_id, progress=lambda step: click.echo(f"{step} …", err=True))
    click.echo(f"{name} is closed. Answers can no longer be traced to raters.")


@commands.command("publish")
@click.argument("name")
@one_sentence
def publish(name: str) -> None:
    """Publish the closed cycle NAME, and tell everybody."""
    ensure_forgotten(cycle_by_name(name).id)
    with transaction():
        services.publish(cycle_by_name(name), by=None)
    click.echo(f"{name} is published.")


@commands.command("abandon")
@click.argument("name")
@click.confirmation_option(
    prompt="Nothing anybody answered will be counted; an end cannot be undone. Go on?"
)
@one_sentence
def abandon(name: str) -> None:
    """End the cycle NAME without results, or ask HR to, because its key or a ballot is lost."""
    with transaction():
        cycle = cycle_by_name(name)
        is_ended = end_without_results(cycle, by=None)
        cycle_id = cycle.id
    if not is_ended:
        click.echo(f"Noted. {name} goes on until a person of HR confirms on its page.")
        return
    finish_forgetting(cycle_id)
    click.echo(f"{name} has ended without results. The next cycle can open.")


@commands.command("restored")
@click.argument("name")
@click.confirmation_option(
    prompt="Answers that were saved after the backup are gone. Count the ballots as they are now?"
)
@one_sentence
def restored(name: str) -> None:
    """Believe the ballots of NAME as they are after a backup of the database was brought back."""
    with transaction():
        accept_restored(cycle_by_name(name), by=None)
    click.echo(
        "Whoever saved something since the backup has lost it. Please ask everybody to look "
        "through their answers again."
    )


def _local(value: datetime) -> datetime:
    """A wall-clock time as the company's time zone means it."""
    return value.replace(tzinfo=settings().zone).astimezone(clock.now().tzinfo)
