"""What 64 clients that send a byte a second cost 32 people who save.

Run by `python -m tests.bench.slow_clients`. Rounds with and without them take turns on one
server, so that whatever slows this machine slows both. The goal: the slowest hundredth of saves
takes at most three times as long.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from app import create_app
from app.infra.db import db
from config import Config
from tests.bench.fill_in import make_durable, settings_for, verdict
from tests.bench.load import Load, put_under, request
from tests.bench.raters import SAVE, Device, devices, lost_or_doubled
from tests.bench.serving import environment_of, served
from tests.databases import OnPostgres, OnSqlite

SLOW, SAVERS = 64, 32
SAVES = 1600
ROUNDS = 5
GOAL = 3
HEAD = (
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
)
"""Of a request whose body the app has to read."""


def main() -> None:
    """Print p99 of the saves without and with slow clients, for both databases."""
    for kind in (OnSqlite, OnPostgres):
        with TemporaryDirectory() as scratch:
            folder = Path(scratch)
            with kind(folder) as place:
                if isinstance(place, OnPostgres):
                    make_durable(place)
                place.build(partial(settings_for, folder))
                with place.fresh(folder) as url:
                    measure(kind.__name__.removeprefix("On"), settings_for(folder, url))


def measure(name: str, settings: Config) -> None:
    """One database."""
    app = create_app(settings)
    with app.app_context():
        used = devices(app, SAVERS)
    alone: list[Load] = []
    beside: list[Load] = []
    with served(environment_of(settings)) as port:
        save(port, used)  # the server has warmed up
        for _ in range(ROUNDS):
            alone.append(save(port, used))
            with dripping(port):
                beside.append(save(port, used))
    print(f"\n{name}: {SAVERS} savers, median of {ROUNDS} rounds of {SAVES} saves in turn")
    print(f"without slow clients     p99 {median(one.p99 for one in alone):>8.1f} ms")
    print(f"beside {SLOW} slow clients   p99 {median(one.p99 for one in beside):>8.1f} ms")
    ratio = median(two.p99 / one.p99 for one, two in zip(alone, beside, strict=True))
    verdict(f"p99 beside {SLOW} slow clients / without", ratio, GOAL)
    with app.app_context():
        print(f"lost or doubled saves: {lost_or_doubled(used)}")
        db.session.remove()
        db.engine.dispose()


def save(port: int, used: list[Device]) -> Load:
    """Let everybody save as fast as they are answered."""

    def following(client: int) -> bytes:
        device = used[client]
        return request("POST", SAVE, device.save_headers, device.batch())

    return put_under(port, SAVERS, SAVES, following)


@contextmanager
def dripping(port: int) -> Iterator[None]:
    """Hold 64 requests open, each with another byte every second: heads and bodies by turns."""
    lines = [socket.create_connection(("127.0.0.1", port)) for _ in range(SLOW)]
    for place, line in enumerate(lines):
        line.sendall(HEAD if place % 2 else HEAD[:30])
    over = threading.Event()
    hand = threading.Thread(target=_drip, args=(lines, over))
    hand.start()
    try:
        yield
    finally:
        over.set()
        hand.join()
        for line in lines:
            line.close()


def _drip(lines: list[socket.socket], over: threading.Event) -> None:
    # A server that has had enough of one hangs up; the others go on.
    while not over.wait(1 / len(lines)):
        line = lines.pop(0)
        try:
            line.sendall(b"x")
        except OSError:
            line.close()
        lines.append(line)


if __name__ == "__main__":
    main()
