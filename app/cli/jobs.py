"""The worker: does what was queued and rings when something is due."""

import click
from flask.cli import AppGroup

import app.lifecycle.jobs  # noqa: F401 - a job is known by being imported
from app.infra import processes
from app.infra.jobs import huey

commands = AppGroup("jobs", help="Work in the background.")

PATIENCE = 30
"""Seconds a running job is given to finish; what was cut short is taken up by the next worker."""


@commands.command("run")
def run() -> None:
    """Work until told to stop (SIGTERM lets a running job finish, Ctrl-C does not wait)."""
    worker = huey.create_consumer(workers=1, graceful_signal="TERM", shutdown_timeout=PATIENCE)
    processes.note_worker()
    click.echo("The worker is waiting for jobs.")
    worker.run()
    click.echo("The worker has stopped.")
