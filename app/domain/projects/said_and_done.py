"""What was said, what is done about it and what became of it, for pages, mails and papers."""

from dataclasses import dataclass
from datetime import date
from typing import Final

CLOSING: Final = "”’\"')"
"""Marks that may stand behind the one that ends a sentence."""


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
        said = f"You said: {ended(self.said)} {self.label}: {ended(self.did)}"
        return f"{said} {self.verdict}".strip()


def ended(sentence: str) -> str:
    """With a full stop where it ends without a mark of its own."""
    words = sentence.rstrip()
    return words if words.rstrip(CLOSING).endswith((".", "!", "?", "…")) else f"{words}."
