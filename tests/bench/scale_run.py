"""One large company in one database: what commands and pages of the code around us take.

Started by `scale` in the folder of this commit, and in that of an older one. Only commands, pages
and the demo are used, which every commit has; what one of them lacks is left out of its figures.
Prints one JSON line for each figure.
"""

import csv
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Final

from flask import Flask
from sqlalchemy import Select, insert, select

from app import create_app
from app.cli.demo_quarters import at_nine, close_and_count
from app.cycles.models import Cycle, RosterEntry
from app.infra import clock
from app.infra.db import db, transaction
from app.lifecycle import services
from app.people.models import Person
from tests.bench.bystander import watched
from tests.bench.calls import call
from tests.bench.launching import launched
from tests.bench.raters import signed_in
from tests.bench.scale_import import import_by_page
from tests.bench.scale_opening import open_as_hr_does, plan_as_hr_does
from tests.bench.scale_pages import MANY, floors, pages, prepare, taken
from tests.bench.sealed import BareSave
from tests.factories import make_cycle

COUNT: Final = "count"
PUBLISH: Final = "publish"
FLASK: Final = ("-m", "flask", "--app", "app:create_app")


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
    prepare(app)
    with app.app_context():
        for name, figures in chain(floors(app), _saves(app), pages(app)):
            _tell(name, figures)


def _acts(folder: Path) -> None:
    """An import, and the end of the quarter that is open, by commands; then the next opening."""
    directory, changed = folder / "people.csv", folder / "changed.csv"
    _flask("people export", "people", "export", "-o", str(directory))
    _change_titles(directory, changed, "now")
    imported = ("people", "import", str(changed), "--whole", "--yes")
    _watched("people import, everybody changed", *FLASK, *imported)
    _watched("take back the list, by command", *FLASK, "people", "undo-import")
    _change_titles(directory, changed, "again")
    app = create_app()
    with app.app_context():
        _in_process("the same by the page", lambda: import_by_page(app, changed.read_bytes()))
        db.session.remove()
    name, ids = _open_quarter()
    _watched("close and count", "-P", __file__, COUNT)
    _watched("publish", "-P", __file__, PUBLISH)
    for kind in ("json", "csv", "xlsx"):
        output = str(folder / f"results.{kind}")
        _flask(
            f"results as {kind}",
            *f"results export --format {kind} --cycle".split(),
            name,
            "-o",
            output,
        )
    with app.app_context():
        opening = at_nine(clock.now() - timedelta(days=1))
        with clock.travel(opening):
            _in_process("plan and confirm", lambda: plan_as_hr_does(opening, ids))
            _in_process("open", lambda: open_as_hr_does(opening, ids))
        _in_process("write the mails of a reminder", _remind)
        draft = _draft(ids)
        _in_process("draw the pairs of a draft, and look what hinders it", lambda: _draw(draft))
        _in_process("add up who has sent", _add_up)
        lead = db.session.scalars(_leads()).first()
        email = db.session.get_one(Person, lead).email
        db.session.remove()
    reports = ("report", "bundle", "--cycle", name, "--for", email, "-o", str(folder / "reports"))
    _flask("reports of a team as ZIP", *reports)


def _change_titles(directory: Path, changed: Path, words: str) -> None:
    with directory.open(newline="", encoding="utf-8-sig") as file, changed.open("w") as target:
        rows = list(csv.DictReader(file))
        written = csv.DictWriter(target, rows[0])
        written.writeheader()
        written.writerows(one | {"title": f"{one['title']} {words}"} for one in rows)


def _remind() -> None:
    from app.lifecycle import mailing, reminding  # noqa: PLC0415 - an older commit may lack them

    cycle = db.session.scalars(select(Cycle).order_by(Cycle.id.desc())).first()
    assert cycle is not None
    with transaction():
        reminding.remind_unsent(cycle, by=None)
    for cycle_id in mailing.waiting():
        while mailing.go_on(cycle_id):
            pass


def _draft(ids: list[int]) -> int:
    """A plan for everybody, made before anything of it is worked out."""
    soon = clock.now() + timedelta(days=30)
    closes = soon + timedelta(days=9)
    draft = make_cycle(name="A draft", opens_at=soon, closes_at=closes, pairing="sample").id
    with transaction():
        rows = [{"cycle_id": draft, "person_id": one} for one in ids]
        db.session.execute(insert(RosterEntry), rows)
    return draft


def _draw(cycle_id: int) -> None:
    from app.lifecycle.plan import kept_findings  # noqa: PLC0415

    kept_findings.work_out(cycle_id)


def _add_up() -> None:
    from app.lifecycle import turnout  # noqa: PLC0415

    for cycle_id in db.session.scalars(select(Cycle.id)).all():
        turnout.add_up(cycle_id)


def end(how: str) -> None:
    """Close and count the newest quarter at its time, or publish it."""
    with create_app().app_context():
        newest = select(Cycle.id, Cycle.closes_at).order_by(Cycle.id.desc()).limit(1)
        cycle_id, closes_at = db.session.execute(newest).one()
        db.session.rollback()
        with clock.travel(closes_at):
            if how == COUNT:
                close_and_count(cycle_id)
                return
            with transaction():
                services.publish(db.session.get_one(Cycle, cycle_id), by=None)


def _open_quarter() -> tuple[str, list[int]]:
    app = create_app()
    with app.app_context():
        newest = select(Cycle.name).order_by(Cycle.id.desc())
        ids = list(db.session.scalars(select(Person.id).order_by(Person.id)))
        return db.session.scalars(newest).first() or "", ids


def _leads() -> Select[int | None]:
    return (
        select(Person.manager_id).where(Person.manager_id.is_not(None)).order_by(Person.id.desc())
    )


def _saves(app: Flask) -> Iterator[tuple[str, dict[str, float]]]:
    """A save as it is typed, beside the same work straight through the driver."""
    rater = db.session.scalars(select(Person).order_by(Person.id.desc()).limit(1)).one()
    device = signed_in(app, 0, rater)

    def save() -> None:
        told = json.loads(device.batch())
        body = json.dumps(told | {"cells": [[1, 1, told["number"] % 5 + 1]]}).encode()
        call(app, device.save_environ(body), body)

    yield "save", taken(save, MANY)
    bare = BareSave(device.person_id)
    yield "floor: bare save", taken(bare.save, MANY)
    bare.connection.close()


def _in_process(name: str, act: Callable[[], object]) -> None:
    """Do it here while somebody else reads and writes; nothing if an older commit lacks it."""
    began = time.process_time()
    try:
        with watched() as waits:
            act()
    except ImportError:
        return
    took = time.process_time() - began
    _tell(name, {"s": took, "read": waits.read, "write": waits.write})


def _flask(name: str, *words: str) -> None:
    _tell(name, _program(*FLASK, *words))


def _watched(name: str, *words: str) -> None:
    """The same while somebody else reads and writes."""
    with watched() as waits:
        figures = _program(*words)
    _tell(name, {**figures, "read": waits.read, "write": waits.write})


def _program(*words: str) -> Mapping[str, float]:
    return launched(words, Path(os.environ["FULL_CIRCLE_DATA"], "output"))


def _tell(name: str, figures: Mapping[str, float]) -> None:
    print(json.dumps({"name": name, **figures}), flush=True)


if __name__ == "__main__":
    if sys.argv[1] in {COUNT, PUBLISH}:
        end(sys.argv[1])
    else:
        main(int(sys.argv[1]))
