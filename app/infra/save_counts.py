"""How often each ballot of a cycle was saved, remembered where no database user writes.

Whoever may write to the database could put an earlier box of the same rater back: it is
genuine, so its seal tells nothing. Every box therefore holds the number of its save, sealed
with the rest, and the key folder keeps the highest number beside the key. An older box, or one
that is gone, is not believed. The file lists locators in their own order and no times.
"""

import fcntl
import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from app.domain.errors import SealBrokenError

LOCATOR_BYTES: Final = 16
COUNT: Final = struct.Struct(">I")
ENTRY: Final = LOCATOR_BYTES + COUNT.size


class SaveBook:
    """The file of one cycle: an entry of locator and number for everybody who is asked."""

    def __init__(self, file: Path) -> None:
        self.file = file

    @staticmethod
    def written(counts: Mapping[bytes, int]) -> bytes:
        """The file's content for the number of saves at each locator."""
        return b"".join(locator + COUNT.pack(counts[locator]) for locator in sorted(counts))

    def counts(self) -> dict[bytes, int]:
        """The highest number of each locator; empty when there is no file."""
        try:
            content = self.file.read_bytes()
        except FileNotFoundError:
            return {}
        return {
            content[at : at + LOCATOR_BYTES]: COUNT.unpack_from(content, at + LOCATOR_BYTES)[0]
            for at in range(0, len(content) - ENTRY + 1, ENTRY)
        }

    def count(self, locator: bytes) -> int:
        """The highest number remembered for `locator`; 0 when there is no file.

        Raises SealBrokenError for a locator that is not listed: it was made with another key.
        """
        try:
            handle = os.open(self.file, os.O_RDONLY)
        except FileNotFoundError:
            return 0
        try:
            place = _find(handle, locator)
            if place is None:
                raise SealBrokenError(
                    "The halves of this cycle's key do not fit each other, or what was promised "
                    "at its opening was changed in the database."
                )
            return _read(handle, place)
        finally:
            os.close(handle)

    def note(self, locator: bytes, number: int) -> None:
        """Remember that save `number` was committed; a lower one changes nothing.

        Not forced to the disk: a power cut can make the file forget, never make it refuse.
        Raises OSError when the file cannot be written.
        """
        handle = os.open(self.file, os.O_RDWR)
        try:
            place = _find(handle, locator)
            if place is None:
                return
            fcntl.lockf(handle, fcntl.LOCK_EX, COUNT.size, place)
            if _read(handle, place) < number:
                os.pwrite(handle, COUNT.pack(number), place)
        finally:
            os.close(handle)  # this also lets go of the lock


def _find(handle: int, locator: bytes) -> int | None:
    """Where the number of `locator` stands, by bisection; None when it is not listed."""
    low, high = 0, os.fstat(handle).st_size // ENTRY
    while low < high:
        middle = (low + high) // 2
        found = os.pread(handle, LOCATOR_BYTES, middle * ENTRY)
        if found == locator:
            return middle * ENTRY + LOCATOR_BYTES
        low, high = (middle + 1, high) if found < locator else (low, middle)
    return None


def _read(handle: int, place: int) -> int:
    return int(COUNT.unpack(os.pread(handle, COUNT.size, place))[0])
