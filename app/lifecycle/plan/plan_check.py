"""Whether a plan may open: every refusal and every warning, in words."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from app.cycles import queries as cycles
from app.cycles import services as drafts
from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.domain.durations import SETTLED, lasting
from app.domain.pairing.load import Load
from app.domain.plurals import counted
from app.infra import clock
from app.lifecycle.plan.drafting import worked_out
from app.lifecycle.plan.findings import LIKELY_RESPONSE, Few, Findings, findings_of
from app.lifecycle.plan.kept_findings import known_findings
from app.people.queries import labels_of, people_by_ids
from app.people.second_confirmation import HrPeople, hr_people_that_count
from app.unit_questions.services import faults_in

FEWEST_PEOPLE: Final = 7
OVERDUE: Final = timedelta(days=1)
"""A scheduler may be late by this much; after that HR looks at the dates again."""
CONFIRMATION_MISSING: Final = (
    "A second person of HR has to confirm this plan before it opens; "
    "any change makes that necessary again."
)
PLANNED_BY_NEW: Final = (
    "Whoever saved this plan is too new in HR for it. Somebody who has had the role for longer "
    "saves it again; then another one confirms it."
)


@dataclass(frozen=True)
class PlanCheck:
    """What would happen if the plan opened now: refusals, warnings, load and coverage."""

    findings: Findings
    faults: tuple[str, ...]
    warnings: tuple[str, ...]
    needs_confirmation: bool

    @property
    def load(self) -> Load:
        return self.findings.load

    @property
    def plan_hash(self) -> str:
        return self.findings.plan_hash

    @property
    def may_be_confirmed(self) -> bool:
        """Whether a confirmation is the only thing that is missing."""
        return self.faults == (CONFIRMATION_MISSING,)


def check_plan(cycle: Cycle, *, from_history: bool = False) -> PlanCheck:
    """Work a plan out and look at it as its opening would. Large ones take seconds."""
    return check_found(cycle, findings_of(worked_out(cycle)), from_history=from_history)


def known_check(cycle: Cycle) -> PlanCheck | None:
    """The same from what is known; None while a large plan has not been worked out."""
    found = known_findings(cycle)
    return None if found is None else check_found(cycle, found)


def known_hash(cycle: Cycle) -> str | None:
    """The digest of the plan; None while a large one has not been worked out."""
    found = known_findings(cycle)
    return None if found is None else found.plan_hash


def check_found(cycle: Cycle, found: Findings, *, from_history: bool = False) -> PlanCheck:
    """Every refusal and every warning in words, for a plan that was worked out.

    A quarter taken over from history skips the rules about dates, and needs no second person:
    nobody will answer it, so nobody is promised anything.
    """
    hr = hr_people_that_count()
    needs_confirmation = (
        not from_history and hr.need_two and cycle.confirmed_hash != found.plan_hash
    )
    faults = _people_faults(cycle, found) + _running_faults(cycle)
    if not from_history:
        faults += [*_date_faults(cycle), *faults_in(cycle)]
    warnings = _warnings(cycle, found)
    if needs_confirmation:
        faults.append(CONFIRMATION_MISSING)
        warnings += _missing_confirmation(cycle, hr)
    return PlanCheck(found, tuple(faults), tuple(warnings), needs_confirmation)


def _people_faults(cycle: Cycle, found: Findings) -> list[str]:
    faults = []
    if found.people < FEWEST_PEOPLE:
        faults.append(
            f"{counted(found.people, 'person takes', 'people take')} part; "
            f"a cycle needs at least {FEWEST_PEOPLE}."
        )
    if found.short.total:
        faults.append(
            f"Fewer than {cycle.policy.blind_raters} raters could count for "
            f"{_names(found.short)}. Those count who do "
            f"not read the report and have had an account for {lasting(SETTLED)}."
        )
    return faults


def _running_faults(cycle: Cycle) -> list[str]:
    if opening := cycles.cycle_being_opened(besides=cycle.id):
        return [f"{opening.name} is being opened; one cycle at a time."]
    running = cycles.running_cycle(besides=cycle.id)
    return [f"{running.name} is still {_doing(running)}; one cycle at a time."] if running else []


def _doing(cycle: Cycle) -> str:
    return "open" if cycle.state is CycleState.OPEN else "being counted"


def _date_faults(cycle: Cycle) -> list[str]:
    now = clock.now()
    if cycle.closes_at <= now:
        return ["The closing date is in the past."]
    faults = []
    if cycle.opens_at < now - OVERDUE:
        faults.append("The opening date is in the past.")
    if cycle.closes_at - max(now, cycle.opens_at) < drafts.SHORTEST - drafts.JUST_NOW:
        faults.append("A cycle is open for at least one day.")
    return faults


def _warnings(cycle: Cycle, found: Findings) -> list[str]:
    warnings = []
    if found.doubtful.total:
        warnings.append(
            f"If {LIKELY_RESPONSE} % of raters send, fewer than {cycle.policy.blind_raters} would "
            f"count for {_names(found.doubtful)}: their scores might stay hidden."
        )
    if not found.is_connected:
        warnings.append(
            "Some groups never rate each other, so adjusted scores cannot be compared "
            "and are not shown."
        )
    if found.has_young and not cycles.has_opened_before(cycle):
        warnings.append(
            f"This is the first cycle, so raters with accounts younger than {lasting(SETTLED)} "
            "count as well."
        )
    return warnings


def _missing_confirmation(cycle: Cycle, hr: HrPeople) -> list[str]:
    """Why a confirmation cannot be had at the moment, if so."""
    if hr.is_too_new(cycle.planned_by_id):
        return [PLANNED_BY_NEW]
    if any(one.id != cycle.planned_by_id for one in hr.trusted):
        return []
    return [
        "Nobody can confirm this plan now: whoever had the HR role within the last "
        f"{lasting(SETTLED)} keeps two people necessary, and whoever is new in it cannot stand in."
    ]


def _names(few: Few) -> str:
    """The people by name; a long list ends with how many more there are."""
    people = people_by_ids(few.ids)
    names = list(labels_of({one: people[one].name for one in few.ids}).values())
    if few.total > len(names):
        return f"{', '.join(names)} and {few.total - len(names)} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
