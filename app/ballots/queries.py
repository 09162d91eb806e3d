"""Reading a rater's own ballot, and whom and what it is about."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from app.assignments.models import Assignment, Participation
from app.ballots.colleagues import Colleague, colleagues_in
from app.ballots.focus_questions import focus_of
from app.ballots.models import SealedBallot, StoredHalf
from app.ballots.open_cycle import OpenCycle
from app.ballots.places import DoubledText, Gap
from app.cycles.models import Cycle, RosterEntry, Unit
from app.cycles.terms import StatementText, terms_of
from app.domain.ballot.document import COMPANY_WORDS, FURTHER_WORDS, KINDS, Ballot, readable
from app.domain.ballot.encoding import decode
from app.domain.ballot.focus import help_kind
from app.domain.ballot.merging import Bounds, FurtherQuestions
from app.domain.cycle import CycleState
from app.domain.enps import direct
from app.domain.errors import SealBrokenError
from app.domain.internal_services.asked import AskedService, questions_about
from app.domain.scale import NOT_OBSERVED, STATEMENTS
from app.domain.unit_questions.asked import UnitQuestion, questions_of_units
from app.infra.db import db
from app.infra.keys import CycleKeys, key_folder
from app.infra.prepared_queries import Query
from app.infra.settings import settings
from app.internal_services.queries import services_rated_by
from app.people.credentials import Credentials, epoch_of
from app.people.models import Person
from app.unit_questions.queries import questions_to


@dataclass(frozen=True)
class Review:
    """One rater's work in the open cycle: whom to rate, and what is answered so far."""

    cycle: OpenCycle
    person_id: int
    epoch: int
    colleagues: tuple[Colleague, ...]
    ballot: Ballot
    focus: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """By subject the statements of the focus questions."""
    is_rated: bool = True
    """False where the rater asked that nobody is asked about them: then not they either."""

    @property
    def statements(self) -> tuple[StatementText, ...]:
        """The questionnaire's statements in their order."""
        return self.cycle.terms.statements

    @property
    def labels(self) -> tuple[str, ...]:
        """The words for the answers 1 to 5."""
        return self.cycle.terms.labels

    @property
    def asks_for_words(self) -> bool:
        """Whether this review asks for comments at all."""
        return self.cycle.policy.shows_comments

    @cached_property
    def bounds(self) -> Bounds:
        ids = frozenset(colleague.person_id for colleague in self.colleagues)
        return Bounds(
            ids,
            self.cycle.reasons,
            self.asks_for_words,
            self.further_questions,
            frozenset((who, what) for who, asked in self.focus.items() for what in asked),
        )

    @cached_property
    def further_questions(self) -> FurtherQuestions:
        """What is asked beside people and the 0-10 question."""
        asked = questions_about(self.services, in_words=self.asks_for_words)
        of_units = questions_of_units(self.unit_questions)
        numbers = asked.numbers | of_units.numbers
        if self.cycle.terms.asks_directly:
            numbers[direct.DIRECT] = direct.OPTIONS
        return FurtherQuestions(numbers, asked.texts | of_units.texts)

    @cached_property
    def services(self) -> tuple[AskedService, ...]:
        """The internal services that the rater is asked about, by name."""
        cycle = self.cycle
        return services_rated_by(cycle.id, cycle.frozen_hash, self.person_id)

    @cached_property
    def unit_questions(self) -> tuple[UnitQuestion, ...]:
        """What managers ask the people of the rater's department, and of those around it."""
        cycle = self.cycle
        return questions_to(cycle.id, cycle.frozen_hash, self.person_id)

    @cached_property
    def owner(self) -> str:
        """The name under which a device keeps the rater's unsent answers."""
        return owner_of(self.cycle.id, self.person_id)

    @cached_property
    def names(self) -> dict[int, str]:
        """Every colleague's name by person id."""
        return {colleague.person_id: colleague.own_name for colleague in self.colleagues}

    @property
    def size(self) -> int:
        """How many colleagues are to be rated."""
        return len(self.colleagues)

    @cached_property
    def away(self) -> frozenset[int]:
        """With whom the rater says not to have worked; one said before a reset is hidden."""
        return frozenset(one for one in self.ballot.away if f"a{one}" not in self.ballot.veiled)

    @cached_property
    def left(self) -> frozenset[int]:
        """Who has left since the opening: whatever is open about them need not be answered."""
        return frozenset(one.person_id for one in self.colleagues if one.has_left)

    @cached_property
    def spared(self) -> frozenset[int]:
        """About whom nothing is asked that is not answered already."""
        return self.away | self.left

    def is_skipped(self, subject_id: int, statement: int) -> bool:
        """Whether no rating is asked for: not worked together, or one of them has left."""
        given = self.ballot.answers.get(subject_id)
        return subject_id in self.spared and not (given and given[statement - 1] is not None)

    def asked_on(self, statement: int) -> int:
        """How many colleagues are to be rated on a statement."""
        return self.size - sum(self.is_skipped(one, statement) for one in self.spared)

    def asked_about(self, subject_id: int) -> int:
        """On how many statements a colleague is to be rated."""
        return sum(not self.is_skipped(subject_id, one) for one in range(1, STATEMENTS + 1))

    @cached_property
    def skipped(self) -> int:
        """How many ratings are not asked for, since people did not work together or have left."""
        given = (self.ballot.answers.get(one, ()) for one in self.spared)
        return sum(STATEMENTS - sum(value is not None for value in values) for values in given)

    @property
    def total(self) -> int:
        """How many ratings are asked for."""
        return self.size * STATEMENTS - self.skipped

    @cached_property
    def answers(self) -> tuple[Sequence[int | None], ...]:
        """For every colleague in order the 14 answers as they stand."""
        return tuple(self._answers_about(one) for one in self.colleagues)

    def _answers_about(self, colleague: Colleague) -> Sequence[int | None]:
        given = self.ballot.answers_about(colleague.person_id)
        if not colleague.has_left:
            return given
        return [NOT_OBSERVED if value is None else value for value in given]

    @cached_property
    def answered(self) -> int:
        """How many of them are given, "not observed" among them."""
        return self.total - sum(given.count(None) for given in self.answers)

    @cached_property
    def says_something(self) -> bool:
        """Whether anybody is rated from 1 to 5, or was before a reset."""
        return any(value for given in self.answers for value in given)

    @property
    def is_untouched(self) -> bool:
        """Whether nothing is answered that could be sent."""
        answered = self.answered or self.own_answered or self.away
        return not answered and self.ballot.enps_score is None

    @property
    def own_answered(self) -> int:
        return sum(value is not None for value in self.ballot.own)

    @property
    def doubled(self) -> int:
        """How many texts have several versions, of which the rater has to choose one."""
        return len(self.ballot.beside)

    @property
    def places_doubled(self) -> tuple[DoubledText, ...]:
        """Where they stand, in the order of the pages."""
        found = tuple(
            DoubledText(one.name, "ballots.comments", f"{kind}{one.position}")
            for one in self.colleagues
            for kind in KINDS
            if f"c{one.person_id}.{kind}" in self.ballot.beside
        )
        found += tuple(
            DoubledText(one.name, "ballots.statement", f"{kind}-{one.position}", number)
            for one in self.colleagues
            for number in self.focus.get(one.person_id, ())
            if f"c{one.person_id}.{(kind := help_kind(number))}" in self.ballot.beside
        )
        found += tuple(
            DoubledText(one.name, "ballots.services", one.words_key)
            for one in self.services
            if f"{FURTHER_WORDS}{one.words_key}" in self.ballot.beside
        )
        found += tuple(
            DoubledText("Working here", "ballots.recommend", one.key)
            for one in self.unit_questions
            if f"{FURTHER_WORDS}{one.key}" in self.ballot.beside
        )
        if COMPANY_WORDS not in self.ballot.beside:
            return found
        return (*found, DoubledText("Working here", "ballots.recommend", "comment"))

    @property
    def is_complete(self) -> bool:
        return self.answered == self.total

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """Every open cell, statement by statement."""
        return tuple(
            Gap(statement, colleague.position)
            for statement in range(1, STATEMENTS + 1)
            for colleague, given in zip(self.colleagues, self.answers, strict=True)
            if given[statement - 1] is None
        )


