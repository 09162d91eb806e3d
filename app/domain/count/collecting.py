"""Sorting opened ballots into reviews: each pair that was asked finds what its rater said.

Done for all ballots at once. What a ballot says about somebody its rater was not asked about
belongs to no pair and is left out. Person ids in, places in the roster out.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.arrays import Flags, Ints, Whole, blocks
from app.domain.ballot.document import Ballot, packed
from app.domain.count.rated_pairs import RatedPairs
from app.domain.pairing.assignment import Relationship
from app.domain.scale import NOT_OBSERVED, OPTIONS, STATEMENTS, UNANSWERED

TOGETHER: Final = 4096
"""So many ballots' answers about oneself are sorted at once; the places of all take memory."""


@dataclass(frozen=True)
class AskedPairs:
    """m pairs, arrays of shape (m,): ids of rater and subject, and whether as a direct report."""

    rater: Whole
    subject: Whole
    is_report: Flags

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int, Relationship]]) -> "AskedPairs":
        """From ids of rater and subject, and what the rater is to the subject."""
        flat = [(rater, subject, kind is Relationship.REPORT) for rater, subject, kind in pairs]
        rater, subject, is_report = np.array(flat, dtype=np.int32).reshape(-1, 3).T
        return cls(rater, subject, is_report.astype(np.bool_))

    def holds(self, rater: Whole, subject: Whole) -> Flags:
        """Which of some pairs, ids of shape (c,), were asked."""
        # The few are put in order, and the many looked up there: all of them would take memory.
        wanted, places = np.unique(_keys(rater, subject), return_inverse=True)
        found = np.zeros(wanted.size, np.bool_)
        for rows in blocks(self.rater.size):
            found[_found(_keys(self.rater[rows], self.subject[rows]), wanted)[1]] = True
        asked: Flags = found[places]
        return asked

    def sent_by(self, senders: Whole) -> "AskedPairs":
        """The pairs of those raters only, ordered by rater and subject."""
        keys = _keys(self.rater, self.subject)
        order = None if (keys[1:] > keys[:-1]).all() else np.argsort(keys)
        del keys
        sent = _is_among(self.rater, np.sort(senders))
        if order is None and sent.all():
            return self
        rows = np.flatnonzero(sent) if order is None else order[sent[order]]
        return AskedPairs(self.rater[rows], self.subject[rows], self.is_report[rows])


@dataclass(frozen=True)
class BallotAnswers:
    """What the sent ballots say about colleagues, in any order; people by their ids.

    `senders` (b,) who sent a ballot; `rater`, `subject` (g,) and `ratings` (g, 14) int8: 1-5,
    0 not observed, -1 unanswered; `away` (a, 2): rater and subject who did not work together.
    """

    senders: Whole
    rater: Whole
    subject: Whole
    ratings: NDArray[np.int8]
    away: Whole


@dataclass
class Pile:
    """Ballots laid one on the other, in flat buffers: as lists they would fill the memory."""

    raters: "array[int]" = field(default_factory=lambda: array("i"))
    """Ids, one for each ballot."""
    reviews: "array[int]" = field(default_factory=lambda: array("i"))
    """How many colleagues each ballot says something about."""
    subjects: "array[int]" = field(default_factory=lambda: array("i"))
    """Their ids, ballot after ballot."""
    ratings: bytearray = field(default_factory=bytearray)
    """14 answers about each of them, one byte each, as `packed` writes them."""
    away: "array[int]" = field(default_factory=lambda: array("i"))
    """Ids of rater and subject of all who did not work together, one after the other."""
    own: bytearray = field(default_factory=bytearray)
    """14 answers about oneself for each ballot."""

    def add(self, rater: int, ballot: Ballot) -> None:
        """Lay one more ballot on the pile."""
        self.raters.append(rater)
        self.reviews.append(len(ballot.answers))
        self.subjects.extend(ballot.answers)
        for given in ballot.answers.values():
            self.ratings += packed(given)
        for subject in ballot.away:
            self.away.extend((rater, subject))
        self.own += packed(ballot.own)

    def extend(self, more: "Pile") -> None:
        """Lay another pile on this one."""
        for name, values in vars(more).items():
            getattr(self, name).extend(values)

    @property
    def ballots(self) -> int:
        return len(self.raters)

    @property
    def answers(self) -> BallotAnswers:
        """What is said about colleagues."""
        raters = np.array(self.raters, dtype=np.int32)
        return BallotAnswers(
            senders=raters,
            rater=np.repeat(raters, np.array(self.reviews, dtype=np.int32)),
            subject=np.frombuffer(self.subjects, dtype=np.int32),
            ratings=_by_fourteen(self.ratings),
            away=np.array(self.away, dtype=np.int32).reshape(-1, 2),
        )

    def forget_answers(self) -> None:
        """Hold no more what is said about colleagues, once it was sorted into pairs."""
        self.reviews, self.subjects, self.away = array("i"), array("i"), array("i")
        self.ratings = bytearray()

    @property
    def own_answers(self) -> NDArray[np.int32]:
        """Shape (r, 3): rater id, statement and answer of each answer about oneself."""
        own = _by_fourteen(self.own)
        raters = np.array(self.raters, dtype=np.int32)
        found = np.empty((np.count_nonzero(own > NOT_OBSERVED), 3), np.int32)
        begin = 0
        for first in range(0, raters.size, TOGETHER):
            some = own[first : first + TOGETHER]
            ballot, place = np.nonzero(some > NOT_OBSERVED)
            rows = found[begin : begin + ballot.size]
            rows[:, 0], rows[:, 1] = raters[first + ballot], place + 1
            rows[:, 2] = some[ballot, place]
            begin += ballot.size
        return found


