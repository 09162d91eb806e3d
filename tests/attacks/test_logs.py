"""Attack 17: access and application logs against the order in which ballots arrive.

Whoever reads a server's log knows which computer asked for what and when; whoever watches the
database sees ballots arrive. Joined, they name the sender of every ballot, 100 % of 25 in a
well-known survey tool. Here people come from addresses of their own, a spy notes which sealed
ballot appeared at which time, and the log of a real granian is read, with its access log on,
every statement called slow, and a proxy that gives each request a name. After each save somebody
reads the figures of `/metrics`.
"""

import itertools
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sqlalchemy import select

from app.ballots import services
from app.ballots.models import SealedBallot
from app.ballots.queries import keys_of, owner_of
from app.infra.db import db
from app.infra.logs import LogFormat
from app.infra.request_ids import HEADER
from app.people.models import Person
from app.server import running
from config import Config
from tests.attacks.attacked_company import Stage
from tests.browsing import Browser
from tests.conftest import SECRET, make_settings
from tests.guards.places import ROOT
from tests.nightly_sizes import SIZES
from tests.whole_cycles import make_team, open_cycle, review_for

LINE = re.compile(r"@ (\S+) (\d+\.\d+|\S+) (\S+) (\S+)")
FORMAT = "@ %(addr)s %(dt_ms)f %(method)s %(path)s"
"""Address, time, and what was asked; the order of lines is the order of answers."""
PATIENCE = 180.0
"""Seconds after which something has surely failed, however busy the machine is."""
TOKEN = "only-for-tests-of-metrics-0123456789"
OF_THE_MACHINE = ("full_circle_database_seconds", "full_circle_free_bytes")
"""Figures that change with whatever else the machine does."""


@dataclass
class Arrivals:
    """What a spy in the database and a reader of logs see while people save one after the other."""

    people: int
    owner_of: dict[bytes, str]
    """The true address behind each locator."""
    arrived: list[bytes] = field(default_factory=list)
    """Locators in the order in which their ballots appeared."""
    log: str = ""
    unfiltered: str = ""
    """The log as it would be if nothing were kept out of it."""
    figures: list[frozenset[str]] = field(default_factory=list)
    """What somebody read in `/metrics` after each save."""

    def linked(self, log: str) -> float:
        """The share of senders found: the n-th line that saves belongs to the n-th ballot."""
        lines = [found.groups() for found in LINE.finditer(log)]
        savers = [
            address for address, _, method, path in lines if "/review" in path and method == "POST"
        ]
        right = sum(
            self.owner_of[box] == who for box, who in zip(self.arrived, savers, strict=False)
        )
        return right / self.people


def address_of(place: int) -> str:
    """The computer of the person at `place`: everybody in the house knows whose it is."""
    return f"127.0.{place // 200 + 1}.{place % 200 + 10}"


