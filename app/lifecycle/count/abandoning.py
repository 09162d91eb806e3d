"""Ending a cycle whose answers can never be read again, so that the next one can open."""

from random import SystemRandom

from app.assignments.queries import turnout
from app.ballots.queries import keys_of
from app.cycles.models import Cycle
from app.cycles.queries import lock
from app.domain.cycle import RUNNING, CycleState
from app.domain.errors import SealBrokenError, WrongStateError
from app.infra import audit
from app.infra.db import db
from app.infra.settings import company_day
from app.lifecycle.count.counting import ANSWERS_LOST
from app.lifecycle.count.forgetting import forget_ballots
from app.people import two_person_requests
from app.people.models import Act
from app.results.models import CycleTotals


def fault_of_answers(cycle: Cycle) -> str:
    """Why the answers of a running cycle cannot be read, for HR; empty when they can."""
    if cycle.state not in RUNNING:
        return ""
    try:
        keys_of(cycle.id)
    except SealBrokenError as error:
        return error.in_full
    return cycle.progress if cycle.progress.startswith(ANSWERS_LOST) else ""


def abandon(cycle: Cycle, *, by: int | None, reason: str = "", word: str = "") -> bool:
    """Close `cycle` without results: at once where one person is HR, else when two agree.

    True once it is closed, with nothing counted that anybody answered; `finish_forgetting`
    follows after the commit. False when it waits for the second person. `by` is None on the
    command line, which may ask but is nobody's second word. Raises WrongStateError when the cycle
    does not run or its answers can be read, NotAllowedError for whoever asked already and for
    whoever is too new in HR.
    """
    lock(cycle)
    if cycle.state not in RUNNING:
        raise WrongStateError(f"{cycle.name} is {cycle.state}; only a running cycle is abandoned.")
    if not fault_of_answers(cycle):
        raise WrongStateError(
            f"The answers of {cycle.name} can be read. Close it, and they are counted."
        )
    to = f"end {cycle.name} without results"
    if not two_person_requests.settle(Act.END, cycle.id, by=by, to=to, reason=reason, word=word):
        return False
    found = turnout(cycle)
    if cycle.state is CycleState.OPEN:
        cycle.move_to(CycleState.CLOSING)
    cycle.move_to(CycleState.CLOSED)
    cycle.closed_on = company_day()
    cycle.is_abandoned = True
    cycle.progress = ""
    forget_ballots(cycle, random=SystemRandom())
    db.session.add(CycleTotals(cycle_id=cycle.id, invited=found.invited, sent=0, counted=0))
    audit.record("cycle:abandoned", actor_id=by, cycle_id=cycle.id)
    return True
