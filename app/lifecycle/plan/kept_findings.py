"""Findings of a large plan, worked out once by a job and kept while nothing changes them.

Drawing the pairs of ten thousand people takes seconds. What was found is kept beside a digest of
everything that it follows from; with another digest it is worked out anew. It holds no pair.
"""

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import case, func, or_, select

from app.assignments.models import ManualChange
from app.cycles import queries as cycles
from app.cycles.models import Cycle, PlanFindings, RosterEntry
from app.domain.cycle import CycleState
from app.domain.durations import SETTLED
from app.domain.pairing.load import Forecast, Load, Outlook
from app.infra import clock
from app.infra.bulk import no_cycles_sought, whole_numbers
from app.infra.db import db, transaction
from app.infra.one_at_a_time import PLAN_LINE, alone
from app.lifecycle.plan import drawing
from app.lifecycle.plan.drafting import worked_out
from app.lifecycle.plan.findings import Few, Findings, findings_of
from app.lifecycle.plan.fingerprint import terms_with_dates
from app.people.models import Person
from app.people.queries import hr_people

WORKED_OUT_AT_ONCE: Final = 1_000
"""A plan for so many people is worked out while its reader waits."""
WORKED_OUT_IN_PASSING: Final = 100
"""The same for a reader of another page, who did not ask for it."""
LOOKED_UP_IN_PASSING: Final = 10_000
"""Up to so many people another page looks whether what is kept still holds."""


def known_findings(cycle: Cycle) -> Findings | None:
    """What the plan of `cycle` comes to; None while a large one has not been worked out."""
    if not is_large(cycle.id):
        return findings_of(worked_out(cycle))
    return _kept(cycle)


def known_in_passing(cycle: Cycle) -> Findings | None:
    """The same for other pages, of which none waits: of a larger plan what is kept and holds."""
    if _is_small(cycle.id):
        return findings_of(worked_out(cycle))
    return _kept(cycle) if may_be_kept(cycle) else None


def may_be_kept(cycle: Cycle) -> bool:
    """Whether other pages say what was found about a plan, once a job has worked it out."""
    return not _is_small(cycle.id) and _people_of(cycle.id) <= LOOKED_UP_IN_PASSING


def _kept(cycle: Cycle) -> Findings | None:
    kept = db.session.get(PlanFindings, cycle.id, populate_existing=True)
    if kept is None or kept.follows_from != _basis(cycle):
        return None
    return _read(kept.content)


def work_out(cycle_id: int) -> bool:
    """Work a plan out and keep what was found; at most one process does so for a cycle.

    False while another one is at it. Harmless when it is small, is known already, or was deleted or
    opened meanwhile.
    """
    with alone(PLAN_LINE, cycle_id) as has_turn:
        if has_turn:
            _work_out(cycle_id)
    return has_turn


def _work_out(cycle_id: int) -> None:
    with transaction():
        cycle = db.session.get(Cycle, cycle_id)
        if cycle is None or cycle.state is not CycleState.DRAFT:
            return
        if _is_small(cycle_id) or _kept(cycle):
            return
    with no_cycles_sought():  # of a million pairs it would find none that it may collect
        basis, found = _basis(cycle), findings_of(worked_out(cycle))
    db.session.rollback()
    with transaction():
        if db.session.get(Cycle, cycle_id) is not None:
            row = PlanFindings(cycle_id=cycle_id, follows_from=basis, content=asdict(found))
            db.session.merge(row)


def _is_small(cycle_id: int) -> bool:
    return _people_of(cycle_id) <= min(WORKED_OUT_IN_PASSING, WORKED_OUT_AT_ONCE)


def is_large(cycle_id: int) -> bool:
    """Whether a job works the plan out, and opens it in parts."""
    return _people_of(cycle_id) > WORKED_OUT_AT_ONCE


def _people_of(cycle_id: int) -> int:
    members = select(func.count()).where(RosterEntry.cycle_id == cycle_id)
    return db.session.scalar(members) or 0


def _basis(cycle: Cycle) -> str:
    return basis_of(cycle, opening=max(clock.now(), cycle.opens_at))


def basis_of(cycle: Cycle, *, opening: datetime) -> str:
    """A digest of everything that a plan follows from at its `opening`, read without the work."""
    changes = select(ManualChange.subject_id, ManualChange.rater_id, ManualChange.kind)
    whole = hashlib.sha256(
        json.dumps(
            [
                terms_with_dates(cycle),
                drawing.mark_of_secrets(cycle),
                cycles.has_opened_before(cycle),
                [one.id for one in hr_people()] if cycle.policy.hr_reads_reports else [],
                [
                    [subject, rater, kind.value]
                    for subject, rater, kind in db.session.execute(
                        changes.where(ManualChange.cycle_id == cycle.id).order_by(
                            ManualChange.subject_id
                        )
                    )
                ],
            ]
        ).encode()
    )
    whole.update(whole_numbers(_members(cycle, opening)).tobytes())
    return whole.hexdigest()


def _members(cycle: Cycle, opening: datetime) -> Any:
    """Everybody on the roster in numbers: where they are, under whom, whether they are new."""
    newest = opening.date() - SETTLED
    is_young = or_(Person.account_made_on > newest, Person.handed_over_on > newest)
    return (
        select(
            Person.id,
            Person.department_id,
            func.coalesce(Person.manager_id, 0),
            func.coalesce(Person.second_manager_id, 0),
            case((Person.is_active, 1), else_=0),
            case((is_young, 1), else_=0),
            case((RosterEntry.is_rated, 1), else_=0),
        )
        .join(RosterEntry, RosterEntry.person_id == Person.id)
        .where(RosterEntry.cycle_id == cycle.id)
        .order_by(Person.id)
    )


def _read(content: dict[str, Any]) -> Findings:
    return Findings(
        **content
        | {
            "load": Load(**content["load"]),
            "forecasts": tuple(Forecast(**one) for one in content["forecasts"]),
            "short": _few(content["short"]),
            "doubtful": _few(content["doubtful"]),
            "at_risk": tuple(Outlook(**one) for one in content["at_risk"]),
        }
    )


def _few(content: dict[str, Any]) -> Few:
    return Few(tuple(content["ids"]), content["total"])
