"""The stage for every test: a fresh migrated database, the app, and the cast.

TEST_DATABASE=postgresql plays everything on a real PostgreSQL instead of SQLite. Each test
begins with an empty database that the migrations built.
"""

import gc
import os
import smtplib
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask

from app import create_app
from app.infra import clock
from app.infra.db import db
from app.infra.jobs import huey
from config import Config
from tests import asked, on_postgresql
from tests.attacks.score import pytest_terminal_summary
from tests.browsing import Browser
from tests.compiled_once import compile_once, hash_quickly, wait_for_no_disk
from tests.databases import OnPostgres, OnSqlite
from tests.factories import make_department, make_person
from tests.shared_by_workers import made_once, of_this_run
from tests.starting_points import Scenes

__all__ = ["pytest_terminal_summary"]  # the table of attacks, also in a parallel run

SECRET = "only-for-tests-0123456789-abcdefghijklmn"
DATABASE = os.environ.get("TEST_DATABASE", "sqlite")
TESTS = Path(__file__).parent
ROOMS = (
    *("ballots", "cli", "counting", "desk", "enps", "home", "internal_services", "lifecycle"),
    *("operations", "pdf", "projects", "reports"),
)
SLOW = {("attacks",), *(("features", room) for room in ROOMS)}
"""Where nearly every test plays a cycle or draws a paper; `make test-fast` leaves them out."""
IN_CHROMIUM = {("browser",)}
"""Where every test needs Chromium."""
MARKED: dict[str, AbstractSet[tuple[str, ...]]] = {"slow": SLOW, "browser": IN_CHROMIUM}
"""The folders in which a test has this mark because of where it stands."""
LONGEST = {"test_growth.py", "test_killed.py", "test_watching.py", "test_mail_server_trouble.py"}
"""Files with a test or a company that takes up to a minute, as browser tests do."""
IS_CI = os.environ.get("CI") == "true"


