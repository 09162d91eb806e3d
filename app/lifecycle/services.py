"""How a cycle turns: opened, extended, sent to the count, published, and later emptied."""

from datetime import datetime, timedelta
from random import SystemRandom
from typing import Final

from sqlalchemy import and_, delete, or_, select

from app.assignments.models import KeptTurnout, Participation
from app.ballots.services import make_keys
from app.cycles.models import (
    Cycle,
    PlanFindings,
    RosterEntry,
)
from app.cycles.queries import lock
from app.domain.cycle import CycleState
from app.domain.durations import NAMES_KEPT, lasting
from app.domain.errors import PlanRefusedError, WrongStateError
from app.enps import services as enps
from app.enps.figures import history_of_figures
from app.infra import audit, clock, processes
from app.infra.db import db, wait_in_line
from app.infra.keys import key_folder
from app.infra.settings import company_day
from app.internal_services.services import freeze_services
from app.leaders import services as leaders
from app.lifecycle.plan import drawing, freezing, plan_check, planning
from app.lifecycle.plan.drafting import worked_out
from app.lifecycle.plan.findings import findings_of
from app.lifecycle.plan.fingerprint import frozen_digest
from app.lifecycle.plan.focus import focus_questions
from app.people import password_secrecy, two_person_requests
from app.people.models import Act, Person
from app.projects import services as projects
from app.questionnaires.services import freeze
from app.reminders import services as reminders
from app.reports import bundling, plan_totals
from app.results import services as results
from app.results.queries import has_results
from app.service_results import services as service_results
from app.unit_answers import services as unit_answers
from app.unit_questions.services import freeze_unit_questions

LONGEST_EXTENSION: Final = timedelta(days=60)
A_MOMENT: Final = timedelta(seconds=1)
OPENING_LINE: Final = 361
"""Openings wait for one another: of two at once the second one sees the first."""

_random = SystemRandom()


def open_(cycle: Cycle, *, by: int | None, from_history: bool = False) -> None:
    """Freeze roster, pairs, readers and policy, make the key, and invite everybody.

    All at once; `app/lifecycle/opening.py` opens a large cycle in parts. Raises PlanRefusedError
    naming every reason why the plan may not open.
    """
    wait_in_line(OPENING_LINE)
    lock(cycle)
    planning.drop_leavers(cycle)
    draft = worked_out(cycle, opens_now=True)
    plan = plan_check.check_found(
        cycle, findings_of(draft), from_history=from_history, opens_now=True
    )
    planning.note_draw(cycle, by=by)
    cycle.move_to(CycleState.OPEN)
    if faults := [*plan.faults, *faults_of_processes()]:
        raise PlanRefusedError(faults)
    freezing.freeze_units(cycle)
    if not from_history:
        freeze_services(cycle)
        freezing.freeze_answer_readers(cycle)
    freezing.freeze_roster(cycle, new=draft.too_new)
    if not from_history:
        freeze_unit_questions(cycle)
    freezing.freeze_pairs(cycle, draft.pairs)
    freezing.freeze_readers(cycle, draft.readers)
    freezing.freeze_focus(cycle, focus_questions(draft))
    promise(cycle, digest=frozen_digest(cycle), by=by)
    if not from_history:
        keep_password_secrecy(cycle)
        reminders.invite_all(cycle)


def promise(cycle: Cycle, *, digest: str, by: int | None) -> None:
    """Let a cycle begin whose frozen rows are written; `digest` is what every rater is promised."""
    drawing.forget_secret()
    db.session.execute(delete(PlanFindings).where(PlanFindings.cycle_id == cycle.id))
    freeze(cycle.questionnaire)
    cycle.frozen_hash = digest
    cycle.progress = ""
    cycle.opened_on = company_day()
    cycle.opens_at = min(cycle.opens_at, clock.now())
    db.session.flush()
    make_keys(cycle)
    db.session.flush()
    audit.record("cycle:opened", actor_id=by, cycle_id=cycle.id, plan=cycle.frozen_hash)
    cycle.log_length, cycle.log_head = audit.head()
    two_person_requests.close(Act.PLAN, cycle.id)


def keep_password_secrecy(cycle: Cycle) -> None:
    """Who has a password tells who may have sent: HR knows it only where it sees names."""
    (password_secrecy.hide if cycle.policy.hr_sees_numbers_only else password_secrecy.show)()


def extend(cycle: Cycle, closes_at: datetime, *, by: int | None) -> None:
    """Move the closing date further away and tell everybody; the promise never gets shorter."""
    lock(cycle)
    if cycle.state is not CycleState.OPEN:
        raise WrongStateError(f"A cycle that is {cycle.state} cannot be extended.")
    if closes_at <= cycle.closes_at:
        raise PlanRefusedError(["The new closing date must be later than the present one."])
    if closes_at > clock.now() + LONGEST_EXTENSION:
        raise PlanRefusedError(
            [f"A cycle can stay open for {lasting(LONGEST_EXTENSION)} from now at the longest."]
        )
    cycle.closes_at = closes_at
    two_person_requests.close(Act.CLOSE_EARLY, cycle.id)
    reminders.announce_extension(cycle)
    audit.record("cycle:extended", actor_id=by, cycle_id=cycle.id, until=closes_at.isoformat())


