"""Kills parts of an installation at random moments, and starts them again as systemd would."""

import random
from collections import Counter
from collections.abc import Callable
from threading import Event, Thread

from tests.bench.fleet import Fleet, Program

EVERY = (1.5, 4.0)
"""Seconds between two kills."""
AWAY = (0.5, 2.5)
"""Seconds until what was killed is started again."""


class Killer:
    """Kills web processes, their children, workers and the database until told to stop."""

    def __init__(self, fleet: Fleet, *, seed: int) -> None:
        self._fleet, self._random = fleet, random.Random(seed)
        self._stopped = Event()
        self._thread = Thread(target=self._go_on, name="killer", daemon=True)
        self.kills: Counter[str] = Counter()
        self.fault: BaseException | None = None

    def __enter__(self) -> "Killer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()
        self.start_what_is_gone()
        if self.fault is not None:
            raise self.fault

    def kill(self, what: str) -> None:
        """Kill one of a kind, and start it again a moment later."""
        self.kills[what] += 1
        self._ways()[what]()
        self._stopped.wait(self._random.uniform(*AWAY))
        self.start_what_is_gone()

    def start_what_is_gone(self) -> None:
        """Start the database, and every program that has ended."""
        if self._fleet.database.process is None:
            self._fleet.database.start()
        for program in self._fleet.programs:
            if not program.is_running:
                program.start()

    def _go_on(self) -> None:
        try:
            while not self._stopped.wait(self._random.uniform(*EVERY)):
                self.kill(self._random.choice(list(self._ways())))
        except BaseException as fault:
            self.fault = fault

    def _ways(self) -> dict[str, Callable[[], object]]:
        fleet = self._fleet
        return {
            "web process": self._one_of(fleet.webs).kill,
            "web process, its child only": self._one_of(fleet.webs).kill_a_child,
            "worker": self._one_of(fleet.workers).kill,
            "all workers": self._kill_all_workers,
            "database": fleet.database.crash,
        }

    def _kill_all_workers(self) -> None:
        for worker in self._fleet.workers:
            worker.kill()

    def _one_of(self, programs: list[Program]) -> Program:
        return self._random.choice(programs)
