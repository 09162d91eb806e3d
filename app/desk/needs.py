"""One thing that needs doing, as the desk shows it and as machines are told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Urgency(IntEnum):
    """How soon something needs doing, the most urgent first."""

    FAULT = 0
    """Something does not work: machines that watch are told too."""
    TODAY = 1
    """People wait for an answer."""
    LATER = 2
    """Can wait until tomorrow."""


@dataclass(frozen=True)
class Way:
    """A link or a button that leads on."""

    label: str
    endpoint: str
    values: Mapping[str, object] = field(default_factory=dict)
    posts: bool = False
    """A button that does it at once, instead of a link to a page."""


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
