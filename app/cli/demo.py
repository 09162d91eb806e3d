"""Demo data: a company with three published quarters and an open one, all the real way."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import delete, func, select

from app.ballots.queries import review_of
from app.ballots.services import save, send
from app.cli.demo_answers import Cast, answers, cast_of
from app.cli.demo_company import NORDLICHT, PASSWORD, invented_company, move_in
from app.cli.demo_large import move_in_and_answer
from app.cli.demo_leaders import choose_leaders, mail_and_mark
from app.cli.demo_plans import plan_with_reports
from app.cli.demo_projects import begin_projects
from app.cli.demo_quarters import (
    OPEN_FOR,
    OPEN_SINCE,
    at_nine,
    close_and_count,
    open_now,
    quarters_before,
)
from app.cli.demo_questions import ask_again
from app.cli.demo_services import name_services
from app.cli.failing import one_sentence
from app.cycles.models import Cycle
from app.cycles.queries import cycle_by_id
from app.domain.access import Actor
from app.domain.durations import NAMES_KEPT
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.infra.migrations import upgrade
from app.lifecycle import services
from app.pdf.letterhead import letterhead
from app.pdf.pages.personal import render
from app.people.models import Person
from app.people.passwords import is_right
from app.questionnaires.services import ensure_default
from app.results.queries import personal_report
from config import Config

SEED: Final = 2026
PAST_QUARTERS: Final = 3
MOST_PEOPLE, MOST_CYCLES = 1_000_000, 40
PARTIAL_SHARE, PARTIAL_EVERY, SENT_EVERY = 0.6, 3, 2
SILENT_EVERY: Final = 13
GUIDES: Final = (
    ("Employee", 6),
    ("Manager", 1),
    ("HR", 5),
    ("Second HR person", 24),
    ("Board", 0),
)
"""Who shows what, by their lines in the invented company."""
SAMPLES_OF: Final = ("Employee", "Manager", "HR")

commands = AppGroup("demo")


@commands.command("fill")
@one_sentence
def fill() -> None:
    """Bring the database up to date; fill an empty one with a company of 25 and four quarters.

    Three of the quarters are published, the last is open.
    """
    _refuse_production()
    upgrade()
    if not db.session.scalar(select(func.count(Person.id))):
        _fill_company()
    _say_who_can_sign_in()


@commands.command("company")
@click.option("--people", type=click.IntRange(7, MOST_PEOPLE), required=True)
@click.option(
    "--cycles",
    type=click.IntRange(0, MOST_CYCLES),
    default=1,
    show_default=True,
    help="Published quarters before the open one.",
)
@one_sentence
def company(people: int, cycles: int) -> None:
    """Fill an empty database with a company of any size, published quarters and an open one.

    Pairs, seals, counts and results are made the real way. For measuring: 10,000 people take
    about a minute for each quarter.
    """
    _refuse_production()
    upgrade()
    if db.session.scalar(select(func.count(Person.id))):
        raise click.ClickException("There are people in this database already.")
    move_in_and_answer(people, cycles, seed=SEED)
    click.echo(f"{people:,} people have moved in; their password is {PASSWORD}")


def _refuse_production() -> None:
    if current_app.config["SETTINGS"].is_production:
        raise click.ClickException("Demo people have a known password: not in production.")


@commands.command("quarter")
@click.option("--people", type=click.IntRange(7, 3600), default=25, show_default=True)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the PDF reports go; by default into the data folder.",
)
@one_sentence
def quarter(people: int, folder: Path | None) -> None:
    """Run one whole quarter on invented people in a database of its own, PDFs included."""
    from app import create_app  # noqa: PLC0415 - above us; needed for the database of its own

    with TemporaryDirectory() as scratch:
        settings: Config = current_app.config["SETTINGS"]
        papers = folder or settings.data_folder / f"quarter of {people}"
        data = Path(scratch) / "data"  # the keys come beside it
        own = replace(settings, database_url="", data_folder=data, key_folder=None)
        app = create_app(own, testing=True)
        with app.app_context():
            steps = _Steps()
            _run_quarter(people, papers, steps)
            db.session.remove()
            db.engine.dispose()
    steps.print_table()
    click.echo(f"{people} reports are in {papers}.")


@dataclass
class _Steps:
    """Seconds per step, printed while they pass and once more as a table."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        click.echo(f"{name} …", err=True)
        began = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - began

    def print_table(self) -> None:
        for name, seconds in {**self.seconds, "Together": sum(self.seconds.values())}.items():
            click.echo(f"{name:<28}{seconds:8.2f} s")


def _run_quarter(people: int, folder: Path, steps: _Steps) -> None:
    random = Random(SEED)  # noqa: S311 - the same people every time
    start = clock.now()
    with steps.step("Make the database"):
        upgrade()
    with steps.step("Move in"), transaction():
        ensure_default()
        persons = move_in(invented_company(people, random=random), today=start.date())
        ids = [person.id for person in persons]
    cast = cast_of(ids, random=random)
    with steps.step("Plan and open"):
        cycle_id = open_now(start, ids)
    with steps.step("Fill in and send"):
        _everybody_answers(ids, cast, quarter=0, random=random)
    with clock.travel(start + OPEN_FOR):
        with steps.step("Close and count"):
            close_and_count(cycle_id)
        with transaction():
            services.publish(db.session.get_one(Cycle, cycle_id), by=None)
        with steps.step("Write the PDF reports"):
            _write_reports(cycle_id, ids, folder)


