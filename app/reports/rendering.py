"""Many papers at once: drawn here and by a second process beside, handed over in order.

The helper (app.pdf.render_process) is a process of its own making, not a fork of this one, which
has threads and connections to the database; it holds a third of the memory. Whatever happens to
it, the papers come: what it did not hand back is drawn here.
"""

import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, Self

from app.domain.reports.contents import PersonalReport
from app.pdf.engine.letterhead import Letterhead
from app.pdf.pages.personal import render

WORTH_IT: Final = 60
"""From so many papers on, starting a process costs less than it saves."""
TOGETHER: Final = 5
"""Papers in a piece of work: few enough that nobody waits long for the other's last piece."""
AHEAD: Final = 8
"""Pieces begun before the first of them is fetched; more would only fill the memory."""
WITH_HELPER: Final = 2
"""Pieces that the helper has: one to draw, and the next."""
ROOT: Final = Path(__file__).parents[2]

Drawn = tuple[PersonalReport, bytes]


@dataclass(eq=False)
class Piece:
    """Some reports, and their papers once they are drawn."""

    reports: list[PersonalReport]
    papers: list[bytes] | None = None
    is_away: bool = False
    """Whether the helper has it."""

    @property
    def is_free(self) -> bool:
        return self.papers is None and not self.is_away

    def draw(self, letterhead: Letterhead) -> None:
        self.papers = [render(report, letterhead=letterhead) for report in self.reports]


class RenderProcess:
    """The second process; one that could not be started, or is gone, takes nothing."""

    def __init__(self, letterhead: Letterhead) -> None:
        self.letterhead = letterhead
        self._away: deque[Piece] = deque()
        self._line: Connection | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        ours, theirs = socket.socketpair()
        self._line = Connection(ours.detach())
        with theirs:
            line = str(theirs.fileno())
            try:
                # Our own module, and a number.
                self._process = subprocess.Popen(  # noqa: S603  # nosec B603
                    [sys.executable, "-m", "app.pdf.render_process", line],
                    cwd=ROOT,
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,  # Ctrl-C is for us; it ends when we do
                )
            except OSError:
                self._give_up()
        self._send(self.letterhead)
        return self

    def __exit__(self, *_: object) -> None:
        self._give_up()
        if self._process:
            self._process.kill()
            self._process.wait()

    def take_from(self, pieces: Iterable[Piece]) -> None:
        """Take free pieces, the first ones first, as long as there is room."""
        for piece in pieces:
            if self._line is None or len(self._away) >= WITH_HELPER:
                return
            if piece.is_free:
                self._away.append(piece)
                piece.is_away = True
                self._send(piece.reports)

    def _send(self, what: Letterhead | list[PersonalReport]) -> None:
        try:
            if self._line:
                self._line.send(what)
        except OSError:
            self._give_up()

    def fetch(self, *, patience: float | None = 0) -> None:
        """Note what has come back; wait `patience` seconds (None: as long as it takes) for it."""
        try:
            while self._line and self._away and self._line.poll(patience):
                self._away[0].papers = self._line.recv()
                self._away.popleft()
                patience = 0
        except (EOFError, OSError):
            self._give_up()

    def _give_up(self) -> None:
        """Leave what is away to others."""
        if self._line:
            self._line.close()
        self._line = None
        while self._away:
            self._away.popleft().is_away = False


def rendered(
    reports: Iterable[PersonalReport], *, papers: int, letterhead: Letterhead
) -> Generator[Drawn]:
    """Each report with its PDF, in the order of `reports`; `papers` is about how many there are."""
    if papers < WORTH_IT or os.cpu_count() == 1:
        for report in reports:
            yield report, render(report, letterhead=letterhead)
        return
    with RenderProcess(letterhead) as helper:
        yield from _drawn_by_two(reports, helper)


def _drawn_by_two(reports: Iterable[PersonalReport], helper: RenderProcess) -> Iterator[Drawn]:
    coming = iter(reports)
    waiting: deque[Piece] = deque()
    while True:
        while len(waiting) < AHEAD and (few := list(islice(coming, TOGETHER))):
            waiting.append(Piece(few))
            helper.take_from(waiting)
        if not waiting:
            return
        helper.fetch()
        helper.take_from(waiting)
        if waiting[0].papers is None:
            _do_next(waiting, helper)
        while waiting and (ready := waiting[0].papers) is not None:
            yield from zip(waiting.popleft().reports, ready, strict=True)


def _do_next(waiting: Iterable[Piece], helper: RenderProcess) -> None:
    """Draw the first piece that nobody has; wait for the helper only when it has all."""
    free = next((piece for piece in waiting if piece.is_free), None)
    if free:
        free.draw(helper.letterhead)
    else:
        helper.fetch(patience=None)
