"""Files that commands write: whole, or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def written_whole(file: Path) -> Iterator[IO[bytes]]:
    """Write beside `file`, and put it in its place at the end; a failure leaves what was there.

    Only the operator may read it: it may hold what people said about somebody.
    Raises OSError, which names `file`.
    """
    if file.exists() and not file.is_file():  # a pipe, a terminal: nothing to replace
        with file.open("wb") as stream:
            yield stream
        return
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode=0o600)
    except OSError as error:
        error.filename = str(file)
        raise
    try:
        with os.fdopen(handle, "wb") as unfinished:
            yield unfinished
        _put(beside, file)
    finally:
        beside.unlink(missing_ok=True)


def _put(beside: Path, file: Path) -> None:
    try:
        beside.replace(file)
    except OSError as error:
        error.filename, error.filename2 = str(file), None
        raise
