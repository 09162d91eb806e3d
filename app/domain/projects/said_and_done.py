"""What was said, what is done about it and what became of it, for pages, mails and papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

CLOSING: Final = "”’\"')"
"""Marks that may stand behind the one that ends a sentence."""
SAME_FIGURE: Final = "It was to move the same figure as one above."


@dataclass(frozen=True)
class SaidAndDone:
    """An improvement that is under way or later, told to everybody."""

    title: str
    said: str
    did: str
    is_done: bool
    verdict: str
    """What became of its figure, in a sentence; empty before it could be seen."""
    due_before: date | None = None
    """When it was to be done, where that day has passed and it is not done."""

    @property
    def label(self) -> str:
        """How what is different is announced: as done, or as going on."""
        return "We did" if self.is_done else "We do"

    @property
    def in_one(self) -> str:
        """All of it, for a mail or a paper."""
        return f"{self.without_figure} {self.verdict}".strip()

    @property
    def without_figure(self) -> str:
        """The same without what became of its figure."""
        return f"You said: {ended(self.said)} {self.label}: {ended(self.did)}"


def one_after_another(told: Sequence[SaidAndDone]) -> list[str]:
    """Each in one; what became of a figure is said with the first that was to move it."""
    said: set[str] = set()
    lines = []
    for one in told:
        is_new = one.verdict not in said
        lines.append(one.in_one if is_new else f"{one.without_figure} {SAME_FIGURE}")
        said |= {one.verdict} - {""}
    return lines


def ended(sentence: str) -> str:
    """With a full stop where it ends without a mark of its own."""
    words = sentence.rstrip()
    return words if words.rstrip(CLOSING).endswith((".", "!", "?", "…")) else f"{words}."
