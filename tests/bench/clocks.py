"""Two clocks for a piece of work: on the wall, and of this thread's own processor time."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles
from threading import Event

Work = Callable[[], object]


@dataclass(frozen=True)
class Taken:
    """How long one kind of work takes, in milliseconds."""

    wall: float
    own: float
    """Processor time of the calling thread: other people's load disturbs it less."""


BURST = 10
"""So often a piece of work is done in a row: each finds the processor's caches as it left them."""


def compare(works: Mapping[str, Work], rounds: int) -> dict[str, Taken]:
    """Do every piece of work in bursts by turns, and say what each takes when it goes well.

    That is the lower decile: whatever else the machine does can only add to it, and adds more to
    long work than to short. A first round does not count: caches fill, statements are compiled.
    """
    taken: dict[str, list[Taken]] = {name: [] for name in works}
    for _ in range(rounds + 1):
        for name, work in works.items():
            taken[name] += [_timed(work) for _ in range(BURST)]
    return {name: _decile(times[BURST:]) for name, times in taken.items()}


def let_pass(seconds: float) -> None:
    """Let so much time pass, in which what is measured goes on in other threads and processes."""
    Event().wait(seconds)


def _decile(times: Sequence[Taken]) -> Taken:
    wall, own = ([getattr(one, clock) for one in times] for clock in ("wall", "own"))
    return Taken(quantiles(wall, n=10)[0], quantiles(own, n=10)[0])


def _timed(work: Work) -> Taken:
    began, busy = time.perf_counter(), time.thread_time()
    work()
    own, wall = time.thread_time() - busy, time.perf_counter() - began
    return Taken(1000 * wall, 1000 * own)
