"""The worker: does what was queued and rings when something is due."""

from importlib import import_module
from threading import Event
from typing import Final, cast

from flask import Flask, current_app
from flask.cli import AppGroup

from app.infra import heartbeats, processes
from app.infra.heartbeats import Sign
from app.infra.jobs import huey, init_jobs, ring_each_minute
from app.infra.logs import tell
from app.infra.mail_sending import send_in_background
from app.infra.measuring import measure_worker
from app.infra.settings import settings
from app.lifecycle.jobs import do_what_is_due

commands = AppGroup("jobs")

WITH_JOBS: Final = ("lifecycle", "people", "reports")
"""Features whose jobs the worker has to know before it meets one in the queue."""

PATIENCE = 30
"""Seconds a running job is given to finish; what was cut short is taken up by the next worker."""
MAIL_PATIENCE = 2
"""Seconds the mail under way is given; what was cut short is sent by the next worker."""


@commands.command("run")
def run() -> None:
    """Work until told to stop (SIGTERM lets a running job finish, Ctrl-C does not wait)."""
    stopped = Event()
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    init_jobs(app)
    for feature in WITH_JOBS:
        import_module(f"app.{feature}.jobs")
    heartbeats.beat_in_background(app, Sign.WORKER, stopped=stopped)
    worker = huey.create_consumer(
        workers=1, periodic=False, graceful_signal="TERM", shutdown_timeout=PATIENCE
    )
    processes.note_worker()
    measure_worker()
    ring_each_minute(do_what_is_due, stopped=stopped)
    mail = send_in_background(app, stopped=stopped)
    tell(settings(), "The worker is waiting for jobs.")
    try:
        worker.run()
    finally:
        stopped.set()
        mail.join(MAIL_PATIENCE)
    tell(settings(), "The worker has stopped.")