OUTDATED: Final = (
    "A sealed ballot is older than its rater's last save: an earlier state was put back in the "
    "database. After a backup had to be brought back, “flask cycle restored” goes on with it."
)

# Put together once: doing it at every request would cost half a millisecond a page. And asked at
# once: each way to PostgreSQL costs more than repeating the cycle beside every subject.
_THEIRS: Final = aliased(RosterEntry)
_TEAM: Final = aliased(Unit)
_OPEN_REVIEW: Final = (
    select(
        *(Cycle.id, Cycle.closes_at, Cycle.frozen_hash, StoredHalf.half, Unit.name),
        *(Assignment.subject_id, Assignment.relationship, Person.name, Person.title, _TEAM.name),
        *(Person.email, Person.is_active, RosterEntry.is_rated),
    )
    .select_from(Cycle)
    .join(RosterEntry, RosterEntry.cycle_id == Cycle.id)
    .outerjoin(StoredHalf, StoredHalf.cycle_id == Cycle.id)
    .outerjoin(Unit, (Unit.cycle_id == Cycle.id) & (Unit.number == RosterEntry.unit_number))
    .outerjoin(
        Assignment,
        (Assignment.cycle_id == Cycle.id) & (Assignment.rater_id == RosterEntry.person_id),
    )
    .outerjoin(Person, Person.id == Assignment.subject_id)
    .outerjoin(
        _THEIRS, (_THEIRS.cycle_id == Cycle.id) & (_THEIRS.person_id == Assignment.subject_id)
    )
    .outerjoin(_TEAM, (_TEAM.cycle_id == Cycle.id) & (_TEAM.number == _THEIRS.unit_number))
    .where(Cycle.state == CycleState.OPEN, RosterEntry.person_id == bindparam("person_id"))
    .order_by(Assignment.subject_id)
)
"""A row for each subject of the rater, or one without a subject; each tells of the cycle first."""
_OPEN_TO_PERSON: Final = Query(_OPEN_REVIEW)
_HELD_OPEN: Final = Query(
    _OPEN_REVIEW.add_columns(Participation.sent)
    .join(
        Participation,
        (Participation.cycle_id == Cycle.id) & (Participation.person_id == RosterEntry.person_id),
    )
    .with_for_update(read=True, of=Cycle)
)
"""The same, and until our commit nobody closes the cycle."""
_BOX: Final = Query(
    select(SealedBallot.sealed).where(
        SealedBallot.cycle_id == bindparam("cycle_id"),
        SealedBallot.locator == bindparam("locator"),
    )
)


