"""Opening the sealed ballots, in random order and once, for the count alone."""

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Final

from sqlalchemy import Row, String, select, type_coerce

from app.assignments.models import Assignment, Participation
from app.ballots.models import SealedBallot
from app.ballots.queries import OUTDATED, keys_of
from app.cycles.models import COMPANY_UNIT, Cycle, ReportReader, RosterEntry, Unit
from app.domain.assignment import Relationship
from app.domain.ballot import Ballot, decode, final_ratings
from app.domain.comments import folded
from app.domain.errors import SealBrokenError
from app.domain.release import ReleasePolicy
from app.domain.units import EnpsAnswer
from app.infra.db import db, is_sqlite
from app.infra.forms import clean_text
from app.infra.keys import key_folder
from app.lifecycle.promise import refuse_broken
from app.people.models import Person
from app.results.models import CommentKind
from app.results.services import Words

PROGRESS_EVERY: Final = 5_000
BATCH: Final = 500
ASKED_AS: Final = type_coerce(Assignment.relationship, String)
"""As stored: a million of them need no enum."""
REPORT: Final = Relationship.REPORT.value


@dataclass(frozen=True)
class Frozen:
    """What was fixed when the cycle opened, read at one moment and found as it was promised."""

    policy: ReleasePolicy
    reasons: list[str]
    tree: dict[int, int | None]
    """unit number -> number of its parent"""
    people: list[int]
    unit_of: dict[int, int]
    new: frozenset[int]
    readers: frozenset[tuple[int, int]]
    """(subject id, reader id)"""
    asked: dict[int, list[tuple[int, str]]]
    """rater id -> (subject id, relationship)"""
    sent: frozenset[int]


@dataclass
class Opened:
    """What the sent ballots say, in flat buffers: a million reviews as lists would fill the memory.

    It lives as long as the count. Who rated whom is needed there, to tell a strict rater from
    a low score and to see two who rate each other down; none of it is kept.
    """

    rater: "array[int]" = field(default_factory=lambda: array("q"))
    """Places in `Frozen.people`, like `subject`."""
    subject: "array[int]" = field(default_factory=lambda: array("q"))
    ratings: "array[int]" = field(default_factory=lambda: array("b"))
    """14 answers for each review, one after the other."""
    is_blind: "array[int]" = field(default_factory=lambda: array("b"))
    is_report: "array[int]" = field(default_factory=lambda: array("b"))
    own: "array[int]" = field(default_factory=lambda: array("q"))
    """Person id, statement and answer of each answer about oneself, one after the other."""
    comments: list[Words] = field(default_factory=list)
    enps: list[EnpsAnswer] = field(default_factory=list)
    enps_comments: list[str] = field(default_factory=list)
    ballots: int = 0


def frozen_plan(cycle: Cycle) -> Frozen:
    """Read back what was fixed when `cycle` opened.

    Everything is read at one moment, so that nobody can change it between being found right
    and being used. Raises SealBrokenError when it is not what raters were shown.
    """
    db.session.rollback()
    if not is_sqlite():  # where whoever reads sees one moment anyway
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    refuse_broken(cycle)
    return frozen_rows(cycle)


def frozen_rows(cycle: Cycle) -> Frozen:
    """The same as it stands, within the current transaction."""
    roster = db.session.execute(
        select(RosterEntry.person_id, RosterEntry.unit_number, RosterEntry.is_new).where(
            RosterEntry.cycle_id == cycle.id
        )
    ).all()
    asked: dict[int, list[tuple[int, str]]] = {person: [] for person, _, _ in roster}
    for rater, subject, relationship in db.session.execute(
        select(Assignment.rater_id, Assignment.subject_id, ASKED_AS).where(
            Assignment.cycle_id == cycle.id
        )
    ):
        asked[rater].append((subject, relationship))
    readers = db.session.execute(
        select(ReportReader.subject_id, ReportReader.reader_id).where(
            ReportReader.cycle_id == cycle.id
        )
    )
    sent = db.session.scalars(
        select(Participation.person_id).where(
            Participation.cycle_id == cycle.id, Participation.sent
        )
    )
    tree = select(Unit.number, Unit.parent_number).where(Unit.cycle_id == cycle.id)
    return Frozen(
        policy=cycle.policy,
        reasons=list(cycle.reasons),
        tree=dict(db.session.execute(tree).all()),
        people=[person for person, _, _ in roster],
        unit_of={person: unit or COMPANY_UNIT for person, unit, _ in roster},
        new=frozenset(person for person, _, is_new in roster if is_new) | _handed_over(cycle),
        readers=frozenset((subject, reader) for subject, reader in readers),
        asked=asked,
        sent=frozenset(sent),
    )