def pytest_configure(config: pytest.Config) -> None:
    """Markers for tests about one database; elsewhere they are left out, not skipped."""
    for name in ("sqlite", "postgresql"):
        config.addinivalue_line("markers", f"{name}_only: is about {name} itself")
    config.addinivalue_line("markers", f"{on_postgresql.MARK}: see tests/on_postgresql.py")
    hypothesis.settings.register_profile("no-clock", deadline=None)
    hypothesis.settings.load_profile("no-clock")
    compile_once()
    hash_quickly()
    wait_for_no_disk()
    asked.note_down(config)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import nothing from a folder all tests of which `-m` leaves out."""
    if not collection_path.is_relative_to(TESTS):
        return None
    folder = collection_path.relative_to(TESTS).parts
    wanted = str(config.option.markexpr)
    conditions = [] if " or " in wanted else wanted.split(" and ")
    return any(folder in MARKED[mark] and f"not {mark}" in conditions for mark in MARKED) or None


@pytest.hookimpl(tryfirst=True)  # before -m is looked at
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about the other database, and on PostgreSQL what needs none at all."""
    for item in items:
        is_left_out = on_postgresql.is_left_out(item.nodeid.partition("[")[0])
        if is_left_out and not item.get_closest_marker("postgresql_only"):
            item.add_marker(on_postgresql.MARK)
        folder = item.path.relative_to(TESTS).parts[:-1]
        for mark in (mark for mark, folders in MARKED.items() if folder in folders):
            item.add_marker(mark)
        if item.path.parent == TESTS / "domain" and item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.no_cover)  # a simulation passes the same lines for seconds
    left_out = [item for item in items if not _belongs_here(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _belongs_here(item)]
    # At the end of a run one worker would be left alone with what takes longest.
    items.sort(key=lambda item: not _takes_long(item))


def pytest_collection_finish() -> None:
    """Let Python's collector look seldom: what was imported and collected stays to the end.

    It took a seventh of the processor time of a run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def _takes_long(item: pytest.Item) -> bool:
    return item.path.name in LONGEST or item.get_closest_marker("browser") is not None


def _belongs_here(item: pytest.Item) -> bool:
    if DATABASE != "postgresql":
        return not item.get_closest_marker("postgresql_only")
    needs_database = "databases" in getattr(item, "fixturenames", ())
    return needs_database and not item.get_closest_marker("sqlite_only")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """With CI=true a skipped test is a failed one: nobody reads skips there."""
    report = yield
    if IS_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which CI=true does not allow"
    return report


def make_settings(data_folder: Path, **over: Any) -> Config:
    """Settings built by hand, everything below `data_folder`."""
    values: dict[str, Any] = {"secret_key": SECRET, "data_folder": data_folder}
    return Config(**(values | over))


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnSqlite | OnPostgres]:
    """Where the databases of this run live; the migrations have built the first one."""
    if DATABASE == "postgresql":
        folder = tmp_path_factory.mktemp("databases")
        with OnPostgres(folder) as server:
            server.build(lambda url: make_settings(folder, database_url=url))
            yield server
    else:
        folder = of_this_run(tmp_path_factory) / "template"
        files = OnSqlite(folder)
        made_once(
            folder, lambda _: files.build(lambda url: make_settings(folder, database_url=url))
        )
        yield files


@pytest.fixture(scope="session")
def scenes(databases: OnSqlite | OnPostgres) -> Scenes:
    """What many tests begin with is played once in a run."""
    return Scenes(databases)


@pytest.fixture
def settings(tmp_path: Path, databases: OnSqlite | OnPostgres) -> Iterator[Config]:
    """The app's settings; a test that needs others overrides this fixture with `replace`."""
    with databases.lent(tmp_path) as url:
        yield make_settings(tmp_path, database_url=url)


@pytest.fixture
def settings_of_its_own(tmp_path: Path, databases: OnSqlite | OnPostgres) -> Iterator[Config]:
    """The same for who reads the bytes of the database: no other test was ever in it."""
    with databases.fresh(tmp_path) as url:
        yield make_settings(tmp_path, database_url=url)


@pytest.fixture
def app(settings: Config) -> Iterator[Flask]:
    """The app on a fresh migrated database, its context pushed."""
    made = create_app(settings, testing=True)
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(autouse=True)
def no_mail_leaves_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail any test that talks to a mail server which is not its own."""
    connect = smtplib.SMTP.connect

    def guarded(server: smtplib.SMTP, host: str = "", *args: Any, **kwargs: Any) -> Any:
        if host != "127.0.0.1":
            pytest.fail(f"a test tried to reach the mail server {host!r}")
        return connect(server, host, *args, **kwargs)

    monkeypatch.setattr(smtplib.SMTP, "connect", guarded)


@pytest.fixture
def at() -> Callable[[datetime], AbstractContextManager[None]]:
    """`with at(moment):` sets the clock inside the block."""
    return clock.travel


@pytest.fixture
def run_jobs(app: Flask) -> Callable[[], int]:
    """Do what was queued, as the worker would; a failing job fails the test."""

    def run() -> int:
        done = 0
        while (task := huey.dequeue()) is not None:
            with app.app_context():
                task.execute()
            done += 1
        db.session.rollback()
        return done

    return run


@pytest.fixture
def client(app: Flask) -> Browser:
    """Somebody who is not signed in."""
    return Browser(app)


@pytest.fixture
def bob(app: Flask) -> Browser:
    """A manager, signed in."""
    engineering = make_department(name="Engineering")
    return Browser(
        app,
        make_person(
            name="Bob Baker",
            email="bob@example.com",
            title="Head of Engineering",
            department_id=engineering.id,
        ),
    )


@pytest.fixture
def alice(app: Flask, bob: Browser) -> Browser:
    """An employee whose manager is bob, signed in."""
    return Browser(
        app,
        make_person(
            name="Alice Archer",
            email="alice@example.com",
            title="Engineer",
            department_id=bob.person.department_id,
            manager_id=bob.person.id,
        ),
    )


@pytest.fixture
def hanna(app: Flask) -> Browser:
    """Somebody of HR, signed in."""
    return Browser(
        app,
        make_person(
            name="Hanna Hill",
            email="hanna@example.com",
            title="HR partner",
            department_id=make_department(name="People").id,
            is_hr=True,
        ),
    )


@pytest.fixture
def charlie(app: Flask) -> Browser:
    """A stranger to alice and bob from another department, signed in."""
    return Browser(
        app,
        make_person(
            name="Charlie Cole",
            email="charlie@example.com",
            title="Seller",
            department_id=make_department(name="Sales").id,
        ),
    )
