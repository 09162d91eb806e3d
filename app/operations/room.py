"""How much room is left on the disks that we write to."""

import shutil
from pathlib import Path
from typing import Final

ENOUGH: Final = 1024**3
"""Bytes that should be free: a bundle of 500 reports is about a tenth of it."""
STEP: Final = 128 * 1024**2
"""A saved ballot takes some kilobytes: figures in these steps do not tell that one was saved."""


def free(place: Path) -> int:
    """Bytes that are free where `place` lies, or will lie once it is made."""
    return shutil.disk_usage(_existing(place)).free


def free_in_steps(place: Path) -> int:
    """The same, rounded down to whole steps."""
    found = free(place)
    return found - found % STEP


def _existing(place: Path) -> Path:
    """`place`, or the nearest folder above it that is there."""
    return next(folder for folder in (place.resolve(), *place.resolve().parents) if folder.exists())