@contextmanager
def granian(settings: Config, log: Path, unfiltered: Path) -> Iterator[int]:
    """A real server with its access log switched on, all of its output in `log`; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {
        "FULL_CIRCLE_SECRET_KEY": SECRET,
        "DATABASE_URL": settings.database_url,
        "FULL_CIRCLE_DATA": str(settings.data_folder),
        "FULL_CIRCLE_LOG": LogFormat.JSON,
        "FULL_CIRCLE_SLOW_STATEMENT_MS": "1",
        "FULL_CIRCLE_METRICS_TOKEN": TOKEN,
        "FULL_CIRCLE_TRUSTED_PROXIES": "1",
        "UNFILTERED_LOG": str(unfiltered),
    }
    command = [
        str(Path(sys.executable).with_name("granian")),
        "--interface",
        "wsgi",
        "--factory",
        "tests.attacks.unfiltered_log:create_app",
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


def save_from(stage: Stage, place: int, port: int) -> None:
    """What the browser of the person at `place` does: open a page, save an answer."""
    person_id = stage.people[place]
    browser = Browser(stage.app, db.session.get_one(Person, person_id))
    token = browser.own_token()
    cookie = browser.get_cookie("session")
    assert cookie is not None
    headers = {"Cookie": f"session={cookie.value}"}
    line = HTTPConnection(
        "127.0.0.1", port, timeout=PATIENCE, source_address=(address_of(place), 0)
    )
    line.request("GET", "/ready", headers=headers)  # not of the fill-in: it may be logged
    line.getresponse().read()
    owner = owner_of(stage.cycle_id, person_id)
    cells = {"owner": owner, "cells": [[1, 1, 4]], "device": "a", "number": 1}
    sent = headers | {"X-CSRFToken": token, "Content-Type": "application/json"}
    sent[HEADER] = named_by_the_proxy(place)
    line.request("POST", "/review/save", json.dumps(cells), sent)
    assert line.getresponse().status == 200
    line.close()


def named_by_the_proxy(place: int) -> str:
    """What a proxy calls the save of the person at `place`; its own log has the address beside."""
    return f"of-the-proxy-{place:06d}"


def figures_of(port: int) -> frozenset[str]:
    """The lines of `/metrics`, without what the machine does besides."""
    line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    line.request("GET", "/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    answer = line.getresponse()
    assert answer.status == 200
    lines = answer.read().decode().splitlines()
    line.close()
    return frozenset(one for one in lines if not one.startswith(("#", *OF_THE_MACHINE)))


def _until_counted(port: int) -> None:
    """Wait for the process to show its own figures, as it does from its first request on."""
    end = time.monotonic() + PATIENCE
    while not any("full_circle_faults" in line for line in figures_of(port)):
        assert time.monotonic() < end, "the server counts nothing"
        time.sleep(0.05)


def _until_written(log: Path, *, lines: int) -> None:
    """Wait for the last lines: the server answers before it writes them."""
    end = time.monotonic() + PATIENCE
    while log.read_text().count("\n") < lines:
        assert time.monotonic() < end, "the server does not log everything"
        time.sleep(0.05)


@pytest.fixture(scope="module", params=SIZES)
def arrivals(request, databases, tmp_path_factory) -> Arrivals:
    """Everybody saves once, in some order, while a spy reads the database after each."""
    folder = tmp_path_factory.mktemp("logs")
    log, unfiltered = folder / "log", folder / "unfiltered"
    with databases.fresh(folder) as url:
        stage = Stage(request.param, make_settings(folder, database_url=url))
        with stage.on():
            stage.plan(copied=False)
            stage.open(is_told=False)
            keys = keys_of(stage.cycle_id)
            homes = {keys.locator(one): address_of(n) for n, one in enumerate(stage.people)}
            seen = Arrivals(stage.size, homes)
            places = {person: place for place, person in enumerate(stage.people)}
            with granian(stage.settings, log, unfiltered) as port:
                _until_counted(port)
                for person in stage.truth.order:
                    save_from(stage, places[person], port)
                    db.session.rollback()
                    seen.figures.append(figures_of(port))
                    found = set(db.session.scalars(select(SealedBallot.locator)))
                    seen.arrived += sorted(found - set(seen.arrived))
                _until_written(unfiltered, lines=3 * stage.size)
    seen.log, seen.unfiltered = log.read_text(), unfiltered.read_text()
    return seen


@pytest.mark.slow
def test_an_access_log_that_was_switched_on_links_nobody(arrivals, tell):
    told = tell(
        "17 access log against arrivals",
        people=arrivals.people,
        success=arrivals.linked(arrivals.log),
        chance=1 / arrivals.people,
    )

    assert len(arrivals.arrived) == arrivals.people
    assert "/ready" in arrivals.log, "the access log was not on at all"
    assert "/review" not in arrivals.log
    assert told.success <= told.chance


@pytest.mark.slow
def test_without_the_filter_the_same_log_names_everybody(arrivals, tell):
    told = tell(
        "17 access log against arrivals",
        people=arrivals.people,
        success=arrivals.linked(arrivals.unfiltered),
        chance=1 / arrivals.people,
        off=True,
    )

    assert told.success == 1


@pytest.mark.slow
def test_no_line_of_our_own_is_about_a_save_or_names_a_computer(arrivals):
    lines = [json.loads(line) for line in arrivals.log.splitlines() if line.startswith("{")]

    assert [line for line in lines if line.get("route", "").startswith("ballots")] == []
    for place in range(arrivals.people):
        assert named_by_the_proxy(place) not in arrivals.log
        assert not any(address_of(place) in json.dumps(line) for line in lines)


@pytest.mark.slow
def test_the_figures_of_metrics_are_the_same_after_each_save(arrivals, tell):
    changed = sum(a != b for a, b in itertools.pairwise(arrivals.figures))
    told = tell(
        "17 figures of metrics against arrivals",
        people=arrivals.people,
        success=changed / arrivals.people,
        chance=1 / arrivals.people,
    )

    assert len(arrivals.figures) == arrivals.people
    assert any("full_circle_ready" in line for line in arrivals.figures[0])
    assert told.success <= told.chance


def test_an_error_in_the_fill_in_is_logged_without_person_or_address(app, monkeypatch, caplog):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    people = make_team(7)
    open_cycle(people)
    rater = Browser(app, people[3])
    review = review_for(rater.person)
    token = rater.token_of("/review/statements/1")

    def fail(*_: object) -> None:
        raise RuntimeError("something broke")

    monkeypatch.setattr(services, "save_batch", fail)
    body = {"owner": review.owner, "cells": [[1, 1, 4]]}
    answer = rater.open("/review/save", method="POST", json=body, headers={"X-CSRFToken": token})

    assert answer.status_code == 500
    assert "RuntimeError" in caplog.text
    person = rater.person
    for word in (person.name, person.email, "127.0.0.1", review.owner, "[1, 1, 4]"):
        assert word not in caplog.text


@pytest.mark.parametrize("name", ["docs/operations.md", "docs/privacy.md"])
def test_the_documented_settings_write_no_line_about_the_fill_in(name):
    text = (ROOT / name).read_text()

    assert "python -m app.server" in text
    assert (
        re.search(r"location /review \{[^}]*access_log off;", text) or name == "docs/operations.md"
    )


def test_the_server_that_we_start_and_document_keeps_no_access_log(monkeypatch):
    told = {}

    class Server:
        def __init__(self, *_: object, **options: object) -> None:
            told.update(options)

        def serve(self) -> None:
            """Serve nobody."""

    monkeypatch.setattr(running, "Server", Server)
    running.serve()

    assert told["log_access"] is False
    assert "app.server" in (ROOT / "Makefile").read_text()
