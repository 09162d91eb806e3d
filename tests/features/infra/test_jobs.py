"""Where the queue lies: DATABASE_URL alone decides, and the database stays the only service."""

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