def _fill_company() -> None:
    random = Random(SEED)  # noqa: S311 - the same company every time
    now = clock.now()
    current = at_nine(now - OPEN_SINCE)
    openings = [quarters_before(current, back) for back in range(PAST_QUARTERS, 0, -1)]
    click.echo("Filling an invented company; this takes about a minute, once.")
    with transaction():
        ensure_default()
        persons = move_in(NORDLICHT, today=openings[0].date())
        name_services(persons)
        choose_leaders(persons)
        ids = [person.id for person in persons]
    cast = cast_of(ids, random=random)
    for number, opening in enumerate(openings):
        ask_again(ids)
        cycle_id = _past_quarter(opening, ids, cast, quarter=number, random=random)
        with clock.travel(opening + OPEN_FOR):
            plan_with_reports(cycle_id, ids)
        click.echo(f"  {cycle_by_id(cycle_id).name}: answered, counted, published")
    with transaction():  # mails of past quarters have long been read
        db.session.execute(delete(OutboxMail))
    with transaction():
        owners = [db.session.get_one(Person, one) for one in ids]
        begin_projects(owners, today=now.date())
    mail_and_mark(ids, now=at_nine(now), random=random)
    ask_again(ids)
    with clock.travel(current):
        cycle_id = open_now(current, ids)
    _some_answer(ids, cast, random=random)
    click.echo(f"  {cycle_by_id(cycle_id).name}: open now, partly answered")
    _write_samples()


def _past_quarter(
    opening: datetime, ids: list[int], cast: Cast, *, quarter: int, random: Random
) -> int:
    """Play a whole quarter that is over; its cycle's id."""
    with clock.travel(opening):
        cycle_id = open_now(opening, ids)
        _everybody_answers(ids, cast, quarter=quarter, random=random)
    with clock.travel(opening + OPEN_FOR):
        close_and_count(cycle_id)
        with transaction():
            services.publish(db.session.get_one(Cycle, cycle_id), by=None)
    if opening + OPEN_FOR + NAMES_KEPT < clock.now():
        with transaction():
            services.purge(db.session.get_one(Cycle, cycle_id))
    return cycle_id


def _everybody_answers(ids: list[int], cast: Cast, *, quarter: int, random: Random) -> None:
    """All but a few answer everything and send."""
    senders = [one for place, one in enumerate(ids) if (place + quarter) % SILENT_EVERY != 7]
    random.shuffle(senders)
    for person_id in senders:
        _answer(person_id, cast, quarter=quarter, random=random)


def _some_answer(ids: list[int], cast: Cast, *, random: Random) -> None:
    """In the open quarter every third is halfway and some of the others have sent."""
    for place, person_id in enumerate(ids):
        if place % PARTIAL_EVERY == 0:
            share = PARTIAL_SHARE
            _answer(person_id, cast, quarter=PAST_QUARTERS, random=random, share=share)
        elif place % SENT_EVERY == 0:
            _answer(person_id, cast, quarter=PAST_QUARTERS, random=random)


def _answer(
    person_id: int,
    cast: Cast,
    *,
    quarter: int,
    random: Random,
    share: float = 1.0,
) -> None:
    """Fill in one ballot as its rater would: saved, and sent when it is finished."""
    with transaction():
        review = review_of(db.session.get_one(Person, person_id))
        if review is None:
            return
        save(review, answers(review, cast, quarter=quarter, random=random, share=share))
        if share >= 1.0:
            send(review)


def _write_reports(cycle_id: int, ids: list[int], folder: Path) -> list[Path]:
    """Write the personal reports of `ids` as their subjects would download them."""
    folder.mkdir(parents=True, exist_ok=True)
    settings: Config = current_app.config["SETTINGS"]
    cycle = db.session.get_one(Cycle, cycle_id)
    written = []
    for person_id in ids:
        subject = db.session.get_one(Person, person_id)
        report = personal_report(
            cycle.id, subject.id, reader=Actor(subject.id), company=settings.company_name
        )
        file = folder / report.file_name
        file.write_bytes(render(report, letterhead=letterhead()))
        written.append(file)
    return written


def _guides() -> list[tuple[str, Person]]:
    """Who shows the app best, as long as they are here and keep the demo password."""
    guides = {place: role for role, place in GUIDES}
    emails = {NORDLICHT[place].email: role for place, role in guides.items()}
    people = db.session.scalars(select(Person).where(Person.email.in_(emails), Person.is_active))
    found = {emails[one.email]: one for one in people if is_right(PASSWORD, one.password_hash)}
    return [(role, found[role]) for role in guides.values() if role in found]


def _write_samples() -> None:
    """Put sample PDFs of the last published quarter into the data folder."""
    cycle_id = db.session.scalar(
        select(Cycle.id).where(Cycle.published_on.is_not(None)).order_by(Cycle.id.desc()).limit(1)
    )
    if cycle_id is not None:
        ids = [person.id for role, person in _guides() if role in SAMPLES_OF]
        _write_reports(cycle_id, ids, _samples())


def _samples() -> Path:
    folder: Path = current_app.config["SETTINGS"].data_folder / "samples"
    return folder.resolve()


def _say_who_can_sign_in() -> None:
    if guides := _guides():
        address = current_app.config["SETTINGS"].base_url
        click.echo(f"\nSign in at {address} as one of these; the password of all is {PASSWORD}\n")
        for role, person in guides:
            click.echo(f"  {role:<18}{person.email}")
        click.echo(f"\nSample reports (PDF): {_samples()}\n")
