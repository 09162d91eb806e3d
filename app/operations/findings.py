"""What a check found, as a sentence for whoever runs the installation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is."""

    FINE = "fine"
    NOTE = "note"
    """Nothing is wrong, but somebody should know."""
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """One sentence about one place, and what to do when something is wrong there."""

    place: str
    severity: Severity
    said: str


Check = Callable[[], Iterator[Finding]]


def fine(place: str, said: str) -> Finding:
    """A place where nothing is wrong."""
    return Finding(place, Severity.FINE, said)


def note(place: str, said: str) -> Finding:
    """Something that is no fault, and that somebody should know."""
    return Finding(place, Severity.NOTE, said)


def fault(place: str, said: str) -> Finding:
    """Something that has to be mended."""
    return Finding(place, Severity.FAULT, said)


def first_line(error: BaseException) -> str:
    """What an error says, in one line."""
    said = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
    return said.splitlines()[0].strip()