def close_early(cycle: Cycle, *, by: int | None, reason: str = "", word: str = "") -> bool:
    """Close an open cycle before its time: at once where one person is HR, else when two agree.

    True once it takes no more answers, False when it waits for the second person, who is told
    the `reason`; whoever asked is told the second one's `word`. `by` is None on the command line,
    which may ask but is nobody's second word. Raises NotAllowedError for whoever asked already,
    and for whoever is too new in HR.
    """
    lock(cycle)
    if cycle.state is not CycleState.OPEN:
        raise WrongStateError(f"A cycle that is {cycle.state} cannot become closing.")
    to = f"close {cycle.name} early"
    act = Act.CLOSE_EARLY
    if not two_person_requests.settle(act, cycle.id, by=by, to=to, reason=reason, word=word):
        return False
    begin_closing(cycle, by=by)
    return True


def begin_closing(cycle: Cycle, *, by: int | None) -> None:
    """Take no more answers; the count follows as a job of its own."""
    lock(cycle)
    _take_out_unsent_leavers(cycle)
    cycle.move_to(CycleState.CLOSING)
    two_person_requests.close(Act.CLOSE_EARLY, cycle.id)
    # Closed by hand, it closes now: pages and the order of quarters go by what happened.
    cycle.closes_at = min(cycle.closes_at, max(clock.now(), cycle.opens_at + A_MOMENT))
    cycle.progress = "Waiting for the count to start"
    audit.record("cycle:closing", actor_id=by, cycle_id=cycle.id)


def _take_out_unsent_leavers(cycle: Cycle) -> None:
    """Who left without sending was not asked in the end: no response rate counts them.

    Done once, so that leavers after the close change no figure. Where HR sees numbers only they
    stay, for the difference would tell whether they had sent.
    """
    if cycle.policy.hr_sees_numbers_only:
        return
    gone = select(Person.id).where(Person.is_active.is_(False))
    unsent = delete(Participation).where(
        Participation.cycle_id == cycle.id,
        Participation.sent.is_(False),
        Participation.person_id.in_(gone),
    )
    db.session.execute(unsent.execution_options(synchronize_session=False))


def publish(cycle: Cycle, *, by: int | None) -> None:
    """Let people read their reports, and tell them.

    Raises WrongStateError while something of the ballots may still be on disk.
    """
    lock(cycle)
    cycle.move_to(CycleState.PUBLISHED)
    if cycle.forgotten_on is None:
        raise WrongStateError(
            f"{cycle.name} cannot be published yet: not everything that has to be destroyed is "
            "known to be gone. It is tried again every minute."
        )
    cycle.published_on = company_day()
    db.session.flush()
    projects.look_at_figures(cycle.id, history_of_figures(cycle))
    plan_totals.keep_totals(cycle)
    if not (cycle.is_imported or cycle.is_abandoned):
        reminders.announce_reports(cycle)
    audit.record("cycle:published", actor_id=by, cycle_id=cycle.id)


def purge(cycle: Cycle) -> None:
    """Delete who took part; the frozen readers of each report and the counts stay."""
    lock(cycle)
    if cycle.purged_on is not None:
        return
    for table in (Participation, RosterEntry, KeptTurnout):
        db.session.execute(delete(table).where(table.cycle_id == cycle.id))
    cycle.purged_on = company_day()
    cycle.forgotten_on = None  # deleted, and still to be swept off the disk
    audit.record("cycle:purged", cycle_id=cycle.id)


def due_for_purge() -> list[Cycle]:
    """Published or abandoned cycles whose names have been kept long enough."""
    limit = company_day() - NAMES_KEPT
    due = select(Cycle).where(
        Cycle.purged_on.is_(None),
        or_(
            and_(Cycle.state == CycleState.PUBLISHED, Cycle.published_on <= limit),
            and_(Cycle.is_abandoned, Cycle.closed_on <= limit),
        ),
    )
    return list(db.session.scalars(due))


def erase_results(cycle: Cycle) -> None:
    """Erase what was released: after some years nobody needs it any more."""
    lock(cycle)
    if not has_results(cycle.id):
        return  # another worker was faster
    results.erase_cycle(cycle.id)
    enps.erase_cycle(cycle.id)
    service_results.erase_cycle(cycle.id)
    leaders.erase_cycle(cycle.id)
    unit_answers.erase_cycle(cycle.id)
    plan_totals.erase_totals(cycle.id)
    cycle.forgotten_on = None
    audit.record("cycle:erased", cycle_id=cycle.id)
    bundling.discard_all()  # they may lie in a ZIP that waits to be fetched


def due_for_erasing(*, years: int) -> list[Cycle]:
    """Cycles published more than `years` ago that still hold results."""
    today = company_day()
    limit = today.replace(year=today.year - years, day=min(today.day, 28))
    old = select(Cycle).where(Cycle.published_on < limit)
    return [cycle for cycle in db.session.scalars(old) if has_results(cycle.id)]


def faults_of_processes() -> list[str]:
    """Somebody's answers could not be saved by a process that has not got the key."""
    if not key_folder().mark():
        return ["The key folder cannot be read or written, so no key can be kept in it."]
    estranged, others = processes.estranged()
    if not estranged:
        return []
    return [
        f"{estranged} of {others} other running processes cannot read the key folder of the one "
        "that opens. Every web process and worker needs the same folder; restarted ones are "
        "noticed within three minutes."
    ]