def keys_of(cycle_id: int) -> CycleKeys:
    """The cycle's keys from both halves. Raises SealBrokenError when either is lost."""
    halves = select(StoredHalf.half, Cycle.frozen_hash).join(Cycle, Cycle.id == StoredHalf.cycle_id)
    found = db.session.execute(halves.where(StoredHalf.cycle_id == cycle_id)).first()
    half, promise = found or (None, "")
    return _keys(cycle_id, half, promise)


def _keys(cycle_id: int, half: bytes | None, promise: str) -> CycleKeys:
    if half is None:
        raise SealBrokenError("The answers of this cycle are gone: its key was destroyed.")
    filed = key_folder().read(cycle_id)
    return CycleKeys.from_halves(cycle_id, half, filed, promise=promise)


def review_of(person: Credentials) -> Review | None:
    """The person's review in the open cycle; None when none is open or they take no part."""
    rows = _OPEN_TO_PERSON.all(person_id=person.id)
    if not rows:
        return None
    cycle, keys = _cycle_in(rows[0])
    ballot = stored_ballot(keys, person.id)
    epoch = epoch_of(person)
    return Review(
        cycle=cycle,
        person_id=person.id,
        epoch=epoch,
        colleagues=colleagues_in(rows, person.id),
        ballot=readable(ballot, epoch),
        focus=focus_of(cycle.id, cycle.terms, person.id),
        is_rated=rows[0][12],
    )


def _cycle_in(row: Sequence[Any]) -> tuple[OpenCycle, CycleKeys]:
    cycle_id, closes_at, promise, half = row[:4]
    keys = _keys(cycle_id, half, promise)
    return OpenCycle(cycle_id, closes_at, terms_of(cycle_id, promise), promise), keys


def owner_of(cycle_id: int, person_id: int) -> str:
    """The name under which a device keeps unsent answers: first the person, then the cycle.

    It is the same at every sign-in, and nobody can tell from it who that is.
    """
    secret = settings().secret_key.encode()
    parts = (f"outbox {person_id}", f"outbox {person_id} in {cycle_id}")
    return ".".join(hmac.digest(secret, part.encode(), "sha256").hex()[:16] for part in parts)


@dataclass(frozen=True)
class SaveContext:
    """What saving needs: the open cycle held open, its keys, and the rater's subjects."""

    cycle: OpenCycle
    keys: CycleKeys
    colleagues: tuple[Colleague, ...]
    sent: bool
    """What HR is told of the rater, and nothing else."""


def save_context_of(person_id: int) -> SaveContext | None:
    """Where `person_id` may save until our commit; None when nothing is open to them."""
    rows = _HELD_OPEN.all(person_id=person_id)
    if not rows:
        return None
    cycle, keys = _cycle_in(rows[0])
    return SaveContext(cycle, keys, colleagues_in(rows, person_id), sent=rows[0][-1])


def stored_ballot(keys: CycleKeys, person_id: int) -> Ballot:
    """A person's ballot, opened; an empty one when nothing was saved yet.

    Raises SealBrokenError when it was altered, or is not the one that was saved last.
    """
    locator = keys.locator(person_id)
    place = {"cycle_id": keys.cycle_id, "locator": locator}
    noted = key_folder().saves(keys.cycle_id).count(locator)
    ballot = _unsealed(keys, locator, _box(place))
    if ballot.saves < noted:
        # Perhaps another device saved after our transaction began to look: look from now.
        with db.engine.connect() as fresh:
            ballot = _unsealed(keys, locator, fresh.execute(_BOX.statement, place).scalar())
    return _newest(ballot, noted)


def _box(place: Mapping[str, Any]) -> bytes | None:
    found = _BOX.first(**place)
    return found[0] if found else None


def locked_ballot(keys: CycleKeys, locator: bytes, box: bytes | None) -> Ballot:
    """What is in `box`, which was read under its lock: nobody can have saved meanwhile.

    Raises SealBrokenError when it was altered, or is not the one that was saved last.
    """
    noted = key_folder().saves(keys.cycle_id).count(locator)
    return _newest(_unsealed(keys, locator, box), noted)


def _unsealed(keys: CycleKeys, locator: bytes, box: bytes | None) -> Ballot:
    return decode(keys.open_(locator, box)) if box else Ballot()


def _newest(ballot: Ballot, noted: int) -> Ballot:
    if ballot.saves < noted:
        raise SealBrokenError(OUTDATED)
    return ballot
