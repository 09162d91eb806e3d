"""The answers to a statement: five labelled options, "not observed", and nothing yet."""

from collections.abc import Sequence
from typing import Final

STATEMENTS: Final = 14
OPTIONS: Final = 5
NOT_OBSERVED: Final = 0
UNANSWERED: Final = -1
"""In arrays only; in a ballot an open answer is None."""

DEFAULT_LABELS: Final = ("almost never", "rarely", "sometimes", "often", "almost always")
"""For the answers 1 to 5, where a company has not worded its own."""

LABELS: Final = {
    **dict(enumerate(DEFAULT_LABELS, start=1)),
    NOT_OBSERVED: "not observed",
}

LOWEST: Final = LABELS[1]
HIGHEST: Final = LABELS[OPTIONS]

ENPS_OPTIONS: Final = range(11)


def is_answer(value: object) -> bool:
    """Whether `value` is an option of the scale or "not observed"."""
    return type(value) is int and NOT_OBSERVED <= value <= OPTIONS


def key(between: str, labels: Sequence[str] = DEFAULT_LABELS) -> str:
    """Every option beside its label, for a line that explains the scale."""
    return between.join(f"{option} {label}" for option, label in enumerate(labels, start=1))
