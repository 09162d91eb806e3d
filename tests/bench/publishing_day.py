"""The morning on which reports are published: 32 people of a company of 10,000 read at once.

Each opens the start page, the company page and their report, one after the other and without a
pause, on a server with two processes. Beside it, in the same run, a bare Flask response on a server
like that.

    python -m tests.bench.publishing_day [PEOPLE] [sqlite]
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import cycle as again_and_again
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from sqlalchemy import select

from app import create_app
from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.infra.db import db
from app.people.models import Person
from config import Config
from tests.bench.fill_in import make_durable, settings_for
from tests.bench.load import Load, put_under, request
from tests.bench.serving import environment_of, served
from tests.browsing import Browser
from tests.databases import OnPostgres, OnSqlite

PEOPLE = 10_000
READERS = 32
PROCESSES = 2
REQUESTS = 9_600
"""Three hundred for each reader."""
RATE_GOAL, P99_GOAL = 150, 1_000
HEAD = f"{'':24}{'p50':>9}{'p95':>9}{'p99 ms':>9}{'per second':>13}"


def main(people: int, kind: type[OnSqlite] | type[OnPostgres]) -> None:
    """Make the company, let them read, and print what they waited."""
    name = kind.__name__.removeprefix("On")
    print(
        f"{people:,} people on {name}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
    )
    with company(people, kind) as settings:
        app = create_app(settings, testing=True)
        with app.app_context():
            published = _published()
            readers = _readers(app)
            db.session.remove()
            db.engine.dispose()
        with served({}, "tests.bench.bare:create_gate", processes=PROCESSES) as port:
            hello = request("GET", "/", {})
            floor = put_under(port, READERS, REQUESTS, lambda _: hello)
        with served(environment_of(settings), processes=PROCESSES) as port:
            pages = {
                "start page": "/",
                "company page": "/company",
                "report": f"/reports/{published}/{{}}",
            }
            _warm_up(port, readers, pages)
            print(HEAD)
            _show("bare response", floor)
            for what, page in pages.items():
                _show(what, _put_under(port, readers, [page], REQUESTS // 3))
            mixed = _put_under(port, readers, list(pages.values()), REQUESTS)
            _show("all three in turn", mixed)
        _judge(mixed)


@contextmanager
def company(people: int, kind: type[OnSqlite] | type[OnPostgres]) -> Iterator[Config]:
    """Settings of an installation with a published quarter of so many people."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with kind(folder) as place:
            if isinstance(place, OnPostgres):
                make_durable(place)
            place.build(partial(settings_for, folder))
            with place.fresh(folder) as url:
                settings = settings_for(folder, url)
                made = ["demo", "company", "--people", str(people), "--cycles", "1"]
                subprocess.run(
                    [sys.executable, "-m", "flask", "--app", "app:create_app", *made],
                    check=True,
                    env={**os.environ, **environment_of(settings)},
                )
                yield settings


def _published() -> int:
    published = select(Cycle.id).where(Cycle.state == CycleState.PUBLISHED)
    return int(db.session.scalars(published.order_by(Cycle.id.desc())).first() or 0)


def _readers(app: Flask) -> list[tuple[int, str]]:
    """Ids of people all over the company, each with the cookie of a session."""
    everybody = list(db.session.scalars(select(Person).where(Person.is_active).order_by(Person.id)))
    step = max(len(everybody) // READERS, 1)
    found = []
    for person in everybody[step - 1 :: step][:READERS]:
        browser = Browser(app, person)
        with browser.session_transaction() as session:
            session.permanent = True  # as signing in does
        browser.get("/")
        cookie = browser.get_cookie("session")
        assert cookie is not None
        found.append((person.id, f"session={cookie.value}"))
    return found


def _put_under(port: int, readers: list[tuple[int, str]], pages: list[str], many: int) -> Load:
    ways = [
        again_and_again(
            [
                request("GET", page.format(reader), {"Cookie": cookie, "Accept": "text/html"})
                for page in pages
            ]
        )
        for reader, cookie in readers
    ]
    return put_under(port, len(readers), many, lambda client: next(ways[client]))


def _warm_up(port: int, readers: list[tuple[int, str]], pages: dict[str, str]) -> None:
    """Let both processes have seen each page: what is kept is kept by then."""
    _put_under(port, readers, list(pages.values()), 6 * len(readers))


def _show(what: str, load: Load) -> None:
    print(
        f"{what:24}{load.p50:>9.1f}{load.p95:>9.1f}{load.p99:>9.1f}{load.per_second:>13.0f}",
        flush=True,
    )


def _judge(mixed: Load) -> None:
    is_met = mixed.per_second >= RATE_GOAL and mixed.p99 <= P99_GOAL
    goal = f"goal {RATE_GOAL} pages a second with p99 at most {P99_GOAL} ms"
    print(f"{goal}: {'met' if is_met else 'MISSED'}")


if __name__ == "__main__":
    told = sys.argv[1:]
    main(
        int(told[0]) if told and told[0].isdigit() else PEOPLE,
        OnSqlite if "sqlite" in told else OnPostgres,
    )
