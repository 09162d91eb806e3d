"""A cycle before it opens: drafted, changed, confirmed by a second person, thrown away."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, select

from app.assignments import services as assignments
from app.assignments.models import ChangeKind
from app.assignments.queries import manual_changes
from app.assignments.services import PairChange
from app.cycles import queries as cycles
from app.cycles import services as drafts
from app.cycles.models import Cycle, PlanFindings, RosterEntry
from app.cycles.services import DraftPlan
from app.domain.cycle import CycleState
from app.domain.errors import NotAllowedError, PlanRefusedError, WrongStateError
from app.infra import audit
from app.infra.db import db
from app.lifecycle.plan import drawing
from app.lifecycle.plan.drafting import roster_members, worked_out
from app.lifecycle.plan.obstacles import CONFIRMATION_MISSING
from app.lifecycle.plan.plan_check import PLANNED_BY_NEW, known_check
from app.people import two_person_requests
from app.people.models import Act, Person
from app.people.second_confirmation import hr_people_that_count
from app.reminders import schedule
from app.reminders import services as reminders

REFUSED: Final = (
    "Nobody asks for this plan: somebody of HR refused it. Once it is saved again it can be "
    "confirmed."
)

BEING_DRAWN: Final = "The pairs of this plan are being drawn. Please confirm it in a minute."

ANOTHER_PLAN: Final = (
    "This plan was changed since you looked at it. Please look at it again before you confirm it."
)


def create_draft(plan: DraftPlan, *, by: int | None, from_history: bool = False) -> Cycle:
    """Plan a new cycle. Raises PlanRefusedError with every fault of the plan in itself."""
    cycle = drafts.keep_draft(plan, by=by, from_history=from_history)
    if not from_history:
        schedule.take_over_words(cycle)
    drawing.ensure_secret()
    audit.record("cycle:planned", actor_id=by, cycle_id=cycle.id)
    note_draw(cycle, by=by)
    return cycle


def change_draft(cycle: Cycle, plan: DraftPlan, *, by: int | None) -> None:
    """Plan a draft anew; a confirmation is void, and changes of pairs that no longer fit go."""
    _refuse_unless_draft(cycle)
    drafts.keep_draft(plan, cycle=cycle, by=by)
    for change in manual_changes(cycle):
        if not {change.rater_id, change.subject_id} <= plan.roster:
            assignments.forget_change(cycle, change.subject_id, by=by)
    audit.record("cycle:replanned", actor_id=by, cycle_id=cycle.id)
    note_draw(cycle, by=by)


def note_draw(cycle: Cycle, *, by: int | None) -> None:
    """Write down who let the pairs of a draft be drawn, where they were not drawn before."""
    if not cycle.is_imported:
        drawing.note_draw(cycle, roster_members(cycle), by=by)


def delete_draft(cycle: Cycle, *, by: int | None) -> None:
    """Throw a draft away."""
    _refuse_unless_draft(cycle)
    assignments.forget_all_changes(cycle)
    for table in (RosterEntry, PlanFindings):
        db.session.execute(delete(table).where(table.cycle_id == cycle.id))
    two_person_requests.close(Act.PLAN, cycle.id)
    schedule.forget_words(cycle)
    audit.record("cycle:discarded", actor_id=by, cycle_id=cycle.id)
    db.session.delete(cycle)
    db.session.flush()


def change_pair(cycle: Cycle, change: PairChange, *, by: int | None) -> None:
    """Add or remove one rater of a subject by hand.

    Raises PlanRefusedError when it is the subject's second change or changes nothing. Where pairs
    are secret the latter is kept and logged like any other: a refusal would tell whether a pair was
    drawn, and could be asked for again and again.
    """
    _refuse_unless_draft(cycle)
    draft = worked_out(cycle)
    if change.rater_id == change.subject_id:
        raise PlanRefusedError(["Nobody is their own rater: everyone answers about themselves."])
    if not {change.rater_id, change.subject_id} <= {member.person_id for member in draft.members}:
        raise PlanRefusedError(["Both people have to take part in the cycle."])
    if change.subject_id in draft.unrated:
        raise PlanRefusedError(
            ["This person asked not to be rated, so nobody is asked about them."]
        )
    exists = any(
        (pair.rater, pair.subject) == (change.rater_id, change.subject_id) for pair in draft.pairs
    )
    if cycle.pairs_are_open and exists is (change.kind is ChangeKind.ADD):
        state = "rates" if exists else "does not rate"
        raise PlanRefusedError([f"That changes nothing: this rater {state} that subject already."])
    assignments.record_change(cycle, change, by=by)
    drafts.unconfirm(cycle, by=by)


def restore_pair(cycle: Cycle, subject_id: int, *, by: int | None) -> None:
    """Take a subject's manual change back."""
    _refuse_unless_draft(cycle)
    assignments.forget_change(cycle, subject_id, by=by)
    drafts.unconfirm(cycle, by=by)


