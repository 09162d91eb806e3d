"""Background work: Huey is the bell; what is due stands in our own tables."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, current_app
from huey import Huey
from huey.storage import MemoryStorage, PostgresStorage, SqliteStorage

huey = Huey("full-circle", results=False, storage_class=MemoryStorage)

_apps: list[Flask] = []


def init_jobs(app: Flask) -> None:
    """Keep the queue beside the database: a SQLite file, or PostgreSQL's own tables."""
    settings = app.config["SETTINGS"]
    _apps[:] = [app]
    if app.testing:
        huey.storage = MemoryStorage("full-circle")
    elif settings.sqlalchemy_url.startswith("sqlite"):
        folder = settings.data_folder.resolve()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        huey.storage = SqliteStorage("full-circle", filename=str(folder / "jobs.sqlite"))
    else:
        dsn = settings.sqlalchemy_url.replace("postgresql+psycopg://", "postgresql://")
        huey.storage = PostgresStorage("full-circle", dsn=dsn)


def in_app(job: Callable[..., None]) -> Callable[..., None]:
    """Run a job inside the worker's app; in immediate mode inside the current one."""

    @wraps(job)
    def inside(*args: Any, **kwargs: Any) -> None:
        if current_app:
            job(*args, **kwargs)
            return
        with _apps[0].app_context():
            job(*args, **kwargs)

    return inside
