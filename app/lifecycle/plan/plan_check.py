"""Whether a plan may open: every refusal and every warning, in words."""

from dataclasses import dataclass
from typing import Final

from app.cycles import queries as cycles
from app.cycles.models import Cycle
from app.domain.durations import SETTLED, lasting
from app.domain.pairing.load import Load
from app.infra.pages import moment
from app.lifecycle.plan import obstacles
from app.lifecycle.plan.drafting import count_members, worked_out
from app.lifecycle.plan.findings import LIKELY_RESPONSE, Findings, findings_of
from app.lifecycle.plan.kept_findings import known_findings
from app.lifecycle.plan.obstacles import CONFIRMATION_MISSING, Obstacle
from app.people.second_confirmation import HrPeople, hr_people_that_count

PLANNED_BY_NEW: Final = (
    "Whoever saved this plan is too new in HR for it. Somebody who has had the role for longer "
    "saves it again; then another one confirms it."
)


@dataclass(frozen=True)
class PlanCheck:
    """What would happen if the plan opened at its time: refusals, warnings, load and coverage."""

    findings: Findings
    obstacles: tuple[Obstacle, ...]
    warnings: tuple[str, ...]
    needs_confirmation: bool
    waits_for: str = ""
    """Which other cycle has to be over before this one opens, as a sentence; empty for none."""

    @property
    def faults(self) -> tuple[str, ...]:
        """Everything that stands in the way, one sentence each."""
        return tuple(one.sentence for one in self.obstacles)

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


def check_plan(cycle: Cycle, *, from_history: bool = False, opens_now: bool = False) -> PlanCheck:
    """Work a plan out and look at it as its opening would. Large ones take seconds."""
    found = findings_of(worked_out(cycle))
    return check_found(cycle, found, from_history=from_history, opens_now=opens_now)


def known_check(cycle: Cycle, *, opens_now: bool = False) -> PlanCheck | None:
    """The same from what is known; None while a large plan has not been worked out."""
    found = known_findings(cycle)
    return None if found is None else check_found(cycle, found, opens_now=opens_now)


def known_hash(cycle: Cycle) -> str | None:
    """The digest of the plan; None while a large one has not been worked out."""
    found = known_findings(cycle)
    return None if found is None else found.plan_hash


def check_found(
    cycle: Cycle, found: Findings, *, from_history: bool = False, opens_now: bool = False
) -> PlanCheck:
    """Every refusal and every warning in words, for a plan that was worked out.

    One that `opens_now` must not meet another open cycle; one that opens at its time only none that
    is still open then. A quarter taken over from history skips the rules about dates, and needs no
    second person: nobody will answer it, so nobody is promised anything.
    """
    hr, other = hr_people_that_count(), obstacles.other_cycle(cycle)
    needs_confirmation = (
        not from_history and hr.need_two and cycle.confirmed_hash != found.plan_hash
    )
    there = [
        *obstacles.of_size(cycle, found.people),
        *obstacles.of_raters(cycle, found),
        *obstacles.of_other(other, cycle, opens_now=opens_now),
    ]
    if not from_history:
        there += [
            *obstacles.of_dates(cycle),
            *obstacles.of_departments(cycle),
            *obstacles.of_directory(),
        ]
    warnings = _warnings(cycle, found)
    if needs_confirmation:
        there.append(obstacles.of_confirming(cycle))
        warnings += _missing_confirmation(cycle, hr)
    return PlanCheck(
        findings=found,
        obstacles=tuple(there),
        warnings=tuple(warnings),
        needs_confirmation=needs_confirmation,
        waits_for=_in_words(obstacles.over_by_then(other, cycle)),
    )


def obstacles_in_passing(cycle: Cycle, found: Findings | None) -> tuple[Obstacle, ...]:
    """What stands in the way, for pages beside the plan's own; None where nothing is `found` yet.

    Then it is not said who would miss raters, nor whether a confirmed plan has changed since.
    """
    if found is not None:
        return check_found(cycle, found).obstacles
    is_unconfirmed = hr_people_that_count().need_two and not cycle.confirmed_hash
    return (
        *obstacles.of_size(cycle, count_members(cycle)),
        *obstacles.of_other(obstacles.other_cycle(cycle), cycle, opens_now=False),
        *obstacles.of_dates(cycle),
        *obstacles.of_departments(cycle),
        *obstacles.of_directory(),
        *((obstacles.of_confirming(cycle),) if is_unconfirmed else ()),
    )


def waits_for(cycle: Cycle) -> str:
    """Which other cycle has to be over before this one can open, as a sentence; empty for none."""
    return _in_words(obstacles.waited_for(cycle))


def _in_words(other: Cycle | None) -> str:
    if other is None:
        return ""
    return (
        f"It cannot open before {other.name} has closed, on {moment(other.closes_at)}, and is "
        "counted: one cycle at a time."
    )


def _warnings(cycle: Cycle, found: Findings) -> list[str]:
    warnings = []
    if found.doubtful.total:
        warnings.append(
            f"If {LIKELY_RESPONSE} % of raters send, fewer than {cycle.policy.blind_raters} would "
            f"count for {obstacles.names_of(found.doubtful)}: their scores might stay hidden."
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
