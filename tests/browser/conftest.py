"""A real Chromium in front of the real app, served by a thread of the test."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from app.ballots.queries import keys_of, stored_ballot
from app.domain.ballot.document import Ballot
from app.infra.db import db
from app.people.models import Person
from app.people.passwords import hashed
from tests.browser.navigators import PASSWORD, Typist
from tests.factories import an_employee, keep_all, make_department, make_person
from tests.serving import serving
from tests.whole_cycles import open_cycle, review_for

CHROMIUM = ("chromium-headless-shell", "chromium")
"""Either will do; the first has no windows of its own and takes half the time."""
TEAM = 24
"""So many colleagues each of a team of raters rates."""
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run; skipped where there is none (a failure in CI)."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.skip(f"none of {', '.join(CHROMIUM)} here: apt-get install {CHROMIUM[0]}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The address of the app, answering on a free port of this machine."""
    with serving(app) as address:
        yield address


@pytest.fixture
def window(chromium: Browser, address: str) -> Iterator[BrowserContext]:
    """A fresh window: no cookies, nothing stored."""
    context = chromium.new_context(base_url=address, accept_downloads=True)
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def people(app: Flask) -> list[Person]:
    """A manager and their team; [1] is the rater, who rates the 24 others."""
    department = make_department(name="Operations")
    secret = hashed(PASSWORD)
    manager = make_person(name="Mona Manager", department_id=department.id)
    team = [
        an_employee(
            n,
            name=f"Colleague {n:02d}",
            email=f"colleague{n}@example.com",
            department_id=department.id,
            manager_id=manager.id,
            password_hash=secret,
        )
        for n in range(1, TEAM + 1)
    ]
    return [manager, *keep_all(team)]


@pytest.fixture
def cycle_id(people: list[Person]) -> int:
    """The open cycle in which they all rate each other."""
    return open_cycle(people)


@pytest.fixture
def typist(window: BrowserContext, cycle_id: int, people: list[Person]) -> Typist:
    """A rater in front of the keyboard."""
    return Typist(window, people[1])


@pytest.fixture
def stored(cycle_id: int, people: list[Person]) -> Callable[[], tuple[Ballot, list[int]]]:
    """The rater's ballot as it is stored: positions by statement, in the rater's own order."""

    def read() -> tuple[Ballot, list[int]]:
        db.session.rollback()
        ballot = stored_ballot(keys_of(cycle_id), people[1].id)
        order = [colleague.person_id for colleague in review_for(people[1]).colleagues]
        db.session.rollback()
        return ballot, order

    return read


@pytest.fixture
def ratings(stored: Callable[[], tuple[Ballot, list[int]]]) -> Callable[[int], list[int | None]]:
    """The stored answers to a statement, position by position."""

    def read(statement: int) -> list[int | None]:
        ballot, order = stored()
        return [ballot.rating(person_id, statement) for person_id in order]

    return read
