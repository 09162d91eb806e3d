"""Whether a plan may open: every refusal and every warning, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from app.cycles import queries as cycles
from app.cycles import services as drafts
from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.domain.durations import SETTLED, lasting
from app.domain.pairing.assignment import is_connected
from app.domain.pairing.load import Load, Outlook, load_of, outlooks
from app.domain.plurals import counted
from app.infra import clock
from app.lifecycle.plan.drafting import WorkedOutPlan, worked_out
from app.lifecycle.plan.fingerprint import plan_digest
from app.people.queries import labels_of, people_by_ids
from app.people.second_confirmation import HrPeople, hr_people_that_count

FEWEST_PEOPLE: Final = 7
OVERDUE: Final = timedelta(days=1)
"""A scheduler may be late by this much; after that HR looks at the dates again."""
LIKELY_RESPONSE: Final = 80
NAMES_IN_A_SENTENCE: Final = 12
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

    draft: WorkedOutPlan
    faults: tuple[str, ...]
    warnings: tuple[str, ...]
    load: Load
    plan_hash: str
    needs_confirmation: bool
    coverage: tuple[Outlook, ...]

    @property
    def may_be_confirmed(self) -> bool:
        """Whether a confirmation is the only thing that is missing."""
        return self.faults == (CONFIRMATION_MISSING,)


def check_plan(cycle: Cycle, *, from_history: bool = False, opens_now: bool = False) -> PlanCheck:
    """Look at a plan as its opening would: every refusal and every warning in words.

    Who is new is judged on the planned day, or with `opens_now` today: a plan for later, opened
    early, must not let accounts count that would have been old enough by then.
    A quarter taken over from history skips the rules about dates, and needs no second person:
    nobody will answer it, so nobody is promised anything.
    """
    draft, hr = worked_out(cycle, opens_now=opens_now), hr_people_that_count()
    found = outlooks(
        draft.pairs,
        subjects=[member.person_id for member in draft.members],
        readers=draft.readers,
        too_new=draft.too_new,
    )
    fingerprint = plan_digest(
        cycle, members=draft.members, pairs=draft.pairs, readers=draft.readers
    )
    needs_confirmation = not from_history and hr.need_two and cycle.confirmed_hash != fingerprint
    faults = _people_faults(draft, found) + _running_faults(cycle)
    if not from_history:
        faults += _date_faults(cycle)
    warnings = _warnings(draft, found)
    if needs_confirmation:
        faults.append(CONFIRMATION_MISSING)
        warnings += _missing_confirmation(cycle, hr)
    return PlanCheck(
        draft=draft,
        faults=tuple(faults),
        warnings=tuple(warnings),
        load=load_of(draft.pairs),
        plan_hash=fingerprint,
        needs_confirmation=needs_confirmation,
        coverage=tuple(found),
    )


def _people_faults(draft: WorkedOutPlan, found: Sequence[Outlook]) -> list[str]:
    faults = []
    if len(draft.members) < FEWEST_PEOPLE:
        faults.append(
            f"{counted(len(draft.members), 'person takes', 'people take')} part; "
            f"a cycle needs at least {FEWEST_PEOPLE}."
        )
    threshold = draft.cycle.policy.blind_raters
    if short := [one.subject for one in found if one.blind < threshold]:
        faults.append(
            f"Fewer than {threshold} raters could count for {_names(short)}. Those count who do "
            f"not read the report and have had an account for {lasting(SETTLED)}."
        )
    return faults


def _running_faults(cycle: Cycle) -> list[str]:
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


def _warnings(draft: WorkedOutPlan, found: Sequence[Outlook]) -> list[str]:
    warnings = []
    threshold = draft.cycle.policy.blind_raters
    few = [
        one.subject
        for one in found
        if one.blind >= threshold and one.expected_blind(LIKELY_RESPONSE) < threshold
    ]
    if few:
        warnings.append(
            f"If {LIKELY_RESPONSE} % of raters send, fewer than {threshold} would count for "
            f"{_names(few)}: their scores might stay hidden."
        )
    if draft.pairs and not is_connected(draft.pairs):
        warnings.append(
            "Some groups never rate each other, so adjusted scores cannot be compared "
            "and are not shown."
        )
    if draft.is_first and draft.young:
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


def _names(ids: Sequence[int]) -> str:
    """The people by name; a long list ends with how many more there are."""
    people = people_by_ids(ids)
    found = sorted((people[one] for one in ids), key=lambda one: (one.sort_key, one.id))
    names = list(labels_of({one.id: one.name for one in found}).values())
    shown, more = names[:NAMES_IN_A_SENTENCE], len(names) - NAMES_IN_A_SENTENCE
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