def drop_leavers(cycle: Cycle) -> None:
    """Take people off a draft's roster who have left since it was planned."""
    if cycle.is_imported:
        return
    left = select(Person.id).where(Person.is_active.is_(False))
    gone = RosterEntry.person_id.in_(left)
    db.session.execute(delete(RosterEntry).where(RosterEntry.cycle_id == cycle.id, gone))


def confirm(cycle: Cycle, *, by: int, plan: str, word: str = "") -> None:
    """Confirm a plan as the second person of HR, who was shown the one with the digest `plan`.

    Raises NotAllowedError for the planner and for whoever is too new in HR, PlanRefusedError
    for a plan that could not open, and for another one than was shown.
    """
    _refuse_unless_draft(cycle)
    asked = two_person_requests.find(Act.PLAN, cycle.id)
    if asked is None:
        raise NotAllowedError(REFUSED)
    if asked.asked_by == by:
        raise NotAllowedError("You planned this cycle; somebody else of HR has to confirm it.")
    hr = hr_people_that_count()
    hr.refuse_new(by)
    if hr.is_too_new(asked.asked_by):
        raise NotAllowedError(PLANNED_BY_NEW)
    if faults := _faults_but_confirmation(cycle, plan):
        raise PlanRefusedError(faults)
    note_draw(cycle, by=by)
    cycle.confirmed_by_id = by
    cycle.confirmed_hash = plan
    cycle.progress = ""
    audit.record("cycle:confirmed", actor_id=by, cycle_id=cycle.id, plan=plan)
    to = f"confirm the plan of {cycle.name}"
    two_person_requests.tell_agreed(asked, by=by, to=to, word=word)


def _faults_but_confirmation(cycle: Cycle, shown: str) -> list[str]:
    """What stands against confirming a plan of which the one with the digest `shown` was seen."""
    found = known_check(cycle)
    if found is None:
        return [BEING_DRAWN]
    faults = [fault for fault in found.faults if fault != CONFIRMATION_MISSING]
    return faults or ([ANOTHER_PLAN] if found.plan_hash != shown else [])


def note_refusal(cycle: Cycle, faults: Sequence[str]) -> None:
    """Remember that the planned opening was refused; HR is mailed every reason."""
    reminders.warn_refused(cycle, faults)
    # Written after the mails: their lock reads the row afresh, and would lose it.
    cycle.progress = "Did not open at the planned time."
    audit.record("cycle:refused", cycle_id=cycle.id, faults=len(faults))


def _refuse_unless_draft(cycle: Cycle) -> None:
    """Asked under the cycle's lock, so that no plan changes while it opens."""
    cycles.lock(cycle)
    if cycle.state is not CycleState.DRAFT:
        raise WrongStateError(f"{cycle.name} is {cycle.state}; only a draft can be changed.")
    if cycles.opening_of(cycle.id):
        raise WrongStateError(f"{cycle.name} is being opened; nothing of it can be changed now.")
