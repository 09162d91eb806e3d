"""How long a statement page and a save take on a real server, and whether any save is lost."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from flask import Flask

from app import create_app
from app.ballots.queries import review_of
from app.infra.db import db
from app.people.models import Person
from config import Config
from tests.bench.bare import app as bare_app
from tests.browsing import Browser
from tests.databases import OnPostgres, OnSqlite
from tests.factories import make_company
from tests.rounds import open_cycle

SECRET = "only-for-measurements-0123456789-abcdefgh"
CLIENTS = (1, 8, 32)
REQUESTS = 320
PEOPLE = 34
IN_PROCESS = 100
Call = Callable[[HTTPConnection, int], None]


class Somebody:
    """A signed-in rater: the cookie and a token."""

    def __init__(self, app: Flask, person: Person) -> None:
        browser = Browser(app, person)
        self.token = browser.token_of("/review/statements/1")
        cookie = browser.get_cookie("session")
        assert cookie is not None
        self.person_id, self.browser = person.id, browser
        self.headers = {"Cookie": f"session={cookie.value}"}
        self.saved: dict[int, int] = {}

    def form(self, number: int) -> dict[str, str]:
        """The next save: one rating of one colleague on statement 1."""
        position, value = number % 30 + 1, number % 5 + 1
        self.saved[position] = value
        return {"csrf_token": self.token, f"r{position}": str(value), "go": "stay"}


@contextmanager
def served(target: str, environment: dict[str, str]) -> Iterator[int]:
    """Serve `target` by granian on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", target]
    options = f"--host 127.0.0.1 --port {port} --workers 1 --blocking-threads 4 --http 1 --no-ws"
    factory = ["--factory"] if target.endswith("create_app") else []
    server = subprocess.Popen(
        [*command, *factory, *options.split(), "--log-level", "error"],
        env=os.environ | environment,
    )
    try:
        wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def wait_for(port: int) -> None:
    """Wait until somebody answers on `port`."""
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


def measure(name: str, port: int, clients: int, call: Call) -> None:
    """Send the requests from so many clients at once, and print how long they took."""

    def one(client: int) -> list[float]:
        connection, taken = HTTPConnection("127.0.0.1", port, timeout=60), []
        for _ in range(REQUESTS // clients):
            began = time.perf_counter()
            call(connection, client)
            taken.append(1000 * (time.perf_counter() - began))
        connection.close()
        return taken

    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        times = sorted(ms for some in pool.map(one, range(clients)) for ms in some)
    rate = len(times) / (time.perf_counter() - began)
    p50, p95, p99 = (times[int(len(times) * share)] for share in (0.5, 0.95, 0.99))
    print(
        f"{name:<22}{clients:>4} clients  p50 {p50:7.1f}  p95 {p95:7.1f}  p99 {p99:7.1f} ms"
        f"  {rate:7.0f} /s"
    )


def expect(connection: HTTPConnection, status: int) -> None:
    response = connection.getresponse()
    response.read()
    if response.status != status:
        raise RuntimeError(f"the server answered {response.status} instead of {status}")


def measure_app(name: str, port: int, people: list[Somebody]) -> None:
    """Pages, then saves; every client is a rater of their own."""
    counts = dict.fromkeys(range(len(people)), 0)

    def page(connection: HTTPConnection, client: int) -> None:
        connection.request("GET", "/review/statements/1", headers=people[client].headers)
        expect(connection, 200)

    def save(connection: HTTPConnection, client: int) -> None:
        counts[client] += 1
        body = urlencode(people[client].form(counts[client]))
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        headers = people[client].headers | kind
        connection.request("POST", "/review/statements/1", body, headers)
        expect(connection, 302)

    for clients in CLIENTS:
        measure(f"{name} page", port, clients, page)
    for clients in CLIENTS:
        measure(f"{name} save", port, clients, save)


def lost_or_doubled(people: list[Somebody]) -> int:
    """Cells in which a ballot differs from what its rater saved."""
    wrong = 0
    for somebody in people:
        db.session.rollback()
        review = review_of(db.session.get_one(Person, somebody.person_id))
        assert review is not None
        for colleague in review.colleagues:
            stored = review.ballot.rating(colleague.person_id, 1)
            wrong += stored != somebody.saved.get(colleague.position)
    return wrong


def per_call(act: Callable[[int], object]) -> float:
    began = time.perf_counter()
    for number in range(IN_PROCESS):
        act(number)
    return (time.perf_counter() - began) / IN_PROCESS


def print_ratios(name: str, somebody: Somebody) -> None:
    """What a page and a save cost inside the process, as multiples of a bare response."""
    url, bare = "/review/statements/1", bare_app.test_client()
    hello = per_call(lambda _: bare.get("/"))
    client = somebody.browser
    page = per_call(lambda _: super(Browser, client).get(url))
    save = per_call(lambda n: client.open(url, method="POST", data=somebody.form(n)))
    print(
        f"{name} in process: page {page / hello:.1f} x, save {save / hello:.1f} x of a bare"
        f" response ({1000 * hello:.2f} ms); goals 12 x and 3 x"
    )


def main() -> None:
    """Print everything for both databases."""
    with served("tests.bench.bare:app", {}) as port:
        for clients in CLIENTS:
            measure("bare response", port, clients, bare_call)
    for kind in (OnSqlite, OnPostgres):
        name = kind.__name__.removeprefix("On")
        with TemporaryDirectory() as scratch:
            folder = Path(scratch)
            with kind(folder) as place:
                place.build(partial(settings_for, folder))
                with place.fresh(folder) as url:
                    run(name, folder, url)


def settings_for(folder: Path, url: str) -> Config:
    """Settings for the database at `url`, everything else below `folder`."""
    return Config(SECRET, database_url=url, data_folder=folder)


def bare_call(connection: HTTPConnection, _client: int) -> None:
    connection.request("GET", "/")
    expect(connection, 200)


def run(name: str, folder: Path, url: str) -> None:
    """One database: a company with an open cycle, a server, the clients."""
    app = create_app(settings_for(folder, url))
    environment = {"FULL_CIRCLE_SECRET_KEY": SECRET, "DATABASE_URL": url}
    with app.app_context():
        company = make_company(PEOPLE)
        open_cycle(company)
        people = [Somebody(app, person) for person in company[: max(CLIENTS)]]
        with served("app:create_app", environment | {"FULL_CIRCLE_DATA": str(folder)}) as port:
            measure_app(name, port, people)
        print(f"{name}: lost or doubled saves {lost_or_doubled(people)}")
        print_ratios(name, people[0])
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    main()
