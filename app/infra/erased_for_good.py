"""What was erased on somebody's wish, remembered where no backup of the database reaches.

A backup that was made before still holds it. So it is noted in a file of the key folder, one line
each, and erased again when such a backup was brought back. Nothing of what was erased is in it.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from app.infra.keys import key_folder

FILE: Final = "erased"


def remember(lines: Iterable[str]) -> None:
    """Note durably what is about to be erased; called before the act commits.

    A crash in between erases it after the next backup only, as it was wished. Raises OSError where
    it cannot be noted: then nothing may be erased, for it would not be for good.
    """
    added = "".join(f"{line}\n" for line in lines)
    if not added:
        return
    place = _place()
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, added.encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def remembered() -> frozenset[str]:
    """Everything that was noted."""
    try:
        return frozenset(_place().read_text().splitlines())
    except FileNotFoundError:
        return frozenset()


def _place() -> Path:
    return key_folder().folder / FILE
