"""No page and no command takes more of the database where a hundred times as many people work.

What grows on purpose is listed with its reason, and what is listed has to grow. A page may list up
to a hundred lines; a command that is about everybody may read everybody once, in large parts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.infra.db import db
from app.people.models import Person
from tests.browsing import Browser
from tests.growing import (
    LARGE,
    SMALL,
    TIMES,
    Company,
    Cost,
    bundle_of,
    company,
    fill,
    token_of,
)
from tests.shared_by_workers import made_once, of_this_run

PAGE = {"statements": 6, "rows": 420, "bytes": 55_000, "steps": 10}
"""What a page may have more than in a small company: a hundred lines, or 300 departments."""
HEAVIEST = 200_000
"""Bytes that no page exceeds."""
MORE = 30
"""Statements that a command takes more where jobs work for many: a small plan is worked out once,
while a large one is looked up, worked out and kept, and who has sent is added up at the count."""
PARTS = 5
"""A command may ask a statement more for every so many people more."""
FILES = {
    "people.export_file": "is the whole directory as a file",
    "enps.take_figures": "is the company page, with every department and comment, as a file",
    "reports.take_results": "is everything that was released as a file",
    "reports.fetch_volume": "is a file with the reports of a team",
}
PURPOSE = FILES | {
    "home.participation": "puts into the order of names who has not sent",
    "desk.show": "counts accounts without a password or a manager over everybody",
    "lifecycle.show": "asks who is where and under whom: are the drawn pairs still those?",
    "lifecycle.confirm": "asks the same",
    "lifecycle.requests.index": "asks the same of a plan that is to be confirmed",
    "lifecycle.backup.go_on": "looks at every ballot that is older than what was saved last",
    "home.own_data.take": "looks through the log of acts for what is about the reader",
    "lifecycle.remind": "asks of everybody whether they have sent",
    "lifecycle.new": "looks at everybody who works here for those whom the proposal leaves out",
    "lifecycle.edit": "looks at everybody who works here for those who are not on the roster",
    "lifecycle.open_": "counts who takes part: so many are invited",
    "lifecycle.close": "counts who has sent, to the last: so many count",
    "people.index": "counts those whom its filter finds, for its last page",
}
"""Pages that take more where more people work, and why they may."""

pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]

Costs = dict[tuple[str, str, str], Cost]


@dataclass(frozen=True)
class Measured:
    """What was measured in one company."""

    moving_in: Cost
    pages: Costs
    commands: dict[str, Cost]


def measure(made: Company, folder: Path) -> Measured:
    moving_in = fill(made)
    people = db.session.scalars(select(Person).order_by(Person.id)).all()
    employee = people[-1]
    lead = db.session.get_one(Person, employee.manager_id)
    # Whoever is of HR leads nobody: teams at the top are larger in a large company.
    by_role = {"hr": people[-3], "manager": lead, "employee": employee}
    readers = {who: Browser(made.app, person) for who, person in by_role.items()}
    ids = {who: person.id for who, person in by_role.items()}
    pages = {
        (endpoint, quarter, who): cost
        for endpoint, quarter, address in list(_pages(made.app, ids))
        for who, browser in readers.items()
        if (cost := made.cost_of_page(browser, address))
    }
    return Measured(moving_in, pages, dict(_commands(made, ids, folder)))


def _pages(app: Flask, ids: dict[str, int]) -> Iterator[tuple[str, str, str]]:
    """Endpoint, quarter and address of every page whose address these values fill in."""
    cycles = db.session.scalars(select(Cycle.id).order_by(Cycle.id)).all()
    values: dict[str, Any] = {
        "person_id": ids["employee"],
        "subject_id": ids["employee"],
        "manager_id": ids["manager"],
        "statement": 3,
        "number": 1,
        "name": "statement",
        "questionnaire_id": 1,
        "service_id": 1,
        "project_id": 1,
        "volume": 1,
        "kind": "csv",
        "token": token_of(ids["employee"]),
        "bundle_id": bundle_of(ids["manager"], cycles[0]),
    }
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    for rule, (place, cycle) in product(rules, enumerate(cycles)):
        is_again = place > 0 and "cycle_id" not in rule.arguments
        given = values | {"cycle_id": cycle}
        if is_again or rule.endpoint == "static" or not rule.arguments <= given.keys():
            continue
        with app.test_request_context():
            address = app.url_for(rule.endpoint, **{name: given[name] for name in rule.arguments})
        yield rule.endpoint, f"quarter {place}", address


def _commands(made: Company, ids: dict[str, int], folder: Path) -> Iterator[tuple[str, Cost]]:
    """What each command that reads costs; the company was made by those that write."""
    published = select(Cycle.name).where(Cycle.state == CycleState.PUBLISHED)
    quarter = ("--cycle", db.session.scalars(published).one())
    known = select(Person.id, Person.email).where(Person.id.in_(ids.values()))
    emails = {key: str(email) for key, email in db.session.execute(known)}
    db.session.rollback()
    output = ("-o", str(folder / "out"))
    for words in (
        ("cycle", "list"),
        ("audit", "verify"),
        ("people", "list"),
        ("people", "export"),
        ("results", "export", *quarter, *output),
        ("results", "export", *quarter, "--format", "csv", *output),
        ("report", "cycle", *quarter, *output),
        ("report", "board", *quarter, *output),
        ("report", "personal", emails[ids["employee"]], *quarter, *output),
        ("report", "team", emails[ids["manager"]], *quarter, *output),
    ):
        yield " ".join(words[:2]), made.cost_of_command(*words)


@pytest.fixture(scope="module")
def measured(databases, tmp_path_factory):
    """The costs of everything in the small company and in the large one."""

    def measured_in(folder: Path) -> list[Measured]:
        found = []
        for people in (SMALL, LARGE):
            place = folder / str(people)
            with company(databases, place, people) as made:
                found.append(measure(made, place))
        return found

    return made_once(of_this_run(tmp_path_factory) / "companies", measured_in)


def above_page(small: Cost, large: Cost) -> list[str]:
    limits = {name: getattr(small, name) + more for name, more in PAGE.items()}
    return large.above(limits | {"bytes": min(limits["bytes"], HEAVIEST)})


def above_command(small: Cost, large: Cost) -> list[str]:
    """A command about everybody grows as they do, and asks for many at once."""
    return large.above(
        {
            "statements": small.statements + MORE + (LARGE - SMALL) / PARTS,
            "rows": TIMES * small.rows + 100,
            "bytes": 1.2 * TIMES * small.bytes,
            "steps": 2 * TIMES * (small.steps + 5),
        }
    )


def test_no_page_grows_with_the_people_but_those_that_have_a_reason(measured):
    small, large = (one.pages for one in measured)

    grown = [
        f"{' '.join(page)}: {', '.join(faults)}"
        for page, cost in large.items()
        if page in small and page[0] not in PURPOSE and (faults := above_page(small[page], cost))
    ]

    assert len(large) > 90
    assert grown == []


def test_pages_behind_a_link_and_of_what_was_put_together_are_among_them(measured):
    pages = {page[0] for page in measured[1].pages}

    assert pages >= {
        "people.set_password",
        "reports.bundle",
        "reports.fetch_volume",
        "lifecycle.preview.show",
        "internal_services.edit",
        "enps.projects.show",
    }


def test_a_listed_page_grows_indeed(measured):
    small, large = (one.pages for one in measured)

    growing = {page[0] for page in large if page in small and above_page(small[page], large[page])}

    assert sorted(PURPOSE.keys() - growing) == []


def test_a_listed_page_reads_more_rows_and_neither_asks_nor_sends_more(measured):
    small, large = (one.pages for one in measured)

    grown = [
        f"{' '.join(page)}: {cost}, in the small company {small[page]}"
        for page, cost in large.items()
        if page in small
        and page[0] in PURPOSE.keys() - FILES.keys()
        and (cost.statements > small[page].statements + PAGE["statements"] or cost.bytes > HEAVIEST)
    ]

    assert "lifecycle.new" in {page[0] for page in large}
    assert grown == []


def test_no_command_grows_faster_than_the_people(measured):
    small, large = (one.commands for one in measured)

    grown = [
        f"{words}: {', '.join(faults)}"
        for words, cost in large.items()
        if (faults := above_command(small[words], cost))
    ]

    assert grown == []


def test_opening_counting_and_publishing_ask_for_many_at_once(measured):
    small, large = (one.moving_in for one in measured)

    assert above_command(small, large) == []
