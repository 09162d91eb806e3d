"""One thing that needs doing, as the desk shows it and as machines are told of it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import Final

from app.infra.ways import Way

SOON: Final = timedelta(days=7)
"""What stops a plan that opens within this time cannot wait until tomorrow."""


class Urgency(IntEnum):
    """How soon something needs doing, the most urgent first."""

    FAULT = 0
    """Something does not work: machines that watch are told too."""
    TODAY = 1
    """People wait for an answer."""
    LATER = 2
    """Can wait until tomorrow."""


@dataclass(frozen=True)
class Need:
    """What is wrong or waits, in a sentence, and what to do about it."""

    key: str
    """What machines are told, such as "worker"; the same for the same trouble every time."""
    urgency: Urgency
    title: str
    text: str = ""
    ways: tuple[Way, ...] = ()
    detail: str = ""
    """For whoever looks after the machines, not for HR."""
    quote: str = ""
    """What a person wrote about it."""
