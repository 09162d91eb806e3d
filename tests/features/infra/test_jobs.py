"""Where the queue lies: DATABASE_URL alone decides, and the database stays the only service."""

from threading import Event

import psycopg
import pytest
from flask import Flask
from huey.storage import SqliteStorage

from app.infra import jobs
from config import Config


@pytest.fixture
def queue_of(monkeypatch):
    """The storage that the queue has under some settings; the tests' own comes back."""
    monkeypatch.setattr(jobs, "_apps", [])
    monkeypatch.setattr(jobs.huey, "storage", None)

    def queue(**over):
        app = Flask("app")
        app.config["SETTINGS"] = Config(secret_key="x" * 32, **over)
        jobs.init_jobs(app)
        return jobs.huey.storage

    return queue


def test_beside_sqlite_the_queue_is_a_file_of_its_own(queue_of, tmp_path):
    storage = queue_of(data_folder=tmp_path / "data")

    assert isinstance(storage, SqliteStorage)
    assert (tmp_path / "data" / "jobs.sqlite").exists()


def test_with_postgresql_the_queue_lies_in_the_same_database(queue_of, tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "LatePostgresStorage", lambda name, dsn: (name, dsn))

    storage = queue_of(database_url="postgresql://me@db/reviews", data_folder=tmp_path)

    assert storage == ("full-circle", "postgresql://me@db/reviews")
    assert list(tmp_path.iterdir()) == []


class Minutes(Event):
    """Lets minutes pass without waiting for them, and then stops."""

    def __init__(self, many):
        super().__init__()
        self.waited = []
        self.many = many

    def wait(self, timeout=None):
        self.waited.append(timeout)
        if len(self.waited) >= self.many:
            self.set()
        return self.is_set()


@pytest.mark.parametrize(
    ("now", "seconds"),
    [(0, 60), (0.5, 59.5), (59.75, 0.25), (1_800_000_000, 60), (1_800_000_045, 15)],
)
def test_the_bell_waits_for_the_next_whole_minute(now, seconds):
    assert jobs.until_next_minute(now) == pytest.approx(seconds)


def test_the_bell_rings_at_once_and_goes_on_where_the_queue_was_busy():
    rung: list[int] = []
    minutes = Minutes(3)

    def ring():
        rung.append(len(rung))
        if len(rung) == 1:
            raise OSError("the queue is busy")

    jobs.ring_each_minute(ring, stopped=minutes).join(5)

    assert rung == [0, 1, 2]
    assert all(0 < seconds <= 60 for seconds in minutes.waited)


@pytest.mark.postgresql_only
def test_a_job_is_queued_although_the_database_has_cut_the_line_off_meanwhile(app, settings):
    dsn = settings.sqlalchemy_url.replace("postgresql+psycopg://", "postgresql://")
    storage = jobs.LatePostgresStorage("full-circle", dsn)
    storage.enqueue(b"first")
    with psycopg.connect(dsn, autocommit=True) as server:
        number = storage.conn.info.backend_pid
        assert server.execute("SELECT pg_terminate_backend(%s, 5000)", (number,)).fetchone()

    storage.enqueue(b"second")

    assert [storage.dequeue(), storage.dequeue()] == [b"first", b"second"]
    storage.close()
