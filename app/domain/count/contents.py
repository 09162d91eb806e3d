"""Sealed ballots, and what opened ones say, laid one on the other.

Small enough to be handed to a process that opens ballots, and from there to the one that counts.
"""

from array import array
from dataclasses import dataclass, field
from typing import NamedTuple

from app.domain.ballot.document import Ballot
from app.domain.count.collecting import Pile


class Box(NamedTuple):
    """A sealed ballot, whose it is, and where it lay."""

    rater: int
    locator: bytes
    sealed: bytes


@dataclass(frozen=True)
class Failure:
    """Why boxes were not opened: a sentence about a broken seal, or what kind of error it was.

    Nothing else of an error is handed over: it may quote what somebody wrote.
    """

    sentence: str
    is_broken_seal: bool


class RawComment(NamedTuple):
    """Words as a rater wrote them about a subject; both by their ids."""

    rater: int
    subject: int
    kind: str
    words: str


class AboutHouse(NamedTuple):
    """What a rater says of the company, of its services and to their department's question."""

    rater: int
    score: int | None
    reasons: tuple[str, ...]
    words: str
    further: dict[str, int]
    further_texts: dict[str, str]


@dataclass
class Contents:
    """What some opened ballots say; of those that were not sent only how often they were saved."""

    saves: "array[int]" = field(default_factory=lambda: array("q"))
    """How often each ballot was saved, in their order."""
    pile: Pile = field(default_factory=Pile)
    comments: list[RawComment] = field(default_factory=list)
    focus: "array[int]" = field(default_factory=lambda: array("q"))
    """Rater id, subject id, statement and answer of each answer to a focus question."""
    about_house: list[AboutHouse] = field(default_factory=list)

    def add(self, rater: int, ballot: Ballot) -> None:
        """Lay one more ballot on the others."""
        self.saves.append(ballot.saves)
        if ballot.sent:
            self.pile.add(rater, ballot)
            self._add_words(rater, ballot)
            self._add_house(rater, ballot)

    def _add_words(self, rater: int, ballot: Ballot) -> None:
        for subject, texts in ballot.comments.items():
            for kind, words in texts.items():
                self.comments.append(RawComment(rater, subject, kind, words))
        for subject, seen in ballot.focus.items():
            for statement, answer in seen.items():
                self.focus.extend((rater, subject, statement, answer))

    def _add_house(self, rater: int, ballot: Ballot) -> None:
        said = AboutHouse(
            rater,
            ballot.enps_score,
            tuple(ballot.enps_reasons),
            ballot.enps_comment,
            ballot.further,
            ballot.further_texts,
        )
        if said != AboutHouse(rater, None, (), "", {}, {}):
            self.about_house.append(said)
