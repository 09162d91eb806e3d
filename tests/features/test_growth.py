"""No page takes more of the database, or more bytes, where ten times as many people work.

Both companies stand in databases of their own. Counted are the statements that a page asks, the
bytes that it has, and the steps that SQLite takes for it: rows that are read and thrown away are
steps as well. A page that grows on purpose is listed with its reason.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from app import create_app
from app.cycles.models import Cycle
from app.infra import clock
from app.infra.db import db
from app.people.models import Person
from tests.browsing import Browser
from tests.conftest import make_settings
from tests.factories import make_cycle

SMALL, LARGE = 40, 240
FACTOR = 1.6
"""Names and numbers have more letters in a large company, and some teams have one person more."""
SLACK = {"statements": 2, "bytes": 2_500, "steps": 12}
STEP = 1_000
"""Instructions of SQLite's machine that are counted as one."""

GROWS = {
    "people.new": "offers the first addresses of possible managers, and every department",
    "people.show": "the same form",
    "people.export_file": "is the whole directory as a file",
    "enps.comments": "lists 50 comments with what became of each; a small company has fewer",
    "enps.take_figures": "is the company's figures with every department and comment as a file",
    "reports.numbers": "HR's page about everybody's scores, which it reads",
    "reports.of_cycle": "HR's report of all departments and of everybody whose scores are hidden",
    "reports.download_of_cycle": "the same as a file",
    "reports.take_results": "is everything that was released as a file",
    "lifecycle.show": "adds up who has sent over everybody; lists 50 departments and 100 people",
    "lifecycle.close": "adds up who has sent over everybody",
    "lifecycle.new": "lets HR leave out anybody",
    "lifecycle.edit": "the same form",
    "home.own_data.take": "looks through the log of acts for what is about the reader",
    "desk.show": "adds up who has sent, and whose scores would stay hidden, over everybody",
}
"""Pages that take more where more people work, and why they may."""

pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]


@dataclass
class Cost:
    """What one page took."""

    statements: int = 0
    bytes: int = 0
    steps: int = 0

    def outgrows(self, small: "Cost") -> list[str]:
        return [
            f"{name} {getattr(small, name):,} -> {getattr(self, name):,}"
            for name, slack in SLACK.items()
            if getattr(self, name) > FACTOR * getattr(small, name) + slack
        ]


class Meter:
    """Counts what an app's database does while a page is made."""

    def __init__(self) -> None:
        self.cost = Cost()

    def watch(self, driver: object, _record: object) -> None:
        driver.set_trace_callback(self._statement)  # type: ignore[attr-defined]
        driver.set_progress_handler(self._step, STEP)  # type: ignore[attr-defined]

    def _statement(self, words: str) -> None:
        self.cost.statements += not words.startswith("--")

    def _step(self) -> int:
        self.cost.steps += 1
        return 0


@contextmanager
def company(databases, folder, people: int) -> Iterator[tuple[Flask, Meter]]:
    """An app with a company of `people`: a published quarter, an open one and a draft."""
    folder.mkdir()
    meter = Meter()
    with databases.fresh(folder) as url:
        app = create_app(make_settings(folder, database_url=url), testing=True)
        with app.app_context():
            event.listen(db.engine, "connect", meter.watch)
            told = app.test_cli_runner().invoke(
                args=["demo", "company", "--people", str(people), "--cycles", "1"]
            )
            assert told.exit_code == 0, told.output
            everybody = db.session.scalars(select(Person).order_by(Person.id)).all()
            soon = clock.now() + timedelta(days=30)
            make_cycle(
                everybody, opens_at=soon, closes_at=soon + timedelta(days=9), pairing="sample"
            )
            db.session.commit()
            yield app, meter
            db.session.remove()
            db.engine.dispose()


def costs_of(app: Flask, meter: Meter) -> dict[tuple[str, str, str], Cost]:
    """What each page costs for each who may read it, by endpoint, quarter and reader."""
    people = db.session.scalars(select(Person).order_by(Person.id)).all()
    people[-3].is_hr = True  # who leads nobody: teams at the top are larger in a large company
    db.session.commit()
    readers = {"hr": Browser(app, people[-3]), "employee": Browser(app, people[-1])}
    found = {}
    for endpoint, quarter, address in list(_pages(app, people)):
        for who, browser in readers.items():
            if cost := _cost(browser, address, meter):
                found[endpoint, quarter, who] = cost
    return found


def _pages(app: Flask, people: Sequence[Person]) -> Iterator[tuple[str, str, str]]:
    """Endpoint, quarter and address of every page whose address these values fill in."""
    values: dict[str, Any] = {
        "person_id": people[-2].id,
        "subject_id": people[-1].id,
        "manager_id": people[2].id,
        "statement": 3,
        "number": 1,
        "questionnaire_id": 1,
        "volume": 1,
        "kind": "csv",
    }
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    cycles = db.session.scalars(select(Cycle.id).order_by(Cycle.id)).all()
    for rule, (place, cycle) in product(rules, enumerate(cycles)):
        is_again = place > 0 and "cycle_id" not in rule.arguments
        given = values | {"cycle_id": cycle}
        if is_again or rule.endpoint == "static" or not rule.arguments <= given.keys():
            continue
        with app.test_request_context():
            address = app.url_for(rule.endpoint, **{name: given[name] for name in rule.arguments})
        yield rule.endpoint, f"quarter {place}", address


def _cost(browser: Browser, address: str, meter: Meter) -> Cost | None:
    """What a page costs the second time; None for a refusal or a redirect."""
    if browser.get(address).status_code != 200:
        return None
    meter.cost = Cost()
    answer = browser.get(address)
    return replace(meter.cost, bytes=len(answer.data))


@pytest.fixture(scope="module")
def costs(databases, tmp_path_factory):
    """The costs of every page in the small company and in the large one."""
    folder, found = tmp_path_factory.mktemp("companies"), []
    for people in (SMALL, LARGE):
        with ExitStack() as stack:
            found.append(
                costs_of(*stack.enter_context(company(databases, folder / str(people), people)))
            )
    return found


def test_no_page_grows_with_the_people_but_those_that_have_a_reason(costs):
    small, large = costs

    grown = [
        f"{' '.join(page)}: {', '.join(faults)}"
        for page, cost in large.items()
        if page in small and page[0] not in GROWS and (faults := cost.outgrows(small[page]))
    ]

    assert len(large) > 60
    assert "\n".join(grown) == ""


def test_a_listed_page_grows_indeed(costs):
    small, large = costs

    growing = {page[0] for page in large if page in small and large[page].outgrows(small[page])}

    assert sorted(GROWS.keys() - growing) == []
