"""Opening ballots with several processes: what they say comes in the order of the boxes.

A helper (app.lifecycle.count.opening_process) is a process of its own making, not a fork of this
one, which has connections to the database. The key goes to it through a socket that nobody else
has. A helper that ends early is an error: the count stops there, and nothing was changed.
"""

import logging
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, Self

from app.domain.count.contents import Box, Contents, Failure
from app.domain.errors import SealBrokenError
from app.infra.keys import CycleKeys
from app.lifecycle.count.opening_process import Opener, opened

log = logging.getLogger(__name__)

WORTH_IT: Final = 20_000
"""From so many ballots on, starting processes costs less than it saves."""
WITH_HELPER: Final = 2
"""Pieces that a helper has: one to open, and the next."""
AHEAD: Final = 8
"""Pieces that wait for an earlier one; more would only fill the memory."""
ROOT: Final = Path(__file__).parents[3]
MODULE: Final = "app.lifecycle.count.opening_process"
GONE: Final = "A process that opened ballots ended early."


class HelperGoneError(RuntimeError):
    """A process that opened ballots has ended, or failed, before it was done."""


class OpeningProcess:
    """A process that opens ballots beside this one."""

    def __init__(self) -> None:
        self._away: deque[OpeningWork] = deque()

    def __enter__(self) -> Self:
        ours, theirs = socket.socketpair()
        with theirs:
            self._line = Connection(ours.detach())
            try:
                # Our own module, and a number.
                self.process = subprocess.Popen(  # noqa: S603  # nosec B603
                    [sys.executable, "-m", MODULE, str(theirs.fileno())],
                    cwd=ROOT,
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,  # Ctrl-C is for us; it ends when we do
                )
            except OSError:
                self._line.close()
                raise
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()
        self.process.kill()
        self.process.wait()

    def take(self, keys: CycleKeys) -> None:
        """Hand over the key that opens ballots; without the one that finds them."""
        self._send(replace(keys, locating=b""))

    @property
    def has_room(self) -> bool:
        return len(self._away) < WITH_HELPER

    def give(self, piece: "OpeningWork") -> None:
        """Let it open a piece."""
        piece.helper = self
        self._away.append(piece)
        self._send(piece.boxes)

    def fetch(self, *, patience: float | None = 0) -> None:
        """Note what has come back; wait `patience` seconds (None: as long as it takes) for it."""
        try:
            while self._away and self._line.poll(patience):
                self._away.popleft().contents = _contents_in(self._line.recv())
                patience = 0
        except (EOFError, OSError) as error:
            raise HelperGoneError(GONE) from error

    def _send(self, message: object) -> None:
        try:
            self._line.send(message)
        except OSError as error:
            raise HelperGoneError(GONE) from error


@dataclass(eq=False)
class OpeningWork:
    """Some boxes, and what is in them once they are open."""

    boxes: Sequence[Box]
    contents: Contents | None = None
    helper: OpeningProcess | None = None
    """Who opens it, if it is not this process."""

    def opened(self, open_one: Opener) -> tuple[Sequence[Box], Contents]:
        """The boxes with their contents, from its helper or opened here."""
        while self.contents is None:
            if self.helper:
                self.helper.fetch(patience=None)
            else:
                self.contents = opened(self.boxes, open_one)
        return self.boxes, self.contents


def _contents_in(answer: Contents | Failure) -> Contents:
    if isinstance(answer, Contents):
        return answer
    if answer.is_broken_seal:
        raise SealBrokenError(answer.sentence)
    raise HelperGoneError(f"A process that opened ballots failed with {answer.sentence}.")


def processes_for(ballots: int, *, wanted: int) -> int:
    """How many processes open so many ballots: `wanted`, or with 0 one for each processor."""
    if ballots < WORTH_IT:
        return 1
    return wanted or len(os.sched_getaffinity(0))


def contents_of(
    keys: CycleKeys, pieces: Iterable[Sequence[Box]], *, processes: int
) -> Generator[tuple[Sequence[Box], Contents]]:
    """Each piece with what its ballots say, in the order of the pieces.

    This process opens what the others have no room for. Raises SealBrokenError for a box that was
    altered, HelperGoneError where a process ends early.
    """
    open_one = keys.opener()
    waiting: deque[OpeningWork] = deque()
    with ExitStack() as stack:
        others = _started(stack, keys, processes - 1)
        for boxes in pieces:
            waiting.append(piece := OpeningWork(boxes))
            if free := _with_room(others):
                free.give(piece)
            else:
                piece.opened(open_one)
            while waiting and (waiting[0].contents or len(waiting) > AHEAD):
                yield waiting.popleft().opened(open_one)
        while waiting:
            yield waiting.popleft().opened(open_one)


def _started(stack: ExitStack, keys: CycleKeys, wanted: int) -> list[OpeningProcess]:
    """So many processes, or as many as the machine lets start."""
    others: list[OpeningProcess] = []
    try:
        while len(others) < wanted:
            others.append(stack.enter_context(OpeningProcess()))
            others[-1].take(keys)
    except OSError:
        log.warning("no further process could be started; fewer of them open the ballots")
    return others


def _with_room(others: Sequence[OpeningProcess]) -> OpeningProcess | None:
    """A helper that can take another piece, once all have handed over what they have."""
    for helper in others:
        helper.fetch()
    return next((helper for helper in others if helper.has_room), None)
