"""What Prometheus reads: whether all is well, how long things take, and what went wrong.

Nothing here tells of a person, of who takes part, or of how many have sent. Figures of requests
are the ones of `app/infra/tally.py`; ages are told in whole steps, and of mails only those count
which HR may count.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from app.desk.queries import overdue
from app.infra import clock, failing_steps, heartbeats, mail_health, readiness
from app.infra.db import db
from app.infra.heartbeats import Sign
from app.infra.mail_status import mail_status
from app.infra.settings import settings
from app.infra.tally import BOUNDS, FOLDER, of_all_processes
from app.operations import room

PREFIX: Final = "full_circle_"
STEP_OF_AGE: Final = 30
"""Seconds: the sender of mail notes itself at once when it has a mail, which may be one that tells
somebody that they signed in. A finer age would tell that as well."""


def page() -> bytes:
    """Everything, as Prometheus reads it."""
    registry = CollectorRegistry()
    registry.register(OfInstallation())
    registry.register(OfProcesses(settings().data_folder / FOLDER))
    return generate_latest(registry)


class OfInstallation(Collector):
    """What is known from the database and this machine's disks."""

    def collect(self) -> Iterator[Metric]:
        """One family after the other; those of the database only while it answers."""
        began = perf_counter()
        answers = readiness.database_answers()
        took = perf_counter() - began
        yield gauge("database_up", "1 while the database answers.", int(answers))
        yield gauge("database_seconds", "How long it took to ask the database for a 1.", took)
        yield from _disks()
        if answers:
            try:
                yield from [*_duties(), *_signs(), *_mails()]
            except SQLAlchemyError:  # a database without our tables
                db.session.rollback()


class OfProcesses(Collector):
    """What the web processes and workers of this machine counted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def collect(self) -> Iterator[Metric]:
        """Requests by how long they took, slow statements and errors, process by process."""
        requests = HistogramMetricFamily(
            f"{PREFIX}request_seconds",
            "Requests of hours that are over, without the fill-in, in steps of 100.",
            labels=["process"],
        )
        slow = CounterMetricFamily(
            f"{PREFIX}slow_statements",
            "Slow statements of hours that are over, in steps of 10.",
            labels=["process"],
        )
        faults = CounterMetricFamily(
            f"{PREFIX}faults", "Requests that ended in an error of ours.", labels=["process"]
        )
        for one in of_all_processes(self.folder):
            requests.add_metric([one["process"]], _buckets(one), None)
            slow.add_metric([one["process"]], one["slow_statements"])
            faults.add_metric([one["process"]], one["faults"])
        yield from (requests, slow, faults)


def _buckets(one: dict[str, Any]) -> list[tuple[str, float]]:
    bounds = [*(str(bound) for bound in BOUNDS), "+Inf"]
    return list(zip(bounds, one["within"], strict=True))


def gauge(name: str, help_: str, value: float) -> GaugeMetricFamily:
    """One number."""
    return GaugeMetricFamily(PREFIX + name, help_, value=value)


def _disks() -> Iterator[Metric]:
    free = GaugeMetricFamily(
        f"{PREFIX}free_bytes", "Room on the disk of a folder, rounded down.", labels=["folder"]
    )
    for name, place in (("data", settings().data_folder), ("keys", settings().keys)):
        free.add_metric([name], room.free_in_steps(place))
    yield free


def _duties() -> Iterator[Metric]:
    faults = readiness.faults()
    yield gauge("ready", "1 while this process can answer people.", int(not faults))
    found = overdue()
    yield gauge("duties_overdue", "How many duties are overdue.", len(found))
    each = GaugeMetricFamily(
        f"{PREFIX}duty_overdue", "1 for each duty that is overdue, as /health.", labels=["duty"]
    )
    for duty in found:
        each.add_metric([duty], 1)
    yield each
    failing = len(failing_steps.all_failing())
    yield gauge("failing_steps", "Tasks of the worker that fail and are tried again.", failing)


def _signs() -> Iterator[Metric]:
    ages = GaugeMetricFamily(
        f"{PREFIX}sign_age_seconds",
        "Seconds since the last sign of life, rounded down to 30.",
        labels=["sign"],
    )
    for sign in Sign:
        _add_age(ages, str(sign), heartbeats.last_at(sign))
    state = mail_health.found()
    if settings().smtp_url:
        _add_age(ages, "mailer", state.seen_at if state else None)
    yield ages


def _add_age(ages: GaugeMetricFamily, sign: str, moment: datetime | None) -> None:
    """The age of a sign; nothing for one that never came."""
    if moment is not None:
        age = int((clock.now() - moment).total_seconds())
        ages.add_metric([sign], age - age % STEP_OF_AGE)


def _mails() -> Iterator[Metric]:
    status = mail_status()
    mails = GaugeMetricFamily(
        f"{PREFIX}mails", "Mails that HR may count, by what became of them.", labels=["state"]
    )
    mails.add_metric(["waiting"], status.waiting)
    mails.add_metric(["failed"], status.ended_badly)
    yield mails
    trouble = "1 while the mail server takes no mails, or nobody sends them."
    yield gauge("mail_trouble", trouble, int(status.is_fault))
