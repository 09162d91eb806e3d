"""One large company in one database: what commands and pages of the code around us take.

Started by `scale` in the folder of this commit, and in that of an older one. Only commands, pages
and the demo are used, which every commit has; what one of them lacks is left out of its figures.
Prints one JSON line for each figure.
"""

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from flask import Flask
from sqlalchemy import bindparam, event, select

from app import create_app
from app.cli.demo_quarters import at_nine, open_now
from app.cycles.models import Cycle
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.prepared_queries import Query
from app.lifecycle import mailing, reminding
from app.people.models import Person
from tests.bench.calls import call
from tests.bench.raters import signed_in
from tests.bench.sealed import BareSave
from tests.browsing import Browser

JUDGED: Final = frozenset({"home.index", "desk.show", "enps.index", "ballots.promise"})
"""Pages with a goal; the floors are judged as well."""
MANY, FEW = 2_000, 20
"""Views of a page with a goal, and of every other one."""
_NAME = Query(select(Person.name).where(Person.id == bindparam("person_id")))


def main(people: int) -> None:
    """Measure what the environment names: an empty database and an empty folder."""
    folder = Path(os.environ["FULL_CIRCLE_DATA"])
    _tell("start: import of Flask and SQLAlchemy", _program("-c", "import flask_sqlalchemy"))
    _flask("start: flask --help", "--help")
    _flask("make or update the tables", "db", "upgrade")
    _flask("demo: people, a quarter, an open one", *f"demo company --people {people}".split())
    _flask("people list", "people", "list")
    _acts(folder)
    app = create_app()
    app.add_url_rule("/floor", "floor", lambda: "hello")
    app.add_url_rule("/floor/read", "floor_read", lambda: _NAME.one(person_id=1)[0])
    with app.app_context():
        for name, figures in (*_saves(app), *_pages(app)):
            _tell(name, figures)


def _acts(folder: Path) -> None:
    """An import, and the end of the quarter that is open, by commands; then the next opening."""
    directory, changed = folder / "people.csv", folder / "changed.csv"
    _flask("people export", "people", "export", "-o", str(directory))
    with directory.open(newline="") as file, changed.open("w", newline="") as target:
        rows = list(csv.DictReader(file))
        written = csv.DictWriter(target, rows[0])
        written.writeheader()
        written.writerows(one | {"title": f"{one['title']} now"} for one in rows)
    _flask("people import, everybody changed", "people", "import", str(changed), "--whole", "--yes")
    name, ids = _open_quarter()
    _flask("close and count", "cycle", "close", name)
    _flask("publish", "cycle", "publish", name)
    for kind in ("json", "csv", "xlsx"):
        output = str(folder / f"results.{kind}")
        _flask(
            f"results as {kind}",
            *f"results export --format {kind} --cycle".split(),
            name,
            "-o",
            output,
        )
    app = create_app()
    with app.app_context():
        opening = at_nine(clock.now() - timedelta(days=1))
        with clock.travel(opening):
            _tell("plan, confirm and open", _in_process(lambda: open_now(opening, ids)))
        _tell("write the mails of a reminder", _in_process(_remind))
        lead = db.session.scalars(_leads()).first()
        email = db.session.get_one(Person, lead).email
        db.session.remove()
    reports = ("report", "bundle", "--cycle", name, "--for", email, "-o", str(folder / "reports"))
    _flask("reports of a team as ZIP", *reports)


def _remind() -> None:
    cycle = db.session.scalars(select(Cycle).order_by(Cycle.id.desc())).first()
    assert cycle is not None
    with transaction():
        reminding.remind_unsent(cycle, by=None)
    for cycle_id in mailing.waiting():
        while mailing.go_on(cycle_id):
            pass


def _open_quarter() -> tuple[str, list[int]]:
    app = create_app()
    with app.app_context():
        newest = select(Cycle.name).order_by(Cycle.id.desc())
        ids = list(db.session.scalars(select(Person.id).order_by(Person.id)))
        return db.session.scalars(newest).first() or "", ids


def _leads() -> Any:
    return (
        select(Person.manager_id).where(Person.manager_id.is_not(None)).order_by(Person.id.desc())
    )


