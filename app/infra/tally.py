"""What this process counts of its requests, and what of that may be shown, and when.

Whoever reads figures every few seconds must not learn from them when somebody was there: in a
quiet evening that would be one person, and the list of who has sent tells whom. So requests count
only once their hour is over, and in whole hundreds. The fill-in counts in none of them.
"""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, Final

from app.infra import clock

BOUNDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds: a request is counted below the first of these that it stays within."""
REQUESTS_SHOWN_BY: Final = 100
STATEMENTS_SHOWN_BY: Final = 10
WRITTEN_EVERY: Final = timedelta(seconds=15)
GONE_AFTER: Final = timedelta(seconds=60)
"""A file that was not written for so long is of a process that has ended."""
FOLDER: Final = "measured"


@dataclass
class Counts:
    """How many requests stayed within each bound, and how many statements were slow."""

    requests: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    slow_statements: int = 0

    def add(self, other: "Counts") -> None:
        """Count what `other` has as well."""
        self.requests = [a + b for a, b in zip(self.requests, other.requests, strict=True)]
        self.slow_statements += other.slow_statements


@dataclass
class Tally:
    """What one process counts."""

    kind: str = "web"
    id: str = ""
    faults: int = 0
    _over: Counts = field(default_factory=Counts)
    """Of hours that are over."""
    _running: Counts = field(default_factory=Counts)
    _hour: int = 0
    _lock: Lock = field(default_factory=Lock)

    def begin_process(self) -> None:
        """Take a name of its own: a server may have forked this process after it had one."""
        self.id = secrets.token_hex(4)

    def request(self, seconds: float) -> None:
        """Count a request that took so long."""
        place = sum(seconds > bound for bound in BOUNDS)
        with self._lock:
            self._begin_hour()
            self._running.requests[place] += 1

    def slow_statement(self) -> None:
        """Count a statement that was slow."""
        with self._lock:
            self._begin_hour()
            self._running.slow_statements += 1

    def fault(self) -> None:
        """Count an error; it is shown at once and does not say where it was."""
        with self._lock:
            self.faults += 1

    def shown(self) -> dict[str, Any]:
        """What may be shown now: `within` holds requests up to each bound, the last one all."""
        with self._lock:
            self._begin_hour()
            within = [sum(self._over.requests[: place + 1]) for place in range(len(BOUNDS) + 1)]
            return {
                "process": f"{self.kind}-{self.id}",
                "within": [in_steps(count, REQUESTS_SHOWN_BY) for count in within],
                "slow_statements": in_steps(self._over.slow_statements, STATEMENTS_SHOWN_BY),
                "faults": self.faults,
            }

    def write(self, folder: Path) -> None:
        """Leave what may be shown where whoever answers for all processes finds it."""
        file = folder / f"{self.kind}-{self.id}.json"
        draft = file.with_suffix(".draft")
        folder.mkdir(mode=0o700, exist_ok=True)
        draft.write_text(json.dumps(self.shown()))
        draft.replace(file)

    def _begin_hour(self) -> None:
        hour = int(clock.now().timestamp() // 3600)
        if hour != self._hour:
            self._over.add(self._running)
            self._running, self._hour = Counts(), hour


def in_steps(count: int, step: int) -> int:
    """The largest multiple of `step` up to `count`."""
    return count - count % step


def of_all_processes(folder: Path) -> Iterator[dict[str, Any]]:
    """What every running process of this machine shows; files of others are taken away."""
    for file in sorted(folder.glob("*.json")):
        try:
            age = clock.now().timestamp() - file.stat().st_mtime
            if age > GONE_AFTER.total_seconds():
                file.unlink()
                continue
            yield json.loads(file.read_text())
        except (OSError, ValueError):  # it went a moment ago
            continue


def write_in_background(tally: Tally, folder: Path) -> Thread:
    """Write every few seconds as long as this process lives, whether or not anybody asks for it."""

    def go_on() -> None:
        rest = Event()
        while True:
            with suppress(OSError):  # a full disk is told in other figures
                tally.write(folder)
            rest.wait(WRITTEN_EVERY.total_seconds())

    thread = Thread(target=go_on, name=f"tally-{os.getpid()}", daemon=True)
    thread.start()
    return thread
