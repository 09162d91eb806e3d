"""Companies of two sizes, and what a page or a command takes of the database in each.

Counted are the statements that are asked, the rows that are fetched, the bytes that are sent, and
the steps that SQLite takes: rows that are read and thrown away are steps as well.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from flask import Flask
from sqlalchemy import event, select

from app import create_app
from app.cycles.models import Cycle
from app.infra import clock, slow_statements
from app.infra.db import db, transaction
from app.lifecycle import turnout
from app.lifecycle.plan import kept_findings
from app.people.imports import kept_import
from app.people.models import Person
from app.people.services import give_link
from app.projects.services import PlannedProject, keep_project
from app.reports import bundling
from tests.browsing import Browser
from tests.conftest import make_settings
from tests.factories import make_cycle
from tests.services_in_the_house import name_service

SMALL, LARGE = 25, 2_500
TIMES = LARGE // SMALL
STEP = 1_000
"""Instructions of SQLite's machine that are counted as one."""
DRAFT = "A quarter that is planned"


@dataclass
class Cost:
    """What one page or command took."""

    statements: int = 0
    rows: int = 0
    bytes: int = 0
    steps: int = 0

    def above(self, limits: Mapping[str, float]) -> list[str]:
        """What is more than its limit, in words."""
        return [
            f"{name} {value:,}, at most {limits[name]:,.0f}"
            for name, value in asdict(self).items()
            if value > limits[name]
        ]


class Meter:
    """Counts what an app's database does."""

    def __init__(self) -> None:
        self.cost = Cost()

    def watch(self, driver: sqlite3.Connection, _record: object) -> None:
        driver.row_factory = self._row
        driver.set_progress_handler(self._step, STEP)

    def statement(self, *_of: object) -> None:
        self.cost.statements += 1

    def _row(self, _cursor: object, row: tuple[Any, ...]) -> tuple[Any, ...]:
        self.cost.rows += 1
        return row

    def _step(self) -> int:
        self.cost.steps += 1
        return 0


@dataclass(frozen=True)
class Company:
    """An app with a company in it: a published quarter, an open one and a draft."""

    app: Flask
    meter: Meter
    people: int

    def cost_of_page(self, browser: Browser, address: str) -> Cost | None:
        """What a page costs the second time; None for a refusal or a redirect."""
        if browser.get(address).status_code != 200:
            return None
        self.meter.cost = Cost()
        answer = browser.get(address)
        return replace(self.meter.cost, bytes=len(answer.data))

    def cost_of_command(self, *words: str) -> Cost:
        """What a command costs."""
        self.meter.cost = Cost()
        told = self.app.test_cli_runner().invoke(args=list(words))
        assert told.exit_code == 0, (words, told.output)
        return replace(self.meter.cost, bytes=len(told.output))


@contextmanager
def company(databases: Any, folder: Any, people: int) -> Iterator[Company]:
    """Make a company of `people` in a database of its own."""
    folder.mkdir()
    meter = Meter()
    with databases.fresh(folder) as url:
        app = create_app(make_settings(folder, database_url=url), testing=True)
        with app.app_context():
            event.listen(db.engine, "connect", meter.watch)
            made = Company(app, meter, people)
            # Every statement says there how long it took, also those that go past SQLAlchemy.
            with patch.object(slow_statements, "note", meter.statement):
                yield made
            db.session.remove()
            db.engine.dispose()


def fill(made: Company) -> Cost:
    """Let people move in and turn a quarter; returns what that cost."""
    cost = made.cost_of_command("demo", "company", "--people", str(made.people), "--cycles", "1")
    everybody = db.session.scalars(select(Person).order_by(Person.id)).all()
    everybody[-3].is_hr = True  # who leads nobody: teams at the top are larger in a large company
    soon = clock.now() + timedelta(days=30)
    draft = make_cycle(
        everybody, name=DRAFT, opens_at=soon, closes_at=soon + timedelta(days=9), pairing="sample"
    )
    name_service("Desk", everybody[3])
    with transaction():
        keep_project(
            PlannedProject(
                title="Notes by noon",
                you_said="Decisions reach us late.",
                we_did="Notes go to everybody.",
                owner=everybody[4].email,
                due_on=soon.date(),
                figure="enps",
                figure_name="The eNPS",
            ),
            by=everybody[4].id,
        )
    with transaction():
        came = kept_import.prepared([], [person.email for person in everybody], [])
        kept_import.keep(came, changed=0, deactivated=0, today=clock.now().date())
    kept_findings.work_out(draft.id)
    for cycle_id in db.session.scalars(select(Cycle.id)).all():
        turnout.add_up(cycle_id)
    db.session.rollback()
    return cost


def token_of(person_id: int) -> str:
    """What a link to set the password holds."""
    with transaction():
        link = give_link(db.session.get_one(Person, person_id), by=None)
    return link.rsplit("/", 1)[-1]


def bundle_of(manager_id: int, cycle_id: int) -> int:
    """Reports that a manager takes along, put together; the id."""
    with transaction():
        bundle_id = bundling.ask(db.session.get_one(Cycle, cycle_id), reader_id=manager_id).id
    while bundling.make_next_volume():
        pass
    return bundle_id