def _pages(app: Flask) -> Iterator[tuple[str, dict[str, float]]]:
    """Every page whose address these values fill in, as four roles; floors first."""
    people = db.session.scalars(select(Person).order_by(Person.id)).all()
    employee, hr = people[-1], next(one for one in people if one.is_hr)
    lead = db.session.get_one(Person, employee.manager_id)
    readers = {
        "employee": Browser(app, employee),
        "lead": Browser(app, lead),
        "hr": Browser(app, hr),
        "board": Browser(app, next((one for one in people if one.is_board), people[0])),
    }
    ids = {"person_id": employee.id, "subject_id": employee.id, "manager_id": lead.id}
    cycles = list(db.session.scalars(select(Cycle.id).order_by(Cycle.id)))
    statements = _Statements()
    yield "floor: hello", _views(readers["employee"], "/floor", MANY, statements)
    yield "floor: cookie and one read", _views(readers["employee"], "/floor/read", MANY, statements)
    for endpoint, address in _addresses(app, ids | {"cycle_id": cycles[-2], "statement": 3}):
        for who, reader in readers.items():
            if reader.get(address).status_code == 200:
                views = MANY if endpoint in JUDGED else FEW
                yield f"{who}: {endpoint}", _views(reader, address, views, statements)


def _saves(app: Flask) -> Iterator[tuple[str, dict[str, float]]]:
    """A save as it is typed, beside the same work straight through the driver."""
    rater = db.session.scalars(select(Person).order_by(Person.id.desc()).limit(1)).one()
    device = signed_in(app, 0, rater)

    def save() -> None:
        told = json.loads(device.batch())
        body = json.dumps(told | {"cells": [[1, 1, told["number"] % 5 + 1]]}).encode()
        call(app, device.save_environ(body), body)

    yield "save", _taken(save, MANY)
    bare = BareSave(device.person_id)
    yield "floor: bare save", _taken(bare.save, MANY)
    bare.connection.close()


class _Statements:
    """Counts what the database is asked."""

    def __init__(self) -> None:
        self.asked = 0
        event.listen(db.engine, "before_cursor_execute", self._count)

    def _count(self, *_of: object) -> None:
        self.asked += 1


def _addresses(app: Flask, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        is_page = "GET" in (rule.methods or ()) and rule.endpoint != "static"
        if is_page and rule.arguments <= values.keys() and not rule.rule.startswith("/floor"):
            with app.test_request_context():
                arguments = {name: values[name] for name in rule.arguments}
                yield rule.endpoint, app.url_for(rule.endpoint, **arguments)


def _views(reader: Browser, address: str, views: int, statements: _Statements) -> dict[str, float]:
    size, before = len(reader.get(address).data), statements.asked
    reader.get(address)
    asked = statements.asked - before
    taken = _taken(lambda: reader.get(address), views)
    return {**taken, "queries": asked, "kB": size / 1000}


def _taken(act: Callable[[], object], times: int) -> dict[str, float]:
    """Processor milliseconds of doing something so often: median and the slow ones."""
    took = []
    for _ in range(times):
        began = time.process_time()
        act()
        took.append(1000 * (time.process_time() - began))
    took.sort()
    return {f"p{share}": took[times * share // 100] for share in (50, 95, 99)} | {"views": times}


def _in_process(act: Callable[[], object]) -> dict[str, float]:
    began = time.process_time()
    act()
    return {"s": time.process_time() - began}


def _flask(name: str, *words: str) -> None:
    _tell(name, _program("-m", "flask", "--app", "app:create_app", *words))


def _program(*words: str) -> dict[str, float]:
    """Processor seconds and the peak of the memory of a Python of its own; nothing if it failed."""
    with Path(os.environ["FULL_CIRCLE_DATA"], "output").open("wb") as output:
        started = subprocess.Popen([sys.executable, *words], stdout=output, stderr=output)
        _, status, used = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode:
        return {}
    return {"s": used.ru_utime + used.ru_stime, "MB": used.ru_maxrss / 1024}


def _tell(name: str, figures: Mapping[str, float]) -> None:
    print(json.dumps({"name": name, **figures}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
