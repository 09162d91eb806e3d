"""How long pages and acts take in a large company, beside the floors of the same run.

A company is made by `flask demo company` in a database of its own, each page is opened many times
in process by somebody of HR and by an employee, and every figure is processor time: other work on
the machine changes it little. Floors: a bare Flask page, and one with the session's cookie and one
indexed read.
"""

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from sqlalchemy import bindparam, select

from app import create_app
from app.cycles.models import Cycle
from app.infra.db import db, transaction
from app.infra.prepared_queries import Query
from app.lifecycle import reminding
from app.people.models import Person
from config import Config
from tests.bench.counting import SECRET
from tests.browsing import Browser

PEOPLE = 10_000
VIEWS = 200
PAGES = {
    "employee": ("/", "/company", "/reports", "/review/promise", "/review/colleagues"),
    "hr": ("/", "/desk", "/cycles", "/cycles/{open}", "/people", "/audit", "/company"),
}
_NAME = Query(select(Person.name).where(Person.id == bindparam("person_id")))


def run(people: int, database: str) -> None:
    """Make the company, measure, and print one table."""
    with TemporaryDirectory() as folder:
        environment = {"FULL_CIRCLE_SECRET_KEY": SECRET, "FULL_CIRCLE_DATA": str(Path(folder))}
        settings = replace(Config.from_environment(environment), database_url=database)
        app = create_app(settings, testing=True)
        _add_floors(app)
        with app.app_context():
            arguments = ["demo", "company", "--people", str(people), "--cycles", "1"]
            made = _seconds(lambda: app.test_cli_runner().invoke(args=arguments))
            print(f"{'':40}{'p50 ms':>10}{'p95 ms':>10}{'p99 ms':>10}{'kB':>10}")
            print(f"{f'a company of {people:,}, one quarter':40}{made * 1000:>10,.0f}")
            _measure_pages(app)
            _measure_reminders()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'memory at its peak, MB':40}{peak:>10,.0f}")


def _add_floors(app: Flask) -> None:
    app.add_url_rule("/floor", "floor", lambda: "hello")
    app.add_url_rule("/floor/read", "floor_read", lambda: _NAME.one(person_id=1)[0])


def _measure_pages(app: Flask) -> None:
    everybody = select(Person).order_by(Person.id)
    people = db.session.scalars(everybody).all()
    readers = {"hr": Browser(app, people[2]), "employee": Browser(app, people[-1])}
    cycle = db.session.scalars(select(Cycle.id).order_by(Cycle.id.desc())).first()
    db.session.remove()
    for floor in ("/floor", "/floor/read"):
        _print_page("floor", floor, readers["employee"])
    for who, addresses in PAGES.items():
        for address in addresses:
            _print_page(who, address.format(open=cycle), readers[who])


def _print_page(who: str, address: str, reader: Browser) -> None:
    size = len(reader.get(address, follow_redirects=True).data)
    took = sorted(_seconds(lambda: reader.get(address)) * 1000 for _ in range(VIEWS))
    shares = "".join(f"{took[int(VIEWS * share)]:>10.1f}" for share in (0.5, 0.95, 0.99))
    print(f"{who + ' ' + address:40}{shares}{size / 1000:>10,.1f}")


def _measure_reminders() -> None:
    cycle = db.session.scalars(select(Cycle).order_by(Cycle.id.desc())).first()
    assert cycle is not None
    with transaction():
        took = _seconds(lambda: reminding.remind_unsent(cycle, by=None))
    print(f"{'remind everybody who has not sent':40}{took * 1000:>10,.0f}")


def _seconds(act: Callable[[], object]) -> float:
    """Processor seconds of this process."""
    began = time.process_time()
    act()
    return time.process_time() - began


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE, sys.argv[2] if len(sys.argv) > 2 else "")
