"""Processes forked from a test, as another worker that may be killed or stand still."""

import os
import signal
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from app.infra.db import db

FAILED = 3


@dataclass
class Forked:
    """A process that does one act; it has connections of its own."""

    pid: int
    status: int = 0

    def wait_until_still(self) -> None:
        """Wait until it has stopped itself. Raises AssertionError when it ends instead."""
        _, self.status = os.waitpid(self.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(self.status), f"it ended with {self.status}"

    def wake_up(self) -> int:
        """Let it go on to its end; return its exit code."""
        os.kill(self.pid, signal.SIGCONT)
        return self.wait()

    def wait(self) -> int:
        """Wait for its end; return its exit code, or less than 0 for a signal."""
        _, self.status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(self.status)

    def kill(self) -> int:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        return self.wait()


def fork(act: Callable[[], object]) -> Forked:
    """Let a process of its own do `act`: it exits with 0, or with FAILED where that raises."""
    db.session.remove()
    db.engine.dispose()
    with warnings.catch_warnings():
        # Python 3.12 warns of the threads of servers that tests run.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child:
        return Forked(child)
    code = FAILED
    try:
        act()
        code = 0
    finally:
        os._exit(code)


def kill_myself() -> None:
    """Die as of SIGKILL, without a chance to tidy up."""
    os.kill(os.getpid(), signal.SIGKILL)


def stand_still() -> None:
    """Stop until somebody sends SIGCONT, as a machine that is out of memory does."""
    os.kill(os.getpid(), signal.SIGSTOP)
