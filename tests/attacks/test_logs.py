"""Attack 17: access and application logs against the order in which ballots arrive.

Whoever reads a server's log knows which computer asked for what and when; whoever watches the
database sees ballots arrive. Joined, they name the sender of every ballot, 100 % of 25 in a
well-known survey tool. Here people come from addresses of their own, a spy notes which sealed
ballot appeared at which time, and the log of a real granian is read, with its access log on.
"""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sqlalchemy import select

from app.ballots import services
from app.ballots.models import SealedBallot
from app.ballots.queries import keys_of
from app.infra.db import db
from app.people.models import Person
from config import Config
from tests.browsing import TOKEN, Browser
from tests.conftest import SECRET
from tests.guards.places import ROOT
from tests.rounds import make_team, open_cycle, review_for

RATERS = 7
LINE = re.compile(r"@ (\S+) (\d+\.\d+|\S+) (\S+) (\S+)")
FORMAT = "@ %(addr)s %(dt_ms)f %(method)s %(path)s"
"""Address, time, and what was asked; the order of lines is the order of answers."""
PATIENCE = 20.0


@dataclass
class Quarter:
    """An open cycle, whom it asks, and the cookie that each person's browser holds."""

    settings: Config
    people: Sequence[Person]
    cycle_id: int
    cookies: dict[int, str]
    arrived: list[bytes]
    """Locators in the order in which their ballots appeared, as a spy in the database sees them."""


@pytest.fixture
def quarter(app, settings):
    people = make_team(RATERS)
    cycle_id = open_cycle(people)
    cookies = {}
    for person in people:
        cookie = Browser(app, person).get_cookie("session")
        assert cookie is not None
        cookies[person.id] = cookie.value
    return Quarter(settings, people, cycle_id, cookies, [])


def address_of(place: int) -> str:
    """The computer of the person at `place`: everybody in the house knows whose it is."""
    return f"127.0.0.{place + 10}"


@contextmanager
def granian(settings: Config, factory: str, log: Path) -> Iterator[int]:
    """A real server with its access log switched on, all of its output in `log`; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {
        "FULL_CIRCLE_SECRET_KEY": SECRET,
        "DATABASE_URL": settings.database_url,
        "FULL_CIRCLE_DATA": str(settings.data_folder),
    }
    command = [
        str(Path(sys.executable).with_name("granian")),
        "--interface",
        "wsgi",
        "--factory",
        factory,
    ]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--http", "1"]
    command += ["--blocking-threads", "1", "--no-ws", "--access-log", "--access-log-fmt", FORMAT]
    with log.open("wb") as out:
        server = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | given, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            _wait_for(port)
            yield port
        finally:
            server.terminate()
            server.wait(PATIENCE)


def _wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("the server did not start")


def save_from(quarter: Quarter, place: int, port: int) -> None:
    """What the browser of the person at `place` does: open a page, save an answer."""
    person = quarter.people[place]
    line = HTTPConnection(
        "127.0.0.1", port, timeout=PATIENCE, source_address=(address_of(place), 0)
    )
    headers = {"Cookie": f"session={quarter.cookies[person.id]}"}
    line.request("GET", "/reports", headers=headers)  # not of the fill-in: it may be logged
    line.getresponse().read()
    line.request("GET", "/review/statements/1", headers=headers)
    answer = line.getresponse()
    token = TOKEN.search(answer.read().decode())
    assert token
    cookie = answer.headers.get("Set-Cookie", headers["Cookie"]).partition(";")[0]
    cells = {"owner": review_for(person).owner, "cells": [[1, 1, 4]], "device": "a", "number": 1}
    sent = {"Cookie": cookie, "X-CSRFToken": token.group(1), "Content-Type": "application/json"}
    line.request("POST", "/review/save", json.dumps(cells), sent)
    assert line.getresponse().status == 200
    line.close()


def arrivals(quarter: Quarter, factory: str, log: Path) -> str:
    """Everybody saves once, in some order, while a spy reads the database after each; the log."""
    order = [(place * 4) % RATERS for place in range(RATERS)]
    with granian(quarter.settings, factory, log) as port:
        for place in order:
            save_from(quarter, place, port)
            db.session.rollback()
            found = set(db.session.scalars(select(SealedBallot.locator)))
            quarter.arrived += sorted(found - set(quarter.arrived))
    return log.read_text()


def linked(quarter: Quarter, log: str) -> float:
    """The share of senders found: the n-th line that saves belongs to the n-th ballot."""
    lines = [found.groups() for found in LINE.finditer(log)]
    savers = [
        address for address, _, method, path in lines if "/review" in path and method == "POST"
    ]
    keys = keys_of(quarter.cycle_id)
    true = {keys.locator(one.id): address_of(n) for n, one in enumerate(quarter.people)}
    right = sum(true[box] == who for box, who in zip(quarter.arrived, savers, strict=False))
    return right / len(quarter.people)


@pytest.mark.sqlite_only
@pytest.mark.slow
def test_an_access_log_that_was_switched_on_links_nobody(quarter, tmp_path, tell):
    log = arrivals(quarter, "app:create_app", tmp_path / "log")

    told = tell(
        "17 access log against arrivals",
        people=RATERS,
        success=linked(quarter, log),
        chance=1 / RATERS,
    )

    assert len(quarter.arrived) == RATERS
    assert "/reports" in log, "the access log was not on at all"
    assert "/review" not in log
    assert told.success <= told.chance


@pytest.mark.sqlite_only
@pytest.mark.slow
def test_without_the_filter_the_same_log_names_everybody(quarter, tmp_path, tell):
    log = arrivals(quarter, "tests.attacks.loud:create_app", tmp_path / "log")

    told = tell(
        "17 access log against arrivals",
        people=RATERS,
        success=linked(quarter, log),
        chance=1 / RATERS,
        off=True,
    )

    assert told.success == 1


def test_an_error_in_the_fill_in_is_logged_without_person_or_address(
    app, quarter, monkeypatch, caplog
):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    rater = Browser(app, quarter.people[3])
    review = review_for(rater.person)
    token = rater.token_of("/review/statements/1")

    def fail(*_: object) -> None:
        raise RuntimeError("something broke")

    monkeypatch.setattr(services, "save_batch", fail)
    body = {"owner": review.owner, "cells": [[1, 1, 4]]}
    answer = rater.open("/review/save", method="POST", json=body, headers={"X-CSRFToken": token})

    assert answer.status_code == 500
    assert "something broke" in caplog.text
    person = rater.person
    for word in (person.name, person.email, "127.0.0.1", review.owner, "[1, 1, 4]"):
        assert word not in caplog.text


@pytest.mark.parametrize("name", ["README.md", "docs/privacy.md"])
def test_the_documented_settings_write_no_line_about_the_fill_in(name):
    text = (ROOT / name).read_text()

    assert "--no-access-log" in text
    assert re.search(r"location /review \{[^}]*access_log off;", text) or name == "README.md"


def test_the_server_of_make_run_keeps_no_access_log():
    assert "--access-log" not in (ROOT / "Makefile").read_text()
