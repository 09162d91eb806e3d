"""Two texts for one place: a page that does not know the newest text never overwrites it.

Every text is saved with a trace of what its page was made from. Where something else stands by
now, both are kept: what stood there first stays and counts, the other lies beside it until the
rater chooses. What a device wrote itself it may replace: the answer to its earlier save may have
been lost on the way.
"""

import hashlib
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Final

from app.domain.errors import BallotError

MOST_BESIDE: Final = 3
"""So many texts may lie beside the one that counts; more than that is no accident."""
TOO_MANY: Final = (
    "Several versions of this text are kept already. Please reload the page and choose one of them."
)


class TooManyVersionsError(BallotError):
    """One more version of a text would have to be kept."""

    def __init__(self, cell: str) -> None:
        super().__init__(TOO_MANY)
        self.cell = cell


@dataclass(frozen=True)
class WrittenText:
    """A text, and the device that wrote it; empty where that did not say its name."""

    text: str
    device: str = ""

    @property
    def mark(self) -> str:
        """By what a page remembers this text."""
        return fingerprint(self.text)

    def is_known_to(self, base: str | None, device: str) -> bool:
        """Whether a page made from `base` on `device` has seen this text."""
        return base is None or base == self.mark or bool(device and device == self.device)


@dataclass(frozen=True)
class Versions:
    """The text that counts, and others that were saved by pages that did not know it."""

    standing: WrittenText = WrittenText("")
    beside: tuple[WrittenText, ...] = ()

    def written(self, draft: WrittenText, base: str | None) -> "Versions | None":
        """What is kept once `draft` is saved by a page made from `base`; None if it is too much.

        Without a base the page is believed to know what stands there.
        """
        if draft.text == self.standing.text:
            return self
        if self.standing.is_known_to(base, draft.device) or not self.standing.text:
            return _tidy(replace(self, standing=draft))
        for place, one in enumerate(self.beside):
            if one.is_known_to(base, draft.device):
                return _tidy(replace(self, beside=_with(self.beside, place, draft)))
        if len(self.beside) >= MOST_BESIDE:
            return None
        return _tidy(replace(self, beside=(*self.beside, draft)))

    def used(self, mark: str) -> "Versions":
        """The text beside whose mark that is takes the place of the one that counts."""
        found = next((one for one in self.beside if one.mark == mark), None)
        return _tidy(replace(self, standing=found)) if found else self

    def dropped(self, mark: str) -> "Versions":
        """The text beside whose mark that is goes."""
        return replace(self, beside=tuple(one for one in self.beside if one.mark != mark))


def fingerprint(text: str) -> str:
    """A short trace of `text`, by which a later save shows what its page was made from."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _with(
    beside: tuple[WrittenText, ...], place: int, draft: WrittenText
) -> tuple[WrittenText, ...]:
    return (*beside[:place], draft, *beside[place + 1 :])


def _tidy(versions: Versions) -> Versions:
    """Without texts that are empty or there twice; where none counts, the first beside does."""
    by_text: dict[str, WrittenText] = {}
    for one in filter(attrgetter("text"), (versions.standing, *versions.beside)):
        by_text.setdefault(one.text, one)
    standing, *beside = [*by_text.values()] or [WrittenText("")]
    return Versions(standing, tuple(beside))
