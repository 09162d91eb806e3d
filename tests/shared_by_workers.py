"""What the workers of one run share: made by whichever comes first, then read by all."""

import fcntl
import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

Made = TypeVar("Made")


def of_this_run(temporary: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run know, and no other run."""
    own = temporary.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def made_once(folder: Path, make: Callable[[Path], Made]) -> Made:
    """What `make` gives back, called in one worker only; its files stay in `folder`."""
    with _one_at_a_time(folder.with_suffix(".lock")):
        kept = folder / "made.pickle"
        if not kept.exists():
            folder.mkdir()
            kept.write_bytes(pickle.dumps(make(folder)))
        made: Made = pickle.loads(kept.read_bytes())
    return made


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
