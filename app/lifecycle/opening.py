"""Opening a large cycle in small parts, so that nobody's save waits for it.

Until its last step the cycle stays a draft and nobody can answer. Everybody's pairs and readers are
written in parts of their own, each one short act. The last step looks whether anything has changed
that they follow from, makes the key and opens. A kill at any moment leaves a draft; whoever goes on
later takes away what was written and begins anew. A draft that is being opened cannot be changed.
A process that is gone is followed at once, and one that stands still after its lease; should it
wake up, its next act finds another maker's name and ends.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import pairwise
from time import sleep
from typing import Final

from sqlalchemy import delete, literal, or_, select, update

from app.assignments.models import Assignment, Participation
from app.cycles.models import AnswerReader, Cycle, FocusQuestion, Opening, ReportReader, Unit
from app.cycles.not_rated import unrated_ids
from app.cycles.queries import lock, opening_of, roster_ids
from app.domain.cycle import CycleState
from app.domain.errors import PlanRefusedError, ReviewError, WrongStateError
from app.infra import clock
from app.infra.bulk import no_cycles_sought, write_columns
from app.infra.db import (
    LARGEST_ID,
    Base,
    db,
    give_up_after_standing_still,
    is_sqlite,
    transaction,
    wait_in_line,
)
from app.infra.one_at_a_time import PARTS_LINE, alone
from app.internal_services.models import ServiceOfCycle
from app.internal_services.services import freeze_services
from app.lifecycle import services
from app.lifecycle.plan import freezing, plan_check, planning
from app.lifecycle.plan.drafting import WorkedOutPlan, worked_out
from app.lifecycle.plan.findings import Findings, findings_of
from app.lifecycle.plan.fingerprint import frozen_digest
from app.lifecycle.plan.focus import focus_questions, wanted_questions
from app.lifecycle.plan.kept_findings import basis_of
from app.reminders import services as reminders
from app.unit_questions.queries import planned_questions
from app.unit_questions.services import freeze_unit_questions

PART: Final = 20_000
"""Rows written in one act, in a fraction of a second."""
PEOPLE_IN_PART: Final = 1_500
"""Raters whose rows are deleted in one act."""
REST: Final = 0.12
"""Seconds between two acts on SQLite, in which whoever waits for the lock gets it: they look for
it at least every tenth of a second."""
LEASE: Final = timedelta(minutes=3)
"""So long a process that stands still is waited for. Longer than any step: drawing the pairs of
100,000 people takes seconds."""
ATTEMPTS: Final = 3
"""How often it begins anew at once where the directory changes meanwhile."""

Say = Callable[[int], None]
"""Told how far it is, in percent."""


class TakenOverError(ReviewError):
    """Somebody else opens the cycle now, or nobody does any more."""


class ChangedMeanwhileError(Exception):
    """The plan no longer follows from what it was worked out from."""


def ask(cycle: Cycle, *, by: int | None) -> None:
    """Note that a large draft is to be opened; `go_on` does it.

    Raises PlanRefusedError naming every reason why it may not open, and WrongStateError for what
    is no draft. Asked twice, it is opened once.
    """
    wait_in_line(services.OPENING_LINE)
    lock(cycle)
    if cycle.state is not CycleState.DRAFT:
        raise WrongStateError(f"{cycle.name} is {cycle.state}; only a draft can be opened.")
    if opening_of(cycle.id):
        return
    planning.drop_leavers(cycle)
    found = plan_check.known_check(cycle, opens_now=True)
    faults = [planning.BEING_DRAWN] if found is None else list(found.faults)
    if faults := [*faults, *services.faults_of_processes()]:
        raise PlanRefusedError(faults)
    cycle.progress = ""
    db.session.add(Opening(cycle_id=cycle.id, by_id=by))
    db.session.flush()


def asked_for() -> list[int]:
    """Drafts that are to be opened; somebody may be at it."""
    ids = list(db.session.scalars(select(Opening.cycle_id)))
    db.session.rollback()
    return ids


def go_on(cycle_id: int, *, say: Say | None = None) -> None:
    """Open a draft that was asked for, from the beginning where a kill cut that short.

    Harmless where it is open already or where somebody else is at it. Raises PlanRefusedError when
    something stands in its way now; HR is told, and the draft is as it was.
    """
    maker = secrets.token_hex(16)
    with alone(PARTS_LINE, cycle_id) as is_alone:
        if _claim(cycle_id, maker, others_are_gone=is_alone):
            _open_or_withdraw(cycle_id, maker, say)


def _open_or_withdraw(cycle_id: int, maker: str, say: Say | None) -> None:
    try:
        with no_cycles_sought():
            _open(_Work(cycle_id, maker, say or _nothing))
    except PlanRefusedError as refusal:
        _withdraw(cycle_id, maker, refusal.faults)
        raise
    except TakenOverError:
        db.session.rollback()


def _open(work: "_Work") -> None:
    for attempt in range(1, ATTEMPTS + 1):
        work.clear()
        try:
            _attempt(work)
        except ChangedMeanwhileError:
            if attempt == ATTEMPTS:
                work.let_go()
        else:
            return


def _attempt(work: "_Work") -> None:
    """Write everything, then open, unless anything changed meanwhile."""
    with work.part():
        cycle = db.session.get_one(Cycle, work.cycle_id)
        planning.drop_leavers(cycle)
        planning.note_draw(cycle, by=work.by_id)
    cycle = db.session.get_one(Cycle, work.cycle_id)
    basis, draft = basis_of(cycle, opening=clock.now()), worked_out(cycle, opens_now=True)
    found, wanted = findings_of(draft), _wanted(draft)
    work.write(cycle, draft, list(focus_questions(draft)))
    cycle = db.session.get_one(Cycle, work.cycle_id)
    digest = frozen_digest(cycle, questions=planned_questions())
    with work.part():
        cycle = db.session.get_one(Cycle, work.cycle_id)
        wait_in_line(services.OPENING_LINE)
        lock(cycle)
        if basis_of(cycle, opening=clock.now()) != basis or _wanted(draft) != wanted:
            raise ChangedMeanwhileError
        _finish(cycle, found, digest=digest, by=work.by_id)


def _wanted(draft: WorkedOutPlan) -> tuple[object, ...]:
    """What people may wish until the opening, and who reads what they will answer."""
    cycle = db.session.get_one(Cycle, draft.cycle.id)
    asked = sorted(wanted_questions()) if cycle.policy.asks_focus else []
    return unrated_ids(cycle), freezing.answer_readers(cycle), asked


def _finish(cycle: Cycle, found: Findings, *, digest: str, by: int | None) -> None:
    """The last step: key, state, log, and the first mails."""
    plan = plan_check.check_found(cycle, found, opens_now=True)
    if faults := [*plan.faults, *services.faults_of_processes()]:
        raise PlanRefusedError(faults)
    db.session.execute(delete(Opening).where(Opening.cycle_id == cycle.id))
    cycle.move_to(CycleState.OPEN)
    freeze_unit_questions(cycle)
    services.promise(cycle, digest=digest, by=by)
    services.keep_password_secrecy(cycle)
    reminders.invite_all(cycle)


def _claim(cycle_id: int, maker: str, *, others_are_gone: bool) -> bool:
    """Make it ours. One that stands still in the middle of an act is not waited for here."""
    free = or_(
        literal(others_are_gone),
        Opening.leased_until.is_(None),
        Opening.leased_until < clock.now(),
    )
    wanted = select(Opening).where(Opening.cycle_id == cycle_id, free)
    with transaction():
        # What a killed process was about is rolled back in a moment.
        row = db.session.scalar(wanted.with_for_update(skip_locked=not others_are_gone))
        if row is None:
            return False
        row.maker, row.leased_until = maker, clock.now() + LEASE
        row.done = row.total = 0
    return True


def _withdraw(cycle_id: int, maker: str, faults: Sequence[str]) -> None:
    """Take away what was written, tell HR why, and let the draft be a draft."""
    work = _Work(cycle_id, maker, _nothing)
    with suppress(TakenOverError):
        work.clear()
        with work.part():
            cycle = db.session.get_one(Cycle, cycle_id)
            db.session.execute(delete(Opening).where(Opening.cycle_id == cycle_id))
            planning.note_refusal(cycle, faults)


class _Work:
    """One attempt at opening a cycle, in acts that each renew its lease."""

    def __init__(self, cycle_id: int, maker: str, say: Say) -> None:
        self.cycle_id, self._maker, self._say = cycle_id, maker, say
        opening = opening_of(cycle_id)
        self.by_id = opening.by_id if opening else None
        db.session.rollback()
        self._done = self._total = 0

    @contextmanager
    def part(self) -> Iterator[None]:
        """One act that renews the lease; raises TakenOverError where another one has taken over."""
        with transaction():
            give_up_after_standing_still(LEASE)
            self._renew()
            yield
        self._say(100 * self._done // self._total if self._total else 0)
        if is_sqlite():
            sleep(REST)

    def _renew(self) -> None:
        mine = update(Opening).where(
            Opening.cycle_id == self.cycle_id, Opening.maker == self._maker
        )
        values = {
            "leased_until": clock.now() + LEASE,
            "done": self._done,
            "total": self._total,
        }
        if not db.session.execute(mine.values(values)).rowcount:  # type: ignore[attr-defined]
            raise TakenOverError("Somebody else opens this cycle now.")

    def let_go(self) -> None:
        """Leave it to the next look at what is due."""
        mine = update(Opening).where(
            Opening.cycle_id == self.cycle_id, Opening.maker == self._maker
        )
        with transaction():
            db.session.execute(mine.values(leased_until=None))

    def clear(self) -> None:
        """Take away what an earlier attempt has written, in parts."""
        self._done = self._total = 0
        ids = roster_ids(db.session.get_one(Cycle, self.cycle_id))
        for table, name in freezing.FROZEN_TABLES.items():
            column = table.__table__.c[name]
            for low, high in self._spans(table, ids):
                with self.part():
                    gone = delete(table).where(table.__table__.c.cycle_id == self.cycle_id)
                    db.session.execute(gone.where(column >= low, column < high))
        with self.part():
            for table in (Unit, ServiceOfCycle, AnswerReader):
                db.session.execute(delete(table).where(table.cycle_id == self.cycle_id))

    def _spans(self, table: type[Base], ids: Sequence[int]) -> Iterator[tuple[int, int]]:
        """From which id up to which other one is deleted at once; nothing where no row is."""
        key = table.__table__.c.cycle_id
        if db.session.scalar(select(key).where(key == self.cycle_id).limit(1)) is None:
            return
        edges = [0, *ids[PEOPLE_IN_PART::PEOPLE_IN_PART], LARGEST_ID]
        yield from pairwise(edges)

    def write(
        self, cycle: Cycle, draft: WorkedOutPlan, questions: Sequence[tuple[int, int]]
    ) -> None:
        """Write everything that is frozen, in parts."""
        ids = [member.person_id for member in draft.members]
        tables: list[tuple[type[Base], freezing.Columns]] = [
            (Unit, freezing.unit_columns(cycle)),
            (Participation, freezing.participation_columns(cycle, ids)),
            (Assignment, freezing.pair_columns(cycle, draft.pairs)),
            (ReportReader, freezing.reader_columns(cycle, draft.readers)),
            (FocusQuestion, freezing.focus_columns(cycle, questions)),
        ]
        self._total = len(ids) + sum(len(columns["cycle_id"]) for _, columns in tables)
        db.session.rollback()
        with self.part():
            here = db.session.get_one(Cycle, self.cycle_id)
            freeze_services(here)
            freezing.freeze_answer_readers(here)
        for part in freezing.parts_of(ids, freezing.PLACES_AT_ONCE):
            with self.part():
                here = db.session.get_one(Cycle, self.cycle_id)
                freezing.note_places(here, part, new=draft.too_new)
                self._done += len(part)
        for table, columns in tables:
            self._write(table, columns)

    def _write(self, table: type[Base], columns: freezing.Columns) -> None:
        for begin in range(0, len(columns["cycle_id"]), PART):
            some = {name: values[begin : begin + PART] for name, values in columns.items()}
            with self.part():
                write_columns(table, some)
                self._done += len(some["cycle_id"])


def _nothing(_percent: int) -> None:
    """Whoever looks at the cycle's page sees how far it is."""
