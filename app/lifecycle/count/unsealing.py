"""Opening the sealed ballots, once and for the count alone."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from sqlalchemy import Select, select

from app.ballots.models import SealedBallot
from app.ballots.queries import OUTDATED, keys_of
from app.cycles.models import Cycle
from app.domain.arrays import Whole
from app.domain.ballot.document import Ballot
from app.domain.ballot.focus import statement_of_help
from app.domain.count.collecting import Pile
from app.domain.count.contents import AboutHouse, Box, Contents
from app.domain.enps.direct import DIRECT, DirectAnswer, DirectComparison
from app.domain.enps.units import EnpsAnswer
from app.domain.errors import SealBrokenError
from app.domain.internal_services.release import ServiceRating, rating_in
from app.domain.release.comments import folded
from app.domain.unit_questions.release import DepartmentAnswer, answer_in
from app.infra.db import db
from app.infra.forms import clean_text
from app.infra.keys import key_folder
from app.infra.settings import settings
from app.lifecycle.count.frozen_terms import Frozen
from app.lifecycle.count.opening_together import contents_of, processes_for
from app.results.models import CommentKind
from app.results.packed_words import PackedWords, Words

PROGRESS_EVERY: Final = 5_000
BATCH: Final = 500


@dataclass
class Opened:
    """What the sent ballots say. It lives as long as the count; none of it is kept.

    Who rated whom is needed there, to tell a strict rater from a low score.
    """

    pile: Pile = field(default_factory=Pile)
    comments: PackedWords = field(default_factory=PackedWords)
    commenters: "array[int]" = field(default_factory=lambda: array("i"))
    """Rater ids, one for each of `comments`."""
    focus: "array[int]" = field(default_factory=lambda: array("q"))
    """Rater id, subject id, statement and answer of each answer to a focus question."""
    enps: list[EnpsAnswer] = field(default_factory=list)
    enps_comments: list[str] = field(default_factory=list)
    direct: list[DirectAnswer] = field(default_factory=list)
    services: dict[int, list[ServiceRating]] = field(default_factory=lambda: defaultdict(list))
    """What is said of each service, by its id."""
    unit_answers: dict[int, list[DepartmentAnswer]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """What is answered to each department's question, by its unit."""
    reasons: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    """Each choice of reasons once: thousands of people make the same."""

    @property
    def comment_pairs(self) -> tuple[Whole, Whole]:
        """Ids of rater and subject of each comment, both of shape (c,)."""
        return np.array(self.commenters, dtype=np.int32), self.comments.subject_ids


def open_ballots(cycle: Cycle, frozen: Frozen, say: Callable[[str], None]) -> Opened:
    """Open the sent ballots in the order of their locators: without the key it is any order.

    Raises SealBrokenError when one is missing, altered, or older than its rater's last save, and
    HelperGoneError when a process that helps ends early.
    """
    keys = keys_of(cycle.id)
    saves = key_folder().saves(cycle.id).counts()
    rater_at = {keys.locator(rater): rater for rater in frozen.roster.people.tolist()}
    boxes = _boxes(cycle.id, lambda done: _tell(say, done, of=len(rater_at)))
    # Whoever put a box elsewhere was not asked.
    known = (
        [Box(rater_at[place], place, sealed) for place, sealed in some if place in rater_at]
        for some in boxes
    )
    opened = Opened()
    processes = processes_for(frozen.sent, wanted=settings().count_processes)
    with closing(contents_of(keys, known, processes=processes)) as pieces:
        for some, contents in pieces:
            for box, number in zip(some, contents.saves, strict=True):
                if number >= saves.get(box.locator, 0):
                    saves.pop(box.locator, None)
            take(opened, contents, frozen)
    _refuse_incomplete(opened, frozen, saves)
    return opened