def _by_fourteen(answers: bytearray) -> NDArray[np.int8]:
    return np.frombuffer(answers, dtype=np.int8).reshape(-1, STATEMENTS)


@dataclass(frozen=True)
class Roster:
    """n people of a cycle: ids, ascending, and units, (n,); ids of the `new` ones, any shape.

    `readers` (r, 2): subject id and id of who reads the report, in the roster or not.
    """

    people: Ints
    unit: Ints
    new: Ints
    readers: Ints

    def is_blind(self, rater: Whole, subject: Whole) -> Flags:
        """Which raters, ids of shape (m,), cannot read their subject's report and are not new."""
        readers, new = np.sort(_keys(*self.readers.T)), np.sort(self.new, axis=None)
        found = np.empty(rater.size, np.bool_)
        for rows in blocks(rater.size):
            is_reader = _is_among(_keys(subject[rows], rater[rows]), readers)
            found[rows] = ~is_reader & ~_is_among(rater[rows], new)
        return found

    def places(self, ids: Whole) -> NDArray[np.int32]:
        """Places in the roster. Raises ValueError when somebody is not in it."""
        found = np.empty(ids.size, np.int32)
        for rows in blocks(ids.size):
            found[rows] = np.searchsorted(self.people, ids[rows])
            there = self.people[np.minimum(found[rows], self.people.size - 1)]
            if not np.array_equal(there, ids[rows]):
                raise ValueError("somebody who was asked is not in the roster")
        return found


def rated_pairs_of(answers: BallotAnswers, asked: AskedPairs, roster: Roster) -> RatedPairs:
    """Everything the senders were asked, answered or not, ordered by rater and subject.

    Raises ValueError when a pair is not in the roster or an answer not on the scale.
    """
    asked = asked.sent_by(answers.senders)
    return RatedPairs(
        people=roster.people.size,
        rater=roster.places(asked.rater),
        subject=roster.places(asked.subject),
        ratings=_ratings(answers, asked),
        is_blind=roster.is_blind(asked.rater, asked.subject),
        is_report=asked.is_report,
        unit=roster.unit,
    )


def _ratings(answers: BallotAnswers, asked: AskedPairs) -> NDArray[np.int8]:
    """The 14 ratings of every pair, (m, 14); open ones of who was away are not observed."""
    if (
        not UNANSWERED
        <= answers.ratings.min(initial=0)
        <= answers.ratings.max(initial=0)
        <= OPTIONS
    ):
        raise ValueError("a ballot holds an answer that is not on the scale")
    ratings = np.full((asked.rater.size, STATEMENTS), UNANSWERED, dtype=np.int8)
    pairs = _keys(asked.rater, asked.subject)
    for some in blocks(answers.rater.size):
        given, rows = _found(_keys(answers.rater[some], answers.subject[some]), pairs)
        ratings[rows] = answers.ratings[some][given]
    _, rows = _found(_keys(*answers.away.T), pairs)
    of_away = ratings[rows]
    ratings[rows] = np.where(of_away == UNANSWERED, np.int8(NOT_OBSERVED), of_away)
    return ratings


def _is_among(wanted: Whole, ordered: Whole) -> Flags:
    """Which of `wanted`, flat and in any order, are among `ordered`."""
    found = np.zeros(wanted.size, dtype=np.bool_)
    for rows in blocks(wanted.size):
        found[rows][_found(wanted[rows], ordered)[0]] = True
    return found


def _found(wanted: Whole, ordered: Whole) -> tuple[Ints, Ints]:
    """Places of `wanted` that are in `ordered`, and where there; both of the same shape."""
    if not ordered.size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    place = np.searchsorted(ordered, wanted)
    place[place == ordered.size] = 0
    is_there = ordered[place] == wanted
    return np.flatnonzero(is_there), place[is_there]


def _keys(first: Whole, second: Whole) -> Ints:
    """One number for each pair of ids, which fit into 31 bits; ordered like the pairs."""
    keys = first.astype(np.int64)
    keys <<= 32
    keys |= second
    return keys
