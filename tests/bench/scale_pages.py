"""Every page of a large company, as each role and in each state of a cycle.

Processor time in process, through Flask's test client, with what a page asks of the database and
how many bytes it sends. The floors beside it are a bare page, one with the session's cookie and an
indexed read, and a page that is read while somebody else holds the database's lock for writing.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from threading import Event, Thread
from typing import Any, Final

from flask import Flask
from sqlalchemy import Select, bindparam, event, select, text

from app.cycles.models import Cycle
from app.infra.db import db, transaction
from app.infra.prepared_queries import Query
from app.people.models import Person
from tests.bench.clocks import let_pass
from tests.browsing import Browser

MANY, FEW = 2_000, 20
"""Views of a page that everybody opens, from which its slowest hundredth is known; of others."""
ENOUGH, LONG_ENOUGH = 5.0, 60.0
"""Processor seconds after which another page is known well enough, and one that everybody opens;
three views at least of a page that does not take so long at once."""
OFTEN_OPENED: Final = frozenset(
    {
        "employee: home.index",
        "lead: home.index",
        "employee: enps.index",
        "employee: ballots.statement",
        "employee: ballots.promise",
    }
)
HELD = 1.5
"""Seconds that a writer holds the database's lock while a report is read."""
_NAME = Query(select(Person.name).where(Person.id == bindparam("person_id")))


class _Statements:
    """Counts what the database is asked, through SQLAlchemy or straight through the driver."""

    def __init__(self) -> None:
        self.asked = 0
        event.listen(db.engine, "before_cursor_execute", self._count)
        straight = Query.all

        def counted(query: Any, **values: Any) -> Any:
            self._count()
            return straight(query, **values)

        Query.all = counted  # type: ignore[assignment, method-assign]

    def _count(self, *_of: object) -> None:
        self.asked += 1


def prepare(app: Flask) -> None:
    """Add the two floors to an app that has answered nothing yet."""
    app.add_url_rule("/floor", "floor", lambda: "hello")
    app.add_url_rule("/floor/read", "floor_read", lambda: _NAME.one(person_id=1)[0])


def floors(app: Flask) -> Iterator[tuple[str, dict[str, float]]]:
    """What nothing can go below."""
    reader, statements = Browser(app, _newest()), _Statements()
    yield "floor: hello", _views(reader, "/floor", MANY, statements)
    yield "floor: cookie and one read", _views(reader, "/floor/read", MANY, statements)


def pages(app: Flask) -> Iterator[tuple[str, dict[str, float]]]:
    """Every page whose address is known here, as four roles and in each state of a cycle."""
    employee, statements = _newest(), _Statements()
    lead = db.session.get_one(Person, employee.manager_id)
    readers = {
        "employee": Browser(app, employee),
        "lead": Browser(app, lead),
        "hr": Browser(app, _first(select(Person).where(Person.is_hr).order_by(Person.id))),
        "board": Browser(app, _first(select(Person).order_by(Person.is_board.desc(), Person.id))),
    }
    cycles = db.session.execute(select(Cycle.id, Cycle.state).order_by(Cycle.id.desc())).all()
    newest = {str(state): cycle_id for cycle_id, state in reversed(cycles)}
    ids = {"person_id": employee.id, "subject_id": employee.id, "manager_id": lead.id}
    others = {"statement": 3, "number": 3, "questionnaire_id": 1, "name": "statement", "unit": 1}
    for endpoint, state, address in _addresses(app, ids | others, newest):
        for who, reader in readers.items():
            name = f"{who}: {endpoint} {state}".rstrip()
            many = MANY if name in OFTEN_OPENED else FEW
            if figures := _views(reader, address, many, statements):
                yield name, figures
    report = f"/reports/{newest['published']}/{employee.id}"
    yield "a report while somebody writes", _while_written(readers["employee"], report)


def _newest() -> Person:
    return _first(select(Person).order_by(Person.id.desc()))


def _first(wanted: Select[Person]) -> Person:
    return db.session.scalars(wanted.limit(1)).one()


def _addresses(
    app: Flask, values: Mapping[str, Any], cycles: Mapping[str, int]
) -> Iterator[tuple[str, str, str]]:
    """Endpoint, state of the cycle (nothing where the page is about none) and address."""
    for rule in app.url_map.iter_rules():
        is_page = "GET" in (rule.methods or ()) and rule.endpoint != "static"
        if not is_page or rule.rule.startswith("/floor"):
            continue
        states = dict(cycles) if "cycle_id" in rule.arguments else {"": 0}
        for state, cycle_id in states.items():
            given = {**values, "cycle_id": cycle_id}
            if rule.arguments <= given.keys():
                with app.test_request_context():
                    arguments = {name: given[name] for name in rule.arguments}
                    yield rule.endpoint, state, app.url_for(rule.endpoint, **arguments)


def _views(reader: Browser, address: str, views: int, statements: _Statements) -> dict[str, float]:
    """What the page takes; nothing where it is not shown. A first view that is long is the only."""
    before, began = statements.asked, time.process_time()
    first = reader.get(address)
    took = 1000 * (time.process_time() - began)
    if first.status_code != 200:
        return {}
    size, asked = len(first.data) / 1000, statements.asked - before
    if took > 1000 * ENOUGH:
        return {**_shares([took]), "queries": asked, "kB": size}
    reader.get(address)
    before = statements.asked
    reader.get(address)
    asked = statements.asked - before
    return {**taken(lambda: reader.get(address), views), "queries": asked, "kB": size}


def taken(act: Callable[[], object], times: int) -> dict[str, float]:
    """Processor milliseconds of doing something so often: median and the slow ones."""
    took: list[float] = []
    enough = 1000 * (LONG_ENOUGH if times > FEW else ENOUGH)
    while len(took) < times and (sum(took) < enough or len(took) < 3):
        began = time.process_time()
        act()
        took.append(1000 * (time.process_time() - began))
    return _shares(took)


def _shares(took: list[float]) -> dict[str, float]:
    took.sort()
    shares = {f"p{share}": took[len(took) * share // 100] for share in (50, 95, 99)}
    return shares | {"views": len(took)}


def _while_written(reader: Browser, address: str) -> dict[str, float]:
    """The longest that the page takes on the clock while another connection writes."""
    reader.get(address)
    has_begun = Event()

    def hold_the_lock() -> None:
        with app.app_context():
            with transaction():
                db.session.execute(text("UPDATE person SET title = title WHERE id = 1"))
                has_begun.set()
                let_pass(HELD)
            db.session.remove()

    app = reader.application
    writer = Thread(target=hold_the_lock)
    writer.start()
    has_begun.wait(60)
    began = time.monotonic()
    reader.get(address)
    took = time.monotonic() - began
    writer.join()
    return {"read": took}
