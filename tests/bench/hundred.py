"""What a statement page and a save cost per colleague: a list of 100 beside one of 24.

Run by `python -m tests.bench.hundred`. Both raters are measured in turn, in one process and one
cycle, so that whatever slows this machine slows both.
"""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from flask import Flask
from sqlalchemy import delete, select

from app import create_app
from app.assignments.models import Assignment
from app.infra.db import db
from app.people.models import Person
from tests.bench.fill_in import settings_for
from tests.browsing import Browser
from tests.databases import OnPostgres, OnSqlite
from tests.factories import make_company
from tests.whole_cycles import open_cycle, review_for

FEW, MANY = 24, 100
TURNS = 60
PAGE = "/review/statements/1"
Act = Callable[[], object]


class Rater:
    """Somebody with a list of so many colleagues: opens a page, and saves all its rows."""

    def __init__(self, app: Flask, person: Person, colleagues: int) -> None:
        self.browser, self.colleagues, self.number = Browser(app, person), colleagues, 0
        self.owner = review_for(person).owner
        self.token = self.browser.token_of(PAGE)

    def page(self) -> None:
        """Open the statement page."""
        if self.browser.get(PAGE).status_code != 200:
            raise RuntimeError("the page was not shown")

    def save(self) -> None:
        """Send an answer about everybody in one batch."""
        self.number += 1
        value = self.number % 5 + 1
        cells = [[position, 1, value] for position in range(1, self.colleagues + 1)]
        batch = {"owner": self.owner, "device": "bench", "number": self.number, "cells": cells}
        headers = {"X-CSRFToken": self.token}
        answer = self.browser.open("/review/save", method="POST", json=batch, headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(f"the save was answered by {answer.status_code}")


def side_by_side(one: Act, other: Act) -> tuple[float, float]:
    """Median seconds of two acts done in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(TURNS):
        for act, taken in zip((one, other), times, strict=True):
            began = time.perf_counter()
            act()
            taken.append(time.perf_counter() - began)
    return median(times[0]), median(times[1])


def raters(app: Flask) -> tuple[Rater, Rater]:
    """Two raters of one cycle; one of them is left with 24 colleagues."""
    company = make_company(MANY + 1)
    cycle_id = open_cycle(company)
    mine = (Assignment.cycle_id == cycle_id) & (Assignment.rater_id == company[10].id)
    kept = list(db.session.scalars(select(Assignment.subject_id).where(mine).limit(FEW)))
    db.session.execute(delete(Assignment).where(mine, Assignment.subject_id.not_in(kept)))
    db.session.commit()
    return Rater(app, company[10], FEW), Rater(app, company[11], MANY)


def main() -> None:
    """Print a line per act and database; a ratio of 1 is linear, below 1 is better."""
    for kind in (OnSqlite, OnPostgres):
        name = kind.__name__.removeprefix("On")
        with TemporaryDirectory() as scratch:
            folder = Path(scratch)
            with kind(folder) as place:
                place.build(partial(settings_for, folder))
                with place.fresh(folder) as url:
                    run(name, create_app(settings_for(folder, url)))


def run(name: str, app: Flask) -> None:
    """Measure one database."""
    with app.app_context():
        few, many = raters(app)
        for act in ("page", "save"):
            small, large = side_by_side(getattr(few, act), getattr(many, act))
            ratio = (large / MANY) / (small / FEW)
            print(
                f"{name} {act}: {FEW} colleagues {1000 * small:6.2f} ms, {MANY} colleagues"
                f" {1000 * large:6.2f} ms; per colleague {ratio:.2f} x (goal at most 1)"
            )
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    main()
