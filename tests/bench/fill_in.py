"""How fast the fill-in is: a statement page and a save, in process and on a real server."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

from app import create_app
from app.infra.db import db
from config import Config
from tests.bench import bare
from tests.bench.calls import call, environ_of
from tests.bench.clocks import Taken, compare
from tests.bench.load import Load, put_under, request
from tests.bench.raters import PAGE, SAVE, Device, devices, lost_or_doubled
from tests.bench.sealed import BareSave
from tests.bench.serving import environment_of, served
from tests.databases import OnPostgres, OnSqlite

SECRET = "only-for-measurements-0123456789-abcdefgh"
CLIENTS = (1, 8, 32)
REQUESTS = 320
ROUNDS = 30
PAGE_GOAL, SAVE_GOAL = 12, 3


def main() -> None:
    """Print everything for both databases."""
    print(
        f"{os.cpu_count()} processors, load before we began {os.getloadavg()[0]:.1f}: "
        "with other work beside ours only the ratios mean something"
    )
    for kind in (OnSqlite, OnPostgres):
        with TemporaryDirectory() as scratch:
            folder = Path(scratch)
            with kind(folder) as place:
                if isinstance(place, OnPostgres):
                    make_durable(place)
                place.build(partial(settings_for, folder))
                with place.fresh(folder) as url:
                    measure(kind.__name__.removeprefix("On"), settings_for(folder, url))


def settings_for(folder: Path, url: str) -> Config:
    """Settings for the database at `url`, everything else below `folder`."""
    return Config(SECRET, database_url=url, data_folder=folder / "data", key_folder=folder / "keys")


def make_durable(place: OnPostgres) -> None:
    """Let PostgreSQL wait for the disk again, which the tests spare it."""
    place.admin.execute("ALTER SYSTEM RESET fsync")
    place.admin.execute("ALTER SYSTEM RESET full_page_writes")
    place.admin.execute("SELECT pg_reload_conf()")


def measure(name: str, settings: Config) -> None:
    """One database: 25 people with an open cycle, on a real server, then in process."""
    app = create_app(settings)
    with app.app_context():
        used = devices(app, max(CLIENTS))
    served = under_load(name, settings, used)
    with app.app_context():
        print(f"lost or doubled saves: {lost_or_doubled(used)}")
        bare_save = BareSave(used[0].person_id)
    judge(in_process(name, app, used[0], bare_save), served)
    with app.app_context():
        db.engine.dispose()


@contextmanager
def both_served(settings: Config) -> Iterator[tuple[int, int]]:
    """The ports of the bare app and of ours, side by side."""
    with (
        served({}, "tests.bench.bare:create_gate") as hello,
        served(environment_of(settings)) as port,
    ):
        yield hello, port


def under_load(name: str, settings: Config, used: list[Device]) -> dict[str, Load]:
    """Print server times at all numbers of clients; return those at one client."""
    hello = request("GET", "/", {})
    pages = [request("GET", PAGE, device.page_headers) for device in used]

    def save(client: int) -> bytes:
        device = used[client]
        return request("POST", SAVE, device.save_headers, device.batch())

    print(f"\n{name}, on a real server (1 process, 4 threads)")
    print("                 clients       p50       p95       p99 ms    per second   x bare")
    alone: dict[str, Load] = {}
    with both_served(settings) as (bare_port, port):
        for clients in CLIENTS:
            loads = {
                "bare response": put_under(bare_port, clients, REQUESTS, lambda _: hello),
                "statement page": put_under(port, clients, REQUESTS, pages.__getitem__),
                "save": put_under(port, clients, REQUESTS, save),
            }
            for what, load in loads.items():
                show(what, load, loads["bare response"])
            alone = alone or loads
    return alone


def show(what: str, load: Load, floor: Load) -> None:
    print(
        f"{what:<16}{load.clients:>8}{load.p50:>10.1f}{load.p95:>10.1f}{load.p99:>10.1f}   "
        f"{load.per_second:>10.0f}{load.p50 / floor.p50:>11.1f}"
    )


def in_process(name: str, app: Flask, device: Device, bare_save: BareSave) -> dict[str, Taken]:
    """Print what a page and a save cost without a server, beside their floors."""
    page, hello = device.page_environ(), environ_of("GET", "/", {})
    visitor, rater = (one.test_client(use_cookies=False) for one in (bare.app, app))

    def save() -> None:
        body = device.batch()
        call(app, device.save_environ(body), body)

    taken = compare(
        {
            "bare response": lambda: call(bare.app, hello),
            "statement page": lambda: call(app, page),
            "bare response, test client": lambda: visitor.get("/").data,
            "statement page, test client": lambda: (
                rater.get(PAGE, headers=device.page_headers).data
            ),
            "save": save,
            "bare save": bare_save.save,
            "empty commit": bare_save.commit_nothing,
        },
        ROUNDS,
    )
    print(f"\n{name}, in process (lower deciles; own = processor time of the thread)")
    for what, one in taken.items():
        print(f"{what:<28}{one.wall:>10.2f} ms{one.own:>10.2f} ms own")
    return taken


def judge(taken: dict[str, Taken], served: dict[str, Load]) -> None:
    """Print the ratios beside their goals, and by how much one is missed.

    The goals are meant with Flask's test client, which costs twice what a bare response does; the
    stricter ratios without it are printed beside.
    """
    floor, page, save = taken["bare response"], taken["statement page"], taken["save"]
    bare_page = served["statement page"].p50 / served["bare response"].p50
    verdict("page / bare response, on the server", bare_page, PAGE_GOAL)
    by_client = taken["statement page, test client"], taken["bare response, test client"]
    verdict("page / bare response, test client", by_client[0].wall / by_client[1].wall, PAGE_GOAL)
    verdict("save, on the server / in process", served["save"].p10 / save.wall, SAVE_GOAL)
    beside("page / bare response, without client", page.own / floor.own)
    beside("save / bare response, without client", save.own / floor.own)
    beside("save / bare save, in process", save.wall / taken["bare save"].wall)


def verdict(what: str, ratio: float, goal: float) -> None:
    met = "met" if ratio <= goal else f"MISSED by a factor of {ratio / goal:.1f}"
    print(f"{what:<38}{ratio:>6.1f} x, goal {goal} x: {met}")


def beside(what: str, ratio: float) -> None:
    """A ratio that has no goal."""
    print(f"{what:<38}{ratio:>6.1f} x")


if __name__ == "__main__":
    main()