def _handed_over(cycle: Cycle) -> frozenset[int]:
    """Whose account came into new hands since the opening: they may no longer be a colleague."""
    taken = select(Person.id).where(Person.handed_over_on >= cycle.opened_on)
    return frozenset(db.session.scalars(taken))


def open_ballots(
    cycle: Cycle, frozen: Frozen, random: Random, say: Callable[[str], None]
) -> Opened:
    """Open the sent ballots in random order.

    Raises SealBrokenError when one is missing, altered, or older than its rater's last save.
    """
    keys = keys_of(cycle.id)
    open_one, saves = keys.opener(), key_folder().saves(cycle.id).counts()
    opened = Opened()
    index = {person: i for i, person in enumerate(frozen.people)}
    raters = list(frozen.people)
    random.shuffle(raters)
    for begin in range(0, len(raters), BATCH):
        if begin % PROGRESS_EVERY == 0:
            say(f"Opening the ballots: {begin:,} of {len(raters):,}")
        batch = {keys.locator(rater): rater for rater in raters[begin : begin + BATCH]}
        for locator, sealed in _boxes(cycle.id, batch):
            ballot = decode(open_one(locator, sealed))
            if ballot.saves >= saves.get(locator, 0):
                saves.pop(locator, None)
            if ballot.sent:
                take(opened, batch[locator], ballot, frozen, index)
    _refuse_incomplete(opened, frozen, saves)
    return opened


def _refuse_incomplete(opened: Opened, frozen: Frozen, saves: dict[bytes, int]) -> None:
    """`saves` holds what the key folder remembers and no box confirmed."""
    if opened.ballots != len(frozen.sent):
        raise SealBrokenError(
            f"{len(frozen.sent)} ballots were sent but {opened.ballots} can be found; "
            "the count stopped and nothing was changed."
        )
    if any(saves.values()):
        raise SealBrokenError(OUTDATED)


def _boxes(cycle_id: int, locators: Iterable[bytes]) -> list[Row[bytes, bytes]]:
    """The sealed ballots at `locators`; together they would not fit into the memory."""
    found = select(SealedBallot.locator, SealedBallot.sealed).where(
        SealedBallot.cycle_id == cycle_id, SealedBallot.locator.in_(locators)
    )
    return list(db.session.execute(found).all())


def take(opened: Opened, rater: int, ballot: Ballot, frozen: Frozen, index: dict[int, int]) -> None:
    """Take over what one sent ballot says."""
    opened.ballots += 1
    place = index[rater]
    for subject, relationship in frozen.asked[rater]:
        opened.rater.append(place)
        opened.subject.append(index[subject])
        opened.ratings.extend(final_ratings(ballot, subject))
        opened.is_blind.append((subject, rater) not in frozen.readers and rater not in frozen.new)
        opened.is_report.append(relationship == REPORT)
        for kind, words in ballot.comments.get(subject, {}).items():
            if cleaned := folded(clean_text(words) or ""):
                opened.comments.append(Words(subject, CommentKind(kind), cleaned))
    _take_own(opened, rater, ballot)
    if ballot.enps_score is not None:
        unit, is_new = frozen.unit_of[rater], rater in frozen.new
        reasons = tuple(ballot.enps_reasons)
        opened.enps.append(EnpsAnswer(ballot.enps_score, reasons, unit, is_new))
    if cleaned := folded(clean_text(ballot.enps_comment) or ""):
        opened.enps_comments.append(cleaned)


def _take_own(opened: Opened, rater: int, ballot: Ballot) -> None:
    for number, answer in enumerate(ballot.own, 1):
        if answer:
            opened.own.extend((rater, number, answer))