def _refuse_incomplete(opened: Opened, frozen: Frozen, saves: dict[bytes, int]) -> None:
    """`saves` holds what the key folder remembers and no box confirmed."""
    if opened.pile.ballots != frozen.sent:
        # No number: the difference would tell how many of those whom HR knows have sent.
        raise SealBrokenError(
            "The ballots and the list of who has sent do not fit together: one of them was "
            "changed in the database. The count stopped and nothing was changed."
        )
    if any(saves.values()):
        raise SealBrokenError(OUTDATED)


def _tell(say: Callable[[str], None], done: int, *, of: int) -> None:
    if done % PROGRESS_EVERY == 0:
        say(f"Opening the ballots: {done:,} of {of:,}")


def _boxes(cycle_id: int, tell: Callable[[int], None]) -> Iterator[list[tuple[bytes, bytes]]]:
    """Locator and content of the sealed ballots; all of them together would fill the memory.

    Read in batches, each by a query of its own, so that `tell` may write how many are done.
    """
    box = select(SealedBallot.locator, SealedBallot.sealed).where(SealedBallot.cycle_id == cycle_id)
    done, last = 0, b""
    tell(done)
    while boxes := _next(box, last):
        yield boxes
        done, last = done + len(boxes), boxes[-1][0]
        tell(done)


def _next(box: Select[bytes, bytes], last: bytes) -> list[tuple[bytes, bytes]]:
    ahead = box.where(SealedBallot.locator > last).order_by(SealedBallot.locator)
    return [(locator, sealed) for locator, sealed in db.session.execute(ahead.limit(BATCH))]


def take(opened: Opened, contents: Contents, frozen: Frozen) -> None:
    """Take over what some ballots say."""
    opened.pile.extend(contents.pile)
    opened.focus.extend(contents.focus)
    for rater, subject, kind, words in contents.comments:
        if cleaned := cleaned_words(words):
            opened.comments.append(Words(subject, _question_of(kind), cleaned))
            opened.commenters.append(rater)
    for said in contents.about_house:
        _take_about_house(opened, said, frozen)


def _take_about_house(opened: Opened, said: AboutHouse, frozen: Frozen) -> None:
    rater, is_new = said.rater, said.rater in frozen.new
    if cleaned := cleaned_words(said.words):
        opened.enps_comments.append(cleaned)
    if said.further or said.further_texts:
        ballot = Ballot(further=said.further, further_texts=said.further_texts)
        _take_services(opened, rater, ballot, frozen)
        _take_unit_answers(opened, rater, ballot, frozen)
    if direct := said.further.get(DIRECT):
        opened.direct.append(DirectAnswer(DirectComparison(direct), is_new))
    if said.score is not None:
        reasons = opened.reasons.setdefault(said.reasons, said.reasons)
        opened.enps.append(EnpsAnswer(said.score, reasons, frozen.unit_of[rater], is_new))


def _take_services(opened: Opened, rater: int, ballot: Ballot, frozen: Frozen) -> None:
    for service in frozen.services:
        if not service.is_rated_by(rater, frozen.unit_of[rater]):
            continue
        # What is really said of a person is mailed to no leader.
        reads = rater in frozen.hr or (rater in frozen.leaders and not service.is_a_person)
        said = rating_in(ballot, service, reads=reads, is_new=rater in frozen.new)
        if said is not None:
            opened.services[service.id].append(replace(said, words=cleaned_words(said.words)))


def _take_unit_answers(opened: Opened, rater: int, ballot: Ballot, frozen: Frozen) -> None:
    for question in frozen.unit_questions:
        if question.is_asked_of(rater, frozen.unit_of[rater]):
            is_blind = rater not in frozen.hr and rater not in frozen.new
            said = answer_in(ballot, question, is_blind=is_blind)
            if said is not None:
                kept = replace(said, words=cleaned_words(said.words))
                opened.unit_answers[question.unit].append(kept)


def cleaned_words(words: str) -> str:
    """Words as they are released; empty where nothing is left of them."""
    return folded(clean_text(words) or "")


def _question_of(kind: str) -> CommentKind:
    """What would help with a behaviour stands among the things to try: nothing tells it apart."""
    return CommentKind.TRY if statement_of_help(kind) else CommentKind(kind)
